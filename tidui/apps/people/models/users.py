"""Users, what roles they hold from day to day, and who stands in for whom."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tidui.apps.people.models.employees import BusinessLine, Employee
from tidui.apps.people.models.spells import Spell
from tidui.apps.people.models.units import Unit


class Role(models.TextChoices):
    """What somebody may be in the product; an RM needs no grant, his own matters are his."""

    TEAM_LEAD = "team_lead", _("team lead")
    LINE_LEAD = "line_lead", _("line lead")
    BRANCH_HEAD = "branch_head", _("branch head")
    HR = "hr", _("human resources")
    APPRAISAL_OFFICE = "appraisal_office", _("appraisal office")
    APPRAISAL_GROUP = "appraisal_group", _("appraisal group")
    COMPLIANCE = "compliance", _("compliance")
    AUDITOR = "auditor", _("auditor")
    SYSTEM_ADMIN = "system_admin", _("system administrator")
    SECURITY_ADMIN = "security_admin", _("security administrator")
    AUDIT_ADMIN = "audit_admin", _("audit administrator")


class User(AbstractBaseUser):
    """Somebody who logs in; may be one employee."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    username = models.CharField(max_length=150, unique=True)
    name = models.CharField(max_length=80)
    email = models.EmailField(blank=True)
    employee = models.OneToOneField(
        Employee, on_delete=models.PROTECT, related_name="user", null=True, blank=True
    )
    is_active = models.BooleanField(default=True)
    language = models.CharField(max_length=10, default="zh-hans")
    theme = models.CharField(
        max_length=10, default="auto",
        choices=[("auto", _("as the system")), ("light", _("light")), ("dark", _("dark"))],
    )  # fmt: skip
    amounts = models.CharField(
        max_length=10,
        default="wan",
        choices=[
            ("full", _("in full")),
            ("wan", _("in ten thousands")),
            ("yi", _("in hundred millions")),
        ],
    )
    date_joined = models.DateTimeField(null=True, blank=True)

    objects = BaseUserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar = []

    class Meta:
        ordering: ClassVar = ["username"]

    def __str__(self) -> str:
        return self.name or self.username


class RoleGrant(Spell):
    """A role for some time, within a unit (and all below it) and a line where they are named."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="grants")
    role = models.CharField(max_length=30, choices=Role.choices)
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="grants", null=True, blank=True
    )
    business_line = models.CharField(max_length=30, blank=True, choices=BusinessLine.choices)
    granted_by = models.CharField(max_length=150)

    class Meta(Spell.Meta):
        ordering: ClassVar = ["user", "role", "valid_from"]
        constraints: ClassVar = [*Spell.Meta.constraints]

    def __str__(self) -> str:
        return f"{self.user} {self.get_role_display()}"


class Deputy(Spell):
    """Who stands in for somebody absent: what waits for the one waits for the other too."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    absent = models.ForeignKey(User, on_delete=models.PROTECT, related_name="deputies")
    deputy = models.ForeignKey(User, on_delete=models.PROTECT, related_name="deputy_for")
    reason = models.CharField(max_length=200, blank=True)

    class Meta(Spell.Meta):
        constraints: ClassVar = [
            *Spell.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(absent=F("deputy")), name="deputy_is_somebody_else"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.absent} → {self.deputy}"


class LoginLink(models.Model):
    """A link that works once and for some time: sets the first password. Only its hash is kept."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="login_links")
    token_hash = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    made_by = models.CharField(max_length=150)

    def __str__(self) -> str:
        return f"{self.user} {self.expires_at}"
