"""What doesn't fit together: more than all of it, parts that are nobody's, holders who left."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Final

from django.db.models import Count, Exists, OuterRef, QuerySet, Sum

from tidui.apps.customers.models import Attribution
from tidui.apps.customers.queries.attributions import approved_on, with_names
from tidui.apps.customers.shares import WHOLE, Stretch, above_whole, below_whole
from tidui.apps.people.models import EmployeeSpell
from tidui.apps.people.models.employees import Status
from tidui.apps.people.models.spells import valid_on

MOST: Final = 2_000
"""Conflicts that are listed; whoever has more begins with these."""
KEY = ("account_no", "customer_no", "basis")


@dataclass(frozen=True, slots=True)
class Misfit:
    """Days on which the shares of one thing don't come to the whole.

    Attributes:
        kind: ``above`` or ``below``.
        level: ``account`` or ``customer``.
        number: of the account or customer.
        basis: of the attributions.
        valid_from, valid_to: the days, half-open; an open end is None.
        total: sum of the shares, in millionths.
        holders: numbers of the visible holders on the first of these days.
        others: holders whom the reader may not see.
        waiting: whether proposals that wait for approval bring it about.
    """

    kind: str
    level: str
    number: str
    basis: str
    valid_from: date
    valid_to: date | None
    total: int
    holders: str
    others: int
    waiting: bool


def misfits(visible: QuerySet[Attribution], today: date) -> list[Misfit]:
    """Return sums above the whole, and sums below it that last until today or longer.

    What is proposed counts for ``above``: a proposal that can't be approved shows here first. A
    gap that ended before today is history, and the runs of its time have told of it.
    """
    found: list[Misfit] = []
    for key, rows in _candidates(visible):
        found += _of(key, rows, today)
        if len(found) >= MOST:
            break
    found.sort(key=lambda one: (one.kind, one.valid_from, one.number))
    return found[:MOST]


Row = tuple[str, str, str, str, date, date | None, int, str, bool]


def _candidates(visible: QuerySet[Attribution]) -> Iterator[tuple[tuple[str, str, str], list[Row]]]:
    """Yield the rows of each key that isn't one whole share without an end."""
    open_states = [Attribution.State.APPROVED, Attribution.State.PROPOSED]
    rows = Attribution.objects.filter(state__in=open_states)
    plain = rows.values(*KEY).annotate(
        n=Count("pk"), least=Sum("share_ppm"), ended=Count("valid_to")
    )
    doubtful = plain.exclude(n=1, least=WHOLE, ended=0)
    own = Exists(visible.filter(**{word: OuterRef(word) for word in KEY}))
    keys = doubtful.filter(own).order_by(*KEY)
    for level in ("account_no", "customer_no"):
        named = keys.exclude(**{level: ""}).values_list(*KEY).iterator(chunk_size=500)
        batch: list[tuple[str, str, str]] = []
        for key in named:
            batch.append(key)
            if len(batch) == 500:
                yield from _rows_of(rows, level, batch, visible)
                batch = []
        yield from _rows_of(rows, level, batch, visible)


def _rows_of(
    rows: QuerySet[Attribution], level: str, keys: list[tuple[str, str, str]],
    visible: QuerySet[Attribution],
) -> Iterator[tuple[tuple[str, str, str], list[Row]]]:  # fmt: skip
    if not keys:
        return
    place = 0 if level == "account_no" else 1
    wanted = set(keys)
    listed = rows.filter(**{f"{level}__in": {key[place] for key in keys}}).annotate(
        seen=Exists(visible.filter(pk=OuterRef("pk")))
    )
    fields = (*KEY, "who", "valid_from", "valid_to", "share_ppm", "state", "seen")
    ordered = listed.order_by(*KEY, "valid_from", "pk").values_list(*fields)
    for key, group in groupby(ordered, key=lambda row: row[:3]):
        if key in wanted:
            yield key, list(group)


def _of(key: tuple[str, str, str], rows: list[Row], today: date) -> Iterator[Misfit]:
    approved = [(r[4], r[5], r[6]) for r in rows if r[7] == Attribution.State.APPROVED]
    everything = [(r[4], r[5], r[6]) for r in rows]
    sure = above_whole(approved)
    for stretch in sure or above_whole(everything):
        yield _misfit("above", key, stretch, rows, waiting=not sure)
    for stretch in below_whole(approved):
        if stretch.valid_to is None or stretch.valid_to > today:
            yield _misfit("below", key, stretch, rows, waiting=False)


def _misfit(
    kind: str, key: tuple[str, str, str], stretch: Stretch, rows: list[Row], *, waiting: bool
) -> Misfit:
    on = stretch.valid_from
    there = {
        row[3]: row[8] for row in rows
        if row[4] <= on and (row[5] is None or row[5] > on)
        and (waiting or row[7] == Attribution.State.APPROVED)
    }  # fmt: skip
    shown = sorted(who for who, seen in there.items() if seen)
    return Misfit(
        kind, "account" if key[0] else "customer", key[0] or key[1], key[2], stretch.valid_from,
        stretch.valid_to, stretch.total, "、".join(shown), len(there) - len(shown), waiting,
    )  # fmt: skip


def of_leavers(visible: QuerySet[Attribution], today: date) -> QuerySet[Attribution]:
    """Return what still counts as somebody's who has left."""
    left = EmployeeSpell.objects.filter(
        valid_on(today), employee__employee_no=OuterRef("who"), status=Status.LEFT
    )
    return with_names(visible.filter(approved_on(today)).filter(Exists(left)))


def held_on(day: date, basis: str = "main") -> Iterator[tuple[str, str, int]]:
    """Yield (account, customer, share) of what is attributed on a day."""
    rows = Attribution.objects.filter(approved_on(day), basis=basis)
    summed = rows.values_list("account_no", "customer_no").annotate(total=Sum("share_ppm"))
    yield from summed.order_by("account_no", "customer_no").iterator(chunk_size=5_000)


def waiting_count(visible: QuerySet[Attribution], user: str) -> int:
    """Count the proposals that somebody else than their proposer may decide."""
    found = visible.filter(state=Attribution.State.PROPOSED)
    return found.exclude(proposed_by=user).count()
