"""What a scheme leaves open, and which figures it reads: walked over the typed document."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from tidui.core.appraisal.scheme.conditions import OpenCondition
from tidui.core.appraisal.scheme.document import Scheme
from tidui.core.appraisal.scheme.fields import OPEN, Title
from tidui.core.appraisal.scheme.nodes import OpenValue

_SILENT = ("invented", "tests", "readings", "title", "goals", "compliance")
"""Parts of a scheme in which the word "open" is only a word."""


def walk_records(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every value inside a document with its path, records before their parts."""
    yield path, value
    if isinstance(value, Title):
        return
    if isinstance(value, BaseModel):
        for name, field in type(value).model_fields.items():
            label = field.alias or name
            yield from walk_records(getattr(value, name), f"{path}.{label}" if path else label)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from walk_records(item, f"{path}.{key}" if path else str(key))
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from walk_records(item, f"{path}[{index}]")


def open_paths(scheme: Scheme) -> tuple[str, ...]:
    """Return the paths of everything that is still open, in the order of the document."""
    paths = []
    for name in type(scheme).model_fields:
        if name in _SILENT:
            continue
        for path, value in walk_records(getattr(scheme, name), name):
            if isinstance(value, OpenValue | OpenCondition) or (
                value == OPEN and not path.endswith(".kind")
            ):
                paths.append(path)
    return tuple(paths)
