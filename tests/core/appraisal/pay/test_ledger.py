"""The pay ledger: balanced groups and what follows from them."""

from __future__ import annotations

from tidui.core.appraisal.pay.ledger import (
    PayEntry,
    Posting,
    balances,
    loan_earnings,
    outstanding_deductions,
    unbalanced_groups,
)

POSTING = Posting("A", "CNY", "2025-01", "2025-01")


def test_a_move_is_a_group_that_sums_to_zero() -> None:
    entries = POSTING.move("points", 500, "earned", "payable")
    assert [(entry.account, entry.amount) for entry in entries] == [
        ("earned", -500), ("payable", 500),
    ]  # fmt: skip
    assert unbalanced_groups(entries) == ()
    assert unbalanced_groups(entries[:1]) == (entries[0].group,)


def test_nothing_moved_is_nothing_posted() -> None:
    assert POSTING.move("points", 0, "earned", "payable") == ()


def test_balances_add_up_by_subject_and_account() -> None:
    entries = (
        *POSTING.move("points", 500, "earned", "payable"),
        *POSTING.move("overdue", 120, "payable", "deducted", loan="L1", reference="o1"),
    )
    assert balances(entries) == {
        ("A", "earned"): -500,
        ("A", "payable"): 380,
        ("A", "deducted"): 120,
    }


def test_what_a_loan_earned_is_less_what_was_taken_back() -> None:
    entries = (
        *POSTING.move("points", 500, "earned", "payable", loan="L1"),
        *POSTING.move("early_settlement", 150, "payable", "earned", loan="L1", reference="s1"),
        *POSTING.move("points", 70, "earned", "payable"),
    )
    assert loan_earnings(entries) == {("L1", "A"): 350}


def test_a_deduction_knows_what_is_left_of_it() -> None:
    entries = (
        *POSTING.move("overdue", 120, "payable", "deducted", loan="L1", reference="o1", due_day=9),
        *POSTING.move("overdue", 50, "refunded", "payable", loan="L1", reference="o1"),
    )
    (found,) = outstanding_deductions(entries)
    assert (found.taken, found.refunded, found.left, found.day) == (120, 50, 70, 9)


def test_an_entry_orders_by_its_group() -> None:
    first, second = POSTING.move("points", 1, "earned", "payable")
    assert sorted([second, first]) == [first, second]
    assert isinstance(first, PayEntry)
