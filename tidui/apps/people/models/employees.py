"""Employees, and what holds of them from day to day."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from tidui.apps.people.models.spells import Spell
from tidui.apps.people.models.units import Unit


class Status(models.TextChoices):
    """Whether somebody works, as the ledger names it."""

    ACTIVE = "active", _("at work")
    LEAVE = "leave", _("on leave")
    MATERNITY_LEAVE = "maternity_leave", _("on maternity leave")
    MEDICAL_LEAVE = "medical_leave", _("on medical leave")
    SECONDED = "seconded", _("seconded")
    LEFT = "left", _("left")


class BusinessLine(models.TextChoices):
    """Lines of business."""

    CORPORATE = "corporate", _("corporate")
    RETAIL = "retail", _("retail")
    SMALL_BUSINESS = "small_business", _("small business")
    RISK = "risk", _("risk")
    OPERATIONS = "operations", _("operations")


class Employee(models.Model):
    """A person who works or worked for the bank; an employee number is never used again."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    employee_no = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    sort_key = models.CharField(max_length=240, db_index=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering: ClassVar = ["sort_key", "employee_no"]

    def __str__(self) -> str:
        return f"{self.name} {self.employee_no}"


class EmployeeSpell(Spell):
    """Place, line, post, grade and status of an employee for some time.

    ``belongs_to`` is the department or team that he belongs to, ``sits_at`` the outlet where he
    works: scope follows both.
    """

    employee = models.ForeignKey(Employee, on_delete=models.PROTECT, related_name="spells")
    belongs_to = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="members", null=True, blank=True
    )
    sits_at = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="occupants", null=True, blank=True
    )
    business_line = models.CharField(max_length=30, blank=True, choices=BusinessLine.choices)
    post = models.CharField(max_length=40, blank=True)
    ladder = models.CharField(max_length=60, blank=True)
    grade = models.CharField(max_length=40, blank=True)
    superior_no = models.CharField(max_length=40, blank=True)
    rm_since_on = models.DateField(null=True, blank=True)
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.ACTIVE)
    certificates = models.CharField(max_length=200, blank=True)
    reason = models.CharField(max_length=200, blank=True)

    class Meta(Spell.Meta):
        ordering: ClassVar = ["employee", "valid_from"]
        constraints: ClassVar = [
            *Spell.Meta.constraints,
            models.UniqueConstraint(fields=["employee", "valid_from"], name="employee_spell_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["valid_from", "valid_to"])]

    def __str__(self) -> str:
        return f"{self.employee} {self.valid_from}"
