"""Readings: what the sources leave unclear, and which of the possible readings a scheme applies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from tidui.core.appraisal.scheme.fields import Title
from tidui.core.documents import parse_document

FILE: Final = "sources.yaml"


@dataclass(frozen=True, slots=True)
class Source:
    """One entry of the register of contradictions, losses and ambiguities.

    Attributes:
        id: ``C-01`` …
        kind: ``contradiction``, ``truncated``, ``ambiguous`` or ``mislabelled``.
        also: a second kind, where the source has two faults at once; else empty.
        unclear: what is unclear, by language.
        reading: the reading chosen, by language.
        carried_by: parameter, flag or place that carries the reading.
        citation: source items it comes from.
    """

    id: str
    kind: str
    also: str
    unclear: Mapping[str, str]
    reading: Mapping[str, str]
    carried_by: str
    citation: tuple[str, ...]


@cache
def sources() -> Mapping[str, Source]:
    """Return the register by entry."""
    text = (files("tidui.library") / FILE).read_text(encoding="utf-8")
    body = parse_document(text)["sources"]
    return {
        key: Source(
            key, item["kind"], item.get("also", ""), item["unclear"], item["reading"],
            item["carried_by"], tuple(item["citation"]),
        )
        for key, item in body.items()
    }  # fmt: skip


def readings_of(readings: Mapping[str, Title | str], lang: str) -> list[str]:
    """Return a line per reading: the entry, what the scheme chose, and what was unclear."""
    lines = []
    for key, reading in sorted(readings.items()):
        source = sources().get(key)
        chosen = reading if isinstance(reading, str) else str(getattr(reading, lang))
        lines.append(f"{key}: {chosen}" + (f" ({source.unclear[lang]})" if source else ""))
    return lines
