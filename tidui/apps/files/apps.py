"""The app files."""

from __future__ import annotations

from django.apps import AppConfig


class FilesConfig(AppConfig):
    """Files: uploads by SHA-256."""

    name = "tidui.apps.files"
    label = "files"
