"""Value nodes: one key, a bare word or a number, and nothing that the catalogue doesn't know."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, get_args

import pytest
from pydantic import TypeAdapter, ValidationError

from tidui.core.appraisal.evaluation.numbers import VALUE_HANDLERS
from tidui.core.appraisal.scheme import nodes
from tidui.core.appraisal.scheme.nodes import CROSS_SUBJECT, Value

VALUE: TypeAdapter[Any] = TypeAdapter(Value)


def kinds() -> set[str]:
    """Return the kinds of the catalogue."""
    return {
        get_args(one.model_fields["kind"].annotation)[0] for one in get_args(get_args(Value)[0])
    }


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        (5, "constant"),
        ("deposits", "named"),
        ("open", "open"),
        ({"parameter": "p"}, "parameter"),
        ({"sum": [1, "x"]}, "sum"),
        ({"capped": {"of": 1, "floor": None, "cap": 2}}, "capped"),
        ({"linear": {"of": "x", "per_unit": 2}}, "linear"),
    ],
)
def test_a_node_is_written_shortly(given: Any, kind: str) -> None:
    assert VALUE.validate_python(given).kind == kind


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"sum": [1], "product": [2]},
        {"sum": []},
        {"difference": [1]},
        {"power": [2, 3]},
        {"constant": 0.5},
        0.5,
        True,
        None,
        [1],
        "Bad Name",
        {"ratio": {"of": 1, "to": 2}},
        {"capped": {"of": 1, "floor": 0}},
        {"attainment": {"of": "x", "target": 1}},
        {"step_table": {"of": "x", "rows": [{"value": 1}]}},
        {"linear": {"of": "x", "per_unit": 2, "colour": 1}},
    ],
)
def test_what_is_not_in_the_catalogue_or_not_said_is_refused(wrong: Any) -> None:
    with pytest.raises(ValidationError):
        VALUE.validate_python(wrong)


def test_every_kind_has_its_function() -> None:
    cross = {get_args(one.model_fields["kind"].annotation)[0] for one in CROSS_SUBJECT}
    assert kinds() - cross <= set(VALUE_HANDLERS)
    assert set(VALUE_HANDLERS) <= kinds()


def test_a_row_has_an_inclusive_from_and_an_exclusive_to() -> None:
    table = VALUE.validate_python(
        {"step_table": {"of": "x", "mode": "whole", "rows": [{"to": 1, "value": 2},
                                                             {"from": 1, "value": 3}]}}
    )  # fmt: skip
    first, second = table.rows
    assert (first.from_, first.to.value, second.from_.value) == (None, 1, 1)
    assert isinstance(second.value.value, Fraction)
    assert nodes.Row is type(first)
