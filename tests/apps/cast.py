"""Fixtures and factories of the web tests; keyword arguments, one function per noun."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tidui.apps.audit.services import Actor
from tidui.apps.people.models import Employee, RoleGrant, Unit, UnitSpell, User
from tidui.apps.people.models.users import Role
from tidui.apps.people.services.employees import hire
from tidui.apps.people.services.first import make_ledger
from tidui.apps.people.services.units import found_unit

START = date(2023, 12, 1)


def actor(name: str = "setup", at: datetime | None = None) -> Actor:
    """Return somebody who acts now."""
    return Actor(name, at or datetime.now(UTC), "127.0.0.1")


def make_unit(code: str, name: str, kind: str = "branch", parent: Unit | None = None) -> Unit:
    """Enter a unit."""
    return found_unit(
        by=actor(), org_code=code, name=name, kind=kind, parent=parent, valid_from=START
    )


def make_employee(
    number: str, name: str, *, sits_at: Unit, belongs_to: Unit | None = None, **place: Any
) -> Employee:
    """Enter an employee: an RM of the corporate line unless told otherwise."""
    values = {
        "business_line": "corporate", "post": "relationship_manager", "ladder": "four-grades",
        "grade": "rm", "rm_since_on": date(2019, 1, 1), "sits_at": sits_at,
        "belongs_to": belongs_to or sits_at, **place,
    }  # fmt: skip
    return hire(by=actor(), employee_no=number, name=name, valid_from=START, place=values)


def make_user(username: str, name: str, *, employee: Employee | None = None) -> User:
    """Make a user whose password is ``demo``."""
    user = User(username=username, name=name, employee=employee, date_joined=datetime.now(UTC))
    user.set_password("demo")
    user.save()
    return user


def make_grant(user: User, role: str, *, unit: Unit | None = None, line: str = "") -> RoleGrant:
    """Grant a role from long ago on."""
    return RoleGrant.objects.create(
        user=user, role=role, unit=unit, business_line=line, valid_from=START, granted_by="setup"
    )


@dataclass
class Bank:
    """The bank of the cast.

    Attributes:
        head, branch_a, branch_b, outlet_a, outlet_b: units.
        users: by first name.
        employees: by first name, those who are employees.
    """

    head: Unit
    branch_a: Unit
    branch_b: Unit
    outlet_a: Unit
    outlet_b: Unit
    users: dict[str, User] = field(default_factory=dict)
    employees: dict[str, Employee] = field(default_factory=dict)


@pytest.fixture
def bank(db: None, settings: Any, tmp_path: Path) -> Bank:
    """The bank with its units, its cast, and a ledger folder of its own."""
    settings.LEDGER_FOLDER = tmp_path / "ledger"
    settings.FILES_FOLDER = tmp_path / "files"
    settings.ANCHOR_FOLDER = tmp_path / "anchors"
    make_ledger()
    return build_bank()


def build_bank() -> Bank:
    """Enter units and people."""
    head = make_unit("HQ", "总行")
    branch_a = make_unit("A", "滨江支行", "sub_branch", head)
    branch_b = make_unit("B", "北苑支行", "sub_branch", head)
    outlet_a = make_unit("A-1", "滨江营业部", "outlet", branch_a)
    outlet_b = make_unit("B-1", "北苑营业部", "outlet", branch_b)
    assert UnitSpell.objects.count() == 5
    made = Bank(head, branch_a, branch_b, outlet_a, outlet_b)
    made.employees = {
        "alice": make_employee("E001", "林晓雯", sits_at=outlet_a),
        "charlie": make_employee("E002", "陈志强", sits_at=outlet_b),
        "bob": make_employee("L001", "白建国", sits_at=outlet_a, post="branch_head", grade=""),
    }
    for name, chinese in (
        ("alice", "林晓雯"), ("bob", "白建国"), ("charlie", "陈志强"), ("dana", "丁岚"),
        ("eve", "易文"), ("frank", "方明"), ("grace", "葛蕾"), ("sam", "孙毅"), ("sue", "苏颖"),
    ):  # fmt: skip
        made.users[name] = make_user(name, chinese, employee=made.employees.get(name))
    make_grant(made.users["bob"], Role.BRANCH_HEAD, unit=branch_a)
    make_grant(made.users["dana"], Role.HR)
    make_grant(made.users["eve"], Role.AUDITOR)
    make_grant(made.users["frank"], Role.APPRAISAL_OFFICE)
    make_grant(made.users["grace"], Role.APPRAISAL_GROUP)
    make_grant(made.users["sam"], Role.SYSTEM_ADMIN)
    make_grant(made.users["sue"], Role.SECURITY_ADMIN)
    return made


@pytest.fixture
def people(bank: Bank) -> dict[str, User]:
    """The users of the cast by first name."""
    return bank.users


class Clients(dict[str, Client]):
    """A logged-in client for each of the cast, made when first asked for."""

    def __init__(self, users: dict[str, User]) -> None:
        super().__init__()
        self.users = users

    def __missing__(self, name: str) -> Client:
        client = Client()
        client.force_login(
            self.users[name], backend="allauth.account.auth_backends.AuthenticationBackend"
        )
        self[name] = client
        return client


@pytest.fixture
def clients(bank: Bank) -> Clients:
    """Clients by first name: ``clients["alice"].get("/")``."""
    return Clients(bank.users)
