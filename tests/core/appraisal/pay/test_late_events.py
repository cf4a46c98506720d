"""Loan events that come late: corrected month by month, the books are those of a fresh start."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tidui.core.appraisal.corrections import correct_period
from tidui.core.appraisal.inputs import LoanEvent
from tidui.core.appraisal.pay.ledger import (
    PayEntry,
    outstanding_deductions,
    unbalanced_groups,
)

from .test_loans import day, entries_of, event, loan_scheme, pay_month

MONTHS = ("2025-01", "2025-02", "2025-03", "2025-04")
EARNED = {("A", "L1"): 1, ("B", "L1"): 2, ("B", "L2"): 1}
KINDS = st.sampled_from(["overdue", "recovered", "recovered", "finding", "settled_early"])
EVENTS = st.lists(
    st.tuples(KINDS, st.integers(0, 119), st.sampled_from(["L1", "L2"]),
              st.sampled_from([250, 500, 1000]), st.booleans()),
    max_size=8,
)  # fmt: skip
BODY = loan_scheme(
    settlement={"title": {"zh": "x", "en": "x"}, "ratio": 1, "rounding": "half_up"},
    later_recovery="proportional",
)


def before(entries: tuple[PayEntry, ...], month: str) -> tuple[PayEntry, ...]:
    """Return what was earned before a month."""
    return tuple(entry for entry in entries if entry.earned_period < month)


def month_of(
    month: str, events: tuple[LoanEvent, ...], history: tuple[PayEntry, ...]
) -> tuple[PayEntry, ...]:
    """Compute a month afresh."""
    earned = EARNED if month == MONTHS[0] else {}
    return entries_of(pay_month(BODY, month, "AB", earned, events, before(history, month)))


def cells(entries: tuple[PayEntry, ...]) -> dict[Any, int]:
    """Sum entries by earned period, subject, item, loan, reference and account."""
    sums: dict[Any, int] = defaultdict(int)
    for e in entries:
        sums[e.earned_period, e.subject, e.item, e.loan, e.reference, e.account] += e.amount
    return {key: amount for key, amount in sums.items() if amount}


@settings(max_examples=80, deadline=None)
@given(EVENTS)
def test_late_events_corrected_in_order_give_the_books_of_a_fresh_start(drawn: list[Any]) -> None:
    start = day(MONTHS[0])
    events = tuple(
        event(f"e{number}", kind, start + on, amount, None, loan)
        for number, (kind, on, loan, amount, _) in enumerate(drawn)
    )
    known = tuple(e for e, (*_, in_time) in zip(events, drawn, strict=True) if in_time)
    fresh: tuple[PayEntry, ...] = ()
    booked: tuple[PayEntry, ...] = ()
    for month in MONTHS:
        fresh += month_of(month, events, fresh)
        booked += month_of(month, known, booked)
    closed = booked
    for month in MONTHS:
        done, _ = correct_period(booked, month_of(month, events, booked), month, "2025-05")
        booked += done
        again, _ = correct_period(booked, month_of(month, events, booked), month, "2025-05")
        assert again == ()
    assert booked[: len(closed)] == closed
    assert unbalanced_groups(booked) == ()
    assert cells(booked) == cells(fresh)
    assert all(0 <= one.refunded <= one.taken for one in outstanding_deductions(booked))
