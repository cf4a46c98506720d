"""Performance plans: the targets of a period, confirmed by whoever has to reach them."""

from __future__ import annotations

import uuid
from fractions import Fraction
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tidui.apps.appraisal.models.schemes import SchemeVersion
from tidui.apps.people.models import Employee, Unit


class Plan(models.Model):
    """The plan of targets of one scheme and period."""

    class State(models.TextChoices):
        DRAFTING = "drafting", _("drafting")
        CONFIRMING = "confirming", _("waits for confirmation")
        LOCKED = "locked", _("locked")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    scheme = models.ForeignKey(SchemeVersion, on_delete=models.PROTECT, related_name="plans")
    period = models.CharField(max_length=10)
    state = models.CharField(max_length=12, choices=State.choices, default=State.DRAFTING)
    made_by = models.CharField(max_length=150)
    made_at = models.DateTimeField()
    locked_by = models.CharField(max_length=150, blank=True)
    locked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-period", "scheme"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["scheme", "period"], name="plan_once")
        ]

    def __str__(self) -> str:
        return f"{self.scheme} {self.period}"


class Target(models.Model):
    """A target of a subject for an indicator, from a day on; a change is a new row.

    ``value`` and ``base`` are scaled by ``10**scale``. A change of a locked plan is proposed by one
    person and let pass by another; old and new targets then count by days.
    """

    class State(models.TextChoices):
        TYPED = "typed", _("typed")
        CONFIRMED = "confirmed", _("confirmed")
        DISPUTED = "disputed", _("disputed")
        REPLACED = "replaced", _("replaced")
        PROPOSED = "proposed", _("waits for a second person")
        REFUSED = "refused", _("refused")

    class Cause(models.TextChoices):
        TRANSFER = "transfer", _("transfer")
        LEAVE = "leave", _("leave")
        EXCEPTION = "exception", _("exception")

    STANDING = (State.TYPED, State.CONFIRMED, State.DISPUTED)

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="targets")
    subject = models.CharField(max_length=60, db_index=True)
    employee = models.ForeignKey(
        Employee, on_delete=models.PROTECT, related_name="targets", null=True, blank=True
    )
    org_unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="targets", null=True, blank=True
    )
    indicator = models.CharField(max_length=80)
    value = models.BigIntegerField()
    base = models.BigIntegerField(null=True, blank=True)
    scale = models.PositiveSmallIntegerField(default=0)
    unit = models.CharField(max_length=20)
    state = models.CharField(max_length=12, choices=State.choices, default=State.TYPED)
    maker = models.CharField(max_length=150)
    typed_at = models.DateTimeField()
    checker = models.CharField(max_length=150, blank=True)
    confirmed_by = models.CharField(max_length=150, blank=True)
    confirmed_on = models.DateField(null=True, blank=True)
    comment = models.CharField(max_length=500, blank=True)
    cause = models.CharField(max_length=12, choices=Cause.choices, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    valid_from = models.DateField(null=True, blank=True)
    replaces = models.ForeignKey(
        "self", on_delete=models.PROTECT, related_name="changes", null=True, blank=True
    )

    class Meta:
        ordering: ClassVar = ["subject", "indicator", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["plan", "subject", "indicator"], name="target_once",
                condition=Q(state__in=["typed", "confirmed", "disputed"]),
            ),
            models.UniqueConstraint(
                fields=["plan", "subject", "indicator"], name="target_proposed_once",
                condition=Q(state="proposed"),
            ),
            models.CheckConstraint(
                condition=Q(replaces=None) | ~Q(reason=""), name="target_change_has_a_reason"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.subject} {self.indicator}"

    @property
    def number(self) -> Fraction:
        """The target as an exact number."""
        return Fraction(self.value, 10**self.scale)


class TargetImport(models.Model):
    """An uploaded table of targets: checked first, applied once, taken back whole."""

    class State(models.TextChoices):
        CHECKED = "checked", _("checked")
        APPLIED = "applied", _("applied")
        UNDONE = "undone", _("undone")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="imports")
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=12, choices=State.choices, default=State.CHECKED)
    uploaded_by = models.CharField(max_length=150)
    uploaded_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True, blank=True)
    rows = models.JSONField(default=list)
    faults = models.JSONField(default=list)
    undo = models.JSONField(default=list)

    class Meta:
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return self.file_name
