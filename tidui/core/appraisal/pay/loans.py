"""Deductions keyed to loan and subject: withheld, refunded on recovery, reversed on a finding.

Guarantees: never more is given back than was taken; recovered in full within the window nets to
zero, whether at once or in parts; the key is the loan and the person, so a transfer of the loan
changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction

from tidui.core.appraisal.evaluation.board import Board
from tidui.core.appraisal.evaluation.environment import Environment
from tidui.core.appraisal.inputs import LoanEvent
from tidui.core.appraisal.pay.ledger import (
    Outstanding,
    PayEntry,
    Posting,
    loan_earnings,
    outstanding_deductions,
)
from tidui.core.appraisal.scheme.nodes import Value as Node
from tidui.core.appraisal.scheme.stages import EarlySettlement, LoanDeduction
from tidui.core.calendar import add_months, day_of
from tidui.core.values import (
    Issue,
    Missing,
    Rounding,
    currency_exponent,
    issue,
    round_fraction,
)


@dataclass(frozen=True, slots=True)
class LoanLine:
    """One act on one loan of one subject.

    Attributes:
        subject: whom it concerns.
        item: deduction of the scheme, or ``early_settlement``.
        kind: ``withheld``, ``refunded``, ``reversed`` or ``taken_back``.
        loan: the loan.
        event: the event that caused it.
        amount: minor units, never negative.
        basis: minor units that the amount was computed from.
        of_event: for a refund or reversal, the event whose deduction it gives back.
    """

    subject: str
    item: str
    kind: str
    loan: str
    event: str
    amount: int
    basis: int
    of_event: str = ""


@dataclass(frozen=True, slots=True)
class LoanResult:
    """Lines of the period, and what could not be settled.

    Attributes:
        lines: what was withheld, given back and taken back.
        not_deducted: subject → minor units that the limit on deductions kept from being deducted.
        issues: what stops it.
    """

    lines: tuple[LoanLine, ...]
    not_deducted: dict[str, int]
    issues: tuple[Issue, ...]


def settle_loans(
    board: Board,
    events: Iterable[LoanEvent],
    history: tuple[PayEntry, ...],
    earned_now: tuple[PayEntry, ...],
) -> LoanResult:
    """Work through the loan events of a period, day by day.

    Parameters
    ----------
    board : Board
        of the run; its scheme holds the deductions.
    events : iterable of LoanEvent
        of any time; those outside the period cause nothing, but a recovery in parts counts them.
    history : tuple of PayEntry
        all entries of earlier earned periods.
    earned_now : tuple of PayEntry
        the earnings of this period, loan by loan.
    """
    pay = board.scheme.pay
    if pay is None:
        return LoanResult((), {}, ())
    span = board.period.span
    known = sorted(events, key=_moment)
    state = _State(board, list(outstanding_deductions(history)), history, earned_now, known)
    for event in known:
        if not span.from_day <= event.day < span.to_day:
            continue
        for name, deduction in pay.deductions.items():
            if event.kind in deduction.events:
                state.withhold(name, deduction, event)
            elif event.kind == "recovered":
                state.refund(name, deduction, event)
            elif event.kind == "finding" and deduction.exempt_on_finding:
                state.reverse(name, event)
        if event.kind == "settled_early" and pay.early_settlement is not None:
            state.take_back(pay.early_settlement, event)
    return LoanResult(tuple(state.lines), state.not_deducted, tuple(state.issues))


def _moment(event: LoanEvent) -> tuple[int, str]:
    return event.day, event.event_id


class _State:
    """Deductions so far, while the events of a period are worked through."""

    def __init__(
        self,
        board: Board,
        open_: list[Outstanding],
        history: tuple[PayEntry, ...],
        earned_now: tuple[PayEntry, ...],
        events: list[LoanEvent],
    ) -> None:
        self.board, self.open = board, open_
        self.currency = board.scheme.pay.currency if board.scheme.pay is not None else "CNY"
        self.recoveries = [event for event in events if event.kind == "recovered"]
        self.room: dict[str, int | None] = {}
        self.not_deducted: dict[str, int] = {}
        self.earned = loan_earnings((*history, *earned_now))
        self.lines: list[LoanLine] = []
        self.issues: list[Issue] = []

    def _number(self, node: Node, where: str) -> Fraction | None:
        """Return a rule's constant or parameter; it can't depend on a subject."""
        if node.kind == "constant":
            return node.value
        value = self.board.parameter(node.of) if node.kind == "parameter" else None
        if isinstance(value, Fraction):
            return value
        what = value.what if isinstance(value, Missing) else where
        self.issues.append(issue("pay.rule-open", where, what=what))
        return None

    def withhold(self, name: str, rule: LoanDeduction, event: LoanEvent) -> None:
        """Withhold pay for an event from those whom the rule names."""
        amount = self._number(rule.amount, f"pay.deductions.{name}.amount")
        known = any(o.reference == event.event_id and o.item == name for o in self.open)
        if amount is None or known:
            return
        for subject, basis in self._charged(name, rule, event):
            size = amount * basis
            if rule.amount_of == "fixed":
                size = amount * 10 ** currency_exponent(self.currency)
            whole = int(round_fraction(size, 0, Rounding(rule.rounding)))
            minor = self._within_limit(subject, whole)
            if minor > 0:
                line = LoanLine(
                    subject, name, "withheld", event.account_no, event.event_id, minor, basis
                )
                self.lines.append(line)
                self.open.append(_opened(line, self.board.period.text, event.day))

    def _within_limit(self, subject: str, amount: int) -> int:
        """Return what the limit on deductions leaves of an amount; the rest is not deducted."""
        if subject not in self.room:
            self.room[subject] = self._limit(subject) if amount > 0 else None
        room = self.room[subject]
        if room is None or amount <= 0:
            return amount
        kept = min(amount, room)
        self.room[subject] = room - kept
        self.not_deducted[subject] = self.not_deducted.get(subject, 0) + amount - kept
        return kept

    def _limit(self, subject: str) -> int | None:
        pay = self.board.scheme.pay
        node = pay.monthly_deduction_limit if pay is not None else None
        if pay is None or node is None:
            return None
        limit = Environment(self.board, self.board.subjects[subject]).evaluate(node)
        if isinstance(limit, Missing):
            where = "pay.monthly_deduction_limit"
            self.issues.append(
                issue("pay.missing", where, subject=subject, reason=limit.reason, what=limit.what)
            )
            return None
        scale = 10 ** currency_exponent(pay.currency)
        return max(0, int(round_fraction(limit * scale, 0, Rounding.DOWN)))

    def _charged(self, name: str, rule: LoanDeduction, event: LoanEvent) -> list[tuple[str, int]]:
        if rule.amount_of == "earned":
            found = [
                (subject, earned - self._withheld(name, loan, subject))
                for (loan, subject), earned in sorted(self.earned.items())
                if loan == event.account_no and self._appraised(subject)
            ]
            return [(subject, basis) for subject, basis in found if basis > 0]
        if event.who is None:
            where = f"loan_events {event.event_id}"
            self.issues.append(issue("pay.event-without-owner", where, loan=event.account_no))
            return []
        if rule.amount_of == "event_amount" and not self._amount_fits(event):
            return []
        if not self._appraised(event.who):
            where = f"loan_events {event.event_id}"
            self.issues.append(
                issue("pay.event-not-charged", where, "note", subject=event.who,
                      loan=event.account_no)
            )  # fmt: skip
            return []
        return [(event.who, event.amount or 0)]

    def _amount_fits(self, event: LoanEvent) -> bool:
        """Tell whether an event has an amount that pay can be reckoned from as it stands."""
        where = f"loan_events {event.event_id}"
        if event.amount is None:
            self.issues.append(issue("pay.event-without-amount", where, loan=event.account_no))
        elif event.currency != self.currency:
            self.issues.append(
                issue("pay.event-currency", where, loan=event.account_no,
                      currency=event.currency, wanted=self.currency)
            )  # fmt: skip
        return event.amount is not None and event.currency == self.currency

    def _withheld(self, name: str, loan: str, subject: str) -> int:
        """Return what is withheld already: a loan that was overdue and turns bad costs once."""
        return sum(
            item.left
            for item in self.open
            if (item.item, item.loan, item.subject) == (name, loan, subject)
        )

    def _appraised(self, subject: str) -> bool:
        return subject in self.board.subjects

    def _give_back(self, index: int, event: LoanEvent, kind: str, amount: int) -> None:
        item = self.open[index]
        amount = min(amount, item.left)
        if amount > 0:
            self.lines.append(
                LoanLine(
                    item.subject, item.item, kind, item.loan, event.event_id, amount, item.taken,
                    item.reference,
                )
            )  # fmt: skip
            self.open[index] = replace(item, refunded=item.refunded + amount)

    def refund(self, name: str, rule: LoanDeduction, event: LoanEvent) -> None:
        """Give back what was withheld for a loan that recovered, as the rule says."""
        for index, item in enumerate(self.open):
            if item.item != name or item.loan != event.account_no or item.left == 0:
                continue
            self._give_back(index, event, "refunded", self._due(item, rule, event) - item.refunded)

    def _due(self, item: Outstanding, rule: LoanDeduction, event: LoanEvent) -> int:
        """Return what is given back of a deduction in all, after this recovery and those before.

        Recoveries inside the window that make the overdue amount up together are one in full.
        """
        taken_at = (item.day, item.reference)
        so_far = [
            one
            for one in self.recoveries
            if one.account_no == item.loan and taken_at < _moment(one) <= _moment(event)
        ] or [event]
        inside = [_inside_window(item.day, one.day, rule.refund_within_months) for one in so_far]
        early = [one for one, is_early in zip(so_far, inside, strict=True) if is_early]
        late = [one for one, is_early in zip(so_far, inside, strict=True) if not is_early]
        whole = early and rule.partial_recovery == "full"
        if whole or (late and rule.later_recovery == "full") or self._share(item, early) == 1:
            return item.taken
        counted = early if rule.partial_recovery == "proportional" else []
        counted = counted + (late if rule.later_recovery == "proportional" else [])
        part = round_fraction(item.taken * self._share(item, counted), 0, Rounding(rule.rounding))
        return int(part)

    def _share(self, item: Outstanding, recovered: list[LoanEvent]) -> Fraction:
        """Return the recovered part of what was overdue; an event without amount is in full."""
        overdue = self.board.loan_amounts.get(item.reference)
        amounts = [event.amount for event in recovered if event.amount is not None]
        if not recovered:
            return Fraction(0)
        if len(amounts) < len(recovered) or overdue is None or overdue <= 0:
            return Fraction(1)
        return min(Fraction(1), Fraction(sum(amounts), overdue))

    def reverse(self, name: str, event: LoanEvent) -> None:
        """Give back in full on a finding that the duty was fulfilled (尽职免责)."""
        for index, item in enumerate(self.open):
            mine = event.who is None or event.who == item.subject
            if item.item == name and item.loan == event.account_no and mine:
                self._give_back(index, event, "reversed", item.left)

    def take_back(self, rule: EarlySettlement, event: LoanEvent) -> None:
        """Take back a ratio from each of those whom a loan earned anything, up to all of it."""
        ratio = self._number(rule.ratio, "pay.early_settlement.ratio")
        if ratio is None:
            return
        for (loan, subject), earned in sorted(self.earned.items()):
            if loan != event.account_no or earned <= 0 or not self._appraised(subject):
                continue
            basis = earned
            if rule.amount_of == "event_amount":
                if not self._amount_fits(event):
                    return
                basis = event.amount or 0
            size = round_fraction(ratio * basis, 0, Rounding(rule.rounding))
            minor = min(int(size), earned)
            if minor > 0:
                self.lines.append(
                    LoanLine(
                        subject, "early_settlement", "taken_back", loan, event.event_id, minor,
                        basis,
                    )
                )  # fmt: skip
                self.earned[loan, subject] = earned - minor


def _opened(line: LoanLine, period: str, day: int) -> Outstanding:
    return Outstanding(line.subject, line.loan, line.item, line.event, period, line.amount, 0, day)


def _inside_window(taken_day: int, recovered_day: int, months: int) -> bool:
    """Tell whether a recovery falls before the end of so many months after the month taken."""
    first = day_of(taken_day).replace(day=1)
    return day_of(recovered_day) < add_months(first, months + 1)


def loan_entries(
    lines: Iterable[LoanLine], posting: Posting, days: dict[str, int]
) -> list[PayEntry]:
    """Turn a subject's loan lines into entries."""
    entries: list[PayEntry] = []
    for line in lines:
        if line.kind == "withheld":
            entries += posting.move(
                line.item, line.amount, "payable", "deducted", loan=line.loan,
                reference=line.event, due_day=days.get(line.event, 0),
            )  # fmt: skip
        elif line.kind == "taken_back":
            entries += posting.move(
                line.item, line.amount, "payable", "earned", loan=line.loan, reference=line.event
            )
        else:
            entries += posting.move(
                line.item, line.amount, "refunded", "payable", loan=line.loan,
                reference=line.of_event,
            )  # fmt: skip
    return entries
