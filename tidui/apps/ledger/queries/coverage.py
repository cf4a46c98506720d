"""What was delivered and what is missing, month by month and feed by feed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from tidui.core.calendar import (
    Span,
    add_months,
    cut_span,
    day_number,
    day_text,
    merge_spans,
    month_spans,
)
from tidui.core.calendar import day_of as date_of
from tidui.ledger import Ledger, Snapshot
from tidui.ledger.supersession import segments, subtract

MONTHS: Final = 24
"""Months that the picture shows."""
RECENT: Final = 62
"""Days in which what is missing counts as lately missing."""


@dataclass(frozen=True, slots=True)
class MonthCell:
    """A feed in a month.

    Attributes:
        month: ``2025-03``.
        days: days of it that count: past, and after the feed's first day.
        given: of these, delivered.
        filled: of the delivered, those that hold the previous day's balances.
        state: ``whole``, ``filled``, ``part``, ``none``, or ``off`` where no day counts.
    """

    month: str
    days: int
    given: int
    filled: int
    state: str

    @property
    def missing(self) -> int:
        """Days that were not delivered."""
        return self.days - self.given


@dataclass(frozen=True, slots=True)
class Strip:
    """A feed over the months."""

    table: str
    feed: str
    cells: tuple[MonthCell, ...]
    last_text: str


@dataclass(frozen=True, slots=True)
class Gap:
    """Days of a feed without a delivery, or filled from the day before.

    Attributes:
        kind: ``missing`` inside what was delivered, ``awaited`` after it, or ``filled``.
    """

    table: str
    feed: str
    from_text: str
    to_text: str
    days: int
    kind: str


@dataclass(frozen=True, slots=True)
class Calendar:
    """What the page shows."""

    months: tuple[str, ...]
    strips: tuple[Strip, ...]
    gaps: tuple[Gap, ...]


def calendar_of(ledger: Ledger, today: date, last: date | None = None) -> Calendar:
    """Return the months up to ``last`` (that of today), for feeds of tables that files deliver.

    A day counts once it is over: today's delivery can't be missing yet.
    """
    snapshot = ledger.snapshot()
    end = add_months((last or today).replace(day=1), 1)
    window = Span(day_number(add_months(end, -MONTHS)), day_number(end))
    feeds = sorted(
        {(d.table, d.feed) for d in snapshot.deliveries
         if ledger.folder.masters.get(d.table, "files") == "files"}
    )  # fmt: skip
    strips, gaps = [], []
    for table, feed in feeds:
        strip, found = _feed(snapshot, table, feed, window, day_number(today))
        strips.append(strip)
        gaps += found
    months = tuple(date_of(month.from_day).strftime("%Y-%m") for month in month_spans(window))
    return Calendar(months, tuple(strips), tuple(gaps))


def _feed(
    snapshot: Snapshot, table: str, feed: str, window: Span, today: int
) -> tuple[Strip, list[Gap]]:
    pieces = segments(d for d in snapshot.deliveries if (d.table, d.feed) == (table, feed))
    given: list[Span] = []
    filled: list[Span] = []
    for piece in pieces:
        given += subtract(piece.span, piece.delivery.missing)
        filled += [met for span in piece.delivery.filled if (met := span.meet(piece.span))]
    given, filled = list(merge_spans(given)), list(merge_spans(filled))
    begins = pieces[0].span.from_day
    ends = max(piece.span.to_day for piece in pieces)
    counted = Span(begins, max(today, begins)).meet(window)
    cells = tuple(_cell(month, counted, given, filled) for month in month_spans(window))
    last = day_text(min(ends, today) - 1)
    if counted is None:
        return Strip(table, feed, cells, last), []
    gaps = [
        Gap(table, feed, day_text(rest.from_day), day_text(rest.to_day), rest.days,
            "awaited" if rest.from_day >= ends else "missing")
        for whole in subtract(counted, given)
        for rest in cut_span(whole, [ends])
    ]  # fmt: skip
    gaps += [
        Gap(table, feed, day_text(met.from_day), day_text(met.to_day), met.days, "filled")
        for span in filled if (met := span.meet(counted))
    ]  # fmt: skip
    return Strip(table, feed, cells, last), sorted(gaps, key=lambda gap: gap.from_text)


def _cell(
    month: Span, counted: Span | None, given: Sequence[Span], filled: Sequence[Span]
) -> MonthCell:
    name = date_of(month.from_day).strftime("%Y-%m")
    inside = counted.meet(month) if counted else None
    if inside is None:
        return MonthCell(name, 0, 0, 0, "off")
    have = _days(inside, given)
    held = _days(inside, filled)
    state = "none" if not have else "part" if have < inside.days else "filled" if held else "whole"
    return MonthCell(name, inside.days, have, held, state)


def _days(span: Span, others: Sequence[Span]) -> int:
    return sum(met.days for other in others if (met := span.meet(other)))


def missing_lately(ledger: Ledger, today: date) -> int:
    """Count the days of the last two months that feeds have not delivered."""
    since = Span(day_number(today) - RECENT, day_number(today))
    found = calendar_of(ledger, today)
    spans = [
        Span(
            day_number(date.fromisoformat(gap.from_text)),
            day_number(date.fromisoformat(gap.to_text)),
        )
        for gap in found.gaps
        if gap.kind != "filled"
    ]
    return sum(met.days for span in spans if (met := span.meet(since)))
