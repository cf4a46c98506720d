"""The one table into which every room delivers what a scheme reads."""

from __future__ import annotations

import uuid
from fractions import Fraction
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class MeasureImport(models.Model):
    """A staged table of measures: checked first, entered once, taken back whole.

    ``rows`` and ``faults`` are JSON: the rows as parsed, and (line, column, value, code) of what is
    wrong. ``empty`` counts the rows without a value: those are not delivered.
    """

    class State(models.TextChoices):
        CHECKED = "checked", _("checked")
        APPLIED = "applied", _("entered")
        UNDONE = "undone", _("taken back")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=12, choices=State.choices, default=State.CHECKED)
    uploaded_by = models.CharField(max_length=150)
    uploaded_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True, blank=True)
    rows = models.JSONField()
    faults = models.JSONField()
    count = models.PositiveIntegerField()
    empty = models.PositiveIntegerField(default=0)
    fault_count = models.PositiveIntegerField()

    class Meta:
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return self.file_name


class Measure(models.Model):
    """A value of a subject for a period: a number that a scheme reads, with who stands for it.

    A row is never changed: a correction is a new row that supersedes it. Only a confirmed row that
    nothing supersedes is frozen into the ledger. ``value`` is scaled by ``10**scale``; NULL means
    delivered as unknown.
    """

    class State(models.TextChoices):
        ENTERED = "entered", _("waits for a check")
        CONFIRMED = "confirmed", _("confirmed")
        REJECTED = "rejected", _("rejected")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    subject = models.CharField(max_length=60, db_index=True)
    measure = models.CharField(max_length=60)
    period = models.CharField(max_length=10)
    value = models.BigIntegerField(null=True, blank=True)
    scale = models.PositiveSmallIntegerField(default=0)
    unit = models.CharField(max_length=20)
    source = models.CharField(max_length=200)
    state = models.CharField(max_length=12, choices=State.choices, default=State.ENTERED)
    maker = models.CharField(max_length=150)
    entered_at = models.DateTimeField()
    checker = models.CharField(max_length=150, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    refusal = models.CharField(max_length=200, blank=True)
    supersedes = models.OneToOneField(
        "self", on_delete=models.PROTECT, related_name="superseded_by", null=True, blank=True
    )
    current = models.BooleanField(default=True)
    imported = models.ForeignKey(
        MeasureImport, on_delete=models.PROTECT, related_name="measures", null=True, blank=True
    )

    class Meta:
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [models.Index(fields=["measure", "period"])]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["subject", "measure", "period"],
                condition=Q(state="confirmed", current=True),
                name="measure_confirmed_once",
            ),
            models.UniqueConstraint(
                fields=["subject", "measure", "period"],
                condition=Q(state="entered"),
                name="measure_waits_once",
            ),
            models.CheckConstraint(
                condition=~Q(state="confirmed") | ~Q(checker=models.F("maker")),
                name="measure_checked_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.measure} {self.period}"

    @property
    def number(self) -> Fraction | None:
        """The value as an exact number."""
        return None if self.value is None else Fraction(self.value, 10**self.scale)
