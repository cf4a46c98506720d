"""Attributions for the tests."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.apps.cast import actor
from tidui.apps.customers.models import Account, Attribution, Customer
from tidui.apps.customers.services.attributions import approve, propose

JANUARY = date(2025, 1, 1)


def make_account(number: str = "A1", customer: str = "C1", org_code: str = "A-1") -> Account:
    """Show an account of the ledger in the database."""
    owner, _made = Customer.objects.get_or_create(customer_no=customer)
    return Account.objects.create(
        account_no=number, customer=owner, kind="deposit", product="current", currency="CNY",
        org_code=org_code, opened_on=date(2024, 1, 1),
    )  # fmt: skip


def make_proposal(who: str = "E001", share: int = 1_000_000, **rest: Any) -> Attribution:
    """Propose an attribution of an account."""
    said = {"account_no": "" if rest.get("customer_no") else "A1", "customer_no": "",
            "valid_from": JANUARY, "by": actor("maker"), **rest}  # fmt: skip
    return propose(who=who, share_ppm=share, **said)


def make_attribution(who: str = "E001", share: int = 1_000_000, **rest: Any) -> Attribution:
    """Propose an attribution and have somebody else approve it."""
    row = make_proposal(who, share, **rest)
    approve(by=actor("checker"), rows=[row])
    row.refresh_from_db()
    return row
