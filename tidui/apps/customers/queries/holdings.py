"""What counts as somebody's on the first of a month, and what changed since the month before."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import Q, QuerySet

from tidui.apps.customers.models import Account, Attribution, Customer, HoldingConfirmation
from tidui.apps.people.access import Scope, employees_in
from tidui.apps.people.models.spells import valid_on
from tidui.core.calendar import add_months

CHANGES: Final = ("gained", "lost", "changed", "kept")
"""Kinds of change, in the order in which they are shown: what is new first."""


@dataclass(frozen=True, slots=True)
class Holding:
    """An account, or all accounts of a customer, of which a share counts as somebody's.

    Attributes:
        rank: place of the change in ``CHANGES``, to sort by.
        change: what happened since the first of the month before.
        level: ``account`` or ``customer``.
        number: of the account or customer.
        customer: name of the customer where it is known, else the number.
        accounts: open accounts that it stands for.
        basis, role: of the attribution.
        share, before: in millionths, now and a month ago.
    """

    rank: int
    change: str
    level: str
    number: str
    customer: str
    accounts: int
    basis: str
    role: str
    share: int
    before: int


def first_of(month: str) -> date:
    """Return the first day of a month written as 2025-03."""
    return date.fromisoformat(f"{month}-01")


def month_of(day: date) -> str:
    """Return the month of a day."""
    return day.strftime("%Y-%m")


def holdings_of(who: str, month: str) -> list[Holding]:
    """Return what counts as somebody's on the first of a month, gained and lost first."""
    now = first_of(month)
    ago = add_months(now, -1)
    shares = _shares(who, now, ago)
    accounts = {key[0] for key in shares if key[0]}
    names, counts = _customers({key[1] for key in shares if key[1]}, now)
    owners = dict(
        Account.objects.filter(account_no__in=accounts)
        .values_list("account_no", "customer__customer_no")
    )  # fmt: skip
    found = []
    for (account, customer, basis, role), (share, before) in shares.items():
        change = _change(share, before)
        number = account or customer
        owner = names.get(customer) or owners.get(account) or number
        found.append(
            Holding(
                CHANGES.index(change), change, "account" if account else "customer", number, owner,
                1 if account else counts.get(customer, 0), basis, role, share, before,
            )
        )  # fmt: skip
    return sorted(found, key=lambda one: (one.rank, one.number, one.basis, one.role))


def _shares(who: str, now: date, ago: date) -> dict[tuple[str, str, str, str], tuple[int, int]]:
    """Return (account, customer, basis, role) → share now and a month ago, with one query."""
    rows = Attribution.objects.filter(who=who, state=Attribution.State.APPROVED)
    found: dict[tuple[str, str, str, str], tuple[int, int]] = {}
    for row in rows.filter(valid_on(now) | valid_on(ago)):
        key = (row.account_no, row.customer_no, row.basis, row.role)
        share, before = found.get(key, (0, 0))
        if row.valid_from <= now and (row.valid_to is None or row.valid_to > now):
            share += row.share_ppm
        if row.valid_from <= ago and (row.valid_to is None or row.valid_to > ago):
            before += row.share_ppm
        found[key] = (share, before)
    return found


def _change(share: int, before: int) -> str:
    if share == before:
        return "kept"
    return "gained" if not before else "lost" if not share else "changed"


def _customers(numbers: Iterable[str], on: date) -> tuple[dict[str, str], dict[str, int]]:
    """Return the names of customers and how many accounts each has open on a day."""
    wanted = sorted(numbers)
    names: dict[str, str] = {}
    counts: dict[str, int] = {}
    for start in range(0, len(wanted), 500):
        some = wanted[start : start + 500]
        rows = Customer.objects.filter(customer_no__in=some)
        names |= {
            number: name or number for number, name in rows.values_list("customer_no", "name")
        }
        still = Q(closed_on=None) | Q(closed_on__gt=on)
        open_then = Account.objects.filter(still, customer__customer_no__in=some, opened_on__lte=on)
        for number in open_then.values_list("customer__customer_no", flat=True):
            counts[number] = counts.get(number, 0) + 1
    return names, counts


def said_for(who: str, month: str) -> QuerySet[HoldingConfirmation]:
    """Return what somebody said about a month, the newest first."""
    return HoldingConfirmation.objects.filter(employee_no=who, month=month).order_by("-id")


def claims_in(scope: Scope, on: date) -> QuerySet[HoldingConfirmation]:
    """Return the claims of the people of a scope."""
    rows = HoldingConfirmation.objects.filter(confirmed=False)
    if scope.whole_bank:
        return rows
    return rows.filter(employee_no__in=employees_in(scope, on).values("employee_no"))


def has_holdings(who: str, on: date) -> bool:
    """Tell whether anything counts as somebody's on a day."""
    rows = Attribution.objects.filter(who=who, state=Attribution.State.APPROVED)
    return rows.filter(valid_on(on)).exists()
