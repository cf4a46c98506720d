"""Pay leaves the house: a payroll file in the bank's own columns, by a ``payroll/1`` document.

Each line carries a reference of ours that the paying system sends back, so that what was paid and
what was refused is matched line by line (``payroll_returns``).
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal

import xlsxwriter

from tidui.core.documents import sha256_text
from tidui.core.values import CURRENCY_EXPONENTS, Issue, currency_exponent, issue
from tidui.exchange.inert import inert_text
from tidui.ledger import LedgerError
from tidui.runs.payroll_documents import FileRule, PayrollColumn, PayrollDocument

MAX_EXCEL_DIGITS: Final = 15
MOST_ISSUES: Final = 200
_MADE_AT: Final = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class PayrollLine:
    """One payment to one person.

    Attributes:
        reference: our key of it, from ``payroll_reference``.
        employee_no, name: whom.
        amount: minor units, above zero.
        currency: ISO 4217.
        period: the period that the pay is for.
        account: where it goes, if the paying system doesn't know by itself.
    """

    reference: str
    employee_no: str
    name: str
    amount: int
    currency: str
    period: str
    account: str = ""


@dataclass(frozen=True, slots=True)
class PayrollFile:
    """A file for the paying system, with what is checked when it is handed over.

    Attributes:
        content: the file.
        name: a name for it.
        rows: lines of payment in it.
        totals: sum by currency, in minor units.
        sha256: of the content.
    """

    content: bytes
    name: str
    rows: int
    totals: Mapping[str, int]
    sha256: str


def payroll_reference(group: str, period: str, employee_no: str) -> str:
    """Return the reference of a payment: the same payment has the same one, for ever.

    It says the period and whom; the last part makes it unique to the posting group, and keeps
    it short enough for paying systems.

    >>> payroll_reference("close:2026Q3-0007", "2026Q3", "A01030")
    '2026Q3-A01030-f79010fc'
    """
    key = sha256_text("\x1f".join((group, period, employee_no)))[:8]
    return f"{period}-{employee_no}-{key}"


def payroll_file(lines: Sequence[PayrollLine], document: PayrollDocument) -> PayrollFile:
    """Write the payments in the bank's own columns; the same lines give the same bytes.

    Raises
    ------
    LedgerError
        If a line can't be paid so: each with its reference. No file is better than a part of one.
    """
    issues = list(_line_issues(lines, document))[:MOST_ISSUES]
    if issues:
        raise LedgerError(*issues)
    rule = document.file
    content = _csv(lines, document) if rule.format == "csv" else _excel(lines, document)
    totals: Counter[str] = Counter()
    for line in lines:
        totals[line.currency] += line.amount
    periods = sorted({line.period for line in lines})
    span = periods[0] if len(periods) == 1 else f"{periods[0]}-{periods[-1]}"
    name = f"{document.id}-{span}.{rule.format}"
    sha256 = hashlib.sha256(content).hexdigest()
    return PayrollFile(content, name, len(lines), dict(sorted(totals.items())), sha256)


def amount_text(amount: int, currency: str, unit: str) -> str:
    """Print an amount in the unit of a column.

    >>> amount_text(1864000, "CNY", "major"), amount_text(-5, "CNY", "major")
    ('18640.00', '-0.05')
    """
    places = currency_exponent(currency)
    if unit == "minor" or not places:
        return str(amount)
    whole, rest = divmod(abs(amount), 10**places)
    return f"{'-' if amount < 0 else ''}{whole}.{rest:0{places}}"


def _line_issues(lines: Sequence[PayrollLine], document: PayrollDocument) -> Iterator[Issue]:
    if not lines:
        yield issue("payroll.no-lines", document.id)
    told = {column.value for column in document.columns}
    currencies = sorted({line.currency for line in lines})
    if len(currencies) > 1 and "currency" not in told:
        yield issue("payroll.currency-untold", document.id, found=", ".join(currencies))
    seen: set[str] = set()
    for line in lines:
        if line.reference in seen:
            yield issue("payroll.duplicate-reference", line.reference, reference=line.reference)
        seen.add(line.reference)
        if line.currency not in CURRENCY_EXPONENTS:
            yield issue("payroll.unknown-currency", line.reference, currency=line.currency)
        if line.amount <= 0:
            yield issue("payroll.not-positive", line.reference, amount=line.amount)
        for column in document.columns:
            if column.value is not None and column.value != "amount":
                yield from _text_issues(line, column, document.file)


def _text_issues(line: PayrollLine, column: PayrollColumn, rule: FileRule) -> Iterator[Issue]:
    text = str(getattr(line, str(column.value)))
    where = line.reference or line.employee_no
    if not text:
        yield issue("payroll.missing-value", where, column=column.title)
    elif rule.lacks(text):
        sign = rule.lacks(text)
        yield issue("payroll.not-in-encoding", where, text=sign, encoding=rule.encoding)
    elif text != text.strip() or not rule.holds(text):
        yield issue("payroll.bad-text", where, column=column.title, text=repr(text)[:80])


def _cells(line: PayrollLine, document: PayrollDocument) -> Iterator[tuple[str, bool]]:
    """Yield the text of each cell and whether it is a number."""
    for column in document.columns:
        if column.value == "amount":
            yield amount_text(line.amount, line.currency, str(column.unit)), True
        elif column.value is None:
            yield inert_text(str(column.constant)), False
        else:
            yield inert_text(str(getattr(line, column.value))), False


def _csv(lines: Sequence[PayrollLine], document: PayrollDocument) -> bytes:
    rule = document.file
    buffer = io.StringIO()
    quoting: Literal[0, 3] = csv.QUOTE_MINIMAL if rule.quote else csv.QUOTE_NONE
    writer = csv.writer(
        buffer, delimiter=rule.delimiter, quotechar=rule.quote or None, quoting=quoting,
        lineterminator="\r\n",
    )  # fmt: skip
    writer.writerow([column.title for column in document.columns])
    for line in lines:
        writer.writerow([text for text, _ in _cells(line, document)])
    return buffer.getvalue().encode(rule.encoding)


def _excel(lines: Sequence[PayrollLine], document: PayrollDocument) -> bytes:
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        book.set_properties({"created": _MADE_AT})
        sheet = book.add_worksheet(document.file.sheet)
        bold = book.add_format({"bold": True})
        formats = {
            places: book.add_format({"num_format": "0." + "0" * places if places else "0"})
            for places in range(4)
        }
        for place, column in enumerate(document.columns):
            sheet.write_string(0, place, column.title, bold)
            sheet.set_column(place, place, max(12, 2 * len(column.title)))
        for number, line in enumerate(lines, start=1):
            for place, (text, is_number) in enumerate(_cells(line, document)):
                exact = len(text.replace(".", "").lstrip("0")) <= MAX_EXCEL_DIGITS
                if is_number and exact:
                    places = len(text.partition(".")[2])
                    sheet.write_number(number, place, float(text), formats[places])
                else:
                    sheet.write_string(number, place, text)
        sheet.freeze_panes(1, 0)
    return buffer.getvalue()
