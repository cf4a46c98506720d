"""The chain: refuses and names what is missing; scaling money changes no score."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import CAUSES, fact, scheme, spell, title
from tidui.core.appraisal.chain import CALCULATION, Appraisal, appraise, prepare
from tidui.core.appraisal.facts import FactRow, FactTable
from tidui.core.appraisal.inputs import Inputs, TargetRow
from tidui.core.appraisal.scheme.document import Scheme
from tidui.core.calendar import parse_period

PERIOD = parse_period("2025")
DEPOSITS = {"title": title(), "unit": "CNY", "fact": "balance_average", "averaging": "daily"}


def scored(bound: int = 1000) -> Scheme:
    """Return a scheme with an attainment, a table of money and a rank."""
    rows = [{"to": bound, "value": 1}, {"from": bound, "value": 2}]
    return scheme(
        indicators={"deposits": DEPOSITS},
        scores={
            "attained": {"title": title(), "unit": "ratio", "value": {
                "attainment": {"of": "deposits", "target": "delivered", "progress": "none"}}},
            "step": {"title": title(), "value": {
                "step_table": {"of": "deposits", "mode": "whole", "rows": rows}}},
            "total": {"title": title(), "value": {"sum": [{"product": ["attained", 100]}, "step"]}},
        },
        ranks={"place": {"title": title(), "of": "total", "best": "high", "within": [],
                         "ties": "share_best", "min_group": 1, "cut": "ceil",
                         "below_min_group": "widen_population"}},
    )  # fmt: skip


def run(body: Scheme, money: list[int], targets: list[int], *, order: bool = False) -> Appraisal:
    """Appraise people with average balances in yuan against targets in yuan."""
    names = [f"S{number}" for number in range(len(money))]
    people = [spell(name) for name in names]
    facts: list[FactRow] = [
        fact("deposits", name, amount * 100 * 10**6 * 365)
        for name, amount in zip(names, money, strict=True)
    ]
    wanted = [
        TargetRow(name, "deposits", "2025", Fraction(target), "CNY", 1)
        for name, target in zip(names, targets, strict=True)
    ]
    if order:
        people, facts, wanted = people[::-1], facts[::-1], wanted[::-1]
    inputs = Inputs(tuple(people), "CNY", PERIOD.to_on, targets=tuple(wanted))
    asked = prepare(body, PERIOD, inputs)
    return appraise(body, PERIOD, inputs, asked.population, FactTable((), tuple(facts)))


MONEY = st.lists(st.tuples(st.integers(0, 10**6), st.integers(1, 10**6)), min_size=1, max_size=6)


@given(MONEY, st.integers(1, 10**6))
def test_scaling_all_money_changes_no_score_and_no_place(
    pairs: list[tuple[int, int]], factor: int
) -> None:
    money, targets = [a for a, _ in pairs], [b for _, b in pairs]
    one = run(scored(1000), money, targets)
    other = run(scored(1000 * factor), [a * factor for a in money], [b * factor for b in targets])
    for name in ("attained", "step", "total"):
        assert one.board.columns[name] == other.board.columns[name]
    assert one.board.places == other.board.places


@given(MONEY)
def test_the_order_of_rows_and_people_changes_nothing(pairs: list[tuple[int, int]]) -> None:
    money, targets = [a for a, _ in pairs], [b for _, b in pairs]
    one, other = run(scored(), money, targets), run(scored(), money, targets, order=True)
    assert one.board.columns == other.board.columns
    assert one.board.places == other.board.places
    assert list(one.board.subjects) == list(other.board.subjects)


def test_a_missing_and_an_unconfirmed_target_are_named_with_whom() -> None:
    people = (spell("A"), spell("B"))
    wanted = (TargetRow("B", "deposits", "2025", Fraction(5), "CNY", None),)
    inputs = Inputs(people, "CNY", PERIOD.to_on, targets=wanted)
    asked = prepare(scored(), PERIOD, inputs)
    result = appraise(scored(), PERIOD, inputs, asked.population, FactTable(()))
    found = {(one.code, dict(one.values)["subject"]) for one in result.issues}
    assert found == {("target.missing", "A"), ("target.unconfirmed", "B")}
    assert result.refused


@pytest.mark.parametrize(
    ("own", "period", "code"),
    [
        ({"scores": {"x": {"title": title(), "value": "open"}}}, "2025", "scheme.open"),
        ({}, "2025Q1", "run.period-length"),
        ({}, "2024", "run.not-in-force"),
        ({"population": {"line": "retail"}}, "2025", "run.nobody"),
        ({"part_periods": {c: "by_days" for c in CAUSES if c != "joined"}}, "2025",
         "population.no-rule"),
    ],
)  # fmt: skip
def test_what_can_not_be_run_is_refused_before_the_engine_is_asked(
    own: dict[str, Any], period: str, code: str
) -> None:
    late = spell(span=type(PERIOD.span)(PERIOD.span.from_day + 9, PERIOD.span.to_day))
    body = scheme(**{"indicators": {"deposits": DEPOSITS}, **own})
    asked = prepare(body, parse_period(period), Inputs((late,), "CNY", PERIOD.to_on))
    assert code in {one.code for one in asked.issues}
    assert asked.batches == ()


def test_nothing_in_the_ledger_is_an_average_of_zero_and_no_target_is_not() -> None:
    result = run(scored(), [0], [10])
    assert result.board.columns["deposits"]["S0"] == 0
    assert not result.refused


def test_money_to_the_limit_stays_exact() -> None:
    result = run(scored(), [10**13], [3])
    assert result.board.columns["attained"]["S0"] == Fraction(10**13, 3)
    assert Decimal(CALCULATION) >= 1
