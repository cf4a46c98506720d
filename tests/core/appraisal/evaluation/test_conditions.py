"""Conditions: three answers, inclusive bounds, and the distance to what was missed."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import board, scheme, spell, subject, title
from tidui.core.appraisal.evaluation.board import Place
from tidui.core.appraisal.evaluation.conditions import places_in
from tidui.core.appraisal.evaluation.environment import Environment
from tidui.core.appraisal.population import Subject
from tidui.core.trace import Tracer
from tidui.core.values import Missing, Truth

YES, NO = {"score": "a", "at_least": 0}, {"score": "a", "below": 0}
UNKNOWN = {"score": "gone", "at_least": 0}


def truth(node: Any, *, of: Any = None, place: Place | None = None, tracer: Any = None) -> Truth:
    """Judge a condition over a = 6 and a missing value."""
    scores = {name: {"title": title(), "value": 0} for name in ("a", "gone")}
    rank = {"title": title(), "of": "a", "best": "high", "within": [], "ties": "share_best",
            "min_group": 1, "below_min_group": "widen_population", "cut": "ceil"}  # fmt: skip
    made = board(
        scheme(scores=scores, ranks={"r": rank}, conditions={"c": node}), [of or subject()]
    )
    made.columns["a"] = {"A": Fraction(6)}
    made.columns["gone"] = {"A": Missing("unknown", "gone")}
    made.places["r"] = {"A": place or Place(3, 2, 1, 5, "")}
    env = Environment(made, made.subjects["A"], tracer)
    return env.holds(made.scheme.conditions["c"])


@pytest.mark.parametrize(
    ("bounds", "expected"),
    [
        ({"at_least": 6}, True), ({"at_least": 7}, False), ({"above": 6}, False),
        ({"above": 5}, True), ({"at_most": 6}, True), ({"below": 6}, False), ({"below": 7}, True),
        ({"at_least": 1, "below": 6}, False), ({"at_least": 6, "at_most": 6}, True),
    ],
)  # fmt: skip
def test_a_bound_is_inclusive_as_its_word_says(bounds: dict[str, int], expected: bool) -> None:
    assert truth({"score": "a", **bounds}) is expected


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        ({"all": [YES, YES]}, True), ({"all": [YES, NO, UNKNOWN]}, False),
        ({"any": [NO, YES, UNKNOWN]}, True), ({"any": [NO, NO]}, False), ({"not": YES}, False),
        ({"at_least": 2, "conditions": [YES, YES, NO]}, True),
        ({"at_least": 2, "conditions": [YES, NO, NO]}, False),
        ({"at_least": 2, "conditions": [YES, YES, UNKNOWN]}, True),
    ],
)  # fmt: skip
def test_conditions_combine_as_logic_does(node: Any, expected: bool) -> None:
    assert truth(node) is expected


@pytest.mark.parametrize(
    "node",
    [
        {"all": [YES, UNKNOWN]}, {"any": [NO, UNKNOWN]}, {"not": UNKNOWN}, UNKNOWN, "open",
        {"at_least": 2, "conditions": [YES, UNKNOWN, NO]},
    ],
)  # fmt: skip
def test_what_can_not_be_known_is_neither_true_nor_false(node: Any) -> None:
    assert isinstance(truth(node), Missing)


@pytest.mark.parametrize("size", [1, 5, 6, 7])
@pytest.mark.parametrize("cut", ["ceil", "floor"])
def test_the_places_of_sixty_per_cent_are_cut_as_declared(size: int, cut: str) -> None:
    expected = {"ceil": {1: 1, 5: 3, 6: 4, 7: 5}, "floor": {1: 0, 5: 3, 6: 3, 7: 4}}
    assert places_in(Fraction(60), size, cut) == expected[cut][size]


@given(st.integers(1, 400), st.integers(0, 100))
def test_all_places_are_a_hundred_per_cent(size: int, percent: int) -> None:
    assert places_in(Fraction(100), size, "floor") == size
    assert places_in(Fraction(percent), size, "floor") <= places_in(Fraction(percent), size, "ceil")


def test_a_place_is_inside_up_to_the_cut() -> None:
    assert truth({"rank": "r", "top_percent": 60}) is True
    assert truth({"rank": "r", "top_percent": 40}) is False
    assert truth({"rank": "r", "top": 3}) is True
    none = Place(None, 0, 0, 0, "", "excluded")
    assert isinstance(truth({"rank": "r", "top": 3}, place=none), Missing)


def test_tenure_certificate_and_attribute_are_those_of_the_last_day() -> None:
    last = spell(certificates=frozenset({"c"}))
    holder = Subject("A", subject().counted, last=last, grade="senior", rm_months=30)
    assert truth({"tenure": "rm", "months": 30}, of=holder) is True
    assert truth({"tenure": "rm", "months": 31}, of=holder) is False
    assert truth({"certificate": "c"}, of=holder) is True
    assert truth({"certificate": "d"}, of=holder) is False
    assert truth({"attribute": {"of": "grade", "is": ["senior"]}}, of=holder) is True
    assert isinstance(truth({"tenure": "rm", "months": 1}, of=subject()), Missing)


def test_a_missed_bound_keeps_the_distance_to_it() -> None:
    tracer = Tracer()
    truth({"score": "a", "at_least": 10}, tracer=tracer)
    assert tracer.root.inputs[0].notes == {"distance": Fraction(4), "bound": "at_least"}
