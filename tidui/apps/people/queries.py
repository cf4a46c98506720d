"""Reading people and units."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Count, OuterRef, Prefetch, Q, QuerySet, Subquery

from tidui.apps.people.access import Scope, employees_in
from tidui.apps.people.models import Employee, EmployeeSpell, Unit, UnitSpell
from tidui.apps.people.models.spells import valid_on
from tidui.apps.people.tree import unit_tree


def with_place(rows: QuerySet[Employee], on: date) -> QuerySet[Employee]:
    """Put the place of a day beside each employee, as ``present`` and as columns to sort by."""
    spells = EmployeeSpell.objects.filter(valid_on(on)).select_related("belongs_to", "sits_at")
    own = EmployeeSpell.objects.filter(employee=OuterRef("pk")).filter(valid_on(on))
    return rows.annotate(
        **{
            f"now_{name}": Subquery(own.values(path)[:1])
            for name, path in (
                ("unit", "belongs_to__org_code"),
                ("outlet", "sits_at__org_code"),
                ("line", "business_line"),
                ("grade", "grade"),
                ("status", "status"),
                ("post", "post"),
            )
        }
    ).prefetch_related(Prefetch("spells", queryset=spells, to_attr="present"))


def employees_visible(scope: Scope, on: date) -> QuerySet[Employee]:
    """Return the employees of a scope with their present place."""
    return with_place(employees_in(scope, on), on)


def place_on(employee: Employee, on: date) -> EmployeeSpell | None:
    """Return where an employee is on a day."""
    found = employee.spells.filter(valid_on(on)).select_related("belongs_to", "sits_at")
    return found.first()


def units_of(on: date) -> list[tuple[Unit, str, int, int]]:
    """Return (unit, kind, depth, head-count) from the top down, for the tree of a day."""
    tree = unit_tree(on)
    units = Unit.objects.in_bulk(tree.parents)
    counts: dict[int, int] = {}
    active = EmployeeSpell.objects.filter(valid_on(on)).exclude(status="left")
    for unit, count in active.values_list("belongs_to").annotate(Count("pk")).order_by():
        if unit is not None:
            for above in tree.above(unit):
                counts[above] = counts.get(above, 0) + count
    return [
        (units[unit], tree.kinds[unit], depth, counts.get(unit, 0)) for unit, depth in tree.walk()
    ]


def organisation_rows() -> Iterator[dict[str, Any]]:
    """Yield the organisation as the ledger's table wants it."""
    for spell in UnitSpell.objects.select_related("unit", "parent").order_by("pk"):
        yield {
            "org_code": spell.unit.org_code, "parent": spell.parent and spell.parent.org_code,
            "kind": spell.kind, "valid_from": spell.valid_from, "valid_to": spell.valid_to,
        }  # fmt: skip


def employee_rows() -> Iterator[dict[str, Any]]:
    """Yield the employees as the ledger's table wants them: numbers and codes, no names."""
    spells = EmployeeSpell.objects.select_related("employee", "belongs_to", "sits_at")
    for spell in spells.order_by("pk").iterator(chunk_size=2_000):
        yield {
            "employee_no": spell.employee.employee_no,
            "belongs_to": spell.belongs_to and spell.belongs_to.org_code,
            "sits_at": spell.sits_at and spell.sits_at.org_code,
            "line": spell.business_line or None, "post": spell.post or None,
            "ladder": spell.ladder or None, "grade": spell.grade or None,
            "superior_no": spell.superior_no or None, "rm_since_on": spell.rm_since_on,
            "status": spell.status, "certificates": spell.certificates or None,
            "valid_from": spell.valid_from, "valid_to": spell.valid_to,
        }  # fmt: skip


def names_of(numbers: set[str]) -> dict[str, str]:
    """Return employee number or unit code → name, with two queries."""
    found = dict(Unit.objects.filter(org_code__in=numbers).values_list("org_code", "name"))
    found |= dict(
        Employee.objects.filter(employee_no__in=numbers).values_list("employee_no", "name")
    )
    return found


def relationship_managers(on: date) -> Q:
    """Return the condition on spells of working relationship managers."""
    return valid_on(on) & Q(post="relationship_manager") & ~Q(status="left")
