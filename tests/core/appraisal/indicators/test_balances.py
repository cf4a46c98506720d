"""Balances and flows: three averages, an increase, a margin, quality; nothing is rounded."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import fact, scheme, subject, title, year
from tidui.core.appraisal.chain import build_board, compute_board
from tidui.core.appraisal.facts import FactRow, FactTable
from tidui.core.appraisal.inputs import Inputs, RateRow
from tidui.core.appraisal.population import PopulationResult
from tidui.core.calendar import Span, month_spans, parse_period
from tidui.core.values import Missing, Value

PPM = 10**6


def value(
    node: dict[str, Any], facts: list[FactRow], *, period: str = "2025",
    counted: tuple[Span, ...] | None = None, rates: tuple[RateRow, ...] = (),
) -> Value:  # fmt: skip
    """Read one indicator of A over a period."""
    when = parse_period(period)
    body = scheme(period=when.kind, indicators={"x": {"title": title(), "unit": "CNY", **node}})
    who = subject(counted=(when.span,) if counted is None else counted)
    inputs = Inputs((), "CNY", when.to_on, rates=rates)
    table = FactTable((), tuple(facts))
    on = build_board(body, when, inputs, PopulationResult((who,), ()), table)
    compute_board(on)
    return on.columns["x"]["A"]


@pytest.mark.parametrize(
    ("averaging", "wanted"),
    [
        ("month_means", Fraction(130_000_000, 3)),
        ("daily", Fraction(35 * 31 + 56 * 31 + 39 * 30, 92) * 10**6),
        ("last_month", Fraction(39_000_000)),
    ],
)
def test_the_wage_case_has_three_readings(averaging: str, wanted: Fraction) -> None:
    months = list(month_spans(parse_period("2018Q3").span))
    apart = averaging != "daily"
    facts = [
        fact("x", total=millions * 10**8 * PPM * month.days, slice_no=number if apart else 0)
        for number, (millions, month) in enumerate(zip((35, 56, 39), months, strict=True))
    ]
    node = {"fact": "balance_average", "averaging": averaging}
    assert value(node, facts, period="2018Q3") == wanted


@pytest.mark.parametrize("averaging", ["daily", "month_means", "last_month"])
def test_an_average_divides_by_the_days_that_count(averaging: str) -> None:
    span = parse_period("2018Q3").span
    half = Span(span.from_day + 61 + 10, span.to_day)
    days = half.days
    facts = [fact("x", total=500 * PPM * days, slice_no=0 if averaging == "daily" else 2)]
    node = {"fact": "balance_average", "averaging": averaging}
    assert value(node, facts, period="2018Q3", counted=(half,)) == 5


def test_nobody_who_counts_no_day_has_an_average() -> None:
    for node in ({"fact": "balance_average", "averaging": "daily"},
                 {"fact": "balance_increase", "base": {"average": "previous_year",
                                                       "follows": "holder"}}):  # fmt: skip
        assert isinstance(value(node, [], counted=()), Missing)


SPLIT = st.lists(st.integers(0, 10**15), min_size=1, max_size=40)


@given(SPLIT, st.data())
def test_an_average_times_its_days_splits_at_any_day(days: list[int], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(days)))
    start = year().from_day

    def weight(part: list[int], from_day: int) -> Fraction:
        if not part:
            return Fraction(0)
        node = {"fact": "balance_average", "averaging": "daily"}
        span = Span(from_day, from_day + len(part))
        found = value(node, [fact("x", total=sum(part) * PPM)], counted=(span,))
        assert not isinstance(found, Missing)
        return found * len(part)

    assert weight(days, start) == weight(days[:at], start) + weight(days[at:], start + at)


@pytest.mark.parametrize(
    ("follows", "base", "wanted"),
    [
        ("holder", 36600 * PPM * 366, 365),
        ("account", 36600 * PPM * 366 * 365, 365),
        ("holder", 0, 731),
    ],
)
def test_an_increase_is_the_average_less_the_average_of_its_base(
    follows: str, base: int, wanted: int
) -> None:
    node = {"fact": "balance_increase", "base": {"average": "previous_year", "follows": follows}}
    facts = [fact("x", total=73100 * PPM * 365), fact("x@base", total=base)]
    assert value(node, facts) == wanted


def test_a_frozen_base_is_one_day_and_a_closing_increase_another() -> None:
    base = {"date": date(2024, 12, 31), "follows": "holder"}
    node = {"fact": "balance_increase", "measured": "closing", "base": base}
    facts = [fact("x", total=5000 * PPM), fact("x@base", total=2000 * PPM)]
    assert value(node, facts) == 30


@pytest.mark.parametrize(("side", "wanted"), [("deposit", 200), ("loan", -200)])
def test_a_margin_is_price_less_rate_for_deposits_and_the_reverse_for_loans(
    side: str, wanted: int
) -> None:
    node = {"fact": "margin_income", "side": side, "day_count": 365}
    group = ("current", 10_000_000, "D1Y")  # 1 % for the customer
    facts = [fact("x", total=1_000_000 * PPM * 365, group=group)]
    rates = (RateRow("transfer_price", "D1Y", year(), 30_000_000),)  # 3 % inside the bank
    assert value(node, facts, rates=rates) == wanted
    assert value(node, facts) == Missing("no_rate", "transfer_price D1Y 2025-01-01")
    facts = [fact("x", total=1, group=("current", None, "D1Y"))]
    assert isinstance(value(node, facts, rates=rates), Missing)


def test_flows_add_up_and_count_by_share() -> None:
    rows = [fact("x", total=2500 * PPM, count_ppm=600_000), fact("x", total=-500 * PPM,
                                                                 count_ppm=PPM)]  # fmt: skip
    assert value({"fact": "flow_sum", "flows": "fee"}, rows) == 20
    assert value({"fact": "flow_count", "flows": "fee", "unit": "count"}, rows) == Fraction(8, 5)


@pytest.mark.parametrize(
    ("marked", "total", "if_zero", "wanted"),
    [(5, 100, 0, Fraction(1, 20)), (0, 100, 0, 0), (0, 0, 0, 0), (0, 0, 1, 1),
     (0, 0, "missing", None)],
)  # fmt: skip
def test_the_share_of_bad_loans_says_what_no_loans_mean(
    marked: int, total: int, if_zero: Any, wanted: Any
) -> None:
    node = {"fact": "loan_quality", "worst_class": 3, "averaging": "closing", "if_zero": if_zero,
            "unit": "ratio"}  # fmt: skip
    rows = [fact("x", total=total * PPM, marked=marked * PPM)]
    found = value(node, rows)
    assert isinstance(found, Missing) if wanted is None else found == wanted
