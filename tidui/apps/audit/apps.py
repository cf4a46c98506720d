"""The app audit."""

from __future__ import annotations

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Audit: who did what, append-only and sealed."""

    name = "tidui.apps.audit"
    label = "audit"
