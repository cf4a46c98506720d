"""Days, months and periods: half-open, leap years included."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidui.core.calendar import (
    OPEN_END,
    Span,
    add_months,
    cut_span,
    day_number,
    day_of,
    day_text,
    merge_spans,
    month_spans,
    months_between,
    parse_period,
    previous_period,
)

DATES = st.dates(date(1990, 1, 1), date(2090, 1, 1))
SPANS = st.builds(lambda a, b: Span(min(a, b), max(a, b) + 1), *[st.integers(9000, 9800)] * 2)


@given(DATES)
def test_a_day_number_goes_there_and_back(day: date) -> None:
    assert day_of(day_number(day)) == day
    assert day_text(day_number(day)) == day.isoformat()


def test_the_open_end_is_no_date() -> None:
    assert day_text(OPEN_END) == "10000-01-01"
    assert day_number(date(9999, 12, 31)) + 1 == OPEN_END
    with pytest.raises(ValueError, match="open end"):
        day_of(OPEN_END)


@pytest.mark.parametrize(
    ("text", "days", "before"),
    [("2024", 366, "2023"), ("2025Q1", 90, "2024Q4"), ("2024-02", 29, "2024-01"),
     ("2025-01", 31, "2024-12")],
)  # fmt: skip
def test_a_period_knows_its_days_and_the_one_before(text: str, days: int, before: str) -> None:
    period = parse_period(text)
    assert (period.text, period.days, previous_period(period).text) == (text, days, before)
    assert previous_period(period).to_on == period.from_on


@pytest.mark.parametrize(
    "text", ["", "25", "2025Q5", "2025-13", "2025-1", "2025Q", "２０２５", "0000"]
)
def test_a_text_that_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="period"):
        parse_period(text)


def test_the_last_day_of_a_month_stays_one() -> None:
    assert add_months(date(2024, 1, 31), 1) == date(2024, 2, 29)
    assert add_months(date(2024, 3, 31), -13) == date(2023, 2, 28)


@given(DATES, st.integers(0, 200))
def test_months_between_counts_what_add_months_adds(day: date, months: int) -> None:
    assert months_between(day, add_months(day, months)) == months
    if months:
        assert months_between(day, add_months(day, months) - timedelta(days=1)) < months


@given(SPANS, st.lists(st.integers(8990, 9810), max_size=6))
def test_the_pieces_of_a_cut_span_are_the_span(span: Span, days: list[int]) -> None:
    pieces = cut_span(span, days)
    assert merge_spans(pieces) == (span,)
    assert sum(piece.days for piece in pieces) == span.days


@given(SPANS)
def test_months_tile_a_span(span: Span) -> None:
    months = list(month_spans(span))
    assert merge_spans(months) == (span,)
    assert all(day_of(month.from_day).day == 1 for month in months[1:])


@given(SPANS, SPANS)
def test_two_spans_meet_in_the_days_of_both(one: Span, other: Span) -> None:
    days = set(range(one.from_day, one.to_day)) & set(range(other.from_day, other.to_day))
    common = one.meet(other)
    found = set() if common is None else set(range(common.from_day, common.to_day))
    assert found == days


@given(st.lists(SPANS, max_size=6))
def test_merged_spans_hold_the_same_days(spans: list[Span]) -> None:
    def days(items: list[Span]) -> set[int]:
        return {day for item in items for day in range(item.from_day, item.to_day)}

    merged = list(merge_spans(spans))
    assert days(merged) == days(spans)
    assert all(a.to_day < b.from_day for a, b in pairwise(merged))


def test_a_running_period_knows_its_days_and_those_of_the_whole() -> None:
    year = parse_period("2024")
    running = year.up_to(date(2024, 3, 1))
    assert (running.text, running.kind, running.days, running.running) == ("2024", "year", 60, True)
    assert running.whole == year
    assert (year.running, year.whole) == (False, year)
    assert running.up_to(date(2024, 2, 1)).whole == year
    assert year.up_to(date(2025, 3, 1)).to_on == year.to_on
    assert previous_period(running) == parse_period("2023")
    assert parse_period("2024Q3").up_to(date(2024, 8, 1)).text == "2024Q3"
    with pytest.raises(ValueError, match="nothing of 2024"):
        year.up_to(date(2024, 1, 1))
