"""Who may see and change attributions: scope follows the people to whom they count."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest

from tidui.apps.customers.models import Attribution, AttributionImport, Handover
from tidui.apps.people.access import Scope, employees_in, require, standing
from tidui.apps.people.models import Unit


def attributions_in(scope: Scope, on: date) -> QuerySet[Attribution]:
    """Return the attributions to the people of a scope, and to its units."""
    if scope.whole_bank:
        return Attribution.objects.all()
    people = employees_in(scope, on).values("employee_no")
    units = Unit.objects.filter(pk__in=units_in(scope)).values("org_code")
    return Attribution.objects.filter(Q(who__in=people) | Q(who__in=units))


def units_in(scope: Scope) -> frozenset[int]:
    """Return the units that a scope holds for all lines; a unit has no line of its own."""
    found: frozenset[int] = frozenset()
    for part in scope.parts:
        if part.units is not None and not part.line:
            found |= part.units
    return found


def may_hold(scope: Scope, who: str, on: date) -> bool:
    """Tell whether somebody with this scope may attribute to a person or unit."""
    if employees_in(scope, on, with_own=False).filter(employee_no=who).exists():
        return True
    units = Unit.objects.filter(org_code=who)
    return units.exists() if scope.whole_bank else units.filter(pk__in=units_in(scope)).exists()


def attribution_read(request: HttpRequest, public_id: UUID) -> Attribution:
    """Return an attribution whose holder the user may see, or 404."""
    return _one(request, public_id, "attributions.read")


def attribution_write(request: HttpRequest, public_id: UUID) -> Attribution:
    """Return an attribution that the user may change, or 404."""
    return _one(request, public_id, "attributions.write")


def _one(request: HttpRequest, public_id: UUID, capability: str) -> Attribution:
    asked = require(request, capability)
    rows = attributions_in(asked.scope(capability), asked.today)
    found = rows.select_related("imported", "handover").filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def import_write(request: HttpRequest, public_id: UUID) -> AttributionImport:
    """Return a staged import for whoever attributes in the whole bank, or 404."""
    require_whole(request)
    found = AttributionImport.objects.filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def handover_write(request: HttpRequest, public_id: UUID) -> Handover:
    """Return a hand-over between people whom the user may attribute to, or 404."""
    asked = require(request, "attributions.write")
    scope = asked.scope("attributions.write")
    found = Handover.objects.filter(public_id=public_id).first()
    if found is None or not all(
        may_hold(scope, who, asked.today) for who in (found.from_who, found.to_who)
    ):
        raise Http404
    return found


def require_whole(request: HttpRequest) -> None:
    """Let only those pass whose grant reaches everybody: an import may name anybody."""
    require(request, "attributions.write")
    if not standing(request).scope("attributions.write").whole_bank:
        raise Http404
