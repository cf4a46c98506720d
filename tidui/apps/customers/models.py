"""Accounts and customers as the ledger knows them, and to whom they are attributed."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Customer(models.Model):
    """A customer, for search and scope: a projection of the ledger, without any balance."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    customer_no = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=160, blank=True)
    segment = models.CharField(max_length=40, blank=True)
    tier = models.CharField(max_length=40, blank=True)
    entry = models.PositiveIntegerField(default=0, db_index=True)
    """Entry of the ledger's catalogue in which it was last seen."""

    class Meta:
        ordering: ClassVar = ["customer_no"]

    def __str__(self) -> str:
        return self.name or self.customer_no


class Account(models.Model):
    """An account, for search and scope: a projection of the ledger, without any balance."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    account_no = models.CharField(max_length=60, unique=True)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="accounts")
    kind = models.CharField(max_length=40)
    product = models.CharField(max_length=60)
    currency = models.CharField(max_length=3)
    org_code = models.CharField(max_length=60, db_index=True)
    opened_on = models.DateField()
    closed_on = models.DateField(null=True, blank=True)
    entry = models.PositiveIntegerField(default=0, db_index=True)
    """Entry of the ledger's catalogue in which it was last seen."""

    class Meta:
        ordering: ClassVar = ["account_no"]

    def __str__(self) -> str:
        return self.account_no


class AttributionImport(models.Model):
    """A staged table of attributions: checked first, proposed once, taken back whole.

    ``rows`` and ``faults`` are JSON: the rows as parsed, and (line, column, value, code) of what is
    wrong.
    """

    class State(models.TextChoices):
        CHECKED = "checked", _("checked")
        APPLIED = "applied", _("proposed")
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
    fault_count = models.PositiveIntegerField()

    class Meta:
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return self.file_name


class Handover(models.Model):
    """All attributions of one person pass to another from a day on."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("waits for approval")
        APPROVED = "approved", _("approved")
        REJECTED = "rejected", _("rejected")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    from_who = models.CharField(max_length=60, db_index=True)
    to_who = models.CharField(max_length=60, db_index=True)
    day = models.DateField()
    reason = models.CharField(max_length=200)
    state = models.CharField(max_length=12, choices=State.choices, default=State.PROPOSED)
    proposed_by = models.CharField(max_length=150)
    proposed_at = models.DateTimeField()
    decided_by = models.CharField(max_length=150, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    refusal = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(from_who=F("to_who")), name="handover_to_somebody_else"
            ),
            models.CheckConstraint(
                condition=~Q(state="approved") | ~Q(decided_by=F("proposed_by")),
                name="handover_approved_by_another",
            ),
            models.UniqueConstraint(
                fields=["from_who"], condition=Q(state="proposed"), name="handover_open_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.from_who} → {self.to_who} {self.day}"


class Attribution(models.Model):
    """A share of an account or of all accounts of a customer that counts as somebody's.

    Half-open in days; ``share_ppm`` is a millionth. Only an approved row counts and is frozen into
    the ledger; it is ended by a later day and never deleted.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", _("waits for approval")
        APPROVED = "approved", _("approved")
        REJECTED = "rejected", _("rejected")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    account_no = models.CharField(max_length=60, blank=True, db_index=True)
    customer_no = models.CharField(max_length=60, blank=True, db_index=True)
    who = models.CharField(max_length=60, db_index=True)
    basis = models.CharField(max_length=20, default="main")
    role = models.CharField(max_length=30, blank=True)
    share_ppm = models.PositiveIntegerField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=12, choices=State.choices, default=State.PROPOSED)
    proposed_by = models.CharField(max_length=150)
    proposed_at = models.DateTimeField()
    decided_by = models.CharField(max_length=150, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    ended_by = models.CharField(max_length=150, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    imported = models.ForeignKey(
        AttributionImport, on_delete=models.PROTECT, related_name="attributions", null=True,
        blank=True,
    )  # fmt: skip
    handover = models.ForeignKey(
        Handover, on_delete=models.PROTECT, related_name="attributions", null=True, blank=True
    )

    class Meta:
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [models.Index(fields=["state", "valid_from", "valid_to"])]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=(Q(account_no="") & ~Q(customer_no=""))
                | (~Q(account_no="") & Q(customer_no="")),
                name="attribution_names_account_or_customer",
            ),
            models.CheckConstraint(
                condition=Q(share_ppm__gte=1) & Q(share_ppm__lte=1_000_000),
                name="attribution_share_of_one",
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")),
                name="attribution_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=~Q(state="approved") | ~Q(decided_by=F("proposed_by")),
                name="attribution_approved_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_no or self.customer_no} → {self.who}"


class HoldingConfirmation(models.Model):
    """What somebody said, for a month, about the accounts that count as his."""

    employee_no = models.CharField(max_length=40, db_index=True)
    month = models.CharField(max_length=7, db_index=True)
    confirmed = models.BooleanField()
    claim = models.CharField(max_length=1000, blank=True)
    said_at = models.DateTimeField()
    answer = models.CharField(max_length=1000, blank=True)
    answered_by = models.CharField(max_length=150, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    class Meta:
        ordering: ClassVar = ["-month", "employee_no", "-id"]

    def __str__(self) -> str:
        return f"{self.employee_no} {self.month}"
