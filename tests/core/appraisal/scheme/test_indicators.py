"""Indicators: what decides money has no default, and a fact says all that it reads."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from tests.factories import title
from tidui.core.appraisal.scheme.indicators import Indicator

INDICATOR: TypeAdapter[Any] = TypeAdapter(Indicator)
BASE = {"average": "previous_year", "follows": "holder"}
COMPLETE: list[dict[str, Any]] = [
    {"fact": "balance_average", "averaging": "daily"},
    {"fact": "balance_increase", "base": BASE},
    {"fact": "asset_increase", "base": BASE, "kinds": "deposit"},
    {"fact": "margin_income", "side": "loan", "day_count": 360},
    {"fact": "flow_sum", "flows": "fee"},
    {"fact": "flow_count", "flows": "fee"},
    {"fact": "customer_count", "measured": "closing", "at_least": 1, "credit": "whole"},
    {"fact": "customer_lost", "bar": 1, "before": "previous_year", "measured": "closing",
     "result": "count"},
    {"fact": "loan_quality", "averaging": "daily", "if_zero": 0},
    {"fact": "measure", "code": "exam"},
    {"fact": "headcount", "result": "count"},
]  # fmt: skip
REQUIRED = [(body, key) for body in COMPLETE for key in body if key != "fact"]


def read(body: dict[str, Any]) -> Any:
    """Read an indicator with title and unit."""
    return INDICATOR.validate_python({"title": title(), "unit": "CNY", **body})


@pytest.mark.parametrize(("body", "key"), REQUIRED, ids=lambda x: x if isinstance(x, str) else "")
def test_what_a_court_could_ask_has_no_default(body: dict[str, Any], key: str) -> None:
    assert read(body).fact == body["fact"]
    with pytest.raises(ValidationError):
        read({name: value for name, value in body.items() if name != key})


def test_a_missing_value_blocks_unless_the_scheme_says_otherwise() -> None:
    found = read(COMPLETE[0])
    assert (found.missing, found.count_for, found.basis) == ("block", "own", "main")
    assert (found.conversion, found.window) == (None, "period")
    assert read({**COMPLETE[0], "missing": "zero_with_reason"}).missing == "zero_with_reason"


@pytest.mark.parametrize(
    "wrong",
    [
        {"averaging": "weekly"},
        {"missing": "zero"},
        {"count_for": "friends"},
        {"where": {"colour": "red"}},
        {"conversion": "today"},
        {"window": "ever"},
        {"coefficients": [{"product": "p", "value": 1}]},
        {"title": {"zh": "x"}},
        {"unit": 5},
    ],
)
def test_what_is_not_in_the_catalogue_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        read({**COMPLETE[0], **wrong})


def test_a_value_makes_an_indicator_of_indicators() -> None:
    found = read({"value": {"difference": ["a", "b"]}})
    assert (found.fact, found.value.kind) == ("derived", "difference")


def test_a_base_is_a_period_or_a_day() -> None:
    on = {"fact": "balance_increase", "base": {"date": date(2024, 12, 31), "follows": "account"}}
    assert read(on).base.date == date(2024, 12, 31)
    with pytest.raises(ValidationError):
        read({**on, "base": {"date": date(2024, 12, 31)}})


def test_where_reads_one_word_or_several_and_both_kinds_of_nesting() -> None:
    where = {"kind": "loan", "any": [{"segment": "corporate"}], "not": [{"product": ["p", "q"]}]}
    found = read({**COMPLETE[0], "where": where}).where
    assert found.kind == ("loan",)
    assert found.any[0].segment == ("corporate",)
    assert found.not_[0].product == ("p", "q")
