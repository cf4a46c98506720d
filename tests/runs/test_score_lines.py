"""Which score reads an indicator, what it can give and with what weight: out of the document."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from tests.factories import board, scheme, title
from tidui.runs.score_lines import LinePlan, most_points, plan_lines

MEASURE = {"title": title(), "unit": "point", "fact": "measure"}


def score(value: Any) -> dict[str, Any]:
    """Build a score."""
    return {"title": title(), "value": value}


def plans(**scores: Any) -> dict[tuple[str, str | None], LinePlan]:
    """Plan the lines of a scheme of three measures, by indicator or score and its reader."""
    made = scheme(
        indicators={name: {**MEASURE, "code": name} for name in ("a", "b", "c")},
        scores={name: score(value) for name, value in scores.items()},
    )
    lines = plan_lines(board(made))
    return {(line.shown.name, line.entry.name if line.entry else None): line for line in lines}


def weighted(*parts: tuple[Any, int]) -> dict[str, Any]:
    """Build a weighted sum of 100."""
    return {"weighted": {"parts": [{"of": of, "weight": weight} for of, weight in parts],
                         "total": 100, "missing": "block"}}  # fmt: skip


def test_a_score_belongs_to_the_indicator_that_it_reads_alone() -> None:
    found = plans(
        of_a={"linear": {"of": "a", "per_unit": 2, "cap": 40}},
        bonus_a={"bonus": {"of": "a", "per_unit": 1, "at_most": 5}},
        total=weighted(("of_a", 60), ("b", 40)),
    )
    assert list(found) == [
        ("a", "of_a"), ("a", "bonus_a"), ("b", "total"), ("c", None), ("total", "total"),
    ]  # fmt: skip
    assert (found["a", "of_a"].most, found["a", "of_a"].weight) == (40, Fraction(3, 5))
    assert (found["a", "bonus_a"].most, found["a", "bonus_a"].weight) == (5, None)
    assert found["b", "total"].weight == Fraction(2, 5)
    assert not found["b", "total"].sole
    assert found["total", "total"].sole


def test_a_part_that_is_computed_on_the_spot_is_its_indicator_s() -> None:
    found = plans(total=weighted(({"linear": {"of": "a", "per_unit": 100, "cap": 120}}, 30),
                                 ({"sum": ["b", "c"]}, 70)))  # fmt: skip
    assert (found["a", "total"].most, found["a", "total"].weight) == (120, Fraction(3, 10))
    assert found["a", "total"].part.of.kind == "linear"
    assert found["b", "total"].part is None


def test_what_an_indicator_is_set_against_does_not_make_it_two() -> None:
    attained = {"attainment": {"of": "a", "target": "b", "progress": "none", "cap": Decimal("1.2")}}
    found = plans(of_a={"linear": {"of": attained, "per_unit": 100}})
    line = found["a", "of_a"]
    assert line.attainment is not None
    assert (line.sole, line.most) == (True, 120)
    assert found["b", "of_a"].sole is False


@pytest.mark.parametrize(
    ("value", "most"),
    [
        ({"capped": {"of": "a", "floor": None, "cap": 10}}, 10),
        ({"deduct": {"of": "a", "per_unit": 3}}, 0),
        ({"minimum": ["a", 7]}, 7),
        ({"sum": [100, {"deduct": {"of": "a", "per_unit": 1}}]}, 100),
        ({"sum": [100, "a"]}, None),
        ({"linear": {"of": {"minimum": ["a", 8]}, "from": 2, "per_unit": 5}}, 30),
        ({"linear": {"of": {"minimum": ["a", 8]}, "per_unit": -5}}, None),
        ({"when": {"condition": {"attribute": {"of": "line", "is": "x"}}, "then": 3,
                   "otherwise": 4}}, 4),
        ({"step_table": {"of": "a", "mode": "whole",
                         "rows": [{"to": 1, "value": 60}, {"from": 1, "value": 90}]}}, 90),
        ({"step_table": {"of": "a", "mode": "marginal",
                         "rows": [{"to": 1, "value": 60}, {"from": 1, "value": 90}]}}, None),
        ("a", None),
    ],
)  # fmt: skip
def test_the_most_points_are_those_of_the_document(value: Any, most: int | None) -> None:
    made = scheme(
        indicators={"a": {**MEASURE, "code": "a"}}, scores={"s": score(value)}
    )  # fmt: skip
    assert most_points(made.scores["s"].value, board(made)) == most
