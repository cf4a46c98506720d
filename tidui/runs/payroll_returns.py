"""What the paying system sends back, matched line by line with what was sent."""

from __future__ import annotations

import re
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import duckdb

from tidui.core.values import Issue, currency_exponent, issue
from tidui.exchange import FileError, stage_file
from tidui.exchange.inert import bare_text
from tidui.exchange.sql import name
from tidui.exchange.staging import tidy
from tidui.ledger import LedgerError
from tidui.runs.payroll import PayrollLine
from tidui.runs.payroll_documents import PayrollDocument, ReturnRule

_AMOUNT: Final = re.compile(r"-?[0-9]{1,19}(\.[0-9]{1,9})?")
_GROUPED: Final = re.compile(r"-?[0-9]{1,3}(,[0-9]{3})*(\.[0-9]{1,9})?")
_WORDS: Final = ("text", "number", "csv")
"""Kinds of cells that are read; a formula, a rounded number or an error is none."""


@dataclass(frozen=True, slots=True)
class RejectedLine:
    """A payment that was refused, and why in the words of the paying system."""

    line: PayrollLine
    reason: str


@dataclass(frozen=True, slots=True)
class PayrollReturn:
    """What came back.

    Attributes:
        paid: lines that were paid, with the amount that was sent.
        rejected: lines that were refused.
        unanswered: lines that the file doesn't mention.
        issues: errors, each with its line; a file with one is not to be booked.
    """

    paid: tuple[PayrollLine, ...]
    rejected: tuple[RejectedLine, ...]
    unanswered: tuple[PayrollLine, ...]
    issues: tuple[Issue, ...]


@dataclass(frozen=True, slots=True)
class _Row:
    line: int
    fault: str | None
    cells: tuple[tuple[str, str], ...]
    """Text and kind: reference, amount, then status and reason as far as there are."""


def read_payroll_return(
    path: Path, document: PayrollDocument, sent: Sequence[PayrollLine], *, shown: str = ""
) -> PayrollReturn:
    """Read a returned file and match it with the lines that were sent.

    A line in doubt (unknown or double reference, another amount, an unknown status) is an issue
    and counts neither as paid nor as rejected.

    Parameters
    ----------
    path : Path
        the file.
    document : PayrollDocument
        with its ``returned``.
    sent : sequence of PayrollLine
        what the file answers.
    shown : str, optional
        name of the file in messages.

    Raises
    ------
    LedgerError
        If the file as a whole can't be read, or the document doesn't say how.
    """
    rule = document.returned
    if rule is None:
        raise LedgerError(issue("payroll.no-return", document.id))
    where = shown or path.name
    rows = _rows(path, document, rule, where)
    known = {line.reference: line for line in sent}
    seen = Counter(_reference(row) for row in rows if row.fault is None)
    paid, rejected, issues = [], [], []
    answered: set[str] = set()
    for row in rows:
        place = f"{where}:{row.line}"
        found = None if row.fault else known.get(_reference(row))
        faults = list(_faults(row, rule, found, seen, place))
        issues += faults
        if found is not None:
            answered.add(found.reference)
        if found is None or any(fault.severity == "error" for fault in faults):
            continue
        if _status(row, rule) == "rejected":
            rejected.append(RejectedLine(found, _reason(row, rule)))
        else:
            paid.append(found)
    unanswered = tuple(line for line in sent if line.reference not in answered)
    return PayrollReturn(tuple(paid), tuple(rejected), unanswered, tuple(issues))


def _rows(path: Path, document: PayrollDocument, rule: ReturnRule, shown: str) -> list[_Row]:
    asked = [rule.reference, rule.amount]
    asked += [rule.status.column] if rule.status else []
    asked += [rule.reason] if rule.reason else []
    layout = (rule.file or document.file).layout
    connection = duckdb.connect()
    try:
        with tempfile.TemporaryDirectory() as scratch:
            staged = stage_file(
                connection, path, "returned", tuple(asked), layout,
                shown=shown, scratch=Path(scratch),
            )  # fmt: skip
            parts = [f"{c.sql}, {c.cells or chr(39) + 'csv' + chr(39)}" for c in staged.columns]
            found = connection.execute(
                f"SELECT line, fault, {', '.join(parts)} FROM {name('returned')} ORDER BY line"
            ).fetchall()
    except FileError as error:
        raise LedgerError(error.issue) from error
    finally:
        connection.close()
    return [_row(values) for values in found]


def _row(values: Sequence[Any]) -> _Row:
    line, fault, *cells = values
    pairs = zip(cells[::2], cells[1::2], strict=True)
    return _Row(line, fault, tuple((text or "", kind) for text, kind in pairs))


def _faults(
    row: _Row, rule: ReturnRule, found: PayrollLine | None, seen: Counter[str], place: str
) -> Iterator[Issue]:
    if row.fault is not None:
        yield issue("payroll.field-count", place, text=row.fault[:80])
        return
    reference = _reference(row)
    if found is None:
        yield issue("payroll.unknown-reference", place, reference=reference[:80])
        return
    if seen[reference] > 1:
        yield issue("payroll.returned-twice", place, reference=reference)
    text, kind = row.cells[1]
    amount = _minor(text, rule, found.currency) if kind in _WORDS else None
    if amount is None:
        yield issue("payroll.bad-amount", place, text=text[:40])
    elif amount != found.amount:
        yield issue(
            "payroll.amount-differs", place, reference=reference, sent=found.amount,
            returned=amount, currency=found.currency,
        )  # fmt: skip
    status = _status(row, rule)
    if status is None:
        yield issue("payroll.unknown-status", place, text=row.cells[2][0][:40])
    elif status == "rejected" and rule.reason and not _reason(row, rule):
        yield issue("payroll.no-reason", place, "warning", reference=reference)


def _reference(row: _Row) -> str:
    return bare_text(tidy(row.cells[0][0]))


def _status(row: _Row, rule: ReturnRule) -> str | None:
    """Return ``paid`` or ``rejected``, None for a word that is neither."""
    if rule.status is None:
        return "paid"
    word = tidy(row.cells[2][0])
    if word in map(tidy, rule.status.paid):
        return "paid"
    return "rejected" if word in map(tidy, rule.status.rejected) else None


def _reason(row: _Row, rule: ReturnRule) -> str:
    return bare_text(tidy(row.cells[-1][0])) if rule.reason else ""


def _minor(text: str, rule: ReturnRule, currency: str) -> int | None:
    """Return the amount in minor units; None for what is no amount of this currency."""
    plain = tidy(text)
    if rule.thousands and _GROUPED.fullmatch(plain):
        plain = plain.replace(rule.thousands, "")
    if not _AMOUNT.fullmatch(plain):
        return None
    places = currency_exponent(currency) if rule.unit == "major" else 0
    scaled = Decimal(plain).scaleb(places)
    return int(scaled) if scaled == scaled.to_integral_value() else None
