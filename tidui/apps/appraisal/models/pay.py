"""Pay on its way out: payroll files and what came back, corrections, clawbacks."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tidui.apps.appraisal.models.cycles import Cycle
from tidui.apps.files.models import StoredFile
from tidui.apps.people.models import Employee


class PayRun(models.Model):
    """One payment of everything payable: a posting of the catalogue and the file made of it."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    booked = models.CharField(max_length=10)
    entry = models.BigIntegerField(unique=True)
    document = models.TextField()
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    rows = models.PositiveIntegerField()
    totals = models.JSONField(default=dict)
    sha256 = models.CharField(max_length=64)
    made_by = models.CharField(max_length=150)
    made_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return f"{self.booked} · {self.entry}"


class PayLine(models.Model):
    """One payment to one person, and what the paying system said of it."""

    class State(models.TextChoices):
        SENT = "sent", _("sent")
        PAID = "paid", _("paid")
        REJECTED = "rejected", _("refused by the paying system")

    pay_run = models.ForeignKey(PayRun, on_delete=models.PROTECT, related_name="lines")
    reference = models.CharField(max_length=120, unique=True)
    subject = models.CharField(max_length=60, db_index=True)
    employee = models.ForeignKey(Employee, on_delete=models.PROTECT, related_name="+", null=True)
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    state = models.CharField(max_length=10, choices=State.choices, default=State.SENT)
    reason = models.CharField(max_length=300, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["pay_run", "subject"]

    def __str__(self) -> str:
        return self.reference


class Correction(models.Model):
    """A correction of a closed cycle: what differed, and the posting."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="corrections")
    booked = models.CharField(max_length=10)
    reason = models.CharField(max_length=300)
    differences = models.JSONField(default=list)
    currency = models.CharField(max_length=3, default="CNY")
    entry = models.BigIntegerField(unique=True, null=True)
    made_by = models.CharField(max_length=150)
    made_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return f"{self.cycle} {self.booked}"


class Clawback(models.Model):
    """Pay of a period that is taken back: proposed by one person, approved by another."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("waits for approval")
        APPROVED = "approved", _("approved")
        REFUSED = "refused", _("refused")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    subject = models.CharField(max_length=60)
    employee = models.ForeignKey(Employee, on_delete=models.PROTECT, related_name="+", null=True)
    earned = models.CharField(max_length=10)
    booked = models.CharField(max_length=10)
    share_ppm = models.PositiveIntegerField()
    case = models.CharField(max_length=120)
    evidence = models.TextField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.PROPOSED)
    proposed_by = models.CharField(max_length=150)
    proposed_at = models.DateTimeField()
    decided_by = models.CharField(max_length=150, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    amount = models.BigIntegerField(null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(state="approved") | ~Q(decided_by=F("proposed_by")),
                name="clawback_approved_by_another",
            ),
            models.CheckConstraint(
                condition=Q(share_ppm__gte=1) & Q(share_ppm__lte=1_000_000),
                name="clawback_share_of_one",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.earned}"


class WageBudget(models.Model):
    """What a unit may spend on performance pay in a period, in minor units."""

    unit_code = models.CharField(max_length=60)
    period = models.CharField(max_length=10)
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3, default="CNY")
    entered_by = models.CharField(max_length=150)
    entered_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["unit_code", "period"], name="wage_budget_once")
        ]

    def __str__(self) -> str:
        return f"{self.unit_code} {self.period}"
