"""Panels: a page shows a higher room's matter without knowing the room.

The higher app registers a panel in ``AppConfig.ready()``; the lower page renders what is registered
and what the panel's own check lets pass. The only inversion in the house.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest


@dataclass(frozen=True, slots=True)
class Panel:
    """A piece of a page.

    Attributes:
        name: slug, unique per page.
        template: what renders it, with what ``context`` returns.
        context: (request, object) → context, or None where the reader may not see it.
        order: smaller stands first.
    """

    name: str
    template: str
    context: Callable[[HttpRequest, Any], dict[str, Any] | None]
    order: int = 100


_panels: dict[str, dict[str, Panel]] = defaultdict(dict)


def add(page: str, panel: Panel) -> None:
    """Register a panel for a page."""
    _panels[page][panel.name] = panel


def shown(page: str, request: HttpRequest, about: Any) -> list[tuple[str, dict[str, Any]]]:
    """Return (template, context) of each panel that the reader may see."""
    found = []
    for panel in sorted(_panels[page].values(), key=lambda one: (one.order, one.name)):
        context = panel.context(request, about)
        if context is not None:
            found.append((panel.template, context))
    return found
