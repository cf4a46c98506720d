"""The app measures."""

from __future__ import annotations

from django.apps import AppConfig


class MeasuresConfig(AppConfig):
    """Measures: the one table into which every room delivers."""

    name = "tidui.apps.measures"
    label = "measures"

    def ready(self) -> None:
        """Register what waits for people."""
        from tidui.apps.measures.waiting import waiting
        from tidui.ui import todo

        todo.add(waiting)
