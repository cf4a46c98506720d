"""Deliveries as the catalogue tells of them, with what became of each."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any, Final

from tidui.core.calendar import day_text
from tidui.ledger import TABLES, Entry, Ledger, open_ledger
from tidui.ledger.supersession import active_deliveries, delivery_of, segments
from tidui.runs.freezing import FEED

IN_FORCE: Final = "in_force"
PARTLY: Final = "partly"
SUPERSEDED: Final = "superseded"
REVERTED: Final = "reverted"
MOST_REJECTS: Final = 5_000
"""Rejects that a page lists; the file holds all."""


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """One delivery.

    Attributes:
        number: of its entry.
        table, feed: where it went.
        from_text, to_text: its days, half-open, as ISO text.
        rows_in, rows_used, rows_rejected: always in = used + rejected.
        amount_in, amount_used, amount_rejected: minor units, None for a table without amounts.
        by, at: who and when.
        state: ``in_force``, ``partly`` superseded, ``superseded`` or ``reverted``.
        frozen: whether the product itself delivered it.
        files: names of its files, one after the other.
        mapping: name and version of its mapping.
        days_left: days that it still fills.
        days: days that it speaks about.
    """

    number: int
    table: str
    feed: str
    from_text: str
    to_text: str
    rows_in: int
    rows_used: int
    rows_rejected: int
    amount_in: int | None
    amount_used: int | None
    amount_rejected: int | None
    by: str
    at: datetime
    state: str
    frozen: bool
    files: str
    mapping: str
    days_left: int
    days: int


@dataclass(frozen=True, slots=True)
class Reject:
    """One line of a reject file."""

    file: str
    line: int
    column: str
    value: str
    code: str
    reason_zh: str
    reason_en: str
    remedy_zh: str
    remedy_en: str


def delivery_rows(ledger: Ledger) -> tuple[DeliveryRow, ...]:
    """Return all deliveries, the newest first; the catalogue is read once per state of it."""
    number, digest = ledger.head()
    return _rows(str(ledger.path), number, digest)


@lru_cache(maxsize=4)
def _rows(path: str, number: int, digest: str) -> tuple[DeliveryRow, ...]:
    entries = open_ledger(Path(path)).entries()[:number]
    active = active_deliveries(entries)
    left: dict[int, int] = {}
    feeds = {(d.table, d.feed) for d in active.values()}
    for table, feed in feeds:
        own = [d for d in active.values() if (d.table, d.feed) == (table, feed)]
        for segment in segments(own):
            left[segment.delivery.number] = left.get(segment.delivery.number, 0) + segment.span.days
    made = [_row(e, e.number in active, left.get(e.number, 0)) for e in entries
            if e.kind == "delivery"]  # fmt: skip
    return tuple(reversed(made))


def _row(entry: Entry, active: bool, left: int) -> DeliveryRow:
    payload = entry.payload
    span = delivery_of(entry).span
    state = REVERTED
    if active:
        state = IN_FORCE if left == span.days else PARTLY if left else SUPERSEDED
    amounts = TABLES[payload["table"]].money is not None
    figures: dict[str, Any] = {
        w: int(payload[w]) if amounts else None
        for w in ("amount_in", "amount_used", "amount_rejected")
    }
    mapping = payload["mapping"]
    return DeliveryRow(
        number=entry.number, table=payload["table"], feed=payload["feed"],
        from_text=day_text(span.from_day), to_text=day_text(span.to_day),
        rows_in=int(payload["rows_in"]), rows_used=int(payload["rows_used"]),
        rows_rejected=int(payload["rows_rejected"]), by=payload["by"],
        at=datetime.fromisoformat(entry.at), state=state, frozen=payload["feed"] == FEED,
        files="、".join(file["name"] for file in payload["files"]),
        mapping=f"{mapping['id']} v{mapping['version']}", days_left=left, days=span.days, **figures,
    )  # fmt: skip


def delivery_entry(ledger: Ledger, number: int) -> Entry | None:
    """Return the entry of a delivery."""
    found = ledger.entries("delivery", after=number - 1)[:1] if number > 0 else ()
    return found[0] if found and found[0].number == number else None


def revert_of(ledger: Ledger, number: int) -> Entry | None:
    """Return the entry that took a delivery back."""
    for entry in ledger.entries("revert", after=number):
        if int(entry.payload["delivery"]) == number:
            return entry
    return None


def superseded_by(rows: Sequence[DeliveryRow], one: DeliveryRow) -> list[DeliveryRow]:
    """Return the later deliveries in force of the same feed that speak about days of this one."""
    return [
        row for row in reversed(rows)
        if row.number > one.number and (row.table, row.feed) == (one.table, one.feed)
        and row.state != REVERTED and row.from_text < one.to_text and row.to_text > one.from_text
    ]  # fmt: skip


def rejects_of(ledger: Ledger, entry: Entry) -> tuple[Path | None, list[Reject]]:
    """Return the reject file of a delivery and its first lines."""
    digest = entry.payload["rejects"]
    if digest is None:
        return None, []
    path = ledger.folder.stored("rejects", digest)
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file)
        next(reader, None)
        found = [Reject(row[0], int(row[1]), *row[2:9]) for row in islice(reader, MOST_REJECTS)]
    return path, found
