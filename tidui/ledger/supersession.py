"""Which delivery counts on which day: a higher one supersedes its feed for the days it covers.

Pure: entries in, segments and plans out. A revert is the same calculation without the delivery.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from tidui.core.calendar import Span, day_number, day_of, day_text, month_spans
from tidui.ledger.catalogue import Entry


@dataclass(frozen=True, slots=True)
class StoredPart:
    """A Parquet file of the folder.

    Attributes:
        month: ``2025-03``, empty for a table that isn't clipped at month ends.
        sha256: its name.
        rows: its rows.
    """

    month: str
    sha256: str
    rows: int


@dataclass(frozen=True, slots=True)
class Delivery:
    """A delivery as the catalogue knows it.

    Attributes:
        number: of its entry.
        table: table that it was loaded into.
        feed: feed that it belongs to.
        span: days that it covers.
        complete: whether it holds every open account.
        since_day: first day from which an account without a line has balance zero, or None.
        missing: days of a snapshot's coverage that were not delivered.
        filled: days that hold the previous day's balances.
        parts: its rows, by month.
    """

    number: int
    table: str
    feed: str
    span: Span
    complete: bool
    since_day: int | None
    missing: tuple[Span, ...]
    filled: tuple[Span, ...]
    parts: tuple[StoredPart, ...]


@dataclass(frozen=True, slots=True)
class Segment:
    """Days of a feed that one delivery fills."""

    span: Span
    delivery: Delivery


Feed = tuple[str, str]
Plan = Mapping[str, Sequence[tuple[Span, Delivery]]]


def read_spans(pairs: Iterable[Sequence[str]]) -> tuple[Span, ...]:
    """Read spans from their ISO dates."""
    return tuple(Span(_day(pair[0]), _day(pair[1])) for pair in pairs)


def write_spans(spans: Iterable[Span]) -> list[list[str]]:
    """Write spans as ISO dates."""
    return [[day_text(span.from_day), day_text(span.to_day)] for span in spans]


def _day(text: str) -> int:
    return day_number(date.fromisoformat(text)) if text < "10000" or len(text) == 10 else 2_932_897


def read_parts(rows: Iterable[Mapping[str, Any]]) -> tuple[StoredPart, ...]:
    """Read parts from an entry."""
    return tuple(StoredPart(row["month"], row["sha256"], row["rows"]) for row in rows)


def delivery_of(entry: Entry) -> Delivery:
    """Return the delivery that an entry of kind ``delivery`` tells of."""
    payload = entry.payload
    since = payload["since"]
    return Delivery(
        entry.number, payload["table"], payload["feed"], read_spans([payload["coverage"]])[0],
        payload["complete"], None if since is None else _day(since),
        read_spans(payload["missing"]), read_spans(payload["filled"]),
        read_parts(payload["parts"]),
    )  # fmt: skip


def active_deliveries(entries: Iterable[Entry]) -> dict[int, Delivery]:
    """Return the deliveries that no revert has taken back, by number."""
    found: dict[int, Delivery] = {}
    for entry in entries:
        if entry.kind == "delivery":
            found[entry.number] = delivery_of(entry)
        elif entry.kind == "revert":
            found.pop(int(entry.payload["delivery"]), None)
    return found


def effective_parts(entries: Iterable[Entry]) -> dict[Feed, dict[str, StoredPart]]:
    """Return the parts in force by feed and month, as the entries name them."""
    found: dict[Feed, dict[str, StoredPart]] = {}
    for entry in entries:
        if entry.kind in ("delivery", "revert"):
            months = found.setdefault((entry.payload["table"], entry.payload["feed"]), {})
            for row in entry.payload["effective"]:
                months.pop(row["month"], None)
                if row["sha256"] is not None:
                    months[row["month"]] = StoredPart(row["month"], row["sha256"], row["rows"])
    return found


def segments(deliveries: Iterable[Delivery]) -> tuple[Segment, ...]:
    """Return who fills which days of one feed, in order of days."""
    found: list[Segment] = []
    for delivery in sorted(deliveries, key=lambda item: item.number):
        kept: list[Segment] = []
        for segment in found:
            for rest in subtract(segment.span, (delivery.span,)):
                kept.append(Segment(rest, segment.delivery))
        found = [*kept, Segment(delivery.span, delivery)]
    return tuple(sorted(found, key=lambda item: item.span.from_day))


def subtract(span: Span, taken: Iterable[Span]) -> tuple[Span, ...]:
    """Return what is left of a span.

    >>> subtract(Span(0, 9), [Span(2, 4), Span(8, 12)])
    (Span(from_day=0, to_day=2), Span(from_day=4, to_day=8))
    """
    left = [span]
    for other in taken:
        cut: list[Span] = []
        for piece in left:
            for part in (
                Span(piece.from_day, min(piece.to_day, other.from_day)),
                Span(max(piece.from_day, other.to_day), piece.to_day),
            ):
                if part.days > 0:
                    cut.append(part)
        left = cut if other.days > 0 else left
    return tuple(left)


def month_text(span: Span) -> str:
    """Return the month in which a span begins, as ``2025-03``."""
    return day_of(span.from_day).strftime("%Y-%m")


def touched_months(span: Span, monthly: bool) -> tuple[str, ...]:
    """Return the months that a coverage touches; one empty name where parts have no months."""
    return tuple(month_text(month) for month in month_spans(span)) if monthly else ("",)


def plan_parts(deliveries: Iterable[Delivery], months: Sequence[str]) -> Plan:
    """Return for each month the pieces that its effective part is made of."""
    plan: dict[str, list[tuple[Span, Delivery]]] = {month: [] for month in months}
    for segment in segments(deliveries):
        if "" in plan:
            plan[""].append((segment.span, segment.delivery))
            continue
        for month in month_spans(segment.span):
            if month_text(month) in plan:
                plan[month_text(month)].append((month, segment.delivery))
    return plan


def whole_part(pieces: Sequence[tuple[Span, Delivery]], month: str) -> StoredPart | None:
    """Return the delivery's own part where it fills its month alone and uncut."""
    if len(pieces) != 1:
        return None
    span, delivery = pieces[0]
    own = {part.month: part for part in delivery.parts}
    if month == "":
        return own.get(month) if span == delivery.span else None
    for covered in month_spans(delivery.span):
        if covered == span:
            return own.get(month)
    return None
