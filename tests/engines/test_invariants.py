"""What must hold whatever the ledger: engine.md section 7, numbers 1, 2, 3 and 5."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given

from tests.engines.extremes import EXTREME_SPAN, extreme_ledger
from tests.engines.ledgers import Ledger, random_ledger
from tests.engines.questions import random_requests
from tests.engines.rangejoin import range_join_totals
from tests.engines.spans import EXAMPLES, RANDOM, SPAN
from tidui.core.appraisal.facts import CustomerRow, FactRequest, FactRow, FactTable
from tidui.core.calendar import OPEN_END, Span
from tidui.engines import (
    Engine,
    check_conservation,
    compute_facts,
    open_engine,
    prepare,
    release,
)


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with open_engine("duckdb", threads=2, memory="1GiB") as engine:
        yield engine


def facts_of(engine: Engine, ledger: Ledger, requests: list[FactRequest]) -> FactTable:
    with TemporaryDirectory() as folder:
        prepared = prepare(engine, deepcopy(ledger).write(Path(folder)), span=SPAN)
        assert prepared.issues == ()
        facts = compute_facts(engine, prepared, requests)
        release(engine, prepared)
    return facts


def linear(facts: FactTable) -> set[FactRow | CustomerRow]:
    """Leave out the counts of rows, the one thing that splitting a row changes."""
    return {
        *(replace(row, rows=0) for row in facts.rows),
        *(replace(row, rows=0) for row in facts.customers),
    }


def balance_requests() -> list[FactRequest]:
    return [FactRequest("balance", "balance", (SPAN,))]


def totals(facts: FactTable) -> dict[str, int]:
    return {
        subject: sum(row.total for row in rows)
        for subject, rows in groupby(facts.rows, key=lambda row: row.subject)
    }


@EXAMPLES
@given(RANDOM)
def test_all_holders_together_hold_the_ledger_on_each_day(engine: Engine, rng: Random) -> None:
    ledger = random_ledger(rng, SPAN)
    with TemporaryDirectory() as folder:
        prepared = prepare(engine, ledger.write(Path(folder)), span=SPAN)
        assert check_conservation(engine, prepared, SPAN) == ()
        days = [Span(day, day + 1) for day in range(SPAN.from_day, SPAN.to_day)]
        for day in rng.sample(days, 4):
            assert check_conservation(engine, prepared, day) == ()
        by_day = compute_facts(engine, prepared, [FactRequest("day", "balance", tuple(days))])
        for slice_no, day in enumerate(days):
            held = sum(row.total for row in by_day.rows if row.slice_no == slice_no)
            assert held == 1_000_000 * sum(
                row["balance"]
                for row in ledger.balances
                if row["from_day"] <= day.from_day < row["to_day"]
            )
        release(engine, prepared)


def test_a_cell_counted_twice_is_found(engine: Engine, tmp_path: Path) -> None:
    # The canary: an account delivered twice for a day has two cells there.
    ledger = random_ledger(Random(3), SPAN)
    while not ledger.balances:
        ledger = random_ledger(Random(4), SPAN)
    ledger.accounts += [deepcopy(row) for row in ledger.accounts]
    prepared = prepare(engine, ledger.write(tmp_path), span=SPAN)
    found = check_conservation(engine, prepared, SPAN)
    assert {one.code for one in found} == {"facts.not-conserved"}


@EXAMPLES
@given(RANDOM)
def test_moving_an_account_changes_only_giver_and_taker(engine: Engine, rng: Random) -> None:
    ledger = random_ledger(rng, SPAN)
    before = totals(facts_of(engine, ledger, balance_requests()))
    moved = [row for row in ledger.attributions if row["who"] == "e0"]
    for row in moved:
        row["who"] = "e1"
    after = totals(facts_of(engine, ledger, balance_requests()))
    assert {who: total for who, total in before.items() if who not in ("e0", "e1")} == {
        who: total for who, total in after.items() if who not in ("e0", "e1")
    }
    assert sum(before.values()) == sum(after.values())
    assert "e0" not in after


@EXAMPLES
@given(RANDOM)
def test_splitting_rows_changes_nothing_linear(engine: Engine, rng: Random) -> None:
    ledger = random_ledger(rng, SPAN)
    requests = [r for r in random_requests(rng, SPAN) if not r.by_account]
    before = facts_of(engine, ledger, requests)
    for table in ("accounts", "balances", "attributions", "customers"):
        rows = getattr(ledger, table)
        for row in list(rows):
            if rng.random() < 0.5:
                middle = rng.randint(SPAN.from_day - 5, SPAN.to_day + 5)
                if row["from_day"] < middle < row["to_day"]:
                    rows.append({**row, "from_day": middle})
                    row["to_day"] = middle
    assert linear(before) == linear(facts_of(engine, ledger, requests))


@EXAMPLES
@given(RANDOM)
def test_an_account_may_be_two(engine: Engine, rng: Random) -> None:
    ledger = random_ledger(rng, SPAN)
    before = totals(facts_of(engine, ledger, balance_requests()))
    for table in ("accounts", "balances", "attributions"):
        twins = [
            {**row, "account_no": row["account_no"] + "-twin"}
            for row in getattr(ledger, table)
            if row.get("account_no") is not None
        ]
        getattr(ledger, table).extend(twins)
    for row in ledger.balances:
        part = row["balance"] // 3
        row["balance"] = part if row["account_no"].endswith("-twin") else row["balance"] - part
    assert before == totals(facts_of(engine, ledger, balance_requests()))


@EXAMPLES
@given(RANDOM)
def test_daily_rows_intervals_and_the_range_join_agree(engine: Engine, rng: Random) -> None:
    ledger = random_ledger(rng, SPAN)
    # The naive join knows no rest and one level of attribution.
    ledger.attributions = [
        row for row in ledger.attributions if row.get("account_no") and row["basis"] == "main"
    ]
    found = totals(facts_of(engine, ledger, balance_requests()))
    found.pop("unassigned", None)
    with TemporaryDirectory() as folder:
        assert found == range_join_totals(deepcopy(ledger).write(Path(folder)), SPAN)
    daily = deepcopy(ledger)
    daily.balances = [
        {**row, "from_day": day, "to_day": day + 1}
        for row in ledger.balances
        for day in range(row["from_day"], row["to_day"])
    ]
    daily_found = totals(facts_of(engine, daily, balance_requests()))
    daily_found.pop("unassigned", None)
    assert daily_found == found


@EXAMPLES
@given(RANDOM)
def test_a_span_is_the_sum_of_its_pieces(engine: Engine, rng: Random) -> None:
    ledger = random_ledger(rng, SPAN)
    cut = rng.randint(SPAN.from_day + 1, SPAN.to_day - 1)
    pieces = (Span(SPAN.from_day, cut), Span(cut, SPAN.to_day))
    together = [FactRequest(kind, kind, (SPAN, *pieces)) for kind in ("balance", "flow")]
    apart = [
        FactRequest(f"{kind}{number}", kind, (span,))
        for kind in ("balance", "flow")
        for number, span in enumerate((SPAN, *pieces))
    ]
    facts = facts_of(engine, ledger, together + apart)
    sums = {(r.key, r.subject, r.currency, r.slice_no): (r.total, r.days) for r in facts.rows}
    for (key, subject, currency, slice_no), (total, days) in list(sums.items()):
        if key not in ("balance", "flow"):
            continue
        assert sums[(f"{key}{slice_no}", subject, currency, 0)] == (total, days)
        if slice_no == 0:
            parts = [sums.get((key, subject, currency, part), (0, 0)) for part in (1, 2)]
            assert (total, days) == tuple(map(sum, zip(*parts, strict=True)))


@EXAMPLES
@given(RANDOM)
def test_order_of_rows_and_threads_never_matter(engine: Engine, rng: Random) -> None:
    ledger = random_ledger(rng, SPAN)
    requests = random_requests(rng, SPAN)
    before = facts_of(engine, ledger, requests)
    shuffled = deepcopy(ledger)
    for table in ("accounts", "balances", "attributions", "customers", "flows"):
        rng.shuffle(getattr(shuffled, table))
    with open_engine("duckdb", threads=1, memory="512MiB") as other:
        assert facts_of(other, shuffled, requests) == before


@EXAMPLES
@given(RANDOM)
def test_scaling_the_money_scales_the_sums(engine: Engine, rng: Random) -> None:
    ledger = random_ledger(rng, SPAN)
    before = totals(facts_of(engine, ledger, balance_requests()))
    for row in ledger.balances:
        row["balance"] *= 7
    after = totals(facts_of(engine, ledger, balance_requests()))
    assert after == {who: 7 * total for who, total in before.items()}


def test_a_leap_year_has_366_days_and_open_ends_are_no_days(engine: Engine, tmp_path: Path) -> None:
    ledger = extreme_ledger()
    ledger.balances = [{**row, "to_day": OPEN_END} for row in ledger.balances[:1]]
    prepared = prepare(engine, ledger.write(tmp_path), span=EXTREME_SPAN)
    request = FactRequest("year", "balance", (EXTREME_SPAN,))
    days = {row.subject: row.days for row in compute_facts(engine, prepared, [request]).rows}
    assert days == {"e0": 366, "e1": 366, "unassigned": 366}
