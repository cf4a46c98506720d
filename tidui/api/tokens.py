"""Making, finding and revoking tokens."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from tidui.api.models import ApiToken
from tidui.apps.audit.services import Actor, record
from tidui.apps.people.access import Standing

LONGEST: Final = timedelta(days=366)
SCOPES: Final = (
    "people.read", "deliveries.read", "schemes.read", "cycles.read", "results.read",
)  # fmt: skip
"""What the interface reads; ``own`` comes beside it."""


def scopes_open_to(found: Standing) -> list[str]:
    """Return what somebody may put into a token: what he may do himself."""
    own = ["own"] if found.user.employee_id is not None else []
    return own + [scope for scope in SCOPES if found.may(scope)]


@transaction.atomic
def make_token(
    *, by: Actor, standing: Standing, name: str, scopes: Iterable[str], ends_on: date
) -> tuple[ApiToken, str]:
    """Make a token and return it with its text, which is kept nowhere."""
    wanted = sorted(set(scopes))
    if not wanted or not set(wanted) <= set(scopes_open_to(standing)):
        raise ValidationError(_("A token may do no more than you."))
    if not by.today <= ends_on <= by.today + LONGEST:
        raise ValidationError(_("A token ends within a year."))
    text = f"tidui_{secrets.token_urlsafe(32)}"
    made = ApiToken.objects.create(
        user=standing.user, name=name.strip(), token_hash=hash_of(text), scopes=wanted,
        made_at=by.at, ends_on=ends_on,
    )  # fmt: skip
    record(by, "api.token-made", made, after={"scopes": wanted, "ends_on": ends_on})
    return made, text


@transaction.atomic
def revoke_token(*, by: Actor, token: ApiToken) -> None:
    """End a token now; a second time changes nothing."""
    changed = ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=by.at)
    if changed:
        record(by, "api.token-revoked", token)


def find_token(text: str, today: date) -> ApiToken | None:
    """Return the token of a text that works today, of an active user, and note its use."""
    rows = ApiToken.objects.select_related("user__employee")
    found = rows.filter(token_hash=hash_of(text), user__is_active=True).first()
    if found is None or not found.works_on(today):
        return None
    if found.last_used_on != today:
        ApiToken.objects.filter(pk=found.pk).update(last_used_on=today)
    return found


def hash_of(text: str) -> str:
    """Return what is kept of a token."""
    return hashlib.sha256(text.encode()).hexdigest()
