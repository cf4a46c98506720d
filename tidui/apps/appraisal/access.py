"""Who may see which result: the person himself, and those whose scope holds his place.

A result counts as a lead's if the employee's present place lies in the lead's part of today's tree,
or if the place where it was earned lay there in the tree of the period's last day.
"""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest

from tidui.apps.appraisal.models import Cycle, CycleRun, Result
from tidui.apps.people.access import CAPABILITIES, Scope, Standing, employees_in, standing
from tidui.apps.people.models import Unit
from tidui.apps.people.tree import unit_trees


def results_in(found: Standing, capability: str) -> QuerySet[Result]:
    """Return the results that a capability reaches, never through being oneself."""
    scope = found.scope(capability)
    if scope.whole_bank:
        return Result.objects.all()
    if not scope.parts:
        return Result.objects.none()
    people = employees_in(Scope(scope.parts), found.today, with_own=False)
    return Result.objects.filter(Q(employee__in=people) | _earned_in(found, capability))


def _earned_in(found: Standing, capability: str) -> Q:
    """Return the condition that a result was earned within one of the grants.

    Each period has its own tree; a run's place is that of its last day.
    """
    shown = CycleRun.objects.filter(Q(current=True) | Q(publications__isnull=False))
    trees = unit_trees(set(shown.values_list("data_on", flat=True)))
    grants = [g for g in found.grants if capability in CAPABILITIES[g.role]]
    inside = Q(pk__in=[])
    for day, tree in trees.items():
        for grant in grants:
            condition = Q(run__data_on=day)
            if grant.business_line:
                condition &= Q(business_line=grant.business_line)
            if grant.unit_id is not None:
                units = tree.below(grant.unit_id)
                condition &= Q(belongs_to__in=units) | Q(sits_at__in=units)
            inside |= condition
    return inside


def open_results(found: Standing) -> Q:
    """Return the condition that a person may see his own result: published, or provisional."""
    published = Q(run__publications__isnull=False)
    provisional = Q(run__kind=CycleRun.Kind.PROVISIONAL)
    return Q(employee_id=found.own or 0) & (published | provisional)


def results_visible(found: Standing) -> QuerySet[Result]:
    """Return every result that somebody may see."""
    reached = results_in(found, "results.read")
    return (reached | Result.objects.filter(open_results(found))).distinct()


def result_read(request: HttpRequest, public_id: UUID) -> Result:
    """Return a result that the user may see, or 404."""
    rows = Result.objects.filter(
        Q(pk__in=results_in(standing(request), "results.read").values("pk"))
        | open_results(standing(request)),
        public_id=public_id,
    )
    found = rows.select_related("run__cycle__scheme", "employee").first()
    if found is None:
        raise Http404
    return found


def result_decide(request: HttpRequest, public_id: UUID) -> Result:
    """Return a result on which the user may decide, never his own, or 404."""
    found = standing(request)
    rows = results_in(found, "results.decide").filter(
        public_id=public_id, run__kind=CycleRun.Kind.FULL, run__current=True
    )
    result = (
        rows.exclude(employee_id=found.user.employee_id or 0)
        .select_related("run__cycle__scheme", "employee")
        .first()
    )
    if result is None:
        raise Http404
    return result


def cycle_read(request: HttpRequest, public_id: UUID) -> Cycle:
    """Return a cycle for whoever may read cycles, or 404."""
    if not standing(request).may("cycles.read"):
        raise Http404
    return _cycle(public_id)


def cycle_of_results(request: HttpRequest, public_id: UUID) -> Cycle:
    """Return a cycle for whoever reads results of somebody in it, or 404."""
    if not standing(request).may("results.read"):
        raise Http404
    return _cycle(public_id)


def cycle_write(request: HttpRequest, public_id: UUID) -> Cycle:
    """Return a cycle for whoever may change cycles, or 404."""
    if not standing(request).may("cycles.write"):
        raise Http404
    return _cycle(public_id)


def _cycle(public_id: UUID) -> Cycle:
    cycle = Cycle.objects.select_related("scheme").filter(public_id=public_id).first()
    if cycle is None:
        raise Http404
    return cycle


def units_in(found: Standing, capability: str) -> list[Unit]:
    """Return the units of a scope in today's tree, from the top down."""
    scope = found.scope(capability)
    ids = [unit for unit, _depth in found.tree.walk()]
    if not scope.whole_bank:
        inside = {unit for part in scope.parts for unit in part.units or found.tree.parents}
        ids = [unit for unit in ids if unit in inside]
    known = Unit.objects.in_bulk(ids)
    return [known[unit] for unit in ids if unit in known]
