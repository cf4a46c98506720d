"""Tokens: the keys of programs, narrower than the person who made them."""

from __future__ import annotations

import uuid
from datetime import date
from typing import ClassVar

from django.db import models

from tidui.apps.people.models import User


class ApiToken(models.Model):
    """A key by which a program reads for somebody. Only its hash is kept.

    ``scopes`` are capabilities, or ``own`` for what is the user's own; they count only as far as
    the user himself has them on the day.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="api_tokens")
    name = models.CharField(max_length=80)
    token_hash = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    made_at = models.DateTimeField()
    ends_on = models.DateField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return self.name

    def works_on(self, day: date) -> bool:
        """Tell whether it is neither revoked nor at its end; its last day still counts."""
        return self.revoked_at is None and day <= self.ends_on
