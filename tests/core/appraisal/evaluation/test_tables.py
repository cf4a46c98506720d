"""Step tables: every value, every bound and one unit around it fall in exactly one row."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import board, scheme, title
from tidui.core.appraisal.checks.static import check_scheme
from tidui.core.appraisal.evaluation.environment import Environment
from tidui.core.values import Missing, Value

BOUNDS = st.lists(st.integers(-100, 100), min_size=1, max_size=6, unique=True).map(sorted)


def rows_of(bounds: list[int], values: list[int]) -> list[dict[str, Any]]:
    """Build rows that tile the line at some bounds."""
    edges: list[int | None] = [None, *bounds, None]
    rows = []
    for lower, upper, value in zip(edges, edges[1:], values, strict=False):
        row: dict[str, Any] = {"value": value}
        if lower is not None:
            row["from"] = lower
        if upper is not None:
            row["to"] = upper
        rows.append(row)
    return rows


def scores_of(node: Any) -> dict[str, Any]:
    """Return two scores: a given ``x`` and a ``y`` computed from it."""
    return {"x": {"title": title(), "value": 0}, "y": {"title": title(), "value": node}}


def looked_up(rows: list[dict[str, Any]], value: Any, mode: str = "whole") -> Value:
    """Evaluate a table at a value."""
    node = {"step_table": {"of": "x", "mode": mode, "rows": rows}}
    body = scheme(scores=scores_of(node))
    made = board(body)
    made.columns["x"] = {"A": Fraction(value)}
    return Environment(made, made.subjects["A"]).compute_entry(made.entries["y"])


@given(BOUNDS, st.data())
def test_each_value_falls_in_exactly_one_row(bounds: list[int], data: st.DataObject) -> None:
    rows = rows_of(bounds, list(range(len(bounds) + 1)))
    bound = data.draw(st.sampled_from(bounds))
    unit = data.draw(st.sampled_from([Fraction(-1, 100), Fraction(0), Fraction(1, 100)]))
    value = bound + unit
    expected = sum(value >= edge for edge in bounds)
    assert looked_up(rows, value) == expected


@given(BOUNDS)
def test_rows_that_tile_pass_the_check(bounds: list[int]) -> None:
    rows = rows_of(bounds, [0] * (len(bounds) + 1))
    node = {"step_table": {"of": "x", "mode": "whole", "rows": rows}}
    body = scheme(scores=scores_of(node))
    assert [found.code for found in check_scheme(body)] == []


@given(BOUNDS, st.integers(-120, 120), st.integers(1, 50))
def test_a_rising_table_never_falls(bounds: list[int], value: int, more: int) -> None:
    rows = rows_of(bounds, list(range(len(bounds) + 1)))
    low, high = looked_up(rows, value), looked_up(rows, value + more)
    assert not isinstance(low, Missing)
    assert not isinstance(high, Missing)
    assert low <= high


def test_a_value_in_a_hole_is_missing_and_not_zero() -> None:
    rows = [{"to": 1, "value": 5}, {"from": 2, "value": 7}]
    assert isinstance(looked_up(rows, Fraction(3, 2)), Missing)


@pytest.mark.parametrize(
    ("value", "expected"), [(0, "0"), (2000, "200"), (2001, "200.2"), (5000, "800"), (8000, "1700")]
)
def test_marginal_rows_rate_the_part_inside_them(value: int, expected: str) -> None:
    rows = [
        {"to": 2000, "value": Decimal("0.1")},
        {"from": 2000, "to": 5000, "value": Decimal("0.2")},
        {"from": 5000, "value": Decimal("0.3")},
    ]
    assert looked_up(rows, value, "marginal") == Fraction(expected)


def test_interpolation_runs_between_the_values_at_the_lower_bounds() -> None:
    rows = [{"to": 0, "value": 0}, {"from": 0, "to": 10, "value": 60}, {"from": 10, "value": 100}]
    assert looked_up(rows, 5, "interpolate") == 80
    assert looked_up(rows, 10, "interpolate") == 100
    assert looked_up(rows, -3, "interpolate") == 0
