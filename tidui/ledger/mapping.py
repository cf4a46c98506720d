"""The mapping document: how a bank's file becomes rows of a table of ours (``mapping/1``).

Nothing is guessed: a sign, a thousands separator, a full-width digit, a unit or a date format
that the document doesn't declare makes a reject.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from tidui.core.calendar import Span, day_number
from tidui.core.documents import DocumentError, document_hash, parse_document
from tidui.core.values import Issue, issue
from tidui.exchange import FileLayout
from tidui.ledger.faults import LedgerError
from tidui.ledger.tables import TABLES, Table

SHAPES: Final = ("snapshots", "intervals", "change_points")
UNITS: Final[Mapping[str, Mapping[str, int | None]]] = {
    "money": {"major": 0, "thousand": 3, "ten_thousand": 4, "万元": 4, "million": 6,
              "hundred_million": 8, "亿元": 8, "minor": None},
    "share": {"fraction": 6, "percent": 4, "permille": 3, "ppm": 0},
    "rate": {"fraction": 9, "percent": 7, "permille": 6, "basis_point": 5, "ppb": 0},
}  # fmt: skip
"""Powers of ten by kind and unit; a minor unit needs none, whatever the currency."""

Scalar = str | int | bool | Decimal | date
Words = Annotated[tuple[str, ...], BeforeValidator(lambda v: _words(v))]
Codes = Annotated[
    Mapping[str, str | int],
    BeforeValidator(lambda v: {_word(k): i for k, i in v.items()} if isinstance(v, dict) else v),
]


def _word(value: Any) -> Any:
    """Take a plain YAML number or date for the text it was written as."""
    return value if isinstance(value, str) else str(value)


def _words(value: Any) -> Any:
    if isinstance(value, str):
        return (value,)
    return tuple(_word(item) for item in value) if isinstance(value, list) else value


class Node(BaseModel):
    """A part of the document: typed, frozen, closed."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")


class Title(Node):
    """A title in both languages."""

    zh: str
    en: str


class Coverage(Node):
    """The days a delivery speaks about, half-open."""

    from_on: date = Field(alias="from")
    to_on: date = Field(alias="to")

    @property
    def span(self) -> Span:
        """The same in day numbers."""
        return Span(day_number(self.from_on), day_number(self.to_on))


class SignColumn(Node):
    """A column that tells the sign, like 借/贷."""

    column: str
    negative: Words
    positive: Words


class ColumnRule(Node):
    """How one column of ours is read.

    Attributes:
        column: their column; or ``constant`` for a value that holds for each row.
        codes: their word to ours; a word that isn't listed is rejected.
        empty: their words for "no value", besides nothing at all.
        date: their date formats, like ``YYYY-MM-DD``, ``YYYYMMDD``, ``YYMMDD``.
        century: 1900 or 2000, for formats with YY.
        inclusive: whether a ``valid_to`` names the last day and not the day after it.
        open: their words for an open end.
        negative: ways in which a negative number may be written.
        invert: whether the sign is turned round (loans delivered as negative balances).
        sign: a column that tells the sign.
        thousands: separator of thousands.
        point: decimal point.
        full_width: whether full-width digits are read.
        unit: what 1 means: ``major``, ``minor``, ``万元`` …, ``percent``, ``ppm`` …
        per: units of foreign currency that an exchange rate is quoted for.
        decimals: most digits after the point (default: what the unit can hold).
    """

    column: str | None = None
    constant: Scalar | None = None
    codes: Codes = Field(default_factory=dict)
    empty: Words = ()
    date: Words = ("YYYY-MM-DD",)
    century: Literal[1900, 2000] | None = None
    inclusive: bool = False
    open: Words = ()
    negative: Annotated[
        tuple[Literal["leading", "trailing", "brackets"], ...], BeforeValidator(_words)
    ] = ()
    invert: bool = False
    sign: SignColumn | None = None
    thousands: Literal[",", ".", " ", "'", "，"] | None = None
    point: Literal[".", ","] = "."
    full_width: bool = False
    unit: str | None = None
    per: Literal[1, 100, 1000] = 1
    decimals: int | None = Field(default=None, ge=0, le=9)

    @model_validator(mode="after")
    def _one_source(self) -> ColumnRule:
        if (self.column is None) == (self.constant is None):
            raise ValueError("either column or constant")
        if self.thousands == self.point:
            raise ValueError("thousands and point are the same sign")
        if any("YY" in f and "YYYY" not in f for f in self.date) and self.century is None:
            raise ValueError("a date with YY needs century")
        return self


class Controls(Node):
    """Control totals of the sender: data rows, and sums in the unit of the file."""

    rows: int | None = None
    sums: Mapping[str, int | Decimal] = Field(default_factory=dict)


