"""The first administrators of an installation."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from tidui.apps.audit.services import Actor
from tidui.apps.people.models import User
from tidui.apps.people.models.users import Role
from tidui.apps.people.services.users import create_user, grant_role, make_login_link
from tidui.ledger import create_ledger

MASTERED = ("organisation", "employees", "attributions", "targets", "measures", "outcomes")
"""Tables that people decide in the product: the database is their master."""
FIRST = (
    ("admin", "系统管理员", Role.SYSTEM_ADMIN),
    ("security", "安全管理员", Role.SECURITY_ADMIN),
)


@transaction.atomic
def first_administrators() -> dict[str, str]:
    """Make the two users who make all others; return user name → token of the one-time link.

    ``admin`` makes users, ``security`` grants roles: no single person can do both. An
    installation that has users gets none.
    """
    if User.objects.exists():
        return {}
    by = Actor("tidui init", timezone.now())
    tokens = {}
    for username, name, role in FIRST:
        user = create_user(by=by, username=username, name=name)
        grant_role(by=by, user=user, role=role, valid_from=by.today)
        tokens[username] = make_login_link(by=by, user=user)
    make_ledger()
    return tokens


def make_ledger() -> None:
    """Create the ledger folder of the installation, with the database as master of its tables."""
    folder = settings.LEDGER_FOLDER
    if not (folder / "catalogue.sqlite").exists():
        create_ledger(folder, masters=dict.fromkeys(MASTERED, "database"))
