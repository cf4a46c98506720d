"""The ledger folder of this installation, and who is master of its tables."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from tidui.apps.people.services.first import make_ledger
from tidui.ledger import TABLES, Ledger, open_ledger


def the_ledger() -> Ledger:
    """Open the ledger of the installation; the first call makes an empty one."""
    make_ledger()
    return open_ledger(Path(settings.LEDGER_FOLDER))


def tables_of_files(ledger: Ledger) -> tuple[str, ...]:
    """Return the tables that files deliver; the others are kept in the product."""
    return tuple(t for t in TABLES if ledger.folder.masters.get(t, "files") == "files")
