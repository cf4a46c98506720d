"""Targets: the parts of a cascade are the whole, a changed target counts by days."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import scheme, title
from tidui.core.appraisal.targets import (
    by_days,
    cascade,
    reach_of,
    targets_needed,
    unit_places,
)
from tidui.core.calendar import Span, parse_period

WEIGHTS = st.dictionaries(
    st.text("abcdef", min_size=1, max_size=3), st.fractions(-10, 1000), min_size=1, max_size=30
).filter(lambda found: any(weight > 0 for weight in found.values()))


@given(st.integers(-(10**15), 10**15), WEIGHTS)
def test_the_parts_add_up_to_the_whole_to_the_last_unit(
    whole: int, weights: dict[str, Fraction]
) -> None:
    parts = cascade(whole, weights)
    assert sum(parts.values()) == whole
    assert set(parts) == set(weights)


@given(st.integers(0, 10**15), WEIGHTS)
def test_each_part_is_within_one_unit_of_its_exact_share(
    whole: int, weights: dict[str, Fraction]
) -> None:
    parts = cascade(whole, weights)
    above = {key: max(weight, Fraction(0)) for key, weight in weights.items()}
    for key, part in parts.items():
        assert abs(part - whole * above[key] / sum(above.values())) < 1


@given(st.integers(-(10**12), 10**12), WEIGHTS, st.sampled_from([1, 10, 10_000]))
def test_in_steps_the_parts_are_round_but_for_one(
    whole: int, weights: dict[str, Fraction], step: int
) -> None:
    parts = cascade(whole, weights, step)
    assert sum(parts.values()) == whole
    assert sum(part % step != 0 for part in parts.values()) <= 1


def test_a_step_of_nothing_is_no_step() -> None:
    with pytest.raises(ValueError, match="at least one unit"):
        cascade(10, {"a": Fraction(1)}, step=0)


@given(st.integers(0, 10**9), WEIGHTS)
def test_the_order_of_the_parts_never_matters(whole: int, weights: dict[str, Fraction]) -> None:
    turned = dict(reversed(list(weights.items())))
    assert cascade(whole, weights) == cascade(whole, turned)


def test_nobody_gets_a_target_for_a_figure_below_zero() -> None:
    assert cascade(10, {"a": Fraction(-5), "b": Fraction(1)}) == {"a": 0, "b": 10}


def test_a_whole_is_not_shared_out_by_nothing() -> None:
    with pytest.raises(ValueError, match="none is above zero"):
        cascade(10, {"a": Fraction(0), "b": Fraction(-1)})


def test_a_target_that_changed_in_july_counts_by_days() -> None:
    year = parse_period("2025").span
    july = year.from_day + 181
    found = by_days(
        [(year.from_day, Fraction(60_000_000)), (july, Fraction(40_000_000))], year, "CNY"
    )
    assert found == Fraction(4991780822, 100)
    assert Fraction(60_000_000 * 181 + 40_000_000 * 184, 365) - found < Fraction(1, 200)


@given(
    st.lists(st.tuples(st.integers(-50, 450), st.integers(0, 10**9)), min_size=1, max_size=6,
             unique_by=lambda pair: pair[0])
)  # fmt: skip
def test_a_target_by_days_lies_between_the_least_and_the_most(
    changes: list[tuple[int, int]],
) -> None:
    values = [(day, Fraction(value)) for day, value in changes]
    found = by_days(values, Span(0, 360), "CNY")
    plain = [value for _, value in values]
    assert min(plain) <= found <= max(plain)


def test_a_change_after_the_period_changes_nothing() -> None:
    values = [(0, Fraction(100)), (400, Fraction(900))]
    assert by_days(values, Span(0, 360), "customer") == 100


def test_a_target_needs_the_decimals_of_its_unit() -> None:
    assert unit_places("CNY") == 2
    assert unit_places("JPY") == 0
    assert unit_places("customer") == 6


@pytest.mark.parametrize(
    ("met", "known", "flag"),
    [(1, 10, "hard"), (2, 10, ""), (9, 10, ""), (10, 10, "easy"), (91, 100, "easy"), (0, 0, "")],
)
def test_a_target_that_tells_nobody_apart_is_flagged(met: int, known: int, flag: str) -> None:
    figures = [Fraction(10)] * met + [Fraction(9)] * (known - met)
    assert reach_of((Fraction(10), figure) for figure in figures).flag == flag


def test_a_scheme_names_what_it_needs_targets_for() -> None:
    reads = {"attainment": {"of": "a", "target": "delivered", "progress": "none"}}
    own = {"attainment": {"of": "b", "target": 5, "progress": "none"}}
    fact = {"title": title(), "unit": "CNY", "fact": "flow_sum", "flows": "fee"}
    found = targets_needed(scheme(
        indicators={"a": fact, "b": fact},
        scores={"s": {"title": title(), "value": {"sum": [reads, own]}}},
    ))  # fmt: skip
    assert [(need.indicator, need.unit) for need in found] == [("a", "CNY")]
