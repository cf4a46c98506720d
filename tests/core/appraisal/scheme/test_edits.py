"""Editing a document in place: what was asked changes, everything else stays as it was written."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidui.core.appraisal.scheme.edits import (
    EditError,
    add_value,
    list_places,
    scalar_text,
    set_rows,
    set_section,
    set_values,
)
from tidui.core.documents import parse_document
from tidui.library import names, texts

TEXT = """\
# The head of it.
id: example
rate: {values: {2025-01-01: 0.3}}  # since then
rows:
  # the lowest
  - {to: 0, value: 0}
  - {from: 0, value: {parameter: rate}}
limit:
word: "open"
"""


def test_a_value_changes_and_the_comments_stay() -> None:
    made = set_values(TEXT, {"rate.values.2025-01-01": "0.35", "rows[0].value": "-1"})
    assert made == TEXT.replace("0.3}", "0.35}").replace("value: 0}", "value: -1}")


def test_an_empty_value_can_be_filled() -> None:
    assert "limit: 5\n" in set_values(TEXT, {"limit": "5"})


def test_thousands_are_grouped_as_a_person_writes_them() -> None:
    assert scalar_text("60,000,000", "x") == "60_000_000"
    assert scalar_text("60000000", "x", like="5000000") == "60000000"
    assert scalar_text("-12345.60", "x") == "-12_345.60"
    assert scalar_text("open", "x") == "open"


@pytest.mark.parametrize(
    "bad", ["", "1e7", "1: 2", "#", "{a: b}", "0123", "a b", "- x", "&a", "!x"]
)
def test_what_is_no_plain_value_is_refused(bad: str) -> None:
    with pytest.raises(EditError) as error:
        set_values(TEXT, {"rows[0].value": bad})
    assert error.value.issue.code == "edit.not-a-value"


def test_a_place_that_is_not_there_is_named() -> None:
    with pytest.raises(EditError) as error:
        set_values(TEXT, {"rows[7].value": "1"})
    assert error.value.issue.code == "edit.no-such-place"


def test_a_parameter_gets_a_value_from_a_later_date_on() -> None:
    made = add_value(TEXT, "rate.values", "2026-01-01", "0.4")
    assert "{2025-01-01: 0.3, 2026-01-01: 0.4}}  # since then" in made
    block = "a:\n  2025-01-01: 1\nb: 2\n"
    assert (
        add_value(block, "a", "2026-01-01", "3") == "a:\n  2025-01-01: 1\n  2026-01-01: 3\nb: 2\n"
    )
    assert add_value("a: open\n", "a", "2026-01-01", "3") == "a: {2026-01-01: 3}\n"


def test_rows_of_the_same_shape_keep_what_stands_between_them() -> None:
    rows = [{"to": "5", "value": "0"}, {"from": "5", "value": "{parameter: rate}"}]
    made = set_rows(TEXT, "rows", rows)
    assert "# the lowest\n  - {to: 5, value: 0}\n  - {from: 5, value: {parameter: rate}}" in made


def test_rows_can_come_and_go() -> None:
    rows = [{"to": "5", "value": "1"}, {"from": "5", "to": "9", "value": "2"},
            {"from": "9", "value": "{parameter: rate}"}]  # fmt: skip
    read = parse_document(set_rows(TEXT, "rows", rows))
    assert read["rows"] == [
        {"to": 5, "value": 1}, {"from": 5, "to": 9, "value": 2},
        {"from": 9, "value": {"parameter": "rate"}},
    ]  # fmt: skip
    flow = set_rows("rows: open\n", "rows", [{"value": "1"}])
    assert flow == "rows: [{value: 1}]\n"
    assert parse_document(set_rows("a:\n- {b: 1}\n", "a", [{"b": "1"}, {"b": "2"}])) == {
        "a": [{"b": 1}, {"b": 2}]
    }


def test_a_section_is_replaced_or_put_below_another() -> None:
    goals = "goals:\n  - {title: x}\n"
    once = set_section(TEXT, "goals", goals, after="id")
    assert "id: example\ngoals:\n  - {title: x}\nrate:" in once
    assert set_section(once, "goals", "goals: []", after="id") == TEXT.replace(
        "id: example\n", "id: example\ngoals: []\n"
    )


def test_a_document_in_one_line_is_left_to_the_person() -> None:
    with pytest.raises(EditError) as error:
        set_section('{"id": "x"}', "goals", "goals: []", after="id")
    assert error.value.issue.code == "edit.unsafe"


def test_a_value_that_would_break_the_rest_is_refused() -> None:
    with pytest.raises(EditError):
        set_rows(TEXT, "rows", [{"value": "{parameter: x}, other: [1]"}, {"value": "]"}])


@pytest.mark.parametrize("name", names("schemes"))
def test_every_figure_of_the_library_can_be_edited_in_place(name: str) -> None:
    text = texts("schemes", name)
    for place in list_places(text):
        if place.kind in ("number", "open"):
            made = set_values(text, {place.path: "77_777"})
            assert len(made.splitlines()) == len(text.splitlines())
            assert made.count("#") == text.count("#")


def at(document: Any, path: str) -> Any:
    """Return what stands at a path without dots in its keys."""
    for step in path.replace("[", ".").replace("]", "").split("."):
        document = document[int(step) if isinstance(document, list) else step]
    return document


@given(
    st.decimals(-(10**12), 10**12, allow_nan=False, allow_infinity=False, places=3),
    st.sampled_from(["rows[0].to", "rows[0].value", "limit"]),
)
def test_what_is_written_is_what_is_read(number: Decimal, path: str) -> None:
    made = parse_document(set_values(TEXT, {path: format(number, "f")}))
    assert at(made, path) == number
