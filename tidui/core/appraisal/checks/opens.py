"""What a scheme leaves open, and which figures it reads: walked over the typed document."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from tidui.core.appraisal.scheme.conditions import OpenCondition
from tidui.core.appraisal.scheme.document import Scheme
from tidui.core.appraisal.scheme.fields import OPEN, Title
from tidui.core.appraisal.scheme.nodes import OpenValue

_SILENT = ("invented", "tests", "readings", "title", "goals", "feedback", "compliance")
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


_FLAT = ("compare", "rank", "tenure", "days_off", "at_least")
"""Conditions whose bounds stand beside what they are about: ``{rank: x, top_percent: 60}``."""


def open_paths(scheme: Scheme) -> tuple[str, ...]:
    """Return the paths of everything that is still open, in the order of the document.

    A path is that of the written document, so that it can be found there and filled in.
    """
    paths: list[str] = []
    for name in type(scheme).model_fields:
        if name not in _SILENT:
            paths.extend(_open_inside(getattr(scheme, name), name))
    return tuple(paths)


def _open_inside(value: Any, path: str) -> Iterator[str]:
    if isinstance(value, OpenValue | OpenCondition) or value in (OPEN, (OPEN,)):
        yield path
    elif isinstance(value, BaseModel) and not isinstance(value, Title):
        for name, field in type(value).model_fields.items():
            if name != "kind" or not isinstance(value.kind, str):  # type: ignore[attr-defined]
                inner = _written_path(value, path, name, field.alias or name)
                yield from _open_inside(getattr(value, name), inner)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _open_inside(item, f"{path}.{key}")
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from _open_inside(item, f"{path}[{index}]")


def _written_path(record: BaseModel, path: str, name: str, label: str) -> str:
    """Return where a field stands in the document: a node is written under its kind."""
    kind = getattr(record, "kind", None)
    if not isinstance(kind, str):
        return f"{path}.{label}"
    if kind in _FLAT:
        about = "indicator" if kind == "compare" else kind
        return f"{path}.{about if name == 'of' else label}"
    short = name == "of" and record.model_fields_set <= {"kind", "of"}
    return f"{path}.{kind}" if short else f"{path}.{kind}.{label}"
