"""Attributions with the names that belong to them, and as the ledger's table wants them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from itertools import groupby, pairwise
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from tidui.apps.customers.models import Attribution, Customer
from tidui.apps.customers.shares import WHOLE, timeline
from tidui.apps.people.models import Employee, Unit
from tidui.apps.people.models.spells import valid_on

KEY = ("account_no", "customer_no", "basis", "who", "role")
"""What names a row of the ledger's table; two rows of one key never meet in time there."""


def with_names(rows: QuerySet[Attribution]) -> QuerySet[Attribution]:
    """Put the names of holder and customer beside each attribution."""
    employee = Employee.objects.filter(employee_no=OuterRef("who")).values("name")[:1]
    unit = Unit.objects.filter(org_code=OuterRef("who")).values("name")[:1]
    customer = Customer.objects.filter(customer_no=OuterRef("customer_no")).values("name")[:1]
    return rows.annotate(
        who_name=Coalesce(Subquery(employee), Subquery(unit), F("who")),
        customer_name=Coalesce(Subquery(customer), F("customer_no")),
    )


def approved_on(day: date) -> Q:
    """Return the condition on attributions that count on a day."""
    return Q(state=Attribution.State.APPROVED) & valid_on(day)


def siblings_of(row: Attribution) -> QuerySet[Attribution]:
    """Return all attributions of the same account or customer and basis, over time."""
    same = Attribution.objects.filter(
        account_no=row.account_no, customer_no=row.customer_no, basis=row.basis
    )
    return with_names(same).order_by("valid_from", "pk")


def approved_rows() -> Iterator[dict[str, Any]]:
    """Yield the approved attributions as ``runs.freezing.freeze`` wants the table.

    Shares that one holder has of one thing in the same role on the same days are added up: the
    ledger takes two rows of one key that meet in time for a fault.
    """
    rows = Attribution.objects.filter(state=Attribution.State.APPROVED).order_by(
        *KEY, "valid_from", "pk"
    )
    fields = (*KEY, "share_ppm", "valid_from", "valid_to", "decided_by")
    listed = rows.values_list(*fields).iterator(chunk_size=2_000)
    for key, group in groupby(listed, key=lambda row: row[: len(KEY)]):
        spells = [row[len(KEY) :] for row in group]
        for share, begins, ends, approver in _apart(spells):
            named = dict(zip(KEY, key, strict=True))
            yield {
                **{word: value or None for word, value in named.items()},
                "share": Fraction(share, WHOLE), "valid_from": begins, "valid_to": ends,
                "approved_by": approver,
            }  # fmt: skip


def _apart(
    spells: list[tuple[int, date, date | None, str]],
) -> Iterator[tuple[int, date, date | None, str]]:
    """Yield the spells as they are where none meets another, else their sums from day to day."""
    meet = any(earlier[2] is None or earlier[2] > later[1] for earlier, later in pairwise(spells))
    if not meet:
        yield from spells
        return
    for stretch in timeline((begins, ends, share) for share, begins, ends, _by in spells):
        if not stretch.total:
            continue
        approvers = dict.fromkeys(
            by for _share, begins, ends, by in spells
            if begins <= stretch.valid_from and (ends is None or ends > stretch.valid_from)
        )  # fmt: skip
        told = ", ".join(approvers)
        yield stretch.total, stretch.valid_from, stretch.valid_to, told
