"""The ``payroll/1`` document: the bank's own columns of a payroll file, and of what comes back."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from tidui.core.documents import DocumentError, document_hash, parse_document
from tidui.core.values import issue
from tidui.exchange import FileLayout
from tidui.exchange.inert import STARTS
from tidui.ledger import LedgerError

ValueName = Literal["reference", "employee_no", "name", "account", "amount", "currency", "period"]


def _several(value: Any) -> Any:
    if isinstance(value, str):
        return (value,)
    return tuple(value) if isinstance(value, list) else value


class Node(BaseModel):
    """A part of the document: typed, frozen, closed."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")


class Title(Node):
    """A title in both languages."""

    zh: str
    en: str


class FileRule(Node):
    """How the file is written, and read when it comes back.

    Attributes:
        format: ``csv`` or ``xlsx``.
        encoding: of a CSV; the byte order mark of ``utf-8-sig`` makes Excel read it.
        delimiter: of a CSV.
        quote: quoting sign of a CSV; empty if the other side knows none.
        sheet: name of the sheet in Excel.
    """

    format: Literal["csv", "xlsx"]
    encoding: Literal["utf-8", "utf-8-sig", "gbk", "gb18030"] = "utf-8"
    delimiter: Literal[",", ";", "|", "\t"] = ","
    quote: Literal['"', ""] = '"'
    sheet: str = Field(default="payroll", min_length=1, max_length=31, pattern=r"^[^\[\]:*?/\\']+$")

    def holds(self, text: str) -> bool:
        """Tell whether a text can stand in the file: no control signs, nothing it can't quote."""
        if any(ord(sign) < 32 or sign in "\x7f\x85\u2028\u2029" for sign in text):
            return False
        bare = self.format == "csv" and self.quote == ""
        return not (bare and (self.delimiter in text or '"' in text)) and not self.lacks(text)

    def lacks(self, text: str) -> str:
        """Return the signs that the encoding of the file doesn't have."""
        try:
            text.encode(self.encoding if self.format == "csv" else "utf-8")
        except UnicodeEncodeError as error:
            return text[error.start : error.end]
        return ""

    @property
    def layout(self) -> FileLayout:
        """How it is read."""
        sheet = self.sheet if self.format == "xlsx" else None
        return FileLayout(self.encoding, self.delimiter, self.quote, 1, sheet)


class PayrollColumn(Node):
    """One column: its head, and what stands in it.

    Attributes:
        title: head of the column, in the bank's words.
        value: one of our values; or ``constant`` for a text that each row has.
        unit: of an amount: ``major`` (yuan, with the decimals of the currency) or ``minor`` (fen).
    """

    title: str = Field(min_length=1, max_length=100)
    value: ValueName | None = None
    constant: str | None = None
    unit: Literal["major", "minor"] | None = None

    @model_validator(mode="after")
    def _one_source(self) -> PayrollColumn:
        if (self.value is None) == (self.constant is None):
            raise ValueError("either value or constant")
        if (self.unit is not None) != (self.value == "amount"):
            raise ValueError("an amount needs unit, and nothing else has one")
        if self.title != self.title.strip() or self.title.startswith(STARTS):
            raise ValueError("a title begins like a formula or with a blank")
        return self


class StatusRule(Node):
    """A returned column that tells paid from rejected, with the words for each."""

    column: str
    paid: Annotated[tuple[str, ...], BeforeValidator(_several), Field(min_length=1)]
    rejected: Annotated[tuple[str, ...], BeforeValidator(_several), Field(min_length=1)]


class ReturnRule(Node):
    """The file that comes back.

    Attributes:
        reference, amount: heads of the columns that hold them.
        unit: of the amount.
        thousands: separator in it, if there is one.
        status: None if the file lists only what was paid.
        reason: head of the column with the reason of a rejection.
        file: how it is read; None: like the file that was sent.
    """

    reference: str
    amount: str
    unit: Literal["major", "minor"]
    thousands: Literal[","] | None = None
    status: StatusRule | None = None
    reason: str | None = None
    file: FileRule | None = None


class PayrollDocument(Node):
    """The whole document; ``library/payrolls`` has examples."""

    format: Literal["payroll/1"]
    id: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")
    version: int = 1
    title: Title
    file: FileRule
    columns: Annotated[tuple[PayrollColumn, ...], BeforeValidator(_several)]
    returned: ReturnRule | None = None

    @model_validator(mode="after")
    def _complete(self) -> PayrollDocument:
        values = [column.value for column in self.columns if column.value]
        titles = [column.title for column in self.columns]
        for needed in ("reference", "amount"):
            if [value for value in values if value == needed] != [needed]:
                raise ValueError(f"one column must hold {needed}")
        if len(set(titles)) != len(titles):
            raise ValueError("two columns have the same title")
        for column in self.columns:
            for text in (column.title, column.constant or ""):
                if not self.file.holds(text):
                    raise ValueError(f"the file can't hold {text!r}")
        return self

    @property
    def hash(self) -> str:
        """SHA-256 of the meaning: comments and key order don't count."""
        return document_hash(self.model_dump())


def read_payroll(text: str) -> PayrollDocument:
    """Read a payroll document.

    Raises
    ------
    LedgerError
        With one issue for each thing that is wrong.
    """
    try:
        return PayrollDocument.model_validate(parse_document(text))
    except DocumentError as error:
        where = f"{error.line}:{error.column}"
        raise LedgerError(issue("payroll.unreadable", where, detail=str(error)[:300])) from error
    except ValidationError as error:
        raise LedgerError(
            *(
                issue(
                    "payroll.bad-document",
                    ".".join(str(part) for part in found["loc"]),
                    detail=found["msg"][:200],
                )
                for found in error.errors(include_url=False, include_input=False)
            )
        ) from error
