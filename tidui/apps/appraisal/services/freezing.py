"""Before a run: what people decided in the product becomes a delivery of the ledger folder."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tidui.apps.appraisal.queries.plans import target_rows
from tidui.apps.audit.services import Actor
from tidui.apps.customers.queries.attributions import approved_rows
from tidui.apps.measures.queries import confirmed_rows
from tidui.apps.people.queries import employee_rows, organisation_rows
from tidui.ledger import Ledger
from tidui.runs.freezing import Frozen, freeze

SOURCES: Mapping[str, Callable[[], Any]] = {
    "organisation": organisation_rows,
    "employees": employee_rows,
    "attributions": approved_rows,
    "measures": confirmed_rows,
    "targets": target_rows,
}
"""Table → its rows in the database."""


def freeze_database(ledger: Ledger, *, by: Actor) -> Sequence[Frozen]:
    """Freeze every table whose master is the database; the same rows change nothing."""
    masters = ledger.folder.masters
    tables = {
        name: list(rows()) for name, rows in SOURCES.items() if masters.get(name) == "database"
    }
    return freeze(ledger, tables, at=by.moment, by=by.name)
