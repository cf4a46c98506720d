"""Corrections as a machine: a closed period is a prefix, and correcting twice corrects once."""

from __future__ import annotations

from collections import defaultdict

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from tidui.core.appraisal.corrections import correct_period
from tidui.core.appraisal.pay.acts import pay_out, vest
from tidui.core.appraisal.pay.ledger import PayEntry, Posting, unbalanced_groups

AMOUNTS = st.integers(-5000, 20000)
KNOWN = st.dictionaries(
    st.tuples(st.sampled_from("AB"), st.sampled_from(["points", "bonus"]),
              st.sampled_from(["", "L1", "L2"])),
    AMOUNTS, max_size=5,
)  # fmt: skip


def computed(known: dict[tuple[str, str, str], int], period: str, booked: str) -> list[PayEntry]:
    """Return the entries of a fresh computation: earnings, and a deferred tenth of each."""
    entries: list[PayEntry] = []
    for (name, item, loan), amount in sorted(known.items()):
        posting = Posting(name, "CNY", period, booked)
        entries += posting.move(item, amount, "earned", "payable", loan=loan)
        entries += posting.move(
            f"defer {item}", max(0, amount) // 10, "payable", "deferred", loan=loan, due_day=500
        )
    return entries


def cells(entries: list[PayEntry]) -> dict[tuple[str, str, str, str], int]:
    """Sum entries by subject, item, loan and account, zero sums left out."""
    sums: dict[tuple[str, str, str, str], int] = defaultdict(int)
    for entry in entries:
        sums[entry.subject, entry.item, entry.loan, entry.account] += entry.amount
    return {key: value for key, value in sums.items() if value}


class Books(RuleBasedStateMachine):
    """A closed period, corrected again and again while pay goes on."""

    def __init__(self) -> None:
        super().__init__()
        self.known: dict[tuple[str, str, str], int] = {}
        self.entries: list[PayEntry] = computed({("A", "points", ""): 1000}, "2024", "2024")
        self.known = {("A", "points", ""): 1000}
        self.closed = list(self.entries)

    @rule(known=KNOWN)
    def correct(self, known: dict[tuple[str, str, str], int]) -> None:
        self.known = known
        fresh = computed(known, "2024", "2025")
        done, _ = correct_period(self.entries, fresh, "2024", "2025")
        self.entries += done
        again, differences = correct_period(self.entries, fresh, "2024", "2025")
        assert again == ()
        assert differences == ()

    @rule()
    def vest_and_pay(self) -> None:
        self.entries += vest(self.entries, 500, "2026")
        self.entries += pay_out(self.entries, "2026", f"pay {len(self.entries)}")

    @rule(amount=st.integers(1, 900))
    def another_period(self, amount: int) -> None:
        self.entries += computed({("A", "points", ""): amount}, "2025", "2025")

    @invariant()
    def the_closed_entries_are_a_prefix(self) -> None:
        assert self.entries[: len(self.closed)] == self.closed

    @invariant()
    def every_group_balances(self) -> None:
        assert unbalanced_groups(self.entries) == ()

    @invariant()
    def the_sum_by_earned_period_is_a_fresh_computation(self) -> None:
        own = [
            entry
            for entry in self.entries
            if entry.earned_period == "2024" and entry.account == "earned"
        ]
        fresh = [e for e in computed(self.known, "2024", "2024") if e.account == "earned"]
        assert cells(own) == cells(fresh)


Books.TestCase.settings = settings(max_examples=60, stateful_step_count=12, deadline=None)
TestBooks = Books.TestCase


def test_a_difference_names_what_was_booked_and_what_is_right() -> None:
    booked = computed({("A", "points", ""): 1000}, "2024", "2024")
    fresh = computed({("A", "points", ""): 1200}, "2024", "2025")
    entries, differences = correct_period(booked, fresh, "2024", "2025")
    assert {entry.booked_period for entry in entries} == {"2025"}
    assert {entry.earned_period for entry in entries} == {"2024"}
    found = {(one.item, one.booked, one.correct) for one in differences}
    assert found == {("points", 1000, 1200), ("defer points", -100, -120)}
