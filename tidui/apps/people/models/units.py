"""The organisation: units, and the tree that they form from day to day."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from tidui.apps.people.models.spells import Spell


class UnitKind(models.TextChoices):
    """Kinds of unit, as the ledger names them."""

    BRANCH = "branch", _("branch")
    SUB_BRANCH = "sub_branch", _("sub-branch")
    OUTLET = "outlet", _("outlet")
    DEPARTMENT = "department", _("department")
    TEAM = "team", _("team")


class Unit(models.Model):
    """A unit of the bank; its code is text and never used again."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    org_code = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    sort_key = models.CharField(max_length=300, db_index=True)

    class Meta:
        ordering: ClassVar = ["org_code"]

    def __str__(self) -> str:
        return self.name


class UnitSpell(Spell):
    """Where a unit hangs in the tree, and what kind it is, for some time."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="spells")
    parent = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="child_spells", null=True, blank=True
    )
    kind = models.CharField(max_length=20, choices=UnitKind.choices)

    class Meta(Spell.Meta):
        ordering: ClassVar = ["unit", "valid_from"]
        constraints: ClassVar = [
            *Spell.Meta.constraints,
            models.UniqueConstraint(fields=["unit", "valid_from"], name="unit_spell_once"),
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.valid_from}"
