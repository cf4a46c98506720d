"""Tiling: a table that passes maps every value, every bound and its neighbours to one row."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import scheme
from tidui.core.appraisal.checks.tiling import ascending, check_rows, known_number
from tidui.core.appraisal.evaluation.tables import Step, find_row
from tidui.core.appraisal.scheme.document import Scheme
from tidui.core.appraisal.scheme.nodes import Constant, Parameter, Row

ONE = Constant(kind="constant", value=Fraction(1))


def constant(value: int | None) -> Constant | None:
    """Build a bound."""
    return None if value is None else Constant(kind="constant", value=Fraction(value))


def rows(bounds: list[tuple[int | None, int | None]]) -> tuple[Row, ...]:
    """Build rows from their bounds."""
    return tuple(
        Row.model_construct(from_=constant(low), to=constant(high), value=ONE)
        for low, high in bounds
    )


def codes(bounds: list[tuple[int | None, int | None]]) -> list[str]:
    """Return what is wrong with rows."""
    return [found.code for found in check_rows(scheme(), "t", rows(bounds))]


@pytest.mark.parametrize(
    ("bounds", "wrong"),
    [
        ([(None, None)], []),
        ([(None, 80), (80, 120), (120, None)], []),
        ([(None, 120), (121, None)], ["scheme.table-hole"]),
        ([(None, 120), (119, None)], ["scheme.table-overlap"]),
        ([(0, 120), (120, None)], ["scheme.table-no-lower-end"]),
        ([(None, 80), (80, 120)], ["scheme.table-no-upper-end"]),
        ([(None, 80), (80, 80), (80, None)], ["scheme.table-empty-row"]),
        ([(None, None), (80, None)], ["scheme.table-open-inside"]),
    ],
)  # fmt: skip
def test_holes_overlaps_and_missing_ends_are_named(
    bounds: list[tuple[int | None, int | None]], wrong: list[str]
) -> None:
    assert codes(bounds) == wrong


BOUND = st.none() | st.integers(0, 6)


@given(st.lists(st.tuples(BOUND, BOUND), min_size=1, max_size=4))
def test_a_table_passes_exactly_where_every_value_has_exactly_one_row(
    bounds: list[tuple[int | None, int | None]],
) -> None:
    values = [Fraction(n, 4) for n in range(-8, 36)]
    hits = [
        sum((low is None or low <= v) and (high is None or v < high) for low, high in bounds)
        for v in values
    ]
    tiles = all(hit == 1 for hit in hits)
    empty = any(low is not None and high is not None and low >= high for low, high in bounds)
    ordered = bounds == sorted(bounds, key=lambda b: -1 if b[0] is None else b[0])
    if not codes(bounds):
        assert tiles
    elif tiles and not empty:
        assert not ordered


@given(st.lists(st.integers(-50, 50), min_size=1, max_size=6, unique=True).map(sorted))
def test_each_bound_and_its_neighbours_fall_into_one_row(inner: list[int]) -> None:
    edges: list[int | None] = [None, *inner, None]
    bounds = list(pairwise(edges))
    assert codes(bounds) == []
    exact = [tuple(None if b is None else Fraction(b) for b in pair) for pair in bounds]
    steps = [Step(low, high, row) for (low, high), row in zip(exact, rows(bounds), strict=True)]
    for number, bound in enumerate(inner):
        assert find_row(steps, Fraction(bound)) == number + 1
        assert find_row(steps, Fraction(bound) - Fraction(1, 10**9)) == number
        assert find_row(steps, Fraction(bound) + Fraction(1, 10**9)) == number + 1


def test_bands_may_be_written_best_first() -> None:
    best_first: tuple[Any, ...] = rows([(95, None), (60, 95), (None, 60)])
    assert ascending(best_first, scheme()) == best_first[::-1]
    assert ascending(best_first[::-1], scheme()) == best_first[::-1]
    assert list(check_rows(scheme(), "t", ascending(best_first, scheme()))) == []


def test_a_bound_may_be_a_parameter_and_one_that_depends_on_a_person_is_not_checked() -> None:
    dated = {"unit": "point", "source": "x", "values": {date(2025, 1, 1): 7}}
    body: Scheme = scheme(parameters={"bar": dated, "open_bar": {**dated, "values": "open"}})
    assert known_number(body, Parameter(kind="parameter", of="bar")) == 7
    assert known_number(body, Parameter(kind="parameter", of="open_bar")) is None
    assert known_number(body, None) is None
