"""A higher delivery supersedes its feed for the days it covers, and nothing else."""

from __future__ import annotations

import tempfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tidui.core.calendar import Span
from tidui.ledger import LedgerError, create_ledger

FIRST = date(2025, 1, 29)
HEAD = "acct,from,to,amount\n"
LONGEST = 8


def iso(index: int) -> str:
    return (FIRST + timedelta(index)).isoformat()


loads = st.tuples(
    st.just("load"), st.sampled_from(["core", "branch"]), st.integers(0, LONGEST - 1),
    st.integers(1, LONGEST), st.lists(st.sampled_from("AB"), min_size=1, max_size=2, unique=True),
    st.integers(1, 9),
)  # fmt: skip
reverts = st.tuples(st.just("revert"), st.integers(0, 5))


class Naive:
    """The definition: every active delivery written day by day, in order of numbers."""

    def __init__(self) -> None:
        self.loads: dict[int, tuple[str, range, dict[tuple[str, int], int]]] = {}

    def daily(self) -> dict[tuple[str, str, str], int]:
        found: dict[tuple[str, str, int], int] = {}
        for _, (feed, days, rows) in sorted(self.loads.items()):
            for key in [k for k in found if k[0] == feed and k[2] in days]:
                del found[key]
            found |= {(feed, account, day): value for (account, day), value in rows.items()}
        return {(feed, account, iso(day)): value for (feed, account, day), value in found.items()}


