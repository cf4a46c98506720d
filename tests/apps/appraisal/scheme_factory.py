"""Schemes of the cast, and the way of one into force."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

from tests.apps.cast import Bank, actor, make_grant, make_user
from tidui.apps.appraisal.models import SchemeVersion
from tidui.apps.appraisal.services.adoption import adopt_scheme, assess_scheme, submit_scheme
from tidui.apps.appraisal.services.schemes import draft_scheme
from tidui.apps.audit.services import Actor
from tidui.apps.people.models import User
from tidui.apps.people.models.users import Role

EXAMPLE = (Path(__file__).parents[3] / "examples" / "scheme.yaml").read_text(encoding="utf-8")
NOON = datetime(2024, 12, 15, 4, tzinfo=UTC)


def make_compliance(bank: Bank, name: str = "cora") -> User:
    """Make Cora, who looks after compliance."""
    user = make_user(name, "柯蕊")
    make_grant(user, Role.COMPLIANCE)
    bank.users[name] = user
    return user


def by(name: str) -> Actor:
    """Return somebody who acts in the middle of December 2024."""
    return actor(name, NOON)


def make_draft(text: str = EXAMPLE) -> SchemeVersion:
    """Enter the example's scheme as a draft."""
    return draft_scheme(by=by("frank"), text=text, origin="example")


def make_submitted(text: str = EXAMPLE) -> SchemeVersion:
    """Enter it and submit it, by Frank."""
    draft = make_draft(text)
    return submit_scheme(
        by=by("frank"), version=draft, consulted_on=date(2024, 12, 10),
        consultation="职工代表大会讨论通过", published_on=date(2024, 12, 20), lock=draft.lock,
    )  # fmt: skip


def make_adopted(text: str = EXAMPLE) -> SchemeVersion:
    """Bring it into force: submitted by Frank, assessed by Cora, adopted by Grace."""
    version = make_submitted(text)
    assess_scheme(
        by=by("cora"), version=version, assessment="必要、适度；可解释、可申诉、由人决定。"
    )
    return adopt_scheme(by=by("grace"), version=version)
