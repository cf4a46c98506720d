"""The board: dated parameters and the part of the period that has passed."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from tests.factories import board, scheme
from tidui.core.values import Missing


def test_a_parameter_is_that_of_the_last_day_unless_a_date_is_named() -> None:
    values = {date(2024, 1, 1): 5, date(2025, 7, 1): 6, date(2026, 1, 1): 7}
    made = board(scheme(parameters={"p": {"unit": "x", "source": "y", "values": values}}))
    assert made.parameter("p") == 6
    assert made.parameter("p", date(2025, 6, 30)) == 5
    assert isinstance(made.parameter("p", date(2023, 12, 31)), Missing)


def test_an_open_parameter_is_missing() -> None:
    made = board(scheme(parameters={"p": {"unit": "x", "source": "y", "values": "open"}}))
    assert made.parameter("p") == Missing("open", "parameters.p")


def test_the_elapsed_part_never_passes_the_whole() -> None:
    made = board(scheme())
    assert made.elapsed_ratio == 1
    made.as_of = date(2025, 3, 15)
    assert made.elapsed_ratio == Fraction(73, 365)
    made.as_of = date(2024, 1, 1)
    assert made.elapsed_ratio == 0
