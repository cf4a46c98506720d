"""Units of what is delivered: a target in ten thousands is no target in yuan."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tests.factories import scheme, title
from tidui.core.appraisal.checks.delivered import check_delivered_units
from tidui.core.appraisal.inputs import Inputs, MeasureRow, TargetRow
from tidui.core.calendar import parse_period

PERIOD = parse_period("2025")
BODY = scheme(
    indicators={
        "deposits": {"title": title(), "unit": "CNY", "fact": "balance_average",
                     "averaging": "daily"},
        "quality": {"title": title(), "unit": "ratio", "fact": "measure", "code": "m"},
    }
)  # fmt: skip


def codes(
    *, target: str = "CNY", measure: str = "ratio", period: str = "2025", who: str = "A"
) -> list[str]:
    """Return the codes of what is found wrong with one target and one measure."""
    inputs = Inputs(
        (), "CNY", PERIOD.to_on,
        measures=(MeasureRow(who, "m", period, Fraction(3), measure),),
        targets=(TargetRow(who, "deposits", period, Fraction(1000), target, 1),),
    )  # fmt: skip
    return [found.code for found in check_delivered_units(BODY, PERIOD, inputs, frozenset("A"))]


@pytest.mark.parametrize(
    ("own", "found"),
    [
        ({}, []),
        ({"target": "万元"}, ["target.unit"]),
        ({"measure": "percent"}, ["measure.unit"]),
        ({"target": "万元", "period": "2024"}, []),
        ({"target": "万元", "who": "B"}, []),
    ],
)
def test_another_unit_is_named(own: dict[str, str], found: list[str]) -> None:
    assert codes(**own) == found


def test_a_target_that_the_scheme_does_not_read_may_have_any_unit() -> None:
    other = TargetRow("A", "bonds", "2025", Fraction(1), "piece", 1)
    inputs = Inputs((), "CNY", PERIOD.to_on, targets=(other,))
    assert list(check_delivered_units(BODY, PERIOD, inputs, frozenset("A"))) == []
