"""Deliveries for programs: what came into the ledger, and what became of it."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from tidui.apps.ledger.access import delivery_read
from tidui.apps.ledger.folder import the_ledger
from tidui.apps.ledger.queries.deliveries import DeliveryRow, delivery_rows
from tidui.apps.people.access import require
from tidui.ui.rest import PagingQuery, cut_sequence

router = Router(tags=["deliveries"])
COUNTS = ("number", "rows_in", "rows_used", "rows_rejected", "amount_in", "amount_used",
          "amount_rejected")  # fmt: skip


class Delivery(Schema):
    """A delivery; counts and amounts (minor units) as text, its days half-open."""

    number: str
    table: str
    feed: str
    from_text: str
    to_text: str
    rows_in: str
    rows_used: str
    rows_rejected: str
    amount_in: str | None
    amount_used: str | None
    amount_rejected: str | None
    by: str
    at: datetime
    state: str
    frozen: bool
    files: str
    mapping: str


class Deliveries(Schema):
    """A page of deliveries."""

    items: list[Delivery]
    next: str | None


@router.get("", response=Deliveries, url_name="deliveries", summary="Deliveries")
def deliveries(request: HttpRequest, paging: PagingQuery) -> dict[str, Any]:
    """List the deliveries, the oldest first."""
    require(request, "deliveries.read")
    rows = delivery_rows(the_ledger())
    return cut_sequence(request, rows, paging, _shown, lambda row: row.number)


@router.get("/{int:delivery}", response=Delivery, url_name="delivery", summary="One delivery")
def delivery(request: HttpRequest, delivery: int) -> dict[str, Any]:
    """Show one delivery."""
    return _shown(delivery_read(request, delivery)[0])


def _shown(row: DeliveryRow) -> dict[str, Any]:
    texts = {n: None if getattr(row, n) is None else str(getattr(row, n)) for n in COUNTS}
    return asdict(row) | texts
