"""The ledger as it stood after an entry: parts in force, coverage, gaps, conflicts of feeds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import combinations
from pathlib import Path
from typing import Any, Final

from tidui.core.calendar import Span, day_number, day_text, month_spans
from tidui.core.values import Issue, issue
from tidui.exchange.sql import file_literal, name
from tidui.ledger.folder import Folder, open_duckdb
from tidui.ledger.supersession import (
    Delivery,
    Segment,
    StoredPart,
    segments,
    subtract,
)
from tidui.ledger.tables import TABLES, Table

SHOWN: Final = 100
"""Conflicts that are named one by one."""


@dataclass(frozen=True, slots=True)
class Part:
    """A Parquet file in force.

    Attributes:
        table: table of its rows.
        feed: feed of its rows.
        month: ``2025-03``, None where a feed has one part.
        path: of the file.
        sha256: of its content.
        rows: its rows.
        from_day: first day that its rows may touch.
        to_day: first day after them.
    """

    table: str
    feed: str
    month: str | None
    path: Path
    sha256: str
    rows: int
    from_day: int
    to_day: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """Days of a feed that one delivery fills.

    Attributes:
        feed: the feed.
        from_day: first day.
        to_day: first day after.
        delivery: number of the delivery.
        complete: whether it holds every open account.
        since_day: first day from which an account without a line has balance zero, or None.
        filled_days: days that hold the previous day's balances.
    """

    feed: str
    from_day: int
    to_day: int
    delivery: int
    complete: bool
    since_day: int | None
    filled_days: int


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The state after catalogue entry ``number``.

    Attributes:
        folder: where it lies.
        number: of the entry.
        hash: of the entry.
        deliveries: deliveries that were not reverted.
        effective: parts in force: (table, feed, parts).
    """

    folder: Folder
    number: int
    hash: str
    deliveries: tuple[Delivery, ...]
    effective: tuple[tuple[str, str, tuple[StoredPart, ...]], ...]

    @property
    def base_currency(self) -> str:
        """The currency into which the ledger's exchange rates lead."""
        return self.folder.base_currency

    def parts(self, table: str) -> tuple[Part, ...]:
        """Return the parts of a table, by feed and month."""
        found = []
        for owner, feed, parts in self.effective:
            if owner == table:
                spans = [segment.span for segment in self._segments(table, feed)]
                found += [self._part(table, feed, part, spans) for part in parts]
        return tuple(found)

    def _part(self, table: str, feed: str, part: StoredPart, spans: Sequence[Span]) -> Part:
        if part.month:
            year, month = int(part.month[:4]), int(part.month[5:])
            month_span = next(month_spans(_long_month(year, month)))
            spans = [met for span in spans if (met := span.meet(month_span)) is not None]
        from_day = min(span.from_day for span in spans)
        to_day = max(span.to_day for span in spans)
        path = self.folder.stored("files", part.sha256)
        return Part(table, feed, part.month or None, path, part.sha256, part.rows, from_day, to_day)

    def feeds(self, table: str) -> tuple[str, ...]:
        """Return the feeds that ever delivered a table and still count."""
        return tuple(sorted({item.feed for item in self.deliveries if item.table == table}))

    def _segments(self, table: str, feed: str) -> tuple[Segment, ...]:
        return segments(d for d in self.deliveries if (d.table, d.feed) == (table, feed))

    def coverage(self, table: str) -> tuple[Coverage, ...]:
        """Return which delivery fills which days, by feed and day."""
        found = []
        for feed in self.feeds(table):
            for segment in self._segments(table, feed):
                span, delivery = segment.span, segment.delivery
                met = [span.meet(filled) for filled in delivery.filled]
                days = sum(part.days for part in met if part is not None)
                found.append(
                    Coverage(
                        feed, span.from_day, span.to_day, delivery.number, delivery.complete,
                        delivery.since_day, days,
                    )
                )  # fmt: skip
        return tuple(found)

    def missing_days(self, table: str, span: Span) -> tuple[tuple[str, int, int], ...]:
        """Return the days of a span that were not delivered, by feed; filled days were."""
        found = []
        for feed in self.feeds(table):
            given: list[Span] = []
            for segment in self._segments(table, feed):
                given += subtract(segment.span, segment.delivery.missing)
            found += [(feed, rest.from_day, rest.to_day) for rest in subtract(span, given)]
        return tuple(found)

    def conflicts(self, span: Span) -> tuple[Issue, ...]:
        """Return the keys that two feeds both speak about on the same days of a span."""
        found: list[Issue] = []
        connection = open_duckdb(None)
        try:
            for table in TABLES.values():
                for feed, other in combinations(self.feeds(table.name), 2):
                    found += self._conflicts(connection, table, (feed, other), span)
        finally:
            connection.close()
        return tuple(found[:SHOWN])

    def _conflicts(
        self, connection: Any, table: Table, feeds: tuple[str, str], span: Span
    ) -> list[Issue]:
        parts = [
            p
            for p in self.parts(table.name)
            if p.from_day < span.to_day and p.to_day > span.from_day
        ]
        first, second = ([p for p in parts if p.feed == feed] for feed in feeds)
        both = [
            (a, b) for a in first for b in second if a.month == b.month
            and a.from_day < b.to_day and a.to_day > b.from_day
        ]  # fmt: skip
        same = " AND ".join(f"a.{name(w)} IS NOT DISTINCT FROM b.{name(w)}" for w in table.conflict)
        key = " || ' ' || ".join(
            f"coalesce(CAST(a.{name(w)} AS VARCHAR), '')" for w in table.conflict
        )
        days = ("day", "day + 1") if table.grain == "day" else ("from_day", "to_day")
        start, end = (f"greatest(a.{days[0]}, b.{days[0]}, {span.from_day})",
                      f"least(a.{days[1]}, b.{days[1]}, {span.to_day})")  # fmt: skip
        if table.grain == "day":
            end = f"least(a.day + 1, b.day + 1, {span.to_day})"
        issues: list[Issue] = []
        for a, b in both:
            rows = connection.execute(
                f"SELECT trim({key}), {start}, {end}, a.delivery, a.line, b.delivery, b.line "
                f"FROM read_parquet({file_literal(a.path)}) a JOIN read_parquet("
                f"{file_literal(b.path)}) b ON {same} WHERE {start} < {end} "
                f"ORDER BY ALL LIMIT {SHOWN}"
            ).fetchall()
            for word, from_day, to_day, one, line, two, other_line in rows:
                issues.append(
                    issue(
                        "ledger.conflict", f"{table.name} {word}", key=word,
                        first=day_text(from_day), last=day_text(to_day),
                        feed=feeds[0], delivery=one, line=line,
                        other_feed=feeds[1], other_delivery=two, other_line=other_line,
                    )
                )  # fmt: skip
        return issues

    def rows(self, table: str, span: Span | None = None) -> list[dict[str, Any]]:
        """Return the rows of a small table, those that meet a span if one is given."""
        described = TABLES[table]
        paths = [file_literal(part.path) for part in self.parts(table)]
        if not paths:
            return []
        where = ""
        if span is not None:
            days = ("day", "day") if described.grain == "day" else ("from_day", "to_day - 1")
            where = f" WHERE {days[0]} < {span.to_day} AND {days[1]} >= {span.from_day}"
        time = "day" if described.grain == "day" else "from_day"
        order = ", ".join(map(name, (*described.order, time, "delivery", "line")))
        columns = [word for word, _ in described.stored]
        fields = ", ".join(map(name, columns))
        connection = open_duckdb(None)
        try:
            found = connection.execute(
                f"SELECT {fields} FROM read_parquet([{', '.join(paths)}]){where} ORDER BY {order}"
            ).fetchall()
        finally:
            connection.close()
        return [dict(zip(columns, map(_plain, row), strict=True)) for row in found]


def _plain(value: Any) -> Any:
    """Return whole numbers as ``int``; a float never stands in the ledger."""
    return int(value) if isinstance(value, Decimal) else value


def _long_month(year: int, month: int) -> Span:
    first = day_number(date(year, month, 1))
    return Span(first, first + 31)


def file_of_line(snapshot_entry_files: Sequence[dict[str, Any]], line: int) -> tuple[str, int]:
    """Return the name of the delivered file and the line there of a row of the ledger."""
    for file in reversed(snapshot_entry_files):
        if line > file["lines_before"]:
            return file["name"], line - file["lines_before"]
    raise ValueError("line: before the first file")
