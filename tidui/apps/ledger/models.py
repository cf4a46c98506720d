"""What people do before a delivery is loaded: choose files, write a mapping, type control totals.

The deliveries themselves stand in the catalogue of the ledger folder and nowhere else.
"""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from tidui.apps.files.models import StoredFile
from tidui.apps.jobs.models import Job


class SavedMapping(models.Model):
    """A version of one of the bank's own mappings; never changed, a change is a new version."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=80)
    version = models.PositiveIntegerField()
    table = models.CharField(max_length=40, db_index=True)
    title_zh = models.CharField(max_length=120)
    title_en = models.CharField(max_length=120)
    text = models.TextField()
    sha256 = models.CharField(max_length=64)
    saved_by = models.CharField(max_length=150)
    saved_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["name", "-version"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["name", "version"], name="saved_mapping_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.name} v{self.version}"


class Draft(models.Model):
    """A delivery that isn't one yet: files, table, mapping, coverage and the sender's totals.

    ``delivery`` is the number of the catalogue's entry once it is loaded; a draft that was loaded
    is never loaded again.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    files = models.ManyToManyField(StoredFile, related_name="drafts")
    table = models.CharField(max_length=40)
    mapping_text = models.TextField()
    coverage_from = models.DateField(null=True, blank=True)
    coverage_to = models.DateField(null=True, blank=True)
    control_rows = models.PositiveBigIntegerField(null=True, blank=True)
    control_sum = models.CharField(max_length=60, blank=True)
    made_by = models.CharField(max_length=150)
    made_at = models.DateTimeField()
    check_job = models.ForeignKey(
        Job, on_delete=models.SET_NULL, related_name="+", null=True, blank=True
    )
    load_job = models.ForeignKey(
        Job, on_delete=models.SET_NULL, related_name="+", null=True, blank=True
    )
    delivery = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(coverage_from=None, coverage_to=None)
                | Q(coverage_to__gt=models.F("coverage_from")),
                name="draft_coverage_has_days",
            )
        ]

    def __str__(self) -> str:
        return f"{self.table} {self.public_id}"

    @property
    def being_loaded(self) -> bool:
        """Whether a job that loads it waits or runs."""
        return self.load_job is not None and self.load_job.is_open

    @property
    def is_open(self) -> bool:
        """Whether it may still be changed."""
        return self.delivery is None and not self.being_loaded
