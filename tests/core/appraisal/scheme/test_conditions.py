"""Conditions: written as a person says them, and closed."""

from __future__ import annotations

from typing import Any, get_args

import pytest
from pydantic import TypeAdapter, ValidationError

from tidui.core.appraisal.evaluation.conditions import CONDITION_HANDLERS
from tidui.core.appraisal.scheme.conditions import Condition

CONDITION: TypeAdapter[Any] = TypeAdapter(Condition)


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        ({"indicator": "x", "at_least": 5}, "compare"),
        ({"score": "x", "below": 5}, "compare"),
        ({"value": {"sum": [1, 2]}, "above": 5}, "compare"),
        ("met", "gate"),
        ("open", "open"),
        ({"rank": "r", "top_percent": 60}, "rank"),
        ({"rank": "r", "top": 3}, "rank"),
        ({"not": "met"}, "not"),
        ({"not": {"indicator": "x", "above": 1}}, "not"),
        ({"all": ["met", {"not": "met"}]}, "all"),
        ({"any": ["met"]}, "any"),
        ({"at_least": 2, "conditions": ["a", "b", "c"]}, "at_least"),
        ({"tenure": "rm", "months": 24}, "tenure"),
        ({"certificate": "cfa"}, "certificate"),
        ({"days_off": "medical_leave", "at_least": 30}, "days_off"),
        ({"attribute": {"of": "grade", "is": "senior"}}, "attribute"),
    ],
)
def test_a_condition_reads_as_it_is_said(given: Any, kind: str) -> None:
    assert CONDITION.validate_python(given).kind == kind


def test_the_bounds_of_a_comparison_are_kept_apart() -> None:
    found = CONDITION.validate_python({"indicator": "x", "at_least": 1, "below": 5})
    assert (found.at_least.value, found.below.value, found.above, found.at_most) == (
        1,
        5,
        None,
        None,
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"all": []},
        {"any": []},
        5,
        True,
        {"indicator": "x", "beneath": 5},
        {"maybe": "met"},
        {"at_least": 0, "conditions": ["a"]},
        {"tenure": "bank", "months": 1},
        {"not": ""},
        {"rank": "Not A Name", "top": 3},
    ],
)
def test_what_is_no_condition_is_refused(wrong: Any) -> None:
    with pytest.raises(ValidationError):
        CONDITION.validate_python(wrong)


def test_every_kind_has_its_function() -> None:
    union = get_args(get_args(Condition)[0])
    kinds = {get_args(one.model_fields["kind"].annotation)[0] for one in union}
    assert kinds == set(CONDITION_HANDLERS)
