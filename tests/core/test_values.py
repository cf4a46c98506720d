"""Exact numbers: rounding, printing, and what may not come near money."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidui.core.values import (
    Rounding,
    currency_exponent,
    decimal_text,
    exact,
    issue,
    minor_to_major,
    round_fraction,
)

FRACTIONS = st.fractions(min_value=-(10**6), max_value=10**6)


@pytest.mark.parametrize(
    ("value", "half_up", "half_even", "down", "up"),
    [
        (Fraction(5, 2), 3, 2, 2, 3),
        (Fraction(-5, 2), -3, -2, -2, -3),
        (Fraction(7, 2), 4, 4, 3, 4),
        (Fraction(24999, 10000), 2, 2, 2, 3),
        (Fraction(2), 2, 2, 2, 2),
        (Fraction(1, 1000), 0, 0, 0, 1),
    ],
)
def test_each_way_of_rounding_does_what_its_name_says(
    value: Fraction, half_up: int, half_even: int, down: int, up: int
) -> None:
    found = [round_fraction(value, 0, rounding) for rounding in Rounding]
    assert found == [half_up, half_even, down, up]


@given(FRACTIONS, st.integers(0, 6), st.sampled_from(Rounding))
def test_a_rounded_value_is_less_than_one_unit_away(
    value: Fraction, places: int, rounding: Rounding
) -> None:
    rounded = round_fraction(value, places, rounding)
    assert abs(rounded - value) < Fraction(1, 10**places)
    assert (rounded * 10**places).denominator == 1
    assert round_fraction(rounded, places, rounding) == rounded


def test_a_float_is_refused() -> None:
    with pytest.raises(TypeError):
        exact(0.1)  # type: ignore[arg-type]
    assert exact(Decimal("0.1")) == Fraction(1, 10)


def test_a_printed_decimal_is_cut_and_says_so() -> None:
    assert decimal_text(Fraction(2, 3), 3) == "0.666…"
    assert decimal_text(Fraction(-5, 4)) == "-1.25"
    assert decimal_text(Fraction(10)) == "10"


@given(FRACTIONS)
def test_a_printed_decimal_that_ends_is_the_value(value: Fraction) -> None:
    text = decimal_text(value, 12)
    if not text.endswith("…"):
        assert Fraction(text) == value


def test_a_currency_knows_its_minor_unit() -> None:
    assert minor_to_major(12345, "CNY") == Fraction(12345, 100)
    assert minor_to_major(12345, "JPY") == 12345
    with pytest.raises(KeyError):
        currency_exponent("XXX")


def test_the_values_of_an_issue_stand_in_the_order_of_their_names() -> None:
    assert issue("a.b", "here", z=1, a="x").values == (("a", "x"), ("z", 1))
