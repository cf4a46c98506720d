"""The app ledger."""

from __future__ import annotations

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """Ledger: deliveries, mappings, conflicts: the pages of the ledger folder."""

    name = "tidui.apps.ledger"
    label = "ledger"

    def ready(self) -> None:
        """Register the work of its jobs."""
        from tidui.apps.ledger.work import register_work

        register_work()
