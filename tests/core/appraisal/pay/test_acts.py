"""Vesting, paying out and clawing back, in any order: every group balances, nothing is lost."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tidui.core.appraisal.inputs import OpeningRow
from tidui.core.appraisal.pay.acts import claw_back, open_entries, pay_out, vest
from tidui.core.appraisal.pay.ledger import (
    PayEntry,
    Posting,
    balances,
    outstanding_deductions,
    unbalanced_groups,
)

SUBJECTS = st.sampled_from(["A", "B"])
PERIODS = st.sampled_from(["2023", "2024"])


class PayLedger(RuleBasedStateMachine):
    """Acts on a pay ledger in any interleaving."""

    def __init__(self) -> None:
        super().__init__()
        self.entries: tuple[PayEntry, ...] = ()
        self.acts = 0

    @initialize(amounts=st.lists(st.integers(1, 10**9), min_size=4, max_size=4))
    def earn(self, amounts: list[int]) -> None:
        places = [(s, p) for s in "AB" for p in ("2023", "2024")]
        for (name, period), amount in zip(places, amounts, strict=True):
            posting = Posting(name, "CNY", period, period)
            self.entries += posting.move("points", amount, "earned", "payable")
            for number in range(3):
                self.entries += posting.move(
                    "deferral", amount // 10, "payable", "deferred",
                    reference=f"tranche {number}", due_day=1000 * (number + 1),
                )  # fmt: skip

    def _act(self) -> str:
        self.acts += 1
        return f"act {self.acts}"

    @rule(day=st.integers(0, 4000))
    def vest_tranches(self, day: int) -> None:
        done = vest(self.entries, day, "2026")
        self.entries += done
        assert vest(self.entries, day, "2026") == ()

    @rule()
    def pay(self) -> None:
        self.entries += pay_out(self.entries, "2026", self._act())
        sums = balances(self.entries)
        for name in "AB":
            assert sums.get((name, "payable"), 0) + sums.get((name, "vested"), 0) <= 0

    @rule(name=SUBJECTS, period=PERIODS, percent=st.integers(0, 100))
    def claw(self, name: str, period: str, percent: int) -> None:
        share = Fraction(percent, 100)
        done = claw_back(self.entries, name, period, share, "2026", self._act())
        self.entries += done
        again = claw_back(self.entries, name, period, share, "2026", self._act())
        assert again == ()

    @invariant()
    def every_group_balances_and_nobody_loses_more_than_he_earned(self) -> None:
        assert unbalanced_groups(self.entries) == ()
        for name in "AB":
            for period in ("2023", "2024"):
                own = [e for e in self.entries if (e.subject, e.earned_period) == (name, period)]
                sums = balances(own)
                earned = -sums.get((name, "earned"), 0)
                assert 0 <= sums.get((name, "clawed_back"), 0) <= earned
                for account in ("payable", "deferred", "vested", "paid"):
                    assert sums.get((name, account), 0) >= 0


PayLedger.TestCase.settings = settings(max_examples=40, stateful_step_count=15, deadline=None)
TestPayLedger = PayLedger.TestCase


def test_deferred_pay_is_clawed_back_before_what_was_paid() -> None:
    posting = Posting("A", "CNY", "2024", "2024")
    entries = (
        *posting.move("points", 1000, "earned", "payable"),
        *posting.move("deferral", 400, "payable", "deferred", reference="tranche 1", due_day=1),
    )
    entries += pay_out(entries, "2025", "march")
    entries += claw_back(entries, "A", "2024", Fraction(1, 2), "2026", "case 1")
    sums = balances(entries)
    assert (sums["A", "deferred"], sums["A", "paid"], sums["A", "clawed_back"]) == (0, 500, 500)


def test_a_negative_balance_is_not_paid_and_is_netted_later() -> None:
    posting = Posting("A", "CNY", "2024", "2024")
    entries = posting.move("overdue", 300, "payable", "deducted", loan="L", reference="o")
    assert pay_out(entries, "2025", "march") == ()
    entries += Posting("A", "CNY", "2025", "2025").move("points", 500, "earned", "payable")
    entries += pay_out(entries, "2025", "april")
    sums = balances(entries)
    assert (sums["A", "payable"], sums["A", "paid"]) == (0, 200)


def test_nothing_earned_can_not_be_clawed_back() -> None:
    with pytest.raises(ValueError, match="nothing was earned"):
        claw_back((), "A", "2024", Fraction(1), "2026", "case")
    with pytest.raises(ValueError, match="share"):
        claw_back((), "A", "2024", Fraction(3, 2), "2026", "case")


def test_openings_come_in_as_entries_of_the_time_before() -> None:
    rows = [
        OpeningRow("A", None, "deferred", 700, "CNY", 10, 99, "2022 tranche"),
        OpeningRow("A", "L9", "deduction", 80, "CNY", 10, None, "overdue:o7"),
    ]
    entries = open_entries(rows, "2025")
    assert unbalanced_groups(entries) == ()
    assert balances(entries)["A", "deferred"] == 700
    (left,) = outstanding_deductions(entries)
    assert (left.item, left.reference, left.left) == ("overdue", "overdue:o7", 80)


def test_a_tranche_corrected_after_it_vested_is_netted() -> None:
    posting = Posting("A", "CNY", "2024", "2024")
    entries = (
        *posting.move("points", 1000, "earned", "payable"),
        *posting.move("deferral", 400, "payable", "deferred", reference="tranche 1", due_day=1),
    )
    entries += vest(entries, 2, "2025")
    entries += posting.move("points", -500, "earned", "payable")
    entries += posting.move("deferral", -200, "payable", "deferred", reference="tranche 1",
                            due_day=1)  # fmt: skip
    entries += vest(entries, 2, "2026")
    entries += pay_out(entries, "2026", "march")
    sums = balances(entries)
    assert (sums["A", "deferred"], sums["A", "vested"], sums["A", "paid"]) == (0, 0, 500)


def test_one_currency_is_not_netted_against_another() -> None:
    owed = Posting("A", "CNY", "2024", "2024").move("overdue", 300, "payable", "deducted")
    entries = owed + Posting("A", "USD", "2024", "2024").move("points", 500, "earned", "payable")
    paid = pay_out(entries, "2025", "march")
    assert {(e.currency, e.amount) for e in paid if e.account == "paid"} == {("USD", 500)}
