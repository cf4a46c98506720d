"""The reader knows every kind of fact, and reads none that the scheme doesn't have."""

from __future__ import annotations

from typing import get_args

from tests.factories import board, fact, scheme, title
from tidui.core.appraisal.chain import compute_board
from tidui.core.appraisal.indicators.reader import _READERS
from tidui.core.appraisal.scheme import indicators as kinds


def fact_kinds() -> set[str]:
    """Return the fact kinds of the document's catalogue."""
    found = set()
    for item in vars(kinds).values():
        known = isinstance(item, type) and issubclass(item, kinds.Fact)
        if known and "fact" in item.model_fields:
            found |= set(get_args(item.model_fields["fact"].annotation))
    return found


def test_every_kind_of_fact_in_the_catalogue_has_its_reader() -> None:
    assert fact_kinds() == set(_READERS)


def test_a_subject_without_a_row_has_zero_and_not_missing() -> None:
    node = {"title": title(), "unit": "CNY", "fact": "balance_closing"}
    body = scheme(indicators={"x": node, "y": node})
    on = board(body, facts=(fact("y", total=500 * 10**6),))
    compute_board(on)
    assert (on.columns["x"]["A"], on.columns["y"]["A"]) == (0, 5)
