"""Units: money is never added to points, nor yuan to dollars."""

from __future__ import annotations

from typing import Any

import pytest

from tests.factories import scheme, title
from tidui.core.appraisal.checks.units import check_units, unit_of
from tidui.core.appraisal.scheme.nodes import Named


def indicator(unit: str) -> dict[str, Any]:
    """Return an indicator of a unit."""
    return {"title": title(), "unit": unit, "fact": "measure", "code": "m"}


NAMES = {"yuan": indicator("CNY"), "other": indicator("CNY"), "dollar": indicator("USD"),
         "mark": indicator("point"), "rate": indicator("ratio")}  # fmt: skip


@pytest.mark.parametrize(
    ("node", "agrees"),
    [
        ({"sum": ["yuan", "other"]}, True), ({"sum": ["yuan", "dollar"]}, False),
        ({"sum": ["yuan", 5]}, True), ({"difference": ["yuan", "mark"]}, False),
        ({"minimum": ["yuan", "rate"]}, False), ({"maximum": ["mark", 100]}, True),
        ({"product": ["yuan", "rate"]}, True),
        ({"ratio": {"of": "dollar", "to": "yuan", "if_zero": 0}}, True),
        ({"growth": {"of": "yuan", "base": "dollar", "if_zero": 0}}, False),
        ({"attainment": {"of": "yuan", "target": "mark", "progress": "none"}}, False),
        ({"attainment": {"of": "yuan", "target": "delivered", "progress": "none"}}, True),
        ({"sum": [{"attainment": {"of": "yuan", "target": "other", "progress": "none"}}, "rate"]},
         True),
        ({"sum": [{"capped": {"of": "yuan", "floor": 0, "cap": None}}, "mark"]}, False),
        ({"when": {"condition": {"indicator": "yuan", "at_least": "dollar"}, "then": 1,
                   "otherwise": 0}}, False),
        ({"when": {"condition": {"indicator": "yuan", "at_least": 5, "below": "other"}, "then": 1,
                   "otherwise": 0}}, True),
    ],
)  # fmt: skip
def test_what_stands_side_by_side_has_one_unit(node: dict[str, Any], agrees: bool) -> None:
    body = scheme(indicators=NAMES, scores={"x": {"title": title(), "value": node}})
    codes = {found.code for found in check_units(body)}
    assert codes == (set() if agrees else {"scheme.units"})


def test_the_unit_of_a_name_is_that_of_its_entry() -> None:
    assert unit_of(Named(kind="named", name="a"), {"a": "CNY"}) == "CNY"
    assert unit_of(Named(kind="named", name="b"), {"a": "CNY"}) is None
