"""What a scheme asks the engine: slices that can be priced, bases, windows, and known codes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.factories import scheme, spell, subject, title
from tidui.core.appraisal.facts import Combo
from tidui.core.appraisal.inputs import Inputs, RateRow
from tidui.core.appraisal.questions import (
    Batch,
    ask_engine,
    earlier_span,
    fact_filter,
    fact_slices,
    find_unknown_codes,
    loan_key,
    window_slices,
)
from tidui.core.calendar import Span, day_number, parse_period

PERIOD = parse_period("2025Q1")
AVERAGE = {"title": title(), "unit": "CNY", "fact": "balance_average", "averaging": "daily"}
RATES = (
    RateRow("exchange", "USD", Span(0, day_number(date(2025, 2, 10))), 7),
    RateRow("exchange", "USD", Span(day_number(date(2025, 2, 10)), 40000), 8),
    RateRow("transfer_price", "D1Y", Span(day_number(date(2025, 3, 5)), 40000), 9),
)


def asked(node: dict[str, Any], **own: Any) -> tuple[Batch, ...]:
    """Ask for one indicator of A."""
    body = scheme(period="quarter", indicators={"x": {**AVERAGE, **node}}, **own)
    inputs = Inputs((spell(),), "CNY", PERIOD.to_on, rates=RATES)
    return ask_engine(body, PERIOD, inputs, (subject(counted=(PERIOD.span,)),))


MARGIN = {"fact": "margin_income", "side": "deposit", "day_count": 365}
WEIGHT = [{"product": "margin", "from": date(2025, 1, 16), "value": Decimal("0.3")}]


@pytest.mark.parametrize(
    ("node", "first_days"),
    [
        ({}, ["0"]),
        ({"averaging": "month_means"}, ["0", "31", "59"]),
        ({"averaging": "last_month"}, ["0", "31", "59"]),
        ({"conversion": "day"}, ["0", "40"]),
        ({"conversion": "month_end"}, ["0", "31", "59"]),
        ({"conversion": "period_end"}, ["0"]),
        ({"coefficients": WEIGHT}, ["0", "15"]),
        ({"coefficients": WEIGHT, "conversion": "day"}, ["0", "15", "40"]),
        ({"fact": "balance_closing"}, ["89"]),
        ({"window": "twelve_months"}, ["-275", "0"]),
    ],
)
def test_a_slice_ends_where_a_price_changes(node: dict[str, Any], first_days: list[str]) -> None:
    body = {key: value for key, value in AVERAGE.items() if key != "averaging"}
    own = {**body, **node} if node.get("fact") == "balance_closing" else {**AVERAGE, **node}
    raw = scheme(period="quarter", indicators={"x": own})
    spans = fact_slices(
        raw, PERIOD, Inputs((), "CNY", PERIOD.to_on, rates=RATES), raw.indicators["x"]
    )
    start = day_number(date(2025, 1, 1))
    assert [str(span.from_day - start) for span in spans] == first_days


def test_a_margin_is_cut_where_a_transfer_price_changes() -> None:
    raw = scheme(period="quarter", indicators={"x": {"title": title(), "unit": "CNY", **MARGIN}})
    inputs = Inputs((), "CNY", PERIOD.to_on, rates=RATES)
    spans = fact_slices(raw, PERIOD, inputs, raw.indicators["x"])
    assert [span.days for span in spans] == [63, 27]


@pytest.mark.parametrize(
    ("kind", "own"),
    [("exchange", {**AVERAGE, "conversion": "day"}), ("transfer_price", MARGIN)],
)
def test_a_slice_ends_where_the_rates_stop(kind: str, own: dict[str, Any]) -> None:
    """Else the days without a rate would be priced with the last one."""
    raw = scheme(period="quarter", indicators={"x": {"title": title(), "unit": "CNY", **own}})
    stops = RateRow(kind, "X", Span(0, day_number(date(2025, 3, 1))), 7)
    inputs = Inputs((), "CNY", PERIOD.to_on, rates=(stops,))
    spans = fact_slices(raw, PERIOD, inputs, raw.indicators["x"])
    assert [span.days for span in spans] == [59, 31]


def test_indicators_of_one_basis_are_one_batch_and_of_another_another() -> None:
    one = asked({})
    assert [(b.basis, b.count_for, len(b.requests)) for b in one] == [("main", "own", 1)]
    body = scheme(period="quarter", indicators={
        "x": AVERAGE, "y": {**AVERAGE, "basis": "lead"}, "z": {**AVERAGE, "count_for": "own_team"},
        "m": {"title": title(), "unit": "point", "fact": "measure", "code": "exam"},
    })  # fmt: skip
    batches = ask_engine(body, PERIOD, Inputs((), "CNY", PERIOD.to_on), (subject(),))
    assert [(b.basis, b.count_for) for b in batches] == [
        ("main", "own"), ("lead", "own"), ("main", "own_team"),
    ]  # fmt: skip


@pytest.mark.parametrize(("follows", "kind"), [("account", "carried_base"), ("holder", "balance")])
def test_the_base_of_an_increase_follows_the_account_or_the_holder(follows: str, kind: str) -> None:
    base = {"average": "previous_period", "follows": follows}
    node = {"title": title(), "unit": "CNY", "fact": "balance_increase", "base": base}
    body = scheme(period="quarter", indicators={"x": node})
    (batch,) = ask_engine(body, PERIOD, Inputs((), "CNY", PERIOD.to_on), (subject(),))
    now, earlier = batch.requests
    assert (now.kind, earlier.kind, earlier.key) == ("balance", kind, "x@base")
    before = parse_period("2024Q4").span
    assert earlier.base == (before if follows == "account" else None)
    if follows == "holder":
        assert earlier.slices == (before,)
        assert batch.span == Span(before.from_day, PERIOD.span.to_day)


def test_earnings_per_loan_are_asked_account_by_account() -> None:
    flows = {"title": title(), "unit": "count", "fact": "flow_count", "flows": "disbursement"}
    item = {"title": title(), "value": "x", "rounding": "down", "per_loan": "x"}
    pay = {"title": title(), "currency": "CNY", "floor": None, "cap": None, "items": {"i": item}}
    body = scheme(period="quarter", indicators={"x": flows}, pay=pay)
    (batch,) = ask_engine(body, PERIOD, Inputs((), "CNY", PERIOD.to_on), (subject(),))
    assert [(r.key, r.by_account) for r in batch.requests] == [("x", False), (loan_key("x"), True)]


def test_earlier_windows_are_the_period_before_or_the_calendar_year_before() -> None:
    assert earlier_span(PERIOD, "previous_period") == parse_period("2024Q4").span
    assert earlier_span(PERIOD, "previous_year") == parse_period("2024").span
    assert len(window_slices(PERIOD, "months")) == 3


def combo(**own: Any) -> Combo:
    """Build a combo of nothing but what is given."""
    return Combo(**{**dict.fromkeys(Combo.__slots__), **own})


@pytest.mark.parametrize(
    ("where", "own", "counts"),
    [
        ({}, {}, True),
        ({"kind": "loan"}, {"kind": "loan"}, True), ({"kind": "loan"}, {"kind": None}, False),
        ({"kind": ["loan", "bill"]}, {"kind": "bill"}, True),
        ({"kind": "loan", "segment": "corporate"}, {"kind": "loan", "segment": "small"}, False),
        ({"any": [{"segment": "corporate"}, {"product": "P"}]}, {"product": "P"}, True),
        ({"any": [{"segment": "corporate"}, {"product": "P"}]}, {"product": "Q"}, False),
        ({"not": [{"product": "P"}]}, {"product": "P"}, False),
        ({"not": [{"product": "P"}]}, {"product": None}, True),
    ],
)  # fmt: skip
def test_a_filter_counts_what_it_says(
    where: dict[str, Any], own: dict[str, Any], counts: bool
) -> None:
    body = scheme(indicators={"x": {**AVERAGE, "where": where}})
    node: Any = body.indicators["x"]
    assert fact_filter(node).matches(combo(**own)) is counts


def test_an_increase_of_assets_counts_its_kinds_together() -> None:
    node = {"title": title(), "unit": "CNY", "fact": "asset_increase", "kinds": ["deposit", "fund"],
            "base": {"average": "previous_year", "follows": "holder"}}  # fmt: skip
    body: Any = scheme(indicators={"x": node}).indicators["x"]
    assert fact_filter(body).matches(combo(kind="fund"))
    assert not fact_filter(body).matches(combo(kind="loan"))


def test_a_code_that_nobody_knows_is_named_with_its_indicator() -> None:
    node = {**AVERAGE, "coefficients": WEIGHT,
            "where": {"kind": "deposti", "any": [{"segment": "corporate"}]}}  # fmt: skip
    flow = {"title": title(), "unit": "CNY", "fact": "flow_sum", "flows": ["fee", "card"]}
    body = scheme(indicators={"x": node, "y": flow}, codes={"flow": "card"})
    seen = {"kind": frozenset({"deposit"}), "segment": frozenset({"corporate"}),
            "flow": frozenset({"fee"})}  # fmt: skip
    found = find_unknown_codes(body, seen)
    assert [(one.where, dict(one.values)["value"]) for one in found] == [
        ("indicators.x", "margin"), ("indicators.x", "deposti"),
    ]  # fmt: skip


def test_a_daily_rate_cuts_the_year_for_other_currencies_alone() -> None:
    node = {"title": title(), "unit": "CNY", "fact": "balance_average", "averaging": "daily"}
    body = scheme(indicators={"x": node}, conversion="day")
    start = PERIOD.span.from_day
    rates = tuple(
        RateRow("exchange", "USD", Span(start + day, start + day + 1), 7 * 10**9)
        for day in range(90)
    )
    inputs = Inputs((spell(),), "CNY", PERIOD.to_on, rates=rates)
    (batch,) = ask_engine(body, PERIOD, inputs, (subject(),))
    own, foreign = batch.requests
    assert (own.key, len(own.slices), own.where.accept) == ("x", 1, (("currency", ("CNY",)),))
    assert (foreign.key, len(foreign.slices)) == ("x@foreign", 90)
    home = Combo("deposit", "p", "CNY", None, None, None, None, None, None, None)
    assert own.where.matches(home)
    assert not foreign.where.matches(home)
    assert foreign.where.matches(replace(home, currency="USD"))
