"""The app customers."""

from __future__ import annotations

from django.apps import AppConfig


class CustomersConfig(AppConfig):
    """Customers: accounts and their attribution to people."""

    name = "tidui.apps.customers"
    label = "customers"

    def ready(self) -> None:
        """Register what waits for people."""
        from tidui.apps.customers.waiting import waiting
        from tidui.ui import todo

        todo.add(waiting)
