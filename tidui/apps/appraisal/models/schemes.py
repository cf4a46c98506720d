"""Schemes as documents with versions, and what has to happen before one is in force."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tidui.apps.people.models import Employee


class SchemeVersion(models.Model):
    """One version of a scheme: its text, and how it came into force.

    A draft is edited under ``lock``; from ``submitted`` on the text never changes. Whoever adopts
    is another person than whoever submitted. ``overrides`` holds, by finding (code and place), why
    it stands and who answers for it.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        SUBMITTED = "submitted", _("submitted")
        ADOPTED = "adopted", _("adopted")
        WITHDRAWN = "withdrawn", _("withdrawn")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    scheme_id = models.CharField(max_length=80, db_index=True)
    version = models.PositiveIntegerField()
    title_zh = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200)
    effective_from = models.DateField(null=True, blank=True)
    effective_to = models.DateField(null=True, blank=True)
    origin = models.CharField(max_length=200, blank=True)
    text = models.TextField()
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=12, choices=State.choices, default=State.DRAFT)
    lock = models.PositiveIntegerField(default=1)
    edited_by = models.CharField(max_length=150)
    edited_at = models.DateTimeField()
    submitted_by = models.CharField(max_length=150, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    consulted_on = models.DateField(null=True, blank=True)
    consultation = models.TextField(blank=True)
    published_on = models.DateField(null=True, blank=True)
    assessment = models.TextField(blank=True)
    assessed_by = models.CharField(max_length=150, blank=True)
    assessed_at = models.DateTimeField(null=True, blank=True)
    overrides = models.JSONField(default=dict, blank=True)
    adopted_by = models.CharField(max_length=150, blank=True)
    adopted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["scheme_id", "-version"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["scheme_id", "version"], name="scheme_version_once"),
            models.CheckConstraint(
                condition=~Q(state="adopted") | ~Q(adopted_by=F("submitted_by")),
                name="scheme_adopted_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scheme_id} v{self.version}"

    @property
    def title(self) -> dict[str, str]:
        """The title in both languages."""
        return {"zh": self.title_zh, "en": self.title_en}


class SchemeAcknowledgement(models.Model):
    """That a relationship manager has read a scheme."""

    scheme = models.ForeignKey(
        SchemeVersion, on_delete=models.PROTECT, related_name="acknowledgements"
    )
    employee = models.ForeignKey(Employee, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["scheme", "employee"], name="scheme_acknowledged_once")
        ]

    def __str__(self) -> str:
        return f"{self.scheme} {self.employee}"


class Simulation(models.Model):
    """What a version would have done in a past period, beside what was done."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    scheme = models.ForeignKey(SchemeVersion, on_delete=models.PROTECT, related_name="simulations")
    period = models.CharField(max_length=10)
    against = models.CharField(max_length=200)
    run = models.CharField(max_length=200)
    made_by = models.CharField(max_length=150)
    made_at = models.DateTimeField()
    currency = models.CharField(max_length=3)
    sha256 = models.CharField(max_length=64)
    dead_rows = models.JSONField(default=list)
    rank_names = models.JSONField(default=dict)

    class Meta:
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return f"{self.scheme} {self.period}"


class SimulationRow(models.Model):
    """What a simulation changes for one subject; amounts are minor units."""

    simulation = models.ForeignKey(Simulation, on_delete=models.CASCADE, related_name="rows")
    subject = models.CharField(max_length=60)
    employee = models.ForeignKey(
        Employee, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    pay_before = models.BigIntegerField(null=True, blank=True)
    pay_after = models.BigIntegerField(null=True, blank=True)
    change = models.BigIntegerField()
    ranking = models.CharField(max_length=80, blank=True)
    rank_before = models.PositiveIntegerField(null=True, blank=True)
    rank_after = models.PositiveIntegerField(null=True, blank=True)
    rank_gain = models.IntegerField(null=True, blank=True)
    grade_before = models.CharField(max_length=40, blank=True)
    grade_after = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering: ClassVar = ["subject"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["simulation", "subject"], name="simulation_row_once")
        ]

    def __str__(self) -> str:
        return f"{self.simulation} {self.subject}"