def effective(ledger: Any) -> dict[tuple[str, str, str], int]:
    """Read every part in force, day by day."""
    found: dict[tuple[str, str, str], int] = {}
    for part in ledger.snapshot().parts("balances"):
        query = f"SELECT account_no, from_day, to_day, balance FROM read_parquet('{part.path}')"
        with duckdb.connect() as connection:
            rows = connection.execute(query).fetchall()
        for account, from_day, to_day, balance in rows:
            assert part.from_day <= from_day < to_day <= part.to_day
            for day in range(from_day, to_day):
                key = (part.feed, account, date.fromordinal(719163 + day).isoformat())
                assert key not in found
                found[key] = balance
    return found


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=st.lists(loads | reverts, min_size=2, max_size=5))
def test_any_sequence_of_loads_and_reverts_equals_the_naive_model(
    bank: Any, steps: list[Any]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        own = type(bank)(Path(folder), create_ledger(Path(folder) / "ledger"))
        naive = Naive()
        for number, step in enumerate(steps):
            if step[0] == "load":
                _, feed, first, length, accounts, value = step
                last = min(first + length, LONGEST)
                rows = "".join(
                    f"{a},{iso(first)},{iso(last)},{value}{number:04}\n" for a in accounts
                )
                report = own.load(
                    HEAD + rows, shape="intervals", feed=feed, coverage=(iso(first), iso(last))
                )
                minor = int(f"{value}{number:04}00")
                days = range(first, last)
                naive.loads[report.delivery] = (
                    feed, days, {(a, day): minor for a in accounts for day in days},
                )  # fmt: skip
            elif naive.loads:
                number_ = sorted(naive.loads)[step[1] % len(naive.loads)]
                own.ledger.revert(number_, reason="test", by="test", at="t")
                del naive.loads[number_]
            assert effective(own.ledger) == naive.daily()
        assert own.ledger.verify() == ()


def test_the_same_delivery_again_changes_nothing(bank: Any) -> None:
    path = bank.file(HEAD + "A,2025-01-01,2025-01-02,1\n")
    first = bank.load(path, shape="intervals")
    head = bank.ledger.head()
    again = bank.load(path, shape="intervals")
    assert again.already_loaded
    assert again.delivery == first.delivery
    assert (again.rows_in, again.amount_in) == (first.rows_in, first.amount_in)
    assert bank.ledger.head() == head


def test_a_comment_in_the_mapping_makes_no_other_delivery(bank: Any) -> None:
    path = bank.file(HEAD + "A,2025-01-01,2025-01-02,1\n")
    bank.load(path, shape="intervals")
    text = "# as agreed with the sender\n" + bank.mapping(shape="intervals")
    again = bank.ledger.load(path, table="balances", mapping_text=text, at="t", by="b")
    assert again.already_loaded


def test_a_reverted_delivery_can_be_loaded_again(bank: Any) -> None:
    path = bank.file(HEAD + "A,2025-01-01,2025-01-02,1\n")
    bank.load(path, shape="intervals")
    bank.ledger.revert(1, reason="wrong", by="b", at="t")
    assert bank.daily() == {}
    again = bank.load(path, shape="intervals")
    assert (again.already_loaded, again.delivery) == (False, 3)
    assert bank.daily() == {("A", "2025-01-01"): 100}


def test_an_old_snapshot_stays_what_it_was(bank: Any) -> None:
    bank.load(HEAD + "A,2025-01-01,2025-01-02,1\n", shape="intervals")
    bank.load(HEAD + "A,2025-01-01,2025-01-02,2\n", shape="intervals")
    bank.ledger.revert(2, reason="wrong", by="b", at="t")
    day = ("A", "2025-01-01")
    assert [bank.daily(at=n).get(day) for n in range(4)] == [None, 100, 200, 100]


@pytest.mark.parametrize("number", [0, 1, 3, 99])
def test_only_a_standing_delivery_can_be_reverted(bank: Any, number: int) -> None:
    bank.load(HEAD + "A,2025-01-01,2025-01-02,1\n", shape="intervals")
    bank.ledger.append("posting", {"x": 1}, at="t")
    bank.ledger.revert(1, reason="wrong", by="b", at="t")
    with pytest.raises(LedgerError):
        bank.ledger.revert(number, reason="again", by="b", at="t")
    assert bank.ledger.head()[0] == 3


def test_the_same_account_day_in_two_feeds_is_a_conflict_that_names_both(
    bank: Any, to_day: Any
) -> None:
    bank.load(HEAD + "A,2025-01-01,2025-01-05,1\n", shape="intervals", feed="core")
    bank.load(HEAD + "A,2025-01-04,2025-01-09,1\n", shape="intervals", feed="branch-0731")
    span = Span(to_day("2025-01-01"), to_day("2025-02-01"))
    (found,) = bank.ledger.snapshot().conflicts(span)
    values = dict(found.values)
    assert (values["feed"], values["other_feed"]) == ("branch-0731", "core")
    assert (values["first"], values["last"]) == ("2025-01-04", "2025-01-05")
    outside = Span(to_day("2025-01-05"), to_day("2025-02-01"))
    assert bank.ledger.snapshot().conflicts(outside) == ()
    bank.ledger.revert(2, reason="twice", by="b", at="t")
    assert bank.ledger.snapshot().conflicts(span) == ()


def test_a_delivery_of_another_feed_leaves_the_files_of_the_first_alone(bank: Any) -> None:
    bank.load(HEAD + "A,2025-01-01,2025-01-05,1\n", shape="intervals", feed="core")
    before = bank.ledger.snapshot().parts("balances")
    bank.load(HEAD + "B,2025-01-01,2025-01-05,1\n", shape="intervals", feed="branch")
    assert [p for p in bank.ledger.snapshot().parts("balances") if p.feed == "core"] == list(before)


def test_the_worked_table_of_the_docs_holds(bank: Any) -> None:
    for first, last, value in ((1, 10, 100), (4, 8, 200), (5, 7, 300)):
        days = (f"2025-01-{first:02}", f"2025-01-{last:02}")
        content = HEAD + f"A,{days[0]},{days[1]},{value}\n"
        bank.load(content, shape="intervals", coverage=days)
    assert sum(bank.daily().values()) == 150_000
    bank.ledger.revert(2, reason="docs", by="b", at="t")
    assert sum(bank.daily().values()) == 130_000
