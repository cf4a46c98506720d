"""A plan of the cast: opened, filled, locked, changed."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from tests.apps.appraisal.scheme_factory import make_adopted
from tests.apps.cast import Bank, actor
from tidui.apps.appraisal.models import Plan, Target
from tidui.apps.appraisal.services.plans import (
    Typed,
    confirm_targets,
    lock_plan,
    open_plan,
    send_plan,
    type_targets,
)
from tidui.apps.appraisal.services.target_changes import (
    propose_change,
)

BOTH = ("deposit_average", "fee_income")


@pytest.fixture
def plan(bank: Bank) -> Plan:
    """The plan of 2025, without targets."""
    return open_plan(by=actor("frank"), scheme=make_adopted(), period="2025")


def give(plan: Plan, bank: Bank, *names: str, value: int = 100) -> None:
    """Set both targets of some people, by Frank."""
    entries = [
        Typed(bank.employees[name], indicator, Fraction(value), check=False)
        for name in names or ("alice", "charlie")
        for indicator in BOTH
    ]
    type_targets(by=actor("frank"), plan=plan, entries=entries)


@pytest.fixture
def locked(plan: Plan, bank: Bank) -> Plan:
    """The plan with a target of 100 for everything, confirmed and locked."""
    give(plan, bank)
    send_plan(by=actor("frank"), plan=plan)
    for name in ("alice", "charlie"):
        confirm_targets(by=actor(name), plan=plan, employee=bank.employees[name])
    lock_plan(by=actor("frank"), plan=plan)
    plan.refresh_from_db()
    return plan


def change(target: Target, **own: Any) -> Target:
    """Propose 200 from the second of July on, by Frank."""
    values: dict[str, Any] = {
        "value": Fraction(200), "valid_from": date(2025, 7, 2), "cause": "transfer", "reason": "x",
        "by": actor("frank"), **own,
    }  # fmt: skip
    return propose_change(target=target, **values)


def of_alice(plan: Plan) -> Target:
    """Return Alice's standing target for deposits."""
    return plan.targets.get(subject="E001", indicator="deposit_average", state__in=Target.STANDING)
