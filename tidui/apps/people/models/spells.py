"""Dated rows: every interval is half-open, an open end is NULL."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import F, Q


class Spell(models.Model):
    """Something that holds from a day on and before another."""

    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        abstract = True
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")),
                name="%(app_label)s_%(class)s_ends_after_it_begins",
            )
        ]


def valid_on(day: date, prefix: str = "") -> Q:
    """Return the condition that a spell, or one behind ``prefix``, holds on a day."""
    start = Q(**{f"{prefix}valid_from__lte": day})
    ends = Q(**{f"{prefix}valid_to": None}) | Q(**{f"{prefix}valid_to__gt": day})
    return start & ends
