"""Employees: hiring, transfer, leave, leaving. History is never changed, only continued."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from tidui.apps.audit.services import Actor, record
from tidui.apps.people.models import Employee, EmployeeSpell
from tidui.apps.people.models.employees import Status
from tidui.apps.people.models.spells import valid_on
from tidui.apps.people.names import sort_key

PLACE_FIELDS = (
    "belongs_to", "sits_at", "business_line", "post", "ladder", "grade", "superior_no",
    "rm_since_on", "status", "certificates",
)  # fmt: skip
"""What a spell says, beside its days and its reason."""


@transaction.atomic
def hire(
    *, by: Actor, employee_no: str, name: str, valid_from: date, place: Mapping[str, Any],
    reason: str = "",
) -> Employee:  # fmt: skip
    """Enter a new employee with his first place."""
    employee = Employee(employee_no=employee_no.strip(), name=name.strip(), sort_key=sort_key(name))
    employee.full_clean()
    employee.save()
    spell = EmployeeSpell(employee=employee, valid_from=valid_from, reason=reason, **place)
    spell.full_clean()
    spell.save()
    record(by, "people.hired", employee, after=spell_fields(spell))
    return employee


@transaction.atomic
def change_place(
    *, by: Actor, employee: Employee, valid_from: date, changes: Mapping[str, Any], reason: str,
    version: int | None = None,
) -> EmployeeSpell:  # fmt: skip
    """Continue an employee's history from a day on with some fields changed.

    The spell that holds on that day ends there; what was already planned after it keeps its days.

    Raises
    ------
    ValidationError
        If nothing holds on that day, a later change exists already, or somebody else changed the
        employee since the caller read ``version``.
    """
    _claim(employee, version)
    present = employee.spells.filter(valid_on(valid_from)).first()
    if present is None:
        raise ValidationError(_("Nothing is known about this employee on that day."))
    if present.valid_to is not None:
        raise ValidationError(
            _("A later change from %(day)s is entered already; take that back first.")
            % {"day": present.valid_to}
        )
    unknown = set(changes) - set(PLACE_FIELDS)
    if unknown:
        raise ValueError(f"changes: unknown fields {sorted(unknown)}")
    before = spell_fields(present)
    values = {name: getattr(present, name) for name in PLACE_FIELDS} | dict(changes)
    if valid_from == present.valid_from:
        for name, value in values.items():
            setattr(present, name, value)
        present.reason = reason
        made = present
    else:
        present.valid_to = valid_from
        present.save(update_fields=["valid_to"])
        made = EmployeeSpell(employee=employee, valid_from=valid_from, reason=reason, **values)
    made.full_clean()
    made.save()
    record(by, "people.place-changed", employee, before=before, after=spell_fields(made))
    return made


def leave_bank(*, by: Actor, employee: Employee, left_on: date, reason: str) -> EmployeeSpell:
    """End an employment: from that day on he has left; the record stays."""
    return change_place(
        by=by, employee=employee, valid_from=left_on, changes={"status": Status.LEFT},
        reason=reason,
    )  # fmt: skip


@transaction.atomic
def take_back(*, by: Actor, employee: Employee, reason: str) -> None:
    """Take the last change of an employee back: the one before holds on."""
    spells = list(employee.spells.order_by("-valid_from")[:2])
    if len(spells) < 2:
        raise ValidationError(_("There is no earlier state to go back to."))
    last, before = spells
    fields = spell_fields(last)
    last.delete()
    before.valid_to = None
    before.save(update_fields=["valid_to"])
    record(by, "people.change-taken-back", employee, before=fields, after={"reason": reason})


@transaction.atomic
def rename(*, by: Actor, employee: Employee, name: str, version: int | None = None) -> None:
    """Correct a name."""
    _claim(employee, version)
    before = employee.name
    employee.name, employee.sort_key = name.strip(), sort_key(name)
    employee.full_clean()
    employee.save(update_fields=["name", "sort_key"])
    record(by, "people.renamed", employee, before={"name": before}, after={"name": employee.name})


def _claim(employee: Employee, version: int | None) -> None:
    """Count the version up; whoever read an older one is told."""
    rows = Employee.objects.filter(pk=employee.pk)
    if version is not None:
        rows = rows.filter(version=version)
    if not rows.update(version=F("version") + 1):
        raise ValidationError(
            _("Somebody else changed this in the meantime. Load the page anew and compare."),
            code="stale",
        )
    employee.refresh_from_db(fields=["version"])


def spell_fields(spell: EmployeeSpell) -> dict[str, Any]:
    """Return what a spell says, for the audit log."""
    found: dict[str, Any] = {"valid_from": spell.valid_from, "valid_to": spell.valid_to}
    for name in PLACE_FIELDS:
        value = getattr(spell, name)
        found[name] = value.org_code if name in ("belongs_to", "sits_at") and value else value
    return {**found, "reason": spell.reason}
