"""The cast of the web tests, and the example bank in a ledger folder of its own."""

from __future__ import annotations

from tests.apps.appraisal.conftest import delivered, example
from tests.apps.cast import bank, clients, people

__all__ = ["bank", "clients", "delivered", "example", "people"]
