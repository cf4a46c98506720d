"""Reading the audit log."""

from __future__ import annotations

from django.db.models import QuerySet

from tidui.apps.audit.models import AuditEntry


def entries() -> QuerySet[AuditEntry]:
    """Return all entries, the newest first."""
    return AuditEntry.objects.select_related("seal")


def entries_about(kind: str, object_id: str) -> QuerySet[AuditEntry]:
    """Return the history of one object, the newest first."""
    return entries().filter(kind=kind, object_id=object_id)
