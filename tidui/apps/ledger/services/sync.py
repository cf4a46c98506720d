"""The projection of customers and accounts: what search and scope need of the ledger."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any, Final

from django.db import transaction

from tidui.apps.audit.services import Actor, record
from tidui.apps.customers.models import Account, Customer
from tidui.apps.ledger.folder import the_ledger
from tidui.core.calendar import OPEN_END, day_of
from tidui.ledger.registers import newest_rows

BATCH: Final = 2_000
Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class Synced:
    """What the projection holds.

    Attributes:
        entry: entry of the catalogue that it shows.
        customers: customers with a row in the ledger, or with an account there.
        accounts: accounts.
        removed: accounts and customers that the ledger no longer has.
    """

    entry: int
    customers: int
    accounts: int
    removed: int


def sync_customers(*, by: Actor, progress: Progress | None = None) -> Synced:
    """Rebuild the projection from the newest snapshot; doing it again changes nothing.

    Each batch is a transaction of its own, so that a large bank's pages stay open meanwhile. The
    public ids stay: links to an account don't break.
    """
    snapshot = the_ledger().snapshot()
    told = progress or (lambda *_: None)
    total = sum(part.rows for table in ("customers", "accounts") for part in snapshot.parts(table))
    done = 0
    for rows in _batches(newest_rows(snapshot, "customers")):
        _put_customers(rows, snapshot.number)
        done += len(rows)
        told(done, total, "customers")
    for rows in _batches(newest_rows(snapshot, "accounts")):
        _put_accounts(rows, snapshot.number)
        done += len(rows)
        told(done, total, "accounts")
    return _finish(by, snapshot.number)


def _batches(rows: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    while batch := list(islice(rows, BATCH)):
        yield batch


@transaction.atomic
def _put_customers(rows: list[dict[str, Any]], entry: int) -> None:
    Customer.objects.bulk_create(
        [
            Customer(
                customer_no=row["customer_no"], segment=row["segment"] or "",
                tier=row["tier"] or "", entry=entry,
            )
            for row in rows
        ],
        update_conflicts=True, unique_fields=["customer_no"],
        update_fields=["segment", "tier", "entry"],
    )  # fmt: skip


@transaction.atomic
def _put_accounts(rows: list[dict[str, Any]], entry: int) -> None:
    owners = _owners({row["customer_no"] for row in rows}, entry)
    Account.objects.bulk_create(
        [
            Account(
                account_no=row["account_no"], customer_id=owners[row["customer_no"]],
                kind=row["kind"], product=row["product"], currency=row["currency"],
                org_code=row["org_code"], opened_on=day_of(row["opened_day"]),
                closed_on=_end(row["closed_day"]), entry=entry,
            )
            for row in rows
        ],
        update_conflicts=True, unique_fields=["account_no"],
        update_fields=[
            "customer", "kind", "product", "currency", "org_code", "opened_on", "closed_on",
            "entry",
        ],
    )  # fmt: skip


def _owners(numbers: Iterable[str], entry: int) -> dict[str, int]:
    """Return customer number → id; a customer whom only an account names is entered too."""
    wanted = sorted(numbers)
    Customer.objects.bulk_create(
        [Customer(customer_no=number, entry=entry) for number in wanted],
        update_conflicts=True, unique_fields=["customer_no"], update_fields=["entry"],
    )  # fmt: skip
    rows = Customer.objects.filter(customer_no__in=wanted)
    return dict(rows.values_list("customer_no", "pk"))


def _end(day: int | None) -> date | None:
    return None if day is None or day >= OPEN_END else day_of(day)


@transaction.atomic
def _finish(by: Actor, entry: int) -> Synced:
    """Take away what the ledger no longer has; a customer with a name typed by hand stays."""
    removed, _each = Account.objects.exclude(entry=entry).delete()
    gone, _each = Customer.objects.exclude(entry=entry).filter(name="", accounts=None).delete()
    made = Synced(entry, Customer.objects.count(), Account.objects.count(), removed + gone)
    record(by, "ledger.synced", ("ledger.snapshot", str(entry), f"entry {entry}"), after={
        "customers": made.customers, "accounts": made.accounts, "removed": made.removed,
    })  # fmt: skip
    return made
