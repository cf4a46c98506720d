"""Value nodes: what each computes, and that missing is never zero."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from tests.factories import board, scheme, subject, title, year
from tidui.core.appraisal.evaluation.environment import Environment
from tidui.core.appraisal.evaluation.numbers import attainment_target
from tidui.core.calendar import Span
from tidui.core.documents import parse_document
from tidui.core.values import Missing, Value

GIVEN = {
    "a": Fraction(6),
    "b": Fraction(4),
    "zero": Fraction(0),
    "gone": Missing("unknown", "gone"),
}


def value_of(node: Any, *, of: Any = None, period: str = "2025", **own: Any) -> Value:
    """Evaluate a node over the given values."""
    scores = {name: {"title": title(), "value": 0} for name in GIVEN}
    scores["out"] = {"title": title(), "value": node}
    made = board(
        scheme(scores=scores, **own), [of or subject()], targets={("A", "a"): 8}, period=period
    )
    made.columns.update({name: {"A": value} for name, value in GIVEN.items()})
    return Environment(made, made.subjects["A"]).compute_entry(made.entries["out"])


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        ({"sum": ["a", "b", 1]}, "11"),
        ({"difference": ["a", "b", 1]}, "1"),
        ({"product": ["a", "b", Decimal("0.5")]}, "12"),
        ({"ratio": {"of": "a", "to": "b", "if_zero": "missing"}}, "1.5"),
        ({"ratio": {"of": "a", "to": "zero", "if_zero": 9}}, "9"),
        ({"minimum": ["a", "b"]}, "4"),
        ({"maximum": ["a", "b"]}, "6"),
        ({"growth": {"of": "a", "base": "b", "if_zero": "missing"}}, "0.5"),
        ({"attainment": {"of": "a", "target": 12, "progress": "none"}}, "0.5"),
        ({"attainment": {"of": "a", "target": "delivered", "progress": "none"}}, "0.75"),
        ({"attainment": {"of": "a", "target": 2, "progress": "none", "cap": 2}}, "2"),
        ({"attainment": {"of": "a", "target": 600, "progress": "none", "floor": 1}}, "1"),
        ({"linear": {"of": "a", "per_unit": 10, "from": 1, "cap": 45}}, "45"),
        ({"linear": {"of": "zero", "per_unit": 10, "from": 1, "floor": -3}}, "-3"),
        ({"deduct": {"of": "a", "per_unit": 2, "at_most": 10}}, "-10"),
        ({"deduct": {"of": {"difference": ["b", "a"]}, "per_unit": 2}}, "0"),
        ({"bonus": {"of": "a", "per_unit": 2, "at_most": 20}}, "12"),
        ({"capped": {"of": "a", "floor": None, "cap": 5}}, "5"),
        ({"when": {"condition": {"score": "a", "above": 5}, "then": 1, "otherwise": 2}}, "1"),
        ({"when": {"condition": {"score": "a", "above": 6}, "then": 1, "otherwise": 2}}, "2"),
    ],
)
def test_a_node_computes_what_it_says(node: Any, expected: str) -> None:
    assert value_of(node) == Fraction(expected)


@pytest.mark.parametrize(
    "node",
    [
        {"sum": ["a", "gone"]}, {"product": ["zero", "gone"]}, {"difference": ["gone", "a"]},
        {"minimum": ["a", "gone"]}, {"linear": {"of": "gone", "per_unit": 1}},
        {"ratio": {"of": "a", "to": "zero", "if_zero": "missing"}},
        {"ratio": {"of": "a", "to": "gone", "if_zero": 0}},
        {"attainment": {"of": "a", "target": 0, "progress": "none"}},
        {"attainment": {"of": "a", "target": -10, "progress": "none", "floor": 0}},
        {"growth": {"of": "a", "base": -4, "if_zero": 0}},
        {"attainment": {"of": "b", "target": "delivered", "progress": "none"}},
        {"when": {"condition": {"score": "gone", "above": 5}, "then": 1, "otherwise": 2}},
        {"deduct": {"of": "gone", "per_unit": 1}}, "open", {"parameter": "rate"},
    ],
)  # fmt: skip
def test_what_can_not_be_known_is_missing(node: Any) -> None:
    parameters = {"rate": {"unit": "x", "source": "y", "values": "open"}}
    assert isinstance(value_of(node, parameters=parameters), Missing)


def test_a_part_left_out_gives_its_weight_to_the_others() -> None:
    parts = [{"of": "a", "weight": 50}, {"of": "b", "weight": 30}, {"of": "gone", "weight": 20}]
    node = {"parts": parts, "total": 100, "missing": "leave_out_and_reweight"}
    assert value_of({"weighted": node}) == Fraction(6 * 50 + 4 * 30, 80)
    assert isinstance(value_of({"weighted": {**node, "missing": "block"}}), Missing)


def test_a_weighted_part_is_held_by_its_cap_before_the_weight() -> None:
    parts = [{"of": "a", "weight": 50, "cap": 5}, {"of": "b", "weight": 50}]
    node = {"parts": parts, "total": 100, "missing": "block"}
    assert value_of({"weighted": node}) == Fraction(9, 2)


def test_a_target_counts_by_the_days_that_count() -> None:
    start = year().from_day
    short = subject(counted=(Span(start, start + 73),))
    node = {"of": "a", "target": "delivered", "progress": "none"}
    by_days = {"attainment": {**node, "target_by_days": True}}
    assert value_of(by_days, of=short) == Fraction(6) / (8 * Fraction(73, 365))
    assert value_of({"attainment": node}, of=short) == Fraction(6, 8)


@pytest.mark.parametrize(("period", "expected"), [("2025", "6"), ("2026", "5"), ("2027", "4")])
def test_a_blend_moves_from_one_score_to_another_by_date(period: str, expected: str) -> None:
    node = parse_document("{blend: {from: a, to: b, shares: {2026-01-01: 0.5, 2027-01-01: 1}}}")
    assert value_of(node, period=period) == Fraction(expected)


def test_a_lookup_goes_by_the_attribute_of_the_subject() -> None:
    node = {"lookup": {"by": "grade", "rows": {"senior": 3, "junior": 1}}}
    assert value_of(node, of=subject(grade="senior")) == 3
    assert isinstance(value_of(node, of=subject(grade="chief")), Missing)


def test_the_excess_is_paid_at_the_rate_of_the_grade() -> None:
    node = {"excess_by_grade": {"of": "a", "above": 4, "rates": {"senior": 100}}}
    assert value_of(node, of=subject(grade="senior")) == 200
    assert isinstance(value_of(node, of=subject(grade="junior")), Missing)
    nothing = {"excess_by_grade": {"of": "a", "above": 10, "rates": {"senior": 100}}}
    assert value_of(nothing, of=subject(grade="junior")) == 0


def test_a_rubric_takes_only_a_described_level() -> None:
    levels = [{"value": 6, "title": "good"}, {"value": 3, "title": "fair"}]
    assert value_of({"rubric": {"of": "a", "levels": levels}}) == 6
    assert isinstance(value_of({"rubric": {"of": "b", "levels": levels}}), Missing)


def test_a_score_is_rounded_at_its_own_point_only() -> None:
    made = board(scheme(scores={
        "third": {"title": title(), "value": {"ratio": {"of": 2, "to": 3, "if_zero": "missing"}},
                  "places": 2, "rounding": "half_up"},
    }))  # fmt: skip
    env = Environment(made, made.subjects["A"])
    assert env.compute_entry(made.entries["third"]) == Fraction(67, 100)


FLOW: dict[str, Any] = {"fact": "flow_sum", "flows": "fee"}
MEAN: dict[str, Any] = {"fact": "balance_average", "averaging": "daily"}


@pytest.mark.parametrize(
    ("fact", "own", "whole", "part"),
    [
        (FLOW, {}, 365, 91),
        (FLOW, {"target_by_days": False}, 365, 365),
        (FLOW | {"window": "twelve_months"}, {}, 365, 365),
        (FLOW, {"progress": "time_proportional"}, 365, 91),
        (FLOW, {"target": 730}, 730, 182),
        (MEAN, {}, 365, 365),
        (MEAN, {"target_by_days": True}, 365, 365),
        (MEAN, {"progress": "time_proportional"}, 365, 91),
        (MEAN, {"progress": "year_to_date"}, 365, 91),
    ],
)
def test_while_a_period_runs_what_adds_up_is_set_against_the_days_that_have_passed(
    fact: dict[str, Any], own: dict[str, Any], whole: int, part: int
) -> None:
    """A target of 365 for the year, of which 91 days have passed."""
    node = {"of": "n", "target": "delivered", "progress": "none", **own}
    made = scheme(
        indicators={"n": {"title": title(), "unit": "CNY", **fact}},
        scores={"out": {"title": title(), "value": {"attainment": node}}},
    )

    def target(before: date) -> Value:
        laid = board(made, targets={("A", "n"): 365})
        laid.period, laid.as_of = laid.period.up_to(before), before
        person = subject(counted=(laid.period.span,))
        return attainment_target(laid.entries["out"].node, Environment(laid, person))

    assert (target(date(2026, 1, 1)), target(date(2025, 4, 2))) == (whole, part)
