"""The app web."""

from __future__ import annotations

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Navigation, home pages, the auditor's pages."""

    name = "tidui.web"
    label = "web"
