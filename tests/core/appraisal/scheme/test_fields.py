"""Fields: read as they are written, without guesses."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from tidui.core.appraisal.scheme.fields import (
    Day,
    Flag,
    Name,
    Number,
    Slug,
    Text,
    Title,
    Whole,
    Words,
)


@pytest.mark.parametrize(
    ("kind", "given", "read"),
    [
        (Number, 3, Fraction(3)), (Number, Decimal("0.3"), Fraction(3, 10)),
        (Whole, 3, 3), (Flag, False, False), (Text, "0123", "0123"),
        (Day, date(2026, 1, 1), date(2026, 1, 1)), (Slug, "rm-2026.1", "rm-2026.1"),
        (Name, "deposit_average", "deposit_average"), (Words, "a", ("a",)),
        (Words, ["a", "b"], ("a", "b")),
    ],
)  # fmt: skip
def test_a_field_reads_what_is_meant(kind: Any, given: Any, read: Any) -> None:
    assert TypeAdapter(kind).validate_python(given) == read


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        (Number, 0.3), (Number, "3"), (Number, True), (Number, None),
        (Whole, True), (Whole, Decimal(3)), (Whole, "3"), (Flag, 1), (Flag, "true"),
        (Text, 123), (Text, None), (Day, "2026-01-01"), (Day, datetime(2026, 1, 1)),
        (Slug, "RM"), (Slug, "-x"), (Slug, "a b"), (Slug, "x" * 81), (Slug, "a\n"),
        (Name, "Deposit"), (Name, "1a"), (Name, "a-b"), (Name, "a" * 65),
        (Words, [1]), (Words, None),
    ],
)  # fmt: skip
def test_a_field_refuses_what_would_be_a_guess(kind: Any, given: Any) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(kind).validate_python(given)


def test_a_title_has_both_languages_and_nothing_more() -> None:
    for wrong in ({"zh": "x"}, {"en": "x"}, {"zh": "x", "en": "x", "de": "x"}):
        with pytest.raises(ValidationError):
            Title.model_validate(wrong)
    read = Title.model_validate({"zh": "等级", "en": "Grade"})
    with pytest.raises(ValidationError):
        read.zh = "x"  # type: ignore[misc]
