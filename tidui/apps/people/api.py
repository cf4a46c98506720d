"""People for programs: whom a token reaches, and where they are and were."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema

from tidui.apps.people.access import employee_read, require
from tidui.apps.people.models import Employee, EmployeeSpell
from tidui.apps.people.queries import employees_visible
from tidui.ui.rest import PagingQuery, cut_page

router = Router(tags=["people"])


class Place(Schema):
    """Where somebody is for some time; ``to`` is the first day after it."""

    since: date
    to: date | None
    belongs_to: str | None
    sits_at: str | None
    line: str
    post: str
    ladder: str
    grade: str
    status: str


class Person(Schema):
    """An employee with his present place."""

    id: UUID
    employee_no: str
    name: str
    place: Place | None


class PersonInFull(Person):
    """An employee with all his places."""

    places: list[Place]


class People(Schema):
    """A page of people."""

    items: list[Person]
    next: str | None


@router.get("", response=People, url_name="people", summary="Employees")
def people(request: HttpRequest, paging: PagingQuery) -> dict[str, Any]:
    """List the employees whom the token reaches."""
    asked = require(request, "people.read")
    rows = employees_visible(asked.scope("people.read"), asked.today)
    return cut_page(request, rows, paging, lambda one: _person(one, one.present))


@router.get("/{uuid:employee}", response=PersonInFull, url_name="person", summary="One employee")
def person(request: HttpRequest, employee: UUID) -> dict[str, Any]:
    """Show one employee with his places."""
    asked = require(request, "people.read")
    found = employee_read(request, employee)
    spells = list(found.spells.select_related("belongs_to", "sits_at").order_by("valid_from"))
    present = [s for s in spells if s.valid_from <= asked.today
               and (s.valid_to is None or s.valid_to > asked.today)]  # fmt: skip
    return {**_person(found, present), "places": [_place(spell) for spell in spells]}


def _person(employee: Employee, present: list[EmployeeSpell]) -> dict[str, Any]:
    return {
        "id": employee.public_id, "employee_no": employee.employee_no, "name": employee.name,
        "place": _place(present[0]) if present else None,
    }  # fmt: skip


def _place(spell: EmployeeSpell) -> dict[str, Any]:
    return {
        "since": spell.valid_from, "to": spell.valid_to,
        "belongs_to": spell.belongs_to.org_code if spell.belongs_to else None,
        "sits_at": spell.sits_at.org_code if spell.sits_at else None,
        "line": spell.business_line, "post": spell.post, "ladder": spell.ladder,
        "grade": spell.grade, "status": spell.status,
    }  # fmt: skip
