"""The app of the programming interface."""

from __future__ import annotations

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """Holds the tokens."""

    name = "tidui.api"
    label = "api"
