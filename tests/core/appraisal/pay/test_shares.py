"""Sharing out: the parts add up to the amount, in the order of nothing."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidui.core.appraisal.pay.shares import share_out

WEIGHTS = st.dictionaries(
    st.text("abcdef", min_size=1, max_size=3),
    st.fractions(min_value=0, max_value=1000, max_denominator=997),
    min_size=1, max_size=8,
)  # fmt: skip


@given(st.integers(-(10**15), 10**15), WEIGHTS)
def test_the_parts_add_up_to_the_amount(total: int, weights: dict[str, Fraction]) -> None:
    if sum(weights.values()) == 0:
        return
    parts = share_out(total, weights)
    assert sum(parts.values()) == total
    whole = sum(weights.values())
    for key, weight in weights.items():
        assert abs(parts[key] - total * weight / whole) < 1


@given(st.integers(0, 10**9), WEIGHTS)
def test_the_order_of_the_keys_changes_nothing(total: int, weights: dict[str, Fraction]) -> None:
    if sum(weights.values()) > 0:
        assert share_out(total, weights) == share_out(total, dict(reversed(weights.items())))


def test_an_amount_over_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="zero sum"):
        share_out(1, {"a": Fraction(0)})
    assert share_out(0, {"a": Fraction(0)}) == {"a": 0}
