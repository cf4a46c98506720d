"""Decisions: what a named human made of a proposal; objections; the group that decides grades."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tidui.apps.appraisal.models.cycles import Cycle, CycleRun
from tidui.apps.people.models import Employee, User
from tidui.apps.people.models.spells import Spell


class GroupMember(Spell):
    """A member of the appraisal group for some time."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    chair = models.BooleanField(default=False)

    class Meta(Spell.Meta):
        constraints: ClassVar = [*Spell.Meta.constraints]

    def __str__(self) -> str:
        return str(self.user)


class Minute(models.Model):
    """The minute of a meeting of the appraisal group: who was there, what was voted."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="minutes")
    held_on = models.DateField()
    present = models.JSONField(default=list)
    recused = models.JSONField(default=list)
    members = models.PositiveIntegerField()
    quorum = models.PositiveIntegerField()
    text = models.TextField()
    votes_for = models.PositiveIntegerField()
    votes_against = models.PositiveIntegerField()
    abstentions = models.PositiveIntegerField()
    written_by = models.CharField(max_length=150)
    written_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-held_on", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(votes_for__gt=F("votes_against")), name="minute_carried"
            )
        ]

    def __str__(self) -> str:
        return f"{self.cycle} {self.held_on}"


class Decision(models.Model):
    """One decision on one subject of a cycle; a later one supersedes it, none is changed.

    ``manual`` marks a decision made without the proposal, because the person asked for one (PIPL
    24). A departure from the proposal has a reason.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="decisions")
    run = models.ForeignKey(CycleRun, on_delete=models.PROTECT, related_name="+")
    subject = models.CharField(max_length=60, db_index=True)
    employee = models.ForeignKey(
        Employee, on_delete=models.PROTECT, related_name="decisions", null=True
    )
    proposed_grade = models.CharField(max_length=40, blank=True)
    grade = models.CharField(max_length=40, blank=True)
    reason = models.CharField(max_length=1000, blank=True)
    manual = models.BooleanField(default=False)
    minute = models.ForeignKey(
        Minute, on_delete=models.PROTECT, related_name="decisions", null=True, blank=True
    )
    decided_by = models.CharField(max_length=150)
    on_behalf_of = models.CharField(max_length=150, blank=True)
    decided_at = models.DateTimeField()
    current = models.BooleanField(default=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["cycle", "subject"], condition=Q(current=True), name="decision_current_once"
            ),
            models.CheckConstraint(
                condition=Q(grade=F("proposed_grade")) | ~Q(reason=""),
                name="departure_has_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cycle} {self.subject}"


class ReviewRequest(models.Model):
    """That somebody wants his result decided by a person and not by a calculation (PIPL 24)."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="review_requests")
    employee = models.ForeignKey(Employee, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=1000)
    asked_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cycle", "employee"], name="review_asked_once")
        ]

    def __str__(self) -> str:
        return f"{self.cycle} {self.employee}"


class Objection(models.Model):
    """An objection to one figure, bound to its node; answered, and never deleted."""

    class State(models.TextChoices):
        FILED = "filed", _("filed")
        UPHELD = "upheld", _("upheld")
        PARTLY = "partly", _("upheld in part")
        REJECTED = "rejected", _("not upheld")
        WITHDRAWN = "withdrawn", _("withdrawn")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="objections")
    run = models.ForeignKey(CycleRun, on_delete=models.PROTECT, related_name="objections")
    employee = models.ForeignKey(Employee, on_delete=models.PROTECT, related_name="objections")
    node = models.CharField(max_length=120)
    node_title = models.CharField(max_length=200)
    shown_value = models.CharField(max_length=120)
    text = models.TextField()
    filed_at = models.DateTimeField()
    answer_until = models.DateField()
    state = models.CharField(max_length=12, choices=State.choices, default=State.FILED)
    answer = models.TextField(blank=True)
    answered_by = models.CharField(max_length=150, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return f"{self.node_title} {self.employee}"
