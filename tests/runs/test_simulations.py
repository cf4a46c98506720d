"""Simulating a scheme that holds from later on, as if it had held in the period."""

from __future__ import annotations

from datetime import date

from tests.factories import loaded_scheme, title
from tidui.core.calendar import parse_period
from tidui.runs.simulations import as_if_in_force

PARAMETERS = {
    "price": {"unit": "CNY", "source": "x", "title": title(),
              "values": {date(2027, 1, 1): 5, date(2027, 7, 1): 6}},
    "older": {"unit": "CNY", "source": "x", "values": {date(2024, 1, 1): 7}},
    "open": {"unit": "CNY", "source": "x", "values": "open"},
}  # fmt: skip


def test_a_scheme_of_next_year_is_moved_into_the_period_with_its_first_values() -> None:
    future = loaded_scheme(
        effective={"from": date(2027, 1, 1), "to": date(2028, 1, 1)}, parameters=PARAMETERS
    )
    moved = as_if_in_force(future, parse_period("2025")).scheme
    assert (moved.effective.from_, moved.effective.to) == (date(2025, 1, 1), None)
    assert moved.parameters["price"].values == {date(2025, 1, 1): 5, date(2027, 7, 1): 6}
    assert moved.parameters["older"].values == {date(2024, 1, 1): 7}
    assert moved.parameters["open"].values == "open"
    assert moved.scores == future.scheme.scores


def test_a_scheme_that_has_ended_is_tried_again() -> None:
    past = loaded_scheme(effective={"from": date(2023, 1, 1), "to": date(2024, 1, 1)})
    assert as_if_in_force(past, parse_period("2025")).scheme.effective.to is None


def test_a_scheme_in_force_stays_what_it_is() -> None:
    scheme = loaded_scheme(effective={"from": date(2025, 1, 1), "to": None})
    assert as_if_in_force(scheme, parse_period("2025")) is scheme
