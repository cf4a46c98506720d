"""The indicators of the library's schemes, to choose from for a goal."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from tidui.core.appraisal.checks.opens import walk_records
from tidui.core.appraisal.evaluation.entries import node_names
from tidui.core.appraisal.scheme.document import load_scheme
from tidui.core.appraisal.scheme.edits import list_places
from tidui.core.appraisal.scheme.indicators import Derived
from tidui.core.appraisal.scheme.nodes import Parameter
from tidui.core.values import CURRENCY_EXPONENTS
from tidui.library import names, texts


@dataclass(frozen=True, slots=True)
class LibraryIndicator:
    """An indicator of a template that stands alone.

    Attributes:
        key: ``template/name``.
        name: its name there.
        title: its name for people, Chinese and English.
        fact: what it reads.
        unit: unit of its value.
        source: clause of the source.
        text: its lines in the template.
    """

    key: str
    name: str
    title: tuple[str, str]
    fact: str
    unit: str
    source: str
    text: str


@lru_cache(maxsize=1)
def library_indicators() -> tuple[LibraryIndicator, ...]:
    """Return every indicator of the library that reads no other entry, the same one once."""
    found: dict[tuple[str, str], LibraryIndicator] = {}
    for template in names("schemes"):
        text = texts("schemes", template)
        loaded, _issues = load_scheme(text)
        if loaded is None:
            continue
        pieces = {place.path: place.text for place in list_places(text)}
        for name, node in loaded.scheme.indicators.items():
            bound = any(isinstance(inner, Parameter) for _, inner in walk_records(node))
            amount = getattr(node, "fact", "") == "measure" and node.unit in CURRENCY_EXPONENTS
            if isinstance(node, Derived) or bound or amount or list(node_names(node)):
                continue
            one = LibraryIndicator(
                f"{template}/{name}", name, (node.title.zh, node.title.en), node.fact, node.unit,
                node.clause or "", _entry(name, pieces[f"indicators.{name}"]),
            )  # fmt: skip
            found.setdefault((node.title.zh, node.fact), one)
    return tuple(sorted(found.values(), key=lambda one: (one.fact, one.title)))


def _entry(name: str, piece: str) -> str:
    """Return the lines of an indicator as they stand below ``indicators:``."""
    if piece.startswith("{"):
        return f"  {name}: {piece}"
    return f"  {name}:\n    {piece}"
