"""Who may see, enter and check measures: scope follows the people and units they are about."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest

from tidui.apps.measures.models import Measure, MeasureImport
from tidui.apps.people.access import Scope, Standing, employees_in, require, standing
from tidui.apps.people.models import Employee, Unit

READ, ENTER, CHECK = "measures.read", "measures.enter", "measures.check"


def about(scope: Scope, on: date, *, with_own: bool = False) -> Q:
    """Return the condition on measures of the people and units of a scope."""
    people = employees_in(scope, on, with_own=with_own)
    if not with_own and scope.own is not None:
        people = people.exclude(pk=scope.own)
    units = Unit.objects.all()
    if not scope.whole_bank:
        units = units.filter(pk__in=_units_in(scope))
    return Q(subject__in=people.values("employee_no")) | Q(subject__in=units.values("org_code"))


def _units_in(scope: Scope) -> frozenset[int]:
    found: frozenset[int] = frozenset()
    for part in scope.parts:
        if part.units is not None and not part.line:
            found |= part.units
    return found


def people_to_enter_for(asked: Standing) -> QuerySet[Employee]:
    """Return the people for whom somebody may enter; never himself."""
    scope = asked.scope(ENTER)
    found = employees_in(scope, asked.today, with_own=False)
    return found if scope.own is None else found.exclude(pk=scope.own)


def subjects_to_enter_for(asked: Standing) -> frozenset[str]:
    """Return the numbers of all people and units for whom somebody may enter."""
    scope = asked.scope(ENTER)
    units = Unit.objects.all()
    if not scope.whole_bank:
        units = units.filter(pk__in=_units_in(scope))
    people = people_to_enter_for(asked).values_list("employee_no", flat=True)
    return frozenset(people) | frozenset(units.values_list("org_code", flat=True))


def measures_visible(request: HttpRequest) -> QuerySet[Measure]:
    """Return the measures that the user may read, enter or check."""
    asked = require(request, READ, ENTER, CHECK)
    inside = Q(pk__in=[])
    for capability in (READ, ENTER, CHECK):
        if asked.may(capability):
            scope = asked.scope(capability)
            if scope.whole_bank and capability == READ:
                return Measure.objects.all()
            inside |= about(scope, asked.today)
    return Measure.objects.filter(inside)


def measures_to_check(request: HttpRequest) -> QuerySet[Measure]:
    """Return the measures of others that wait for the user's check."""
    asked = require(request, CHECK)
    rows = Measure.objects.filter(state=Measure.State.ENTERED)
    rows = rows.filter(about(asked.scope(CHECK), asked.today))
    return rows.exclude(maker=asked.user.username)


def measure_read(request: HttpRequest, public_id: UUID) -> Measure:
    """Return a measure that the user may see, or 404."""
    rows = measures_visible(request).select_related("supersedes", "superseded_by")
    found = rows.filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def measure_enter(request: HttpRequest, public_id: UUID) -> Measure:
    """Return a measure that the user may correct, or 404."""
    require(request, ENTER)
    found = measure_read(request, public_id)
    if found.subject not in subjects_to_enter_for(standing(request)):
        raise Http404
    return found


def measure_check(request: HttpRequest, public_id: UUID) -> Measure:
    """Return a measure that the user may check, or withdraw because he entered it; or 404."""
    require(request, CHECK, ENTER)
    found = measure_read(request, public_id)
    asked = standing(request)
    if found.maker == asked.user.username:
        return found
    if (
        not asked.may(CHECK)
        or not Measure.objects.filter(pk=found.pk)
        .filter(about(asked.scope(CHECK), asked.today))
        .exists()
    ):
        raise Http404
    return found


def import_write(request: HttpRequest, public_id: UUID) -> MeasureImport:
    """Return an import of the user's own, or 404: another's may name people out of his reach."""
    asked = require(request, ENTER)
    found = MeasureImport.objects.filter(public_id=public_id).first()
    if found is None or found.uploaded_by != asked.user.username:
        raise Http404
    return found
