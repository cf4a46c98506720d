"""Field types of the scheme document: numbers, names and titles, read without guesses."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainValidator, StringConstraints

OPEN: Final = "open"
"""What a source lost or leaves unsaid: the bank fills it, and a run refuses without it."""

NAME_PATTERN: Final = r"[a-z][a-z0-9_]{0,63}"
_SLUG = re.compile(r"[a-z0-9][a-z0-9_.-]{0,79}\Z")


class Record(BaseModel):
    """A part of a document: frozen, and a key that it doesn't know is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


def _number(value: Any) -> Fraction:
    if isinstance(value, bool) or not isinstance(value, int | Decimal | Fraction):
        raise ValueError("must be a number")
    return Fraction(value)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(f"must be text, is {type(value).__name__}: put it in quotes")
    return value


def _date(value: Any) -> date:
    if type(value) is not date:
        raise ValueError("must be a date like 2026-01-01")
    return value


def _whole(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError("must be a whole number")
    return value


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("must be true or false")
    return value


def _slug(value: Any) -> str:
    if not isinstance(value, str) or not _SLUG.match(value):
        raise ValueError("must be a slug of a-z, 0-9, '-', '_' and '.'")
    return value


def _words(value: Any) -> tuple[str, ...]:
    items = value if isinstance(value, list | tuple) else [value]
    return tuple(_text(item) for item in items)


Number = Annotated[Fraction, PlainValidator(_number)]
Whole = Annotated[int, PlainValidator(_whole)]
Flag = Annotated[bool, PlainValidator(_flag)]
Text = Annotated[str, PlainValidator(_text)]
Day = Annotated[date, PlainValidator(_date)]
Slug = Annotated[str, PlainValidator(_slug)]
Name = Annotated[str, BeforeValidator(_text), StringConstraints(pattern=rf"^{NAME_PATTERN}$")]
Words = Annotated[tuple[str, ...], BeforeValidator(_words)]
"""One text or a list of texts."""
Open = Literal["open"]


class Title(Record):
    """A name for people, in both languages."""

    zh: Text
    en: Text
