"""Users, roles, deputies, one-time links."""

from __future__ import annotations

import hashlib
import secrets
from datetime import date, datetime, timedelta

from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from tidui.apps.audit.services import Actor, record
from tidui.apps.people.models import Deputy, Employee, LoginLink, RoleGrant, Unit, User
from tidui.apps.people.models.users import Role

LINK_HOURS = 72
ADMINISTRATORS = {Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN}


@transaction.atomic
def create_user(
    *, by: Actor, username: str, name: str, employee: Employee | None = None,
    language: str = "zh-hans",
) -> User:  # fmt: skip
    """Make a user without a password: he sets it himself through a one-time link."""
    user = User(
        username=username.strip(), name=name.strip(), employee=employee, language=language,
        date_joined=by.at,
    )  # fmt: skip
    user.set_unusable_password()
    user.full_clean()
    user.save()
    after = {"username": user.username, "employee": employee and employee.employee_no}
    record(by, "people.user-created", user, after=after)
    return user


@transaction.atomic
def make_login_link(*, by: Actor, user: User) -> str:
    """Make a link that sets the user's password once; older ones end. Returns its token."""
    user.login_links.filter(used_at=None).update(used_at=by.at)
    token = secrets.token_urlsafe(32)
    LoginLink.objects.create(
        user=user, token_hash=_hash(token), made_by=by.name,
        expires_at=by.at + timedelta(hours=LINK_HOURS),
    )  # fmt: skip
    record(by, "people.login-link-made", user)
    return token


def find_login_link(token: str, now: datetime) -> LoginLink | None:
    """Return the link of a token that is unused, in time, and of an active user."""
    found = LoginLink.objects.filter(token_hash=_hash(token), used_at=None, expires_at__gt=now)
    return found.filter(user__is_active=True).select_related("user").first()


@transaction.atomic
def use_login_link(*, by: Actor, link: LoginLink, password: str) -> None:
    """Set the password and end the link; a second use of the same link is refused."""
    if not LoginLink.objects.filter(pk=link.pk, used_at=None).update(used_at=by.at):
        raise ValidationError(_("This link was used already."))
    link.user.set_password(password)
    link.user.save(update_fields=["password"])
    record(by, "people.password-set", link.user)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def set_active(*, by: Actor, user: User, active: bool) -> None:
    """Let a user in or lock him out; locked out, his sessions end at once."""
    if user.username == by.name:
        raise ValidationError(_("You can't lock yourself out."))
    before = user.is_active
    user.is_active = active
    user.save(update_fields=["is_active"])
    if not active:
        end_sessions(user)
    record(by, "people.user-active-set", user, before={"active": before}, after={"active": active})


def end_sessions(user: User) -> None:
    """End every session of a user."""
    for session in Session.objects.all():
        if session.get_decoded().get("_auth_user_id") == str(user.pk):
            session.delete()


@transaction.atomic
def grant_role(
    *, by: Actor, user: User, role: str, valid_from: date, valid_to: date | None = None,
    unit: Unit | None = None, business_line: str = "",
) -> RoleGrant:  # fmt: skip
    """Grant a role from a day on; nobody grants himself, the three administrators stay apart."""
    if user.username == by.name:
        raise ValidationError(_("You can't grant yourself a role."))
    held = set(user.grants.filter(valid_to=None).values_list("role", flat=True))
    if role in ADMINISTRATORS and held & (ADMINISTRATORS - {Role(role)}):
        raise ValidationError(
            _("System, security and audit administration must be three different people.")
        )
    grant = RoleGrant(
        user=user, role=role, unit=unit, business_line=business_line, valid_from=valid_from,
        valid_to=valid_to, granted_by=by.name,
    )  # fmt: skip
    grant.full_clean()
    grant.save()
    record(by, "people.role-granted", user, after=_grant_fields(grant))
    return grant


@transaction.atomic
def end_role(*, by: Actor, grant: RoleGrant, valid_to: date) -> None:
    """End a role on a day; a grant that has not begun by then never held and is removed."""
    before = _grant_fields(grant)
    if valid_to <= grant.valid_from:
        grant.delete()
    else:
        grant.valid_to = valid_to
        grant.full_clean()
        grant.save(update_fields=["valid_to"])
    record(by, "people.role-ended", grant.user, before=before, after={"valid_to": valid_to})


def _grant_fields(grant: RoleGrant) -> dict[str, object]:
    return {
        "role": grant.role, "unit": grant.unit and grant.unit.org_code,
        "line": grant.business_line, "valid_from": grant.valid_from, "valid_to": grant.valid_to,
    }  # fmt: skip


@transaction.atomic
def name_deputy(
    *, by: Actor, absent: User, deputy: User, valid_from: date, valid_to: date, reason: str = ""
) -> Deputy:
    """Name who stands in for somebody: for that time, and back by itself."""
    found = Deputy(
        absent=absent, deputy=deputy, valid_from=valid_from, valid_to=valid_to, reason=reason
    )
    found.full_clean()
    found.save()
    after = {"deputy": deputy.username, "valid_from": valid_from, "valid_to": valid_to}
    record(by, "people.deputy-named", absent, after=after)
    return found


@transaction.atomic
def end_deputy(*, by: Actor, deputy: Deputy, valid_to: date) -> None:
    """End a deputyship before its time."""
    before = {"valid_to": deputy.valid_to}
    if valid_to <= deputy.valid_from:
        deputy.delete()
    else:
        deputy.valid_to = valid_to
        deputy.save(update_fields=["valid_to"])
    after = {"deputy": deputy.deputy.username, "valid_to": valid_to}
    record(by, "people.deputy-ended", deputy.absent, before=before, after=after)


@transaction.atomic
def change_preferences(
    *, by: Actor, user: User, language: str, amounts: str, theme: str
) -> None:  # fmt: skip
    """Change how somebody reads; no act that an auditor needs."""
    user.language, user.amounts, user.theme = language, amounts, theme
    user.full_clean()
    user.save(update_fields=["language", "amounts", "theme"])
