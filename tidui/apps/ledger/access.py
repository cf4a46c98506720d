"""Who may see and change deliveries: two capabilities, for the whole ledger."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest

from tidui.apps.ledger.folder import the_ledger
from tidui.apps.ledger.models import Draft, SavedMapping
from tidui.apps.ledger.queries.deliveries import DeliveryRow, delivery_rows
from tidui.apps.people.access import require


def draft_write(request: HttpRequest, public_id: UUID) -> Draft:
    """Return a draft for whoever may deliver, or 404."""
    require(request, "deliveries.write")
    rows = Draft.objects.select_related("check_job", "load_job")
    found = rows.filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def mapping_read(request: HttpRequest, public_id: UUID) -> SavedMapping:
    """Return a kept mapping, or 404."""
    require(request, "deliveries.read")
    found = SavedMapping.objects.filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def delivery_read(request: HttpRequest, number: int) -> tuple[DeliveryRow, tuple[DeliveryRow, ...]]:
    """Return a delivery, and all of them, or 404."""
    require(request, "deliveries.read")
    rows = delivery_rows(the_ledger())
    found = next((row for row in rows if row.number == number), None)
    if found is None:
        raise Http404
    return found, rows
