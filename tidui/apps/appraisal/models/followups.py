"""What follows a result: feedback talks, improvement plans, their re-appraisal."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from tidui.apps.appraisal.models.cycles import Cycle
from tidui.apps.people.models import Employee


class FollowUp(models.Model):
    """A talk, an improvement plan, a training or a transfer after a result."""

    class Kind(models.TextChoices):
        TALK = "talk", _("feedback talk")
        IMPROVEMENT = "improvement", _("improvement plan")
        TRAINING = "training", _("training")
        TRANSFER = "transfer", _("transfer")

    class State(models.TextChoices):
        OPEN = "open", _("open")
        REACHED = "reached", _("reached")
        MISSED = "missed", _("not reached")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="followups")
    employee = models.ForeignKey(Employee, on_delete=models.PROTECT, related_name="followups")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    state = models.CharField(max_length=12, choices=State.choices, default=State.OPEN)
    points = models.TextField()
    goals = models.TextField(blank=True)
    support = models.TextField(blank=True)
    due_on = models.DateField(null=True, blank=True)
    led_by = models.CharField(max_length=150)
    led_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True, blank=True)
    reply = models.TextField(blank=True)
    outcome = models.TextField(blank=True)
    ended_by = models.CharField(max_length=150, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.employee}"
