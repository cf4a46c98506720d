"""Cycles: one period under one scheme, from opening to follow-up; runs, results, publications."""

from __future__ import annotations

import uuid
from fractions import Fraction
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tidui.apps.appraisal.models.schemes import SchemeVersion
from tidui.apps.people.models import Employee


class Cycle(models.Model):
    """One appraisal: a scheme, a period, and how far it has come."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        COMPUTED = "computed", _("computed")
        REVIEW = "review", _("in review")
        PUBLISHED = "published", _("published")
        CLOSED = "closed", _("closed")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    scheme = models.ForeignKey(SchemeVersion, on_delete=models.PROTECT, related_name="cycles")
    period = models.CharField(max_length=10)
    state = models.CharField(max_length=12, choices=State.choices, default=State.OPEN)
    lock = models.PositiveIntegerField(default=1)
    opened_by = models.CharField(max_length=150)
    opened_at = models.DateTimeField()
    objection_days = models.PositiveSmallIntegerField(default=5)
    answer_days = models.PositiveSmallIntegerField(default=10)
    self_summary_until = models.DateField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    objections_until = models.DateField(null=True, blank=True)
    closed_by = models.CharField(max_length=150, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closing_entry = models.BigIntegerField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-period", "scheme"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["scheme", "period"], name="cycle_once")
        ]

    def __str__(self) -> str:
        return f"{self.scheme} {self.period}"


class CycleRun(models.Model):
    """A stored run of a cycle: the folder's name, the ledger entry it read, what it found."""

    class Kind(models.TextChoices):
        PROVISIONAL = "provisional", _("provisional")
        FULL = "run", _("of the whole period")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="runs")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    name = models.CharField(max_length=160)
    entry = models.BigIntegerField()
    data_on = models.DateField()
    computed_by = models.CharField(max_length=150)
    computed_at = models.DateTimeField()
    subjects = models.PositiveIntegerField()
    total_name = models.CharField(max_length=80, blank=True)
    total_title = models.JSONField(default=dict)
    total_unit = models.CharField(max_length=20, blank=True)
    issues = models.JSONField(default=list)
    current = models.BooleanField(default=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["cycle", "kind"], condition=Q(current=True), name="cycle_run_current_once"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Result(models.Model):
    """What a run found for one subject: a projection of the run's folder, for lists and boards.

    Exact values stand as text (``n`` or ``n/d``), pay in minor units; ``total_sort`` is the total
    in millionths, cut, and orders lists only.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    run = models.ForeignKey(CycleRun, on_delete=models.CASCADE, related_name="results")
    subject = models.CharField(max_length=60, db_index=True)
    employee = models.ForeignKey(
        Employee, on_delete=models.PROTECT, related_name="results", null=True
    )
    belongs_to = models.BigIntegerField(null=True, db_index=True)
    sits_at = models.BigIntegerField(null=True, db_index=True)
    business_line = models.CharField(max_length=30, blank=True)
    counted_days = models.PositiveIntegerField()
    total = models.CharField(max_length=120, blank=True)
    total_sort = models.BigIntegerField(null=True)
    rank = models.PositiveIntegerField(null=True)
    rank_size = models.PositiveIntegerField(null=True)
    ranks = models.JSONField(default=list)
    classes = models.JSONField(default=list)
    grade = models.CharField(max_length=40, blank=True)
    proposed_grade = models.CharField(max_length=40, blank=True)
    rule = models.CharField(max_length=60, blank=True)
    person_decides = models.BooleanField(default=False)
    currency = models.CharField(max_length=3, blank=True)
    earned = models.BigIntegerField(null=True)
    deferred = models.BigIntegerField(null=True)
    payable = models.BigIntegerField(null=True)
    lines = models.JSONField(default=list)
    next_grade = models.JSONField(default=dict)
    paces = models.JSONField(default=list)

    class Meta:
        ordering: ClassVar = ["rank", "subject"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["run", "subject"], name="result_once")
        ]

    def __str__(self) -> str:
        return f"{self.run} {self.subject}"

    @property
    def total_value(self) -> Fraction | None:
        """The total as an exact number."""
        return Fraction(self.total) if self.total else None


class Publication(models.Model):
    """A version of a cycle's results that was published: never changed, followed by another."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="publications")
    version = models.PositiveIntegerField()
    run = models.ForeignKey(CycleRun, on_delete=models.PROTECT, related_name="publications")
    published_by = models.CharField(max_length=150)
    published_at = models.DateTimeField()
    objections_until = models.DateField()
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering: ClassVar = ["cycle", "-version"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cycle", "version"], name="publication_once")
        ]

    def __str__(self) -> str:
        return f"{self.cycle} · {self.version}"


class Acknowledgement(models.Model):
    """That somebody has seen his published result; seeing is not agreeing."""

    publication = models.ForeignKey(
        Publication, on_delete=models.PROTECT, related_name="acknowledgements"
    )
    employee = models.ForeignKey(Employee, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["publication", "employee"], name="result_acknowledged_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.publication} {self.employee}"


class SelfSummary(models.Model):
    """What somebody says of his own period before others judge it."""

    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="summaries")
    employee = models.ForeignKey(Employee, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    written_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cycle", "employee"], name="self_summary_once")
        ]

    def __str__(self) -> str:
        return f"{self.cycle} {self.employee}"
