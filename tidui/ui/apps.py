"""The app ui."""

from __future__ import annotations

from django.apps import AppConfig


class UiConfig(AppConfig):
    """Layout, components, charts, lists and exports."""

    name = "tidui.ui"
    label = "ui"
