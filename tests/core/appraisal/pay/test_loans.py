"""Deductions by loan and person, as a machine: months, transfers, leavers, in any interleaving."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from tests.factories import board, loaded_scheme, subject, title
from tidui.core.appraisal.chain import compute_board
from tidui.core.appraisal.facts import FactRow
from tidui.core.appraisal.inputs import LoanEvent
from tidui.core.appraisal.pay.ledger import (
    PayEntry,
    loan_earnings,
    outstanding_deductions,
    unbalanced_groups,
)
from tidui.core.appraisal.pay.loans import settle_loans
from tidui.core.appraisal.pay.settlement import PayInputs, PayResult, pay_subjects
from tidui.core.appraisal.scheme.document import Scheme
from tidui.core.calendar import add_months, day_of, parse_period

MONTHS = [f"{year}-{month:02}" for year in (2025, 2026) for month in range(1, 13)]
LOANS = {"title": title(), "unit": "count", "fact": "flow_count", "flows": "disbursement"}


def loan_scheme(limit: Any = None, settlement: Any = None, **rule_: Any) -> Scheme:
    """Return a monthly scheme that pays 200 yuan a loan and withholds by one rule."""
    overdue = {
        "title": title(), "events": "overdue", "amount_of": "earned", "amount": 1,
        "rounding": "half_up", "refund_within_months": 1, "later_recovery": "none",
        "partial_recovery": "proportional", "exempt_on_finding": True, **rule_,
    }  # fmt: skip
    points = {"title": title(), "value": {"product": ["loans", 200]}, "rounding": "half_up",
              "per_loan": "loans"}  # fmt: skip
    pay = {"title": title(), "currency": "CNY", "floor": None, "cap": None,
           "items": {"points": points}, "deductions": {"overdue": overdue},
           "monthly_deduction_limit": limit, "early_settlement": settlement}  # fmt: skip
    pay = {key: value for key, value in pay.items() if key in ("floor", "cap") or value is not None}
    return loaded_scheme(period="month", indicators={"loans": LOANS}, pay=pay).scheme


def event(
    key: str, kind: str, day: int, amount: int | None = None, who: str | None = None,
    loan: str = "L1",
) -> LoanEvent:  # fmt: skip
    """Build a loan event."""
    return LoanEvent(key, loan, kind, day, amount, "CNY", who)


def day(text: str, number: int = 1) -> int:
    """Return a day of a month as a number."""
    return parse_period(text).span.from_day + number - 1


def pay_month(
    body: Scheme,
    month: str,
    people: str,
    earned: dict[tuple[str, str], int],
    events: tuple[LoanEvent, ...],
    history: tuple[PayEntry, ...],
) -> PayResult:
    """Pay a month; ``earned`` is (person, loan) → loans granted."""
    facts = tuple(
        FactRow("loans@loan", who, "CNY", (), 0, 0, 0, 1, count * 10**6, account_no=loan)
        for (who, loan), count in earned.items()
    )
    on = board(body, [subject(who) for who in people], period=month)
    on.loan_amounts = {e.event_id: e.amount for e in events if e.amount is not None}
    counts: dict[str, int] = defaultdict(int)
    for (who, _), count in earned.items():
        counts[who] += count
    on.columns["points"] = {who: Fraction(200 * counts[who]) for who in people}
    return pay_subjects(on, PayInputs(facts, events, history, month))


def entries_of(result: PayResult) -> tuple[PayEntry, ...]:
    """Return all entries of a month."""
    return tuple(entry for row in result.rows.values() for entry in row.entries)


class Loans(RuleBasedStateMachine):
    """Two people and two loans through the months; earnings move between them, people leave."""

    body = loan_scheme()

    def __init__(self) -> None:
        super().__init__()
        self.month = 0
        self.number = 0
        self.people = "AB"
        self.events: tuple[LoanEvent, ...] = ()
        self.earned = {("A", "L1"): 1, ("B", "L1"): 2, ("B", "L2"): 1}
        self.history: tuple[PayEntry, ...] = ()

    def _event(self, kind: str, loan: str, amount: int | None, who: str | None) -> None:
        self.number += 1
        when = day(MONTHS[self.month], min(28, 1 + self.number % 28))
        same = [e.day for e in self.events if e.day >= day(MONTHS[self.month])]
        when = max([when, *same])
        self.events += (event(f"e{self.number:04}", kind, when, amount, who, loan),)

    @rule(who=st.sampled_from("AB"), loan=st.sampled_from(["L1", "L2"]), count=st.integers(1, 9))
    def earn(self, who: str, loan: str, count: int) -> None:
        if who in self.people:
            self.earned[who, loan] = count

    @rule(loan=st.sampled_from(["L1", "L2"]), amount=st.integers(1, 4))
    def overdue(self, loan: str, amount: int) -> None:
        self._event("overdue", loan, amount, None)

    @rule(loan=st.sampled_from(["L1", "L2"]), amount=st.none() | st.integers(1, 4))
    def recover(self, loan: str, amount: int | None) -> None:
        self._event("recovered", loan, amount, None)

    @rule(loan=st.sampled_from(["L1", "L2"]), who=st.none() | st.sampled_from("AB"))
    def find_duty_fulfilled(self, loan: str, who: str | None) -> None:
        self._event("finding", loan, None, who)

    @rule(people=st.sampled_from(["AB", "A", "B"]))
    def leave_or_come_back(self, people: str) -> None:
        self.people = people
        self.earned = {key: n for key, n in self.earned.items() if key[0] in people}

    @precondition(lambda self: self.month < len(MONTHS) - 1)
    @rule()
    def close_month(self) -> None:
        month = MONTHS[self.month]
        result = pay_month(self.body, month, self.people, self.earned, self.events, self.history)
        assert result.issues == ()
        self.history += entries_of(result)
        self.month, self.earned = self.month + 1, {}

    @invariant()
    def every_group_balances(self) -> None:
        assert unbalanced_groups(self.history) == ()

    @invariant()
    def never_more_is_given_back_than_was_taken(self) -> None:
        for item in outstanding_deductions(self.history):
            assert 0 <= item.refunded <= item.taken
        by_loan: dict[tuple[str, str], int] = defaultdict(int)
        for entry in self.history:
            if entry.account in ("deducted", "refunded"):
                by_loan[entry.subject, entry.loan] += entry.amount
        earned = loan_earnings(self.history)
        for (name, loan), left in by_loan.items():
            assert 0 <= left <= earned.get((loan, name), 0)

    @invariant()
    def recovered_in_full_inside_the_window_nets_to_zero_and_after_it_nothing(self) -> None:
        last = day(MONTHS[self.month])
        for item in outstanding_deductions(self.history):
            cause = next(e for e in self.events if e.event_id == item.reference)
            end = add_months(day_of(cause.day).replace(day=1), 2)
            after = [
                e for e in self.events
                if e.account_no == item.loan and cause.event_id < e.event_id and e.day < last
            ]  # fmt: skip
            inside = [e for e in after if e.kind == "recovered" and day_of(e.day) < end]
            found = [e for e in after if e.kind == "finding" and e.who in (None, item.subject)]
            amounts = [e.amount for e in inside]
            full = None in amounts or sum(a for a in amounts if a) >= (cause.amount or 0)
            if (full and inside) or found:
                assert item.left == 0
            elif not inside:
                assert item.refunded == 0


Loans.TestCase.settings = settings(max_examples=100, stateful_step_count=30, deadline=None)
TestLoans = Loans.TestCase


FEB, MAR, APR = "2025-02", "2025-03", "2025-04"


@pytest.mark.parametrize(
    ("own", "recovered", "given_back"),
    [
        ({}, [(FEB, 28, 1000)], 20000),
        ({}, [(MAR, 31, 1000)], 20000),
        ({}, [(APR, 1, 1000)], 0),
        ({"later_recovery": "full"}, [(APR, 1, 1)], 20000),
        ({"later_recovery": "proportional"}, [(APR, 1, 250)], 5000),
        ({}, [(MAR, 1, 250)], 5000),
        ({}, [(MAR, 1, None)], 20000),
        ({"partial_recovery": "none"}, [(MAR, 1, 999)], 0),
        ({"partial_recovery": "full"}, [(MAR, 1, 1)], 20000),
        ({"partial_recovery": "none"}, [(MAR, 1, 500), (MAR, 2, 500)], 20000),
        ({}, [(FEB, 27, 333), (MAR, 1, 333), (MAR, 2, 334)], 20000),
        ({}, [(MAR, 1, 333), (APR, 2, 667)], 6660),
        ({"later_recovery": "proportional"}, [(MAR, 1, 333), (APR, 2, 667)], 20000),
        ({"partial_recovery": "none", "later_recovery": "proportional"},
         [(MAR, 1, 400), (APR, 2, 600)], 12000),
        ({"refund_within_months": 0}, [(FEB, 28, 1000)], 20000),
        ({"refund_within_months": 0}, [(MAR, 1, 1000)], 0),
        ({"refund_within_months": 2}, [(APR, 30, 1000)], 20000),
    ],
)  # fmt: skip
def test_a_recovery_gives_back_what_the_rule_says(
    own: dict[str, Any], recovered: list[tuple[str, int, int | None]], given_back: int
) -> None:
    body = loan_scheme(**own)
    events = [event("a", "overdue", day(FEB, 5), 1000)]
    events += [
        event(f"r{number}", "recovered", day(month, on), amount)
        for number, (month, on, amount) in enumerate(recovered)
    ]
    history: tuple[PayEntry, ...] = ()
    for month in ("2025-01", FEB, MAR, APR):
        earned = {("A", "L1"): 1} if month == "2025-01" else {}
        history += entries_of(pay_month(body, month, "A", earned, tuple(events), history))
    (item,) = outstanding_deductions(history)
    assert (item.taken, item.refunded) == (20000, given_back)


def test_a_leaver_gets_back_what_was_withheld_from_him() -> None:
    body = loan_scheme()
    events = (event("a", "overdue", day(FEB, 5), 1000), event("b", "recovered", day(MAR), 1000))
    history = entries_of(pay_month(body, FEB, "AB", {("A", "L1"): 1}, events, ()))
    result = pay_month(body, MAR, "B", {("B", "L1"): 1}, events, history)
    assert result.rows["A"].payable == 20000
    assert result.rows["A"].items == ()
    assert [line.kind for line in result.rows["A"].loans] == ["refunded"]
    assert result.rows["B"].payable == 20000


def test_only_what_the_limit_let_through_is_given_back() -> None:
    body = loan_scheme(limit=50)
    events = (event("a", "overdue", day(FEB, 5), 1000), event("b", "recovered", day(FEB, 9), 1000))
    (row,) = pay_month(body, FEB, "A", {("A", "L1"): 1}, events, ()).rows.values()
    assert [(line.kind, line.amount) for line in row.loans] == [
        ("withheld", 5000), ("refunded", 5000),
    ]  # fmt: skip
    assert (row.not_deducted, row.payable) == (15000, 20000)


def test_the_limit_holds_for_all_deductions_of_a_month_together() -> None:
    body = loan_scheme(limit=300)
    events = tuple(event(f"o{n}", "overdue", day(FEB, 5), 1000, loan=f"L{n}") for n in (1, 2, 3))
    earned = {("A", f"L{n}"): 1 for n in (1, 2, 3)}
    (row,) = pay_month(body, FEB, "A", earned, events, ()).rows.values()
    assert [line.amount for line in row.loans] == [20000, 10000]
    assert row.not_deducted == 30000


@pytest.mark.parametrize(
    ("rule_", "who", "amount", "withheld"),
    [
        ({"amount_of": "earned"}, None, None, {"A": 20000, "B": 40000}),
        ({"amount_of": "event_amount", "amount": Decimal("0.5")}, "A", 901, {"A": 451}),
        ({"amount_of": "fixed", "amount": 30}, "B", None, {"B": 3000}),
        ({"amount_of": "fixed", "amount": 30}, "C", None, {}),
    ],
)
def test_what_is_withheld_and_from_whom(
    rule_: dict[str, Any], who: str | None, amount: int | None, withheld: dict[str, int]
) -> None:
    body = loan_scheme(**rule_)
    events = (event("o", "overdue", day(FEB, 5), amount, who),)
    earned = {("A", "L1"): 1, ("B", "L1"): 2}
    result = pay_month(body, FEB, "AB", earned, events, ())
    lines = [line for row in result.rows.values() for line in row.loans]
    assert {line.subject: line.amount for line in lines} == withheld


@pytest.mark.parametrize(
    ("rule_", "who", "amount", "code"),
    [
        ({"amount_of": "fixed"}, None, None, "pay.event-without-owner"),
        ({"amount_of": "event_amount"}, "A", None, "pay.event-without-amount"),
    ],
)
def test_an_event_that_names_nobody_or_no_amount_is_an_issue(
    rule_: dict[str, Any], who: str | None, amount: int | None, code: str
) -> None:
    events = (event("o", "overdue", day(FEB, 5), amount, who),)
    result = pay_month(loan_scheme(**rule_), FEB, "A", {}, events, ())
    assert [found.code for found in result.issues] == [code]


def test_early_settlement_takes_at_most_what_the_loan_earned_each() -> None:
    rule_ = {"title": title(), "ratio": 2, "rounding": "half_up"}
    body = loan_scheme(settlement=rule_)
    events = (event("s", "settled_early", day(FEB, 5)), event("t", "settled_early", day(FEB, 6)))
    result = pay_month(body, FEB, "AB", {("A", "L1"): 1, ("B", "L2"): 1}, events, ())
    assert [(line.kind, line.amount) for line in result.rows["A"].loans] == [("taken_back", 20000)]
    assert result.rows["B"].loans == ()
    assert loan_earnings(entries_of(result)) == {("L1", "A"): 0, ("L2", "B"): 20000}


def test_an_event_outside_the_period_or_handled_before_does_nothing() -> None:
    body = loan_scheme()
    events = (event("o", "overdue", day(FEB, 5), 1000),)
    history = entries_of(pay_month(body, FEB, "A", {("A", "L1"): 1}, events, ()))
    assert pay_month(body, MAR, "A", {}, events, history).rows["A"].loans == ()
    again = settle_loans(board(body, [subject("A")], period=FEB), events, history, ())
    assert again.lines == ()


def charged(currency: str, who: str, **own: Any) -> PayResult:
    """Pay A for January 2025 with an event of a hundred units of a currency."""
    body = loan_scheme(**own)
    on = board(body, [subject(counted=(parse_period("2025-01").span,))], period="2025-01")
    compute_board(on)
    overdue = LoanEvent("E1", "L1", "overdue", day("2025-01", 3), 10_000, currency, who)
    return pay_subjects(on, PayInputs((), (overdue,), (), "2025-01"))


def test_an_amount_in_another_currency_than_pay_is_not_taken_as_it_stands() -> None:
    (found,) = charged("USD", "A", amount_of="event_amount").issues
    assert (found.code, found.severity) == ("pay.event-currency", "error")
    assert charged("CNY", "A", amount_of="event_amount").issues == ()
    fixed = charged("JPY", "A", amount_of="fixed", amount=50)
    assert (fixed.issues, fixed.rows["A"].payable) == ((), -5_000)


def test_an_event_of_somebody_who_is_not_appraised_is_told() -> None:
    (found,) = charged("CNY", "Z", amount_of="event_amount").issues
    assert (found.code, found.severity) == ("pay.event-not-charged", "note")
