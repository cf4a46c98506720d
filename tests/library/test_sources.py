"""The register is complete: each entry is carried somewhere, each reference is an entry."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tidui.core.appraisal.scheme.fields import Title
from tidui.core.documents import parse_document
from tidui.ledger.tables import TABLES
from tidui.library import names, texts
from tidui.library.readings import readings_of, sources

ENTRIES = tuple(f"C-{number:02}" for number in range(1, 65))
KINDS = {"contradiction", "truncated", "ambiguous", "mislabelled"}
ROOMS = {
    "assessment", "competency", "conduct", "customers", "growth", "posts", "procedures",
    "selection",
}  # fmt: skip
"""Rooms of the house beside the appraisal; their readings wait here until they are built."""
APPRAISAL = {4, 14, 15, 16, 17, 23, 24, 27, 28, *range(44, 48), 49, 50, 51, *range(55, 65)}
"""Entries that the appraisal itself has to carry, in a template, a ladder or a table."""


def steps(path: str) -> list[str | int]:
    """Cut a path like ``a.b[0]`` into its steps."""
    return [name or int(index) for name, index in re.findall(r"([^.\[\]]+)|\[(\d+)\]", path)]


def resolves(carrier: str) -> bool:
    """Tell whether a place that carries a reading exists."""
    place, _, path = carrier.partition(": ")
    if place == "room":
        return path in ROOMS
    if place == "tables":
        table, _, column = path.partition(".")
        return table in TABLES and any(one.name == column for one in TABLES[table].columns)
    kind, _, name = place.partition("/")
    if kind not in ("schemes", "ladders") or name not in names(kind):
        return False
    found: Any = parse_document(texts(kind, name))
    for step in steps(path):
        known = range(len(found)) if isinstance(found, list) else found
        if not isinstance(found, dict | list) or step not in known:
            return False
        found = found[step]
    return True


def references() -> Iterator[tuple[str, str]]:
    """Yield (document, C-nn) for every reference in schemes and ladders."""
    for kind in ("schemes", "ladders"):
        for name in names(kind):
            for key in re.findall(r"\bC-[0-9]{2}\b", texts(kind, name)):
                yield f"{kind}/{name}", key


def test_the_register_has_all_entries_in_order() -> None:
    assert tuple(sources()) == ENTRIES


@pytest.mark.parametrize("key", ENTRIES)
def test_an_entry_is_whole_and_carried_where_it_says(key: str) -> None:
    entry = sources()[key]
    assert entry.kind in KINDS
    assert entry.also in KINDS - {entry.kind} | {""}
    for text in (entry.unclear, entry.reading):
        assert set(text) == {"zh", "en"}
        assert all(text.values())
    assert all(re.fullmatch(r"S[0-4]-\d\d\.\d+", item) for item in entry.citation)
    assert [carrier for carrier in entry.carried_by.split("; ") if not resolves(carrier)] == []


def test_each_reference_in_the_library_is_an_entry() -> None:
    unknown = [(where, key) for where, key in references() if key not in sources()]
    assert unknown == []


def test_each_entry_of_the_appraisal_is_referenced_by_a_document() -> None:
    used = {key for _, key in references()}
    in_tables = {key for key, entry in sources().items() if "tables: " in entry.carried_by}
    wanted = {f"C-{number:02}" for number in APPRAISAL}
    assert wanted - used - in_tables == set()
    rooms = {key for key, entry in sources().items() if entry.carried_by.startswith("room: ")}
    assert rooms == set(ENTRIES) - wanted


def test_a_scheme_lists_every_reading_that_its_nodes_name() -> None:
    for name in names("schemes"):
        body = parse_document(texts("schemes", name))
        inside = set(re.findall(r"\bC-[0-9]{2}\b", texts("schemes", name).split("\nreadings:")[0]))
        assert inside - set(body["readings"]) == set(), name


def test_a_carrier_that_does_not_exist_is_found() -> None:
    assert not resolves("schemes/monthly-points: scores.nowhere")
    assert not resolves("schemes/no-such: scores")
    assert not resolves("tables: outcomes.colour")
    assert not resolves("room: kitchen")
    assert resolves("schemes/monthly-points: tests[0].title")
    assert resolves("ladders/five-grades")


def test_a_reading_is_printed_in_either_language_beside_what_is_unclear() -> None:
    body = parse_document(texts("schemes", "quarterly-streaks"))
    chosen = {"C-16": Title(**body["readings"]["C-16"]), "X-1": "as said"}
    zh, en = readings_of(chosen, "zh"), readings_of(chosen, "en")
    assert zh[0].startswith("C-16: 先看降两级")
    assert sources()["C-16"].unclear["en"] in en[0]
    assert en[1] == "X-1: as said"
