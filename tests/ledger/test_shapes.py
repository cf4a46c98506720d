"""Snapshots, intervals and change points are three ways of saying the same thing."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tidui.core.calendar import Span
from tidui.ledger import create_ledger

FIRST = date(2025, 1, 30)
DAYS = 5
COVERAGE = (FIRST.isoformat(), (FIRST + timedelta(DAYS)).isoformat())
HEAD = "acct,day,amount\n"
balances = st.dictionaries(
    st.sampled_from(["A", "B", "C"]),
    st.lists(st.integers(0, 3) | st.just(10**15), min_size=DAYS, max_size=DAYS),
    min_size=1,
)
quick = settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@contextmanager
def fresh(bank: Any) -> Iterator[Any]:
    """A bank of its own for each example."""
    with tempfile.TemporaryDirectory() as folder:
        yield type(bank)(Path(folder), create_ledger(Path(folder) / "ledger"))


def iso(index: int) -> str:
    return (FIRST + timedelta(index)).isoformat()


def money(minor: int) -> str:
    return f"{minor // 100}.{minor % 100:02}"


def as_snapshots(truth: dict[str, list[int]]) -> str:
    rows = [f"{a},{iso(i)},{money(v)}\n" for i in range(DAYS) for a, v in
            ((a, values[i]) for a, values in truth.items())]  # fmt: skip
    return HEAD + "".join(rows)


def changes(values: list[int]) -> list[tuple[int, int]]:
    return [(i, v) for i, v in enumerate(values) if i == 0 or v != values[i - 1]]


def as_change_points(truth: dict[str, list[int]]) -> str:
    rows = [f"{a},{iso(i)},{money(v)}\n" for a, values in truth.items() for i, v in changes(values)]
    return HEAD + "".join(reversed(rows))


def as_intervals(truth: dict[str, list[int]]) -> str:
    rows = []
    for account, values in truth.items():
        found = changes(values)
        ends = [i for i, _ in found[1:]] + [DAYS]
        rows += [f"{account},{iso(i)},{iso(e)},{money(v)}\n"
                 for (i, v), e in zip(found, ends, strict=True)]  # fmt: skip
    return "acct,from,to,amount\n" + "".join(rows)


@quick
@given(truth=balances)
def test_all_three_shapes_give_the_same_balance_on_every_day(
    bank: Any, truth: dict[str, list[int]]
) -> None:
    wanted = {(a, iso(i)): v for a, values in truth.items() for i, v in enumerate(values)}
    for shape, content in (
        ("snapshots", as_snapshots(truth)),
        ("change_points", as_change_points(truth)),
        ("intervals", as_intervals(truth)),
    ):
        with fresh(bank) as own:
            report = own.load(content, shape=shape, coverage=COVERAGE)
            assert report.rows_rejected == 0
            assert own.daily() == wanted


@quick
@given(truth=balances, cut=st.integers(1, DAYS - 1))
def test_splitting_a_delivery_in_two_changes_no_day(
    bank: Any, truth: dict[str, list[int]], cut: int
) -> None:
    wanted = {(a, iso(i)): v for a, values in truth.items() for i, v in enumerate(values)}
    lines = as_snapshots(truth).splitlines(keepends=True)[1:]
    with fresh(bank) as own:
        for first, last in ((0, cut), (cut, DAYS)):
            inside = [line for line in lines if iso(first) <= line.split(",")[1] < iso(last)]
            own.load(HEAD + "".join(inside), coverage=(iso(first), iso(last)))
        assert own.daily() == wanted


def test_two_files_of_one_delivery_count_their_lines_on(bank: Any) -> None:
    one = bank.file(HEAD + "A,2025-01-01,1\n")
    two = bank.file(HEAD + "B,2025-01-01,2\nC,2025-01-01,x\n")
    report = bank.ledger.load(
        [one, two], table="balances", mapping_text=bank.mapping(), at="t", by="b"
    )
    assert (report.rows_in, report.rows_used) == (3, 2)
    assert bank.rejects(report) == [("3", "balance", "ledger.not-a-number")]
    line = next(r["line"] for r in bank.ledger.snapshot().rows("balances") if r["balance"] == 200)
    assert bank.ledger.locate(1, line) == (two.name, 2)


def test_a_change_point_holds_to_the_end_of_the_coverage_and_no_further(bank: Any) -> None:
    bank.load(
        HEAD + "A,2025-01-30,1\n", shape="change_points", coverage=("2025-01-01", "2025-02-03")
    )
    assert sorted(day for _, day in bank.daily()) == [
        "2025-01-30", "2025-01-31", "2025-02-01", "2025-02-02",
    ]  # fmt: skip


def test_the_last_change_point_before_the_coverage_is_its_opening_balance(bank: Any) -> None:
    content = HEAD + "A,2024-11-01,1\nA,2024-12-24,2\nA,2025-01-02,3\n"
    bank.load(content, shape="change_points", coverage=("2025-01-01", "2025-01-04"))
    assert bank.daily() == {
        ("A", "2025-01-01"): 200, ("A", "2025-01-02"): 300, ("A", "2025-01-03"): 300,
    }  # fmt: skip


def test_an_interval_is_clipped_at_both_ends_of_the_coverage(bank: Any) -> None:
    content = "acct,from,to,amount\nA,2024-01-01,9999-12-31,1\n"
    bank.load(content, shape="intervals", coverage=("2025-01-31", "2025-02-02"))
    assert sorted(day for _, day in bank.daily()) == ["2025-01-31", "2025-02-01"]


def test_an_undelivered_day_of_a_snapshot_is_missing_and_not_zero(bank: Any, to_day: Any) -> None:
    content = HEAD + "A,2025-01-01,1\nA,2025-01-04,1\n"
    report = bank.load(content, coverage=("2025-01-01", "2025-01-05"))
    assert ("A", "2025-01-02") not in bank.daily()
    span = Span(to_day("2025-01-01"), to_day("2025-01-06"))
    missing = bank.ledger.snapshot().missing_days("balances", span)
    assert missing == (
        ("core", to_day("2025-01-02"), to_day("2025-01-04")),
        ("core", to_day("2025-01-05"), to_day("2025-01-06")),
    )
    assert [problem.code for problem in report.issues] == ["ledger.days-missing"]


def test_filled_days_hold_the_previous_balance_and_are_counted(bank: Any, to_day: Any) -> None:
    content = HEAD + "A,2025-01-02,1\nB,2025-01-02,7\nA,2025-01-05,2\n"
    bank.load(content, coverage=("2025-01-01", "2025-01-07"), fill="previous_day")
    daily = bank.daily()
    assert [daily.get(("A", f"2025-01-0{d}")) for d in range(1, 7)] == [
        None, 100, 100, 100, 200, 200,
    ]  # fmt: skip
    assert ("B", "2025-01-05") not in daily
    (coverage,) = bank.ledger.snapshot().coverage("balances")
    assert coverage.filled_days == 3
    span = Span(to_day("2025-01-01"), to_day("2025-01-07"))
    assert bank.ledger.snapshot().missing_days("balances", span) == (
        ("core", to_day("2025-01-01"), to_day("2025-01-02")),
    )


def test_equal_snapshots_become_one_interval_that_names_its_first_row(bank: Any) -> None:
    content = HEAD + "A,2025-01-01,1\nA,2025-01-02,1\nA,2025-01-03,2\n"
    bank.load(content, coverage=("2025-01-01", "2025-01-04"))
    rows = bank.ledger.snapshot().rows("balances")
    assert [(r["to_day"] - r["from_day"], r["line"]) for r in rows] == [(2, 2), (1, 4)]


@pytest.mark.parametrize("marks", [("2000-02-29", "2000-03-01"), ("2024-02-29", "2024-03-01")])
def test_a_leap_day_is_a_day(bank: Any, marks: tuple[str, str]) -> None:
    content = HEAD + f"A,{marks[0]},1\nA,{marks[1]},2\n"
    report = bank.load(content, coverage=(marks[0], "2024-03-02"), shape="change_points")
    assert report.rows_used == 2


def test_loan_class_and_overdue_days_split_intervals_like_balances(bank: Any) -> None:
    rules = {
        "account_no": {"column": "acct"}, "currency": {"constant": "CNY"},
        "day": {"column": "day"}, "balance": {"column": "amount"},
        "class": {"column": "class", "codes": {"正常": 1, "可疑": 4}},
        "overdue_days": {"column": "overdue"},
    }  # fmt: skip
    content = (
        "acct,day,amount,class,overdue\nA,2025-01-01,1,正常,0\nA,2025-01-02,1,正常,0\n"
        "A,2025-01-03,1,可疑,1\nA,2025-01-04,1,,\nA,2025-01-05,1,损失,0\n"
    )
    report = bank.load(content, coverage=("2025-01-01", "2025-01-06"), columns=rules)
    assert bank.rejects(report) == [("6", "class", "ledger.unknown-code")]
    rows = bank.ledger.snapshot().rows("balances")
    assert [(r["class"], r["overdue_days"]) for r in rows] == [(1, 0), (4, 1), (None, None)]
