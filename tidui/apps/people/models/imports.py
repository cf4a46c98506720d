"""A staged import of people or units: checked first, applied once, taken back whole."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from tidui.apps.people.models.users import User


class PeopleImport(models.Model):
    """One uploaded table with what became of it.

    ``rows`` and ``faults`` are canonical JSON: the rows as read, and per row what is wrong.
    ``undo`` says what has to be restored to take it back.
    """

    class State(models.TextChoices):
        CHECKED = "checked", _("checked")
        APPLIED = "applied", _("applied")
        UNDONE = "undone", _("undone")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(
        max_length=20, choices=[("units", _("units")), ("employees", _("employees"))]
    )
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=20, choices=State.choices, default=State.CHECKED)
    uploaded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True, blank=True)
    rows = models.TextField()
    faults = models.TextField()
    undo = models.TextField(blank=True)
    count = models.PositiveIntegerField()
    fault_count = models.PositiveIntegerField()

    class Meta:
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return self.file_name
