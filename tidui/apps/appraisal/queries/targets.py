"""Reading the targets of a plan: who needs which, who has one, what the parts add up to."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from fractions import Fraction

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from tidui.apps.appraisal.models import Plan, Target
from tidui.apps.appraisal.queries.documents import loaded_scheme
from tidui.apps.appraisal.queries.readers import people_of
from tidui.apps.people.models import Employee, EmployeeSpell
from tidui.apps.people.models.spells import valid_on
from tidui.core.appraisal.targets import TargetNeed, targets_needed, unit_places
from tidui.core.calendar import parse_period


def needs_of(plan: Plan) -> tuple[TargetNeed, ...]:
    """Return the indicators that need a target."""
    return targets_needed(loaded_scheme(plan.scheme).scheme)


def day_of_plan(plan: Plan, today: date) -> date:
    """Return the day whose organisation a plan shows: today, within the period."""
    period = parse_period(plan.period)
    last = date.fromordinal(period.to_on.toordinal() - 1)
    return max(period.from_on, min(today, last))


def people_of_plan(plan: Plan, on: date) -> QuerySet[Employee]:
    """Return whom a plan needs targets for, with the unit that each belongs to."""
    rows = people_of(loaded_scheme(plan.scheme), on)
    spells = EmployeeSpell.objects.filter(employee=OuterRef("pk")).filter(valid_on(on))
    place = Coalesce(F("belongs_to"), F("sits_at"))
    return rows.annotate(place=Subquery(spells.annotate(at=place).values("at")[:1]))


def standing_targets(plan: Plan, subjects: list[str]) -> dict[tuple[str, str], Target]:
    """Return the standing targets of some subjects, with one query."""
    rows = Target.objects.filter(plan=plan, state__in=Target.STANDING, subject__in=subjects)
    return {(row.subject, row.indicator): row for row in rows}


def sums_by_unit(plan: Plan, on: date) -> dict[tuple[int, str], int]:
    """Return the sum of the targets of the people who belong to each unit, by indicator."""
    spells = EmployeeSpell.objects.filter(employee=OuterRef("employee")).filter(valid_on(on))
    place = spells.annotate(at=Coalesce(F("belongs_to"), F("sits_at"))).values("at")[:1]
    rows = Target.objects.filter(plan=plan, state__in=Target.STANDING).exclude(employee=None)
    found = (
        rows.annotate(at=Subquery(place)).order_by().values_list("at", "indicator")
        .annotate(total=Sum("value"))
    )  # fmt: skip
    return {(at, indicator): total for at, indicator, total in found if at is not None}


def unit_values(plan: Plan) -> dict[tuple[int, str], int]:
    """Return the targets of units, by unit and indicator."""
    rows = Target.objects.filter(plan=plan, state__in=Target.STANDING).exclude(org_unit=None)
    return {
        (unit, indicator): value
        for unit, indicator, value in rows.values_list("org_unit", "indicator", "value")
    }


def missing_targets(plan: Plan, on: date) -> dict[str, list[str]]:
    """Return indicator → names of people who need a target for it and have none."""
    held: dict[str, set[int]] = defaultdict(set)
    rows = Target.objects.filter(plan=plan, state__in=Target.STANDING).exclude(employee=None)
    for indicator, employee in rows.values_list("indicator", "employee"):
        held[indicator].add(employee)
    people = list(people_of_plan(plan, on).order_by("sort_key").values_list("pk", "name"))
    found = {
        need.indicator: [name for pk, name in people if pk not in held[need.indicator]]
        for need in needs_of(plan)
    }
    return {indicator: names for indicator, names in found.items() if names}


def unconfirmed(plan: Plan) -> QuerySet[Target]:
    """Return the targets of people that nobody has confirmed."""
    rows = Target.objects.filter(plan=plan, state__in=Target.STANDING).exclude(employee=None)
    return rows.exclude(state=Target.State.CONFIRMED).select_related("employee")


def shown_number(value: int, unit: str) -> Fraction:
    """Return a stored integer as a number."""
    return Fraction(value, 10 ** unit_places(unit))


def target_counts(plan: Plan, seen: Q) -> dict[str, int]:
    """Count the targets of people that a reader sees, by state, with one query."""
    rows = Target.objects.filter(seen, plan=plan).exclude(employee=None)
    state = Target.State
    found: dict[str, int] = rows.order_by().aggregate(
        people=Count("pk", filter=Q(state__in=Target.STANDING)),
        confirmed=Count("pk", filter=Q(state=state.CONFIRMED)),
        disputed=Count("pk", filter=Q(state=state.DISPUTED)),
        proposed=Count("pk", filter=Q(state=state.PROPOSED)),
    )
    return found
