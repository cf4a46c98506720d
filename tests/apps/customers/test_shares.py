"""Shares over time: the sum of a day is the sum of what holds on it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidui.apps.customers.shares import (
    WHOLE,
    Piece,
    above_whole,
    below_whole,
    read_share,
    share_text,
    timeline,
)

START = date(2025, 1, 1)


@st.composite
def pieces(draw: st.DrawFn) -> list[Piece]:
    made: list[Piece] = []
    for _number in range(draw(st.integers(0, 6))):
        begins = draw(st.integers(0, 30))
        ends = draw(st.one_of(st.none(), st.integers(begins + 1, 40)))
        day = None if ends is None else START + timedelta(days=ends)
        made.append((START + timedelta(days=begins), day, draw(st.integers(1, WHOLE))))
    return made


@given(pieces(), st.integers(0, 45))
def test_the_total_of_a_day_is_the_sum_of_what_holds_on_it(made: list[Piece], day: int) -> None:
    on = START + timedelta(days=day)

    def holds(begins: date, ends: date | None) -> bool:
        return begins <= on and (ends is None or ends > on)

    wanted = sum(share for begins, ends, share in made if holds(begins, ends))
    found = [one.total for one in timeline(made) if holds(one.valid_from, one.valid_to)]
    assert sum(found) == wanted
    assert any(holds(one.valid_from, one.valid_to) for one in above_whole(made)) == (wanted > WHOLE)
    begun = bool(made) and on >= min(begins for begins, _ends, _share in made)
    below = any(holds(one.valid_from, one.valid_to) for one in below_whole(made))
    assert below == (begun and wanted < WHOLE)


@given(st.integers(1, WHOLE))
def test_a_printed_share_reads_back_as_the_same(share: int) -> None:
    assert read_share(share_text(share)) == share


@pytest.mark.parametrize("text", ["60", "0", "0%", "101%", "1.5", "-5%", "half", "", "0.0000001"])
def test_a_share_that_could_mean_two_things_or_nothing_is_not_read(text: str) -> None:
    assert read_share(text) is None
