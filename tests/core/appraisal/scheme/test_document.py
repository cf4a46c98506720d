"""A scheme is its text: printing and reading gives it back, and its hash follows its meaning."""

from __future__ import annotations

import random
from collections.abc import Iterator
from copy import deepcopy
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import raw_scheme
from tidui.core.appraisal.scheme.document import LoadedScheme, load_scheme
from tidui.core.documents import document_hash, parse_document, print_document

ROOT = Path(__file__).parents[4]
FILES = [
    *sorted((ROOT / "tidui" / "library" / "schemes").glob("*.yaml")),
    ROOT / "examples" / "scheme.yaml",
    *sorted((ROOT / "docs").rglob("scheme.yaml")),
]
EVERY = pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")


def loaded(text: str) -> LoadedScheme:
    """Load a scheme that must be sound."""
    found, issues = load_scheme(text)
    assert found is not None, issues
    return found


@EVERY
def test_printing_and_reading_a_scheme_gives_it_back(path: Path) -> None:
    one = loaded(path.read_text(encoding="utf-8"))
    other = loaded(one.text)
    assert other.scheme == one.scheme
    assert (other.text, other.canonical, other.sha256) == (one.text, one.canonical, one.sha256)


def shuffled(value: Any, chance: random.Random) -> Any:
    """Return a document with its keys in another order."""
    if isinstance(value, dict):
        keys = list(value)
        chance.shuffle(keys)
        return {key: shuffled(value[key], chance) for key in keys}
    return [shuffled(item, chance) for item in value] if isinstance(value, list) else value


@EVERY
def test_key_order_and_comments_change_no_hash(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    raw = parse_document(text)
    mixed = print_document(shuffled(raw, random.Random(7)))
    assert document_hash(parse_document(f"# another comment\n{mixed}")) == document_hash(raw)


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of every leaf."""
    if isinstance(value, dict | list) and value:
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for key, item in items:
            yield from leaves(item, (*path, key))
    else:
        yield path


def other_than(value: Any) -> Any:
    """Return a value that means something else."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | Decimal):
        return value + 1
    if isinstance(value, date):
        return value + timedelta(days=1)
    return f"{value}x" if isinstance(value, str) else "x"


def placed(raw: Any, path: tuple[Any, ...]) -> Any:
    """Return what lies above a path."""
    for key in path[:-1]:
        raw = raw[key]
    return raw


@EVERY
def test_every_changed_leaf_changes_the_hash(path: Path) -> None:
    raw = parse_document(path.read_text(encoding="utf-8"))
    paths = list(leaves(raw))
    hashes = {document_hash(raw)}
    for leaf in paths[:: max(1, len(paths) // 60)]:
        above = placed(raw, leaf)
        before = above[leaf[-1]]
        above[leaf[-1]] = other_than(before)
        hashes.add(document_hash(raw))
        above[leaf[-1]] = before
    assert len(hashes) == 1 + len(paths[:: max(1, len(paths) // 60)])


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("0.3", "0.30", True), ("60_000_000", "60000000", True), ("1", "2", False),
        ("1", '"1"', False), ("true", '"true"', False), ("null", '"null"', False),
        ("2026-01-01", '"2026-01-01"', True), ("[1, 2]", "[2, 1]", False),
    ],
)  # fmt: skip
def test_a_hash_sees_meaning_and_not_writing(one: str, other: str, same: bool) -> None:
    hashes = [document_hash(parse_document(f"a: {text}")) for text in (one, other)]
    assert (hashes[0] == hashes[1]) is same


@given(st.data())
def test_a_scheme_with_any_key_too_much_is_refused(data: st.DataObject) -> None:
    raw = deepcopy(raw_scheme(scores={"x": {"title": {"zh": "x", "en": "x"}, "value": {
        "capped": {"of": 1, "floor": 0, "cap": None}}}}))  # fmt: skip
    places = [(), ("title",), ("effective",), ("population",), ("scores", "x"),
              ("scores", "x", "value", "capped")]  # fmt: skip
    above = raw
    for key in data.draw(st.sampled_from(places)):
        above = above[key]
    above["colour"] = 1
    found, issues = load_scheme(print_document(raw))
    assert found is None
    assert [one.code for one in issues] == ["scheme.invalid"]


@pytest.mark.parametrize(
    ("missing", "path"),
    [("in_flight", "in_flight"), ("effective", "effective"), ("population", "population")],
)
def test_a_missing_section_is_named(missing: str, path: str) -> None:
    raw = {key: value for key, value in raw_scheme().items() if key != missing}
    found, (fault,) = load_scheme(print_document(raw), "bank.yaml")
    assert found is None
    assert (fault.code, fault.where) == ("scheme.invalid", f"bank.yaml: {path}")


def test_broken_yaml_is_named_with_its_line() -> None:
    found, (fault,) = load_scheme("format: scheme/1\nid: [\n")
    assert found is None
    assert (fault.code, dict(fault.values)["line"]) == ("document.broken", 3)
