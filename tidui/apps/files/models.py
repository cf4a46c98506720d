"""Stored files: content by SHA-256, and who brought it."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models


class StoredFile(models.Model):
    """One upload or product. The bytes lie under their hash; the same bytes lie there once."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sha256 = models.CharField(max_length=64, db_index=True)
    size = models.BigIntegerField()
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=120)
    stored_by = models.CharField(max_length=150)
    stored_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return self.name
