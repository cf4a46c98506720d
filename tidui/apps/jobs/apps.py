"""The app jobs."""

from __future__ import annotations

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """Jobs: long work with lease and progress."""

    name = "tidui.apps.jobs"
    label = "jobs"
