"""The pay of a period: items, floor and cap, loan deductions, deferral, as balanced entries.

Guarantees: every amount is rounded once, where its item says; every posting group sums to zero;
the parts of an item over its loans add up to the item.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction

from tidui.core.appraisal.evaluation.board import Board
from tidui.core.appraisal.evaluation.environment import Environment
from tidui.core.appraisal.facts import FactRow
from tidui.core.appraisal.inputs import LoanEvent
from tidui.core.appraisal.pay.ledger import PayEntry, Posting
from tidui.core.appraisal.pay.loans import LoanLine, loan_entries, settle_loans
from tidui.core.appraisal.pay.shares import share_out
from tidui.core.appraisal.questions import foreign_key, loan_key
from tidui.core.appraisal.scheme.stages import Deferral, Item, Pay
from tidui.core.calendar import add_months, day_number
from tidui.core.values import Issue, Missing, Rounding, currency_exponent, issue, round_fraction


@dataclass(frozen=True, slots=True)
class Tranche:
    """A deferred part: minor units and the day number on which it vests."""

    amount: int
    due_day: int


@dataclass(frozen=True, slots=True)
class SubjectPay:
    """The pay of one subject for one period, in minor units.

    Attributes:
        subject: his id.
        currency: ISO 4217.
        items: (item, amount) in the order of the scheme.
        adjustment: what floor or cap added to the sum of the items.
        earned: items and adjustment together.
        loans: deductions, refunds and early settlements, loan by loan.
        not_deducted: what the limit on deductions kept from being deducted.
        deferred: tranches held back.
        payable: what is left to be paid for the period.
        entries: the same as balanced entries.
    """

    subject: str
    currency: str
    items: tuple[tuple[str, int], ...]
    adjustment: int
    earned: int
    loans: tuple[LoanLine, ...]
    not_deducted: int
    deferred: tuple[Tranche, ...]
    payable: int
    entries: tuple[PayEntry, ...]


@dataclass(frozen=True, slots=True)
class PayResult:
    """Pay by subject, and what stops it."""

    rows: dict[str, SubjectPay]
    issues: tuple[Issue, ...]


@dataclass(frozen=True, slots=True)
class PayInputs:
    """What pay reads beside the board.

    Attributes:
        facts: rows of the engine, for earnings per loan.
        events: loan events.
        history: entries of earlier earned periods.
        booked_period: period in which the entries are booked.
    """

    facts: tuple[FactRow, ...]
    events: tuple[LoanEvent, ...]
    history: tuple[PayEntry, ...]
    booked_period: str


def pay_subjects(board: Board, inputs: PayInputs) -> PayResult:
    """Compute the pay of every subject of the board.

    Parameters
    ----------
    board : Board
        with the columns of all pay items.
    inputs : PayInputs
        facts per loan, loan events, and the entries of earlier periods.

    Returns
    -------
    PayResult
        amounts in minor units of the scheme's currency; a missing item is an issue, never zero.
        Somebody who is no longer appraised has a row where something is given back to him.
    """
    pay = board.scheme.pay
    if pay is None:
        return PayResult({}, ())
    issues: list[Issue] = []
    items = {s: _items(board, pay, s, issues) for s in board.subjects}
    earned = {s: _earn(board, pay, s, items[s], inputs, issues) for s in board.subjects}
    earned_now = tuple(entry for entries, _ in earned.values() for entry in entries)
    settled = settle_loans(board, inputs.events, inputs.history, earned_now)
    issues.extend(settled.issues)
    lines: dict[str, list[LoanLine]] = defaultdict(list)
    for line in settled.lines:
        lines[line.subject].append(line)
    days = {event.event_id: event.day for event in inputs.events}
    rows = {}
    for subject in board.subjects:
        entries, adjustment = earned[subject]
        rows[subject] = _settle(
            board, pay, subject, items[subject], adjustment, entries, lines[subject],
            settled.not_deducted.get(subject, 0),
            _posting(board, pay, subject, inputs.booked_period), days, issues,
        )  # fmt: skip
    for subject in sorted(set(lines) - set(rows)):
        posting = _posting(board, pay, subject, inputs.booked_period)
        rows[subject] = _of_leaver(subject, lines[subject], posting, days)
    return PayResult(rows, tuple(issues))


def _posting(board: Board, pay: Pay, subject: str, booked: str) -> Posting:
    return Posting(subject, pay.currency, board.period.text, booked)


def _items(board: Board, pay: Pay, subject: str, issues: list[Issue]) -> dict[str, int]:
    scale = 10 ** currency_exponent(pay.currency)
    result = {}
    for name, item in pay.items.items():
        if not _applies(board, item, subject):
            continue
        value = board.columns[name][subject]
        if isinstance(value, Missing):
            where = f"pay.items.{name}"
            issues.append(
                issue("pay.missing", where, subject=subject, reason=value.reason, what=value.what)
            )
        else:
            result[name] = int(round_fraction(value * scale, 0, Rounding(item.rounding)))
    return result


def _applies(board: Board, item: Item, subject: str) -> bool:
    return not item.only_posts or board.subjects[subject].attribute("post") in item.only_posts


def _earn(
    board: Board,
    pay: Pay,
    subject: str,
    items: dict[str, int],
    inputs: PayInputs,
    issues: list[Issue],
) -> tuple[list[PayEntry], int]:
    """Return the earning entries of a subject, loan by loan where an item says so."""
    posting = _posting(board, pay, subject, inputs.booked_period)
    entries: list[PayEntry] = []
    for name, amount in items.items():
        weights = _loan_weights(pay.items[name], subject, inputs.facts)
        if weights and amount:
            for loan, part in share_out(amount, weights).items():
                entries += posting.move(name, part, "earned", "payable", loan=loan)
        else:
            entries += posting.move(name, amount, "earned", "payable")
    total = sum(items.values())
    held = _held(board, pay, subject, total, issues)
    entries += posting.move("limits", held - total, "earned", "payable")
    return entries, held - total


def _loan_weights(item: Item, subject: str, facts: tuple[FactRow, ...]) -> dict[str, Fraction]:
    keys = {loan_key(key) for name in item.per_loan for key in (name, foreign_key(name))}
    weights: dict[str, Fraction] = defaultdict(Fraction)
    for row in facts:
        if row.key in keys and row.subject == subject and row.account_no is not None:
            weights[row.account_no] += row.count_ppm or abs(row.total)
    return {loan: weight for loan, weight in weights.items() if weight > 0}


def _held(board: Board, pay: Pay, subject: str, total: int, issues: list[Issue]) -> int:
    """Hold the sum of the items between floor and cap; null is no limit (上不封顶)."""
    scale = 10 ** currency_exponent(pay.currency)
    env = Environment(board, board.subjects[subject])
    for name, node in (("cap", pay.cap), ("floor", pay.floor)):
        if node is None:
            continue
        limit = env.evaluate(node)
        if isinstance(limit, Missing):
            issues.append(
                issue("pay.missing", f"pay.{name}", subject=subject, reason=limit.reason,
                      what=limit.what)
            )  # fmt: skip
            continue
        minor = int(round_fraction(limit * scale, 0, Rounding.HALF_UP))
        total = min(total, minor) if name == "cap" else max(total, minor)
    return total


def _settle(
    board: Board,
    pay: Pay,
    subject: str,
    items: dict[str, int],
    adjustment: int,
    entries: list[PayEntry],
    lines: list[LoanLine],
    not_deducted: int,
    posting: Posting,
    days: dict[str, int],
    issues: list[Issue],
) -> SubjectPay:
    earned = sum(items.values()) + adjustment
    booked = [*entries, *loan_entries(lines, posting, days)]
    due = sum(entry.amount for entry in booked if entry.account == "payable")
    tranches = _defer(board, pay.deferral, subject, due, issues)
    for number, tranche in enumerate(tranches, start=1):
        booked += posting.move(
            "deferral", tranche.amount, "payable", "deferred", reference=f"tranche {number}",
            due_day=tranche.due_day,
        )  # fmt: skip
    return SubjectPay(
        subject, pay.currency, tuple(items.items()), adjustment, earned, tuple(lines), not_deducted,
        tranches, due - sum(tranche.amount for tranche in tranches), tuple(booked),
    )  # fmt: skip


def _of_leaver(
    subject: str, lines: list[LoanLine], posting: Posting, days: dict[str, int]
) -> SubjectPay:
    """Return the row of one who earns nothing here any more but gets a deduction back."""
    booked = loan_entries(lines, posting, days)
    due = sum(entry.amount for entry in booked if entry.account == "payable")
    return SubjectPay(subject, posting.currency, (), 0, 0, tuple(lines), 0, (), due, tuple(booked))


def _defer(
    board: Board, rule: Deferral | None, subject: str, due: int, issues: list[Issue]
) -> tuple[Tranche, ...]:
    """Hold back a part of what is due, in equal tranches; the last takes what doesn't divide.

    A share that is missing, or no part of the whole, stops the run: nothing held back would be
    paid out too early.
    """
    if rule is None or due <= 0:
        return ()
    if rule.posts and board.subjects[subject].attribute("post") not in rule.posts:
        return ()
    share = Environment(board, board.subjects[subject]).evaluate(rule.share)
    where = "pay.deferral.share"
    if isinstance(share, Missing):
        issues.append(
            issue("pay.missing", where, subject=subject, reason=share.reason, what=share.what)
        )
        return ()
    if not 0 <= share <= 1:
        issues.append(issue("pay.share-outside", where, subject=subject, share=str(share)))
        return ()
    total = int(round_fraction(due * share, 0, Rounding(rule.rounding)))
    each = total // rule.tranches
    tranches = []
    for number in range(rule.tranches):
        months = rule.first_after_months + number * rule.every_months
        last = number == rule.tranches - 1
        amount = total - each * (rule.tranches - 1) if last else each
        due_on = add_months(board.period.whole.to_on, months)
        tranches.append(Tranche(amount, day_number(due_on)))
    return tuple(tranches)