class MappingDocument(Node):
    """The whole document; see ``docs/how-to/deliver-a-ledger.md``."""

    format: Literal["mapping/1"]
    id: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]*$")
    version: int = 1
    title: Title
    table: str
    feed: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")
    coverage: Coverage | None = None
    shape: Literal["snapshots", "intervals", "change_points"] | None = None
    columns: Mapping[str, ColumnRule]
    encoding: str | None = None
    delimiter: str = Field(default=",", min_length=1, max_length=1)
    quote: Literal['"', "'", ""] = '"'
    header: int = Field(default=1, ge=1, le=100)
    sheet: str | None = None
    accept_formulas: bool = False
    fill: Literal["previous_day"] | None = None
    complete: bool = False
    since: date | None = None
    controls: Controls = Field(default_factory=Controls)
    check: Mapping[str, str] = Field(default_factory=dict)

    @property
    def layout(self) -> FileLayout:
        """How the file is read."""
        return FileLayout(
            self.encoding, self.delimiter, self.quote, self.header, self.sheet,
            self.accept_formulas,
        )  # fmt: skip

    @property
    def hash(self) -> str:
        """SHA-256 of the meaning: comments and key order don't count."""
        return document_hash(self.model_dump(by_alias=True))


def read_mapping(
    text: str, *, table: str, coverage: tuple[date, date] | None = None
) -> MappingDocument:
    """Read and check a mapping document; ``coverage`` replaces its own.

    Raises
    ------
    LedgerError
        With one issue for each thing that is wrong.
    """
    try:
        parsed = parse_document(text)
    except DocumentError as error:
        where = f"{error.line}:{error.column}"
        raise LedgerError(issue("mapping.unreadable", where, detail=str(error)[:300])) from error
    if coverage is not None and isinstance(parsed, dict):
        parsed = {**parsed, "coverage": {"from": coverage[0], "to": coverage[1]}}
    try:
        mapping = MappingDocument.model_validate(parsed)
    except ValidationError as error:
        raise LedgerError(*_problems(error)) from error
    problems = check_mapping(mapping, table)
    if problems:
        raise LedgerError(*problems)
    return mapping


def _problems(error: ValidationError) -> list[Issue]:
    codes = {"missing": "mapping.missing-field", "extra_forbidden": "mapping.unknown-field"}
    return [
        issue(
            codes.get(found["type"], "mapping.bad-value"),
            ".".join(str(part) for part in found["loc"]),
            detail=found["msg"][:200],
        )
        for found in error.errors(include_url=False, include_input=False)
    ]


def check_mapping(mapping: MappingDocument, table_name: str) -> list[Issue]:
    """Return what can't work: unknown tables and columns, missing ones, wrong units and shapes."""
    table = TABLES.get(mapping.table)
    if table is None:
        found = ", ".join(TABLES)
        return [issue("mapping.unknown-table", "table", table=mapping.table, found=found)]
    if mapping.table != table_name:
        return [issue("mapping.other-table", "table", table=mapping.table, asked=table_name)]
    problems: list[Issue] = []
    if mapping.coverage is None:
        problems.append(issue("mapping.no-coverage", "coverage"))
    elif mapping.coverage.span.days <= 0:
        problems.append(issue("mapping.empty-coverage", "coverage"))
    problems += _column_problems(mapping, table)
    problems += _shape_problems(mapping, table)
    for name, other in mapping.check.items():
        if name not in mapping.columns or other not in TABLES:
            problems.append(issue("mapping.bad-check", f"check.{name}", column=name, table=other))
    for name in mapping.controls.sums:
        if name not in mapping.columns or table.column(name).kind not in (*UNITS, "number"):
            problems.append(issue("mapping.bad-control", f"controls.sums.{name}", column=name))
    return problems


def _column_problems(mapping: MappingDocument, table: Table) -> list[Issue]:
    known = {column.name: column for column in table.columns}
    problems = []
    for name, rule in mapping.columns.items():
        where = f"columns.{name}"
        if name not in known:
            found = ", ".join(known)
            problems.append(issue("mapping.unknown-column", where, column=name, found=found))
        elif rule.unit is not None and rule.unit not in UNITS.get(known[name].kind, {}):
            units = ", ".join(UNITS.get(known[name].kind, {}))
            problems.append(issue("mapping.unknown-unit", where, unit=rule.unit, found=units))
        elif known[name].kind in ("share", "rate") and rule.unit is None:
            units = ", ".join(UNITS[known[name].kind])
            problems.append(issue("mapping.unit-needed", where, column=name, found=units))
    money = [name for name in mapping.columns if name in known and known[name].kind == "money"]
    if money and "currency" not in mapping.columns and not known["currency"].required:
        problems.append(issue("mapping.missing-column", "columns.currency", column="currency"))
    for name, column in known.items():
        if column.required and name not in mapping.columns:
            problems.append(issue("mapping.missing-column", f"columns.{name}", column=name))
    return problems


def _shape_problems(mapping: MappingDocument, table: Table) -> list[Issue]:
    if table.grain != "balances":
        wrong = [word for word in ("shape", "fill", "since") if getattr(mapping, word) is not None]
        return [issue("mapping.only-balances", word, field=word) for word in wrong]
    if mapping.shape is None:
        return [issue("mapping.no-shape", "shape", found=", ".join(SHAPES))]
    needed = ("valid_from",) if mapping.shape == "intervals" else ("day",)
    problems = [
        issue("mapping.missing-column", f"columns.{name}", column=name)
        for name in needed
        if name not in mapping.columns
    ]
    if mapping.fill is not None and mapping.shape != "snapshots":
        problems.append(issue("mapping.only-snapshots", "fill", field="fill"))
    if mapping.since is not None and mapping.shape != "change_points":
        problems.append(issue("mapping.only-change-points", "since", field="since"))
    return problems
