"""Documents are read without guesses and identified by what they mean."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidui.core.documents import (
    DocumentError,
    canonical_json,
    document_hash,
    parse_document,
    print_document,
    sha256_text,
)

TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=12)
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(-(10**18), 10**18), TEXTS,
    st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-999, max_value=999),
    st.dates(date(1900, 1, 1)),
)  # fmt: skip
KEYS = st.text(st.characters(min_codepoint=97, max_codepoint=122), min_size=1, max_size=6)
DOCUMENTS = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4)
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0123", "0123"), ("no", "no"), ("20:30", "20:30"), ("60_000_000", 60_000_000),
        ("0.30", Decimal("0.30")), ("-7", -7), ("2026-01-01", date(2026, 1, 1)), ("~", None),
        ("true", True), ("True", "True"), ('"12"', "12"), ("1.5.2", "1.5.2"), ("0x1F", "0x1F"),
        ("0o17", "0o17"), ("+1", 1), ("1_0_", "1_0_"), (".5", ".5"), ("NaN", "NaN"),
        (".inf", ".inf"),
    ],
)  # fmt: skip
def test_a_scalar_is_what_it_looks_like(text: str, value: Any) -> None:
    found = parse_document(text)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("a: 1\na: 2", "document.duplicate-key", 2),
        ("a: &x 1\nb: *x", "document.alias", 1),
        ("a: !!python/object:os.system x", "document.tag", 1),
        ("a: !thing {b: 1}", "document.tag", 1),
        ("a: !!str 12", "document.tag", 1),
        ("a: ! x", "document.tag", 1),
        ("a: 1e5", "document.exponent", 1),
        ("a: " + "9" * 5000, "document.long-number", 1),
        ("a: 0." + "9" * 5000, "document.long-number", 1),
        ("a: 2026-02-30", "document.date", 1),
        ("a: [1", "document.broken", 1),
        ("{[1]: 2}", "document.key", 1),
        ("a: 1\n---\nb: 2", "document.broken", 2),
        ("x" * 2_000_001, "document.too-long", 0),
        ("[" * 70 + "]" * 70, "document.too-deep", 1),
    ],
)
def test_what_could_be_misread_is_refused_with_its_place(text: str, code: str, line: int) -> None:
    with pytest.raises(DocumentError) as caught:
        parse_document(text)
    assert (caught.value.code, caught.value.line) == (code, line)


@given(DOCUMENTS)
def test_a_printed_document_is_read_back_as_the_same(document: Any) -> None:
    assert parse_document(print_document(document)) == document


@given(st.dictionaries(KEYS, SCALARS, min_size=2, max_size=5))
def test_the_hash_ignores_the_order_of_keys(document: dict[str, Any]) -> None:
    turned = dict(reversed(document.items()))
    assert document_hash(document) == document_hash(turned)


def test_the_hash_ignores_comments_and_style_and_knows_a_digit() -> None:
    one = parse_document("a: 1 # comment\nb: [x, 0.50]")
    other = parse_document("{b: ['x', 0.5], a: 1}")
    assert document_hash(one) == document_hash(other)
    assert document_hash(one) != document_hash(parse_document("a: 1\nb: [x, 0.51]"))


def test_canonical_json_writes_long_integers_as_text_and_refuses_floats() -> None:
    assert canonical_json({"n": 2**60, "m": 5}) == '{"m":5,"n":"1152921504606846976"}'
    for bad in (0.5, Decimal("NaN"), object()):
        with pytest.raises(TypeError):
            canonical_json(bad)


def test_the_hash_of_a_text_is_sha_256() -> None:
    assert sha256_text("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
