"""An amount in capital numerals says the same as its figures."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidui.exchange.capitals import DIGITS, LARGEST, yuan_in_capitals


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (0, "零元整"),
        (1, "壹分"),
        (10, "壹角整"),
        (105, "壹元零伍分"),
        (150, "壹元伍角整"),
        (100_00, "壹佰元整"),
        (1_010_00, "壹仟零壹拾元整"),
        (1_409_50, "壹仟肆佰零玖元伍角整"),
        (6_007_14, "陆仟零柒元壹角肆分"),
        (16_409_02, "壹万陆仟肆佰零玖元零贰分"),
        (107_000_53, "壹拾万柒仟元伍角叁分"),
        (100_070_00, "壹拾万零柒拾元整"),
        (1_000_000_00, "壹佰万元整"),
        (100_000_001_00, "壹亿零壹元整"),
        (1_000_100_000_00, "壹拾亿零壹拾万元整"),
        (10**12 * 100, "壹万亿元整"),
        (1_000_200_000_000 * 100, "壹万零贰亿元整"),
    ],
)
def test_amounts_are_named_as_on_a_cheque(amount: int, words: str) -> None:
    assert yuan_in_capitals(amount) == "人民币" + words


VALUES = {"拾": 10, "佰": 100, "仟": 1000}


def value_of(words: str) -> int:
    """Read capital numerals back to fen, naively."""
    whole, yuan, rest = words.removeprefix("人民币").partition("元")
    if not yuan:
        whole, rest = "", whole
    total = section = digit = 0
    for sign in whole:
        if sign in DIGITS:
            digit = DIGITS.index(sign)
        elif sign in VALUES:
            section, digit = section + digit * VALUES[sign], 0
        else:
            unit = 10**4 if sign == "万" else 10**8
            section, digit = section + digit, 0
            total = (total + section) * unit if sign == "亿" else total + section * unit
            section = 0
    total += section + digit
    small = {unit: DIGITS.index(d) for d, unit in re.findall(r"(.)([角分])", rest)}
    return total * 100 + small.get("角", 0) * 10 + small.get("分", 0)


@given(st.integers(0, LARGEST))
def test_what_is_named_is_read_back_as_the_same_amount(amount: int) -> None:
    words = yuan_in_capitals(amount)
    assert value_of(words) == amount
    assert "零零" not in words


@pytest.mark.parametrize("amount", [-1, LARGEST + 1])
def test_an_amount_without_words_is_refused(amount: int) -> None:
    with pytest.raises(ValueError, match="amount"):
        yuan_in_capitals(amount)
