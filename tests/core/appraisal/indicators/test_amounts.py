"""Amounts: Σ total × coefficient × rate ÷ divisor, each by its date; a missing rate blocks."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from tests.factories import fact, scheme, subject, title, year
from tidui.core.appraisal.chain import build_board, compute_board
from tidui.core.appraisal.facts import FactRow, FactTable
from tidui.core.appraisal.inputs import Inputs, RateRow
from tidui.core.appraisal.population import PopulationResult
from tidui.core.appraisal.questions import fact_slices
from tidui.core.calendar import Span, day_number, parse_period
from tidui.core.values import Missing, Value

PERIOD = parse_period("2025")
MARCH = day_number(date(2025, 3, 1))
CLOSING = {"title": title(), "unit": "CNY", "fact": "balance_closing"}
AVERAGE = {"title": title(), "unit": "CNY", "fact": "balance_average", "averaging": "daily"}


def value(node: dict[str, Any], facts: list[FactRow], rates: tuple[RateRow, ...] = (),
          **own: Any) -> Value:  # fmt: skip
    """Read one indicator of A."""
    body = scheme(indicators={"x": node}, **own)
    inputs = Inputs((), "CNY", PERIOD.to_on, rates=rates)
    on = build_board(
        body, PERIOD, inputs, PopulationResult((subject(),), ()), FactTable((), tuple(facts))
    )
    compute_board(on)
    return on.columns["x"]["A"]


def usd(ppb: int, span: Span) -> RateRow:
    """Return a rate of the dollar in yuan."""
    return RateRow("exchange", "USD", span, ppb)


LATER = Span(MARCH, year().to_day)
EARLY = Span(year().from_day, MARCH)


@pytest.mark.parametrize(
    ("conversion", "yuan"),
    [("period_end", 800), ("day", 800), ("month_end", 800), ({"fixed": date(2025, 1, 5)}, 700)],
)
def test_a_closing_balance_is_converted_on_the_day_that_the_scheme_names(
    conversion: Any, yuan: int
) -> None:
    rates = (usd(7 * 10**9, EARLY), usd(8 * 10**9, LATER))
    facts = [fact("x", total=10000 * 10**6, currency="USD")]
    assert value(CLOSING, facts, rates, conversion=conversion) == yuan


def test_an_average_is_converted_slice_by_slice() -> None:
    rates = (usd(7 * 10**9, EARLY), usd(8 * 10**9, LATER))
    facts = [
        fact("x@foreign", total=10000 * 10**6 * 59, currency="USD", slice_no=0),
        fact("x@foreign", total=10000 * 10**6 * 306, currency="USD", slice_no=1),
    ]
    found = value(AVERAGE, facts, rates, conversion="day")
    assert found == Fraction(100 * (7 * 59 + 8 * 306), 365)


@pytest.mark.parametrize(
    ("rates", "own", "reason"),
    [((), {"conversion": "period_end"}, "no_rate"), ((), {}, "no_conversion")],
)
def test_a_missing_rate_or_rule_is_missing_and_not_zero(
    rates: tuple[RateRow, ...], own: dict[str, Any], reason: str
) -> None:
    found = value(CLOSING, [fact("x", total=10**6, currency="USD")], rates, **own)
    assert isinstance(found, Missing)
    assert found.reason == reason


def test_an_indicator_in_dollars_turns_yuan_into_dollars() -> None:
    facts = [fact("x", total=80000 * 10**6)]
    rates = (usd(8 * 10**9, year()),)
    node = {**CLOSING, "unit": "USD"}
    assert value(node, facts, rates, conversion="period_end") == 100


def test_a_coefficient_counts_from_its_date_and_other_products_count_in_full() -> None:
    weight = {"product": "margin", "from": date(2025, 3, 1), "value": Decimal("0.3")}
    facts = [
        fact("x", total=36500 * 10**6 * 59, group=("margin",), slice_no=0),
        fact("x", total=36500 * 10**6 * 306, group=("margin",), slice_no=1),
        fact("x", total=36500 * 10**6 * 365, group=("current",), slice_no=0),
    ]
    found = value({**AVERAGE, "coefficients": [weight]}, facts)
    assert found == 365 + 59 + Fraction(3, 10) * 306


def test_a_coefficient_by_parameter_changes_with_the_parameter() -> None:
    weight = {"product": "margin", "from": date(2025, 1, 1), "value": {"parameter": "weight"}}
    dated = {"unit": "ratio", "source": "x",
             "values": {date(2025, 1, 1): Decimal("0.5"), date(2025, 3, 1): 1}}  # fmt: skip
    body = scheme(
        indicators={"x": {**AVERAGE, "coefficients": [weight]}}, parameters={"weight": dated}
    )
    inputs = Inputs((), "CNY", PERIOD.to_on)
    cuts = fact_slices(body, PERIOD, inputs, body.indicators["x"])
    assert [span.from_day for span in cuts] == [year().from_day, MARCH]
    facts = [
        fact("x", total=36500 * 10**6 * 59, group=("margin",), slice_no=0),
        fact("x", total=36500 * 10**6 * 306, group=("margin",), slice_no=1),
    ]
    found = value({**AVERAGE, "coefficients": [weight]}, facts, parameters={"weight": dated})
    assert found == Fraction(59, 2) + 306
