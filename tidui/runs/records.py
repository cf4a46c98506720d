"""Records as JSON lines: exact both ways, in one canonical form, so that a hash means something."""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import fields, is_dataclass
from datetime import date
from fractions import Fraction
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from tidui.core.documents import canonical_json
from tidui.core.values import Missing

T = TypeVar("T")


def pack(value: Any) -> Any:
    """Turn a record into lists: fields in their order, fractions as text, missing as a mapping."""
    if isinstance(value, Missing):
        return {"missing": value.reason, "what": value.what}
    if is_dataclass(value) and not isinstance(value, type):
        return [pack(getattr(value, field.name)) for field in fields(value)]
    if isinstance(value, tuple | list):
        return [pack(item) for item in value]
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, dict):
        return {key: pack(item) for key, item in value.items()}
    return value


def unpack(kind: type[T], packed: Any) -> T:
    """Build a record of a kind from what ``pack`` made of it."""
    convert: Callable[[Any], T] = _converter(cast(Hashable, kind))
    return convert(packed)


@cache
def _converter(kind: Any) -> Callable[[Any], Any]:
    origin, arguments = get_origin(kind), get_args(kind)
    if kind is Fraction:
        return _fraction
    if kind is Missing:
        return lambda item: Missing(item["missing"], item["what"])
    if kind is int:
        return int
    if kind is date:
        return date.fromisoformat
    if is_dataclass(kind):
        return _record(kind)
    if origin is tuple and len(arguments) == 2 and arguments[1] is Ellipsis:
        inner = _converter(arguments[0])
        return lambda items: tuple(inner(item) for item in items)
    if origin is tuple:
        parts = [_converter(argument) for argument in arguments]
        return lambda items: tuple(p(item) for p, item in zip(parts, items, strict=True))
    if origin is frozenset:
        return frozenset
    if origin in (Union, UnionType):
        return _union(arguments)
    return lambda item: item


def _fraction(item: Any) -> Fraction:
    return Fraction(item)


def _record(kind: Any) -> Callable[[Any], Any]:
    parts: list[Callable[[Any], Any]] = []

    def build(items: Any) -> Any:
        if not parts:  # on first use, because a record may hold its own kind
            hints = get_type_hints(kind)
            parts.extend(_converter(hints[field.name]) for field in fields(kind))
        return kind(*(part(item) for part, item in zip(parts, items, strict=True)))

    return build


def _union(arguments: tuple[Any, ...]) -> Callable[[Any], Any]:
    if Missing in arguments:
        other = _converter(next(a for a in arguments if a is not Missing))
        missing = _converter(Missing)
        return lambda item: missing(item) if isinstance(item, dict) else other(item)
    if NoneType in arguments and len(arguments) == 2:
        inner = _converter(next(a for a in arguments if a is not NoneType))
        return lambda item: None if item is None else inner(item)
    return lambda item: item


def print_lines(rows: Iterable[Any]) -> str:
    """Print one canonical JSON line per packed row."""
    return "".join(canonical_json(pack(row)) + "\n" for row in rows)


def read_lines(text: str, only: str | None = None) -> Iterator[Any]:
    """Read JSON lines; with ``only``, those that hold this text as a JSON string."""
    needle = None if only is None else canonical_json(only)
    for line in text.split("\n"):
        if line and (needle is None or needle in line):
            yield json.loads(line)
