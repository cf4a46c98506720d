"""Who may see and change which targets: one's own people, one's own units, and never one's own.

A branch head gets his branch's target from above: he sees it, and shares it out below.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest

from tidui.apps.appraisal.models import Plan, Target, TargetImport
from tidui.apps.people.access import CAPABILITIES, Scope, Standing, employees_in, standing
from tidui.apps.people.models import Employee


@dataclass(frozen=True, slots=True)
class PlanScope:
    """Whom somebody's plan pages show.

    Attributes:
        whole_bank: True for whoever sees every target.
        writes: True where he may change some.
        units: units whose targets he sees; all of them for the whole bank.
        tops: units of his own grants: their targets come from above.
        reading: whose targets he sees.
        writing: whose targets he may change.
        own: id of the employee that he is.
    """

    whole_bank: bool
    writes: bool
    writes_whole: bool
    units: frozenset[int]
    tops: frozenset[int]
    reading: Scope
    writing: Scope
    own: int | None

    def may_edit_unit(self, unit: int) -> bool:
        """Tell whether he may set the target of a unit."""
        if self.writes_whole:
            return True
        inside = any(part.units and unit in part.units and not part.line
                     for part in self.writing.parts)  # fmt: skip
        return inside and unit not in self.tops


def plan_scope(found: Standing) -> PlanScope:
    """Return the scope of somebody's plans; 404 where he has none."""
    if not found.may("plans.read", "plans.write"):
        raise Http404
    writing, read = found.scope("plans.write"), found.scope("plans.read")
    reading = Scope((*read.parts, *writing.parts))
    units: set[int] = set()
    for part in reading.parts:
        if not part.line:
            units |= set(found.tree.parents) if part.units is None else part.units
    grants = [g for g in found.grants if "plans.write" in CAPABILITIES[g.role]]
    return PlanScope(
        reading.whole_bank, bool(writing.parts), writing.whole_bank, frozenset(units),
        frozenset(g.unit_id for g in grants if g.unit_id is not None), reading,
        Scope(writing.parts), found.user.employee_id,
    )  # fmt: skip


def plan_read(request: HttpRequest, public_id: UUID) -> Plan:
    """Return a plan for whoever may see a part of it, or 404."""
    plan_scope(standing(request))
    found = Plan.objects.select_related("scheme").filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def plan_of_office(request: HttpRequest, public_id: UUID) -> Plan:
    """Return a plan for whoever may send it out and lock it: the whole bank's writer, or 404."""
    if not plan_scope(standing(request)).writes_whole:
        raise Http404
    return plan_read(request, public_id)


def editable_people(found: Standing, scope: PlanScope) -> QuerySet[Employee]:
    """Return the employees whose targets he may change."""
    rows = employees_in(scope.writing, found.today, with_own=False)
    return rows.exclude(pk=scope.own) if scope.own is not None else rows


def targets_seen(found: Standing, scope: PlanScope) -> Q:
    """Return the condition on targets that he sees."""
    if scope.whole_bank:
        return Q()
    people = employees_in(scope.reading, found.today, with_own=False)
    return Q(employee__in=people.values("pk")) | Q(org_unit__in=scope.units)


def target_write(request: HttpRequest, public_id: UUID) -> Target:
    """Return a target of one of one's own people that one may change, or 404."""
    asked = standing(request)
    if not asked.may("plans.write"):
        raise Http404
    scope = plan_scope(asked)
    target = (
        Target.objects.select_related("plan__scheme", "employee", "org_unit", "replaces")
        .filter(public_id=public_id)
        .first()
    )
    if target is None or not _may_change(asked, scope, target):
        raise Http404
    return target


def _may_change(asked: Standing, scope: PlanScope, target: Target) -> bool:
    if target.org_unit_id is not None:
        return scope.may_edit_unit(target.org_unit_id)
    return editable_people(asked, scope).filter(pk=target.employee_id or 0).exists()


def own_target(request: HttpRequest, public_id: UUID) -> Target:
    """Return one of the user's own targets that was sent to him, or 404."""
    employee = standing(request).user.employee_id
    if employee is None:
        raise Http404
    rows = Target.objects.filter(employee=employee).exclude(plan__state=Plan.State.DRAFTING)
    target = rows.select_related("plan__scheme").filter(public_id=public_id).first()
    if target is None:
        raise Http404
    return target


def import_read(request: HttpRequest, public_id: UUID) -> TargetImport:
    """Return an import of whoever uploaded it; the office sees all."""
    asked = standing(request)
    scope = plan_scope(asked)
    rows = TargetImport.objects.select_related("plan__scheme").filter(public_id=public_id)
    if not scope.writes_whole:
        rows = rows.filter(uploaded_by=asked.user.username)
    found = rows.first()
    if found is None or not scope.writes:
        raise Http404
    return found
