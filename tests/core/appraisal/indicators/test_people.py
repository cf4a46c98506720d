"""Measures and head-counts: delivered once, unknown is not zero, and who counts on the last day."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from tests.factories import scheme, spell, subject, title, year
from tidui.core.appraisal.chain import build_board, compute_board
from tidui.core.appraisal.facts import FactTable
from tidui.core.appraisal.inputs import EmployeeSpell, Inputs, MeasureRow
from tidui.core.appraisal.population import PopulationResult
from tidui.core.calendar import Span, parse_period
from tidui.core.values import Missing, Value

PERIOD = parse_period("2025")


def value(
    node: dict[str, Any], who: str = "A", measures: tuple[MeasureRow, ...] = (),
    people: tuple[EmployeeSpell, ...] = (), **own: Any,
) -> Value:  # fmt: skip
    """Read one indicator of a subject."""
    body = scheme(indicators={"x": {"title": title(), "unit": "point", **node}})
    inputs = Inputs(people, "CNY", PERIOD.to_on, measures=measures)
    population = PopulationResult((subject(who, **own),), ())
    on = build_board(body, PERIOD, inputs, population, FactTable(()))
    compute_board(on)
    return on.columns["x"][who]


def mark(amount: int | None, period: str = "2025", code: str = "exam") -> MeasureRow:
    """Build a delivered mark of A."""
    return MeasureRow("A", code, period, None if amount is None else Fraction(amount), "point")


@pytest.mark.parametrize(
    ("combine", "rows", "wanted"),
    [
        ("only", [mark(80)], 80), ("only", [], "not_delivered"),
        ("only", [mark(None)], "unknown"), ("only", [mark(0)], 0),
        ("only", [mark(80), mark(90)], "delivered_twice"),
        ("sum", [mark(80), mark(90)], 170), ("mean", [mark(80), mark(91)], Fraction(171, 2)),
        ("mean", [mark(80), mark(None)], "unknown"),
        ("only", [mark(80, period="2024")], "not_delivered"),
        ("only", [mark(80, code="other")], "not_delivered"),
    ],
)  # fmt: skip
def test_a_measure_is_what_was_delivered_and_nothing_else(
    combine: str, rows: list[MeasureRow], wanted: Any
) -> None:
    found = value({"fact": "measure", "code": "exam", "combine": combine}, measures=tuple(rows))
    assert (found.reason if isinstance(found, Missing) else found) == wanted


ENDED = Span(year().from_day, year().to_day - 1)
TEAM = (
    spell("B", belongs_to="T1", sits_at="O1", superior_no="A", grade="senior"),
    spell("C", belongs_to="T1", sits_at="O2", superior_no="A", grade="junior",
          certificates=frozenset({"cfa"})),
    spell("D", belongs_to="T1", sits_at="O1", superior_no="B", grade="senior", status="left"),
    spell("E", belongs_to="T1", sits_at="O1", superior_no="A", grade="senior", span=ENDED),
)  # fmt: skip


@pytest.mark.parametrize(
    ("own", "wanted"),
    [
        ({"count_for": "subordinates"}, 2), ({"count_for": "own_team"}, 2),
        ({"count_for": "own_outlet"}, 1), ({"count_for": "subordinates", "grades": "senior"}, 1),
        ({"count_for": "subordinates", "certificate": "cfa"}, 1),
        ({"count_for": "subordinates", "grades": "senior", "certificate": "cfa"}, 0),
        ({"count_for": "subordinates", "result": "share", "grades": "junior"}, Fraction(1, 2)),
    ],
)  # fmt: skip
def test_heads_are_counted_on_the_last_day_without_those_who_left(
    own: dict[str, Any], wanted: Any
) -> None:
    node = {"fact": "headcount", "result": "count", "unit": "count", **own}
    assert value(node, people=TEAM, belongs_to="T1", sits_at="O1") == wanted


def test_a_share_of_nobody_is_missing() -> None:
    node = {"fact": "headcount", "result": "share", "count_for": "subordinates", "unit": "ratio"}
    assert isinstance(value(node, "Z", people=TEAM), Missing)
