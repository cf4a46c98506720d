"""The one to-do list: each app registers what may wait for a person; the home page shows it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest


@dataclass(frozen=True, slots=True)
class Item:
    """Something that waits for a person.

    Attributes:
        title: what is to be done.
        about: whom or what it concerns.
        address: the page where it is done.
        due_on: deadline, None where there is none.
        count: how many of the kind.
        icon: name of the icon.
    """

    title: str
    about: str
    address: str
    due_on: date | None = None
    count: int = 1
    icon: str = "checkbox"


Source = Callable[[HttpRequest], Iterable[Item]]
_sources: list[Source] = []


def add(source: Source) -> None:
    """Register a source of items; registering it twice counts once."""
    if source not in _sources:
        _sources.append(source)


def items(request: HttpRequest) -> list[Item]:
    """Return everything that waits for whoever asks, the most urgent first."""
    found = [item for source in _sources for item in source(request)]
    return sorted(found, key=lambda item: (item.due_on or date.max, item.title))
