"""Audit entries, and the seals that chain them."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models


class AuditEntry(models.Model):
    """One act of one person: written in the transaction of the act, never changed after.

    The names stand as text, because an entry outlives what it is about. ``payload`` is canonical
    JSON of before and after; ``content`` is its salted hash and ``digest`` is taken over that and
    everything else, so that an entry whose payload was purged still verifies.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    at = models.DateTimeField(db_index=True)
    actor = models.CharField(max_length=150, db_index=True)
    on_behalf_of = models.CharField(max_length=150, blank=True)
    address = models.CharField(max_length=64, blank=True)
    action = models.CharField(max_length=80, db_index=True)
    kind = models.CharField(max_length=60)
    object_id = models.CharField(max_length=120, db_index=True)
    label = models.CharField(max_length=300)
    payload = models.TextField(blank=True)
    salt = models.CharField(max_length=32, blank=True)
    content = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    class Meta:
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [models.Index(fields=["kind", "object_id"])]

    def __str__(self) -> str:
        return f"{self.action} {self.label}"


class Seal(models.Model):
    """The seal of one entry: number, hash of the seal before and of the entry, and an HMAC."""

    number = models.BigIntegerField(primary_key=True)
    entry = models.OneToOneField(AuditEntry, on_delete=models.PROTECT, related_name="seal")
    digest = models.CharField(max_length=64)
    previous = models.CharField(max_length=64)
    mac = models.CharField(max_length=64)

    class Meta:
        ordering: ClassVar = ["number"]

    def __str__(self) -> str:
        return f"{self.number} {self.mac[:12]}"
