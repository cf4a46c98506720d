"""Parquet parts: a delivery's own rows by month, and the effective parts made from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from tidui.core.calendar import Span, month_spans
from tidui.exchange.sql import file_literal, literal, name
from tidui.ledger.folder import Folder
from tidui.ledger.supersession import (
    Delivery,
    Plan,
    StoredPart,
    month_text,
    whole_part,
)
from tidui.ledger.tables import Table

WRITERS: Final = 2
"""Parts written at once: one part alone keeps one core busy only."""


def write_own_parts(
    connection: Any, folder: Folder, scratch: Path, table: Table, span: Span, number: int
) -> tuple[StoredPart, ...]:
    """Write ``rows`` of the delivery that will be entry ``number``, by month where so stored."""
    months = (
        [(month_text(month), month) for month in month_spans(span)]
        if table.monthly
        else [("", span)]
    )

    def write(entry: tuple[str, Span]) -> StoredPart | None:
        month, days = entry
        fields = _fields(table, days, f"CAST({number} AS INTEGER)")
        inside = f" WHERE from_day < {days.to_day} AND to_day > {days.from_day}" if month else ""
        query = f"SELECT {fields} FROM rows{inside}"
        with connection.cursor() as cursor:
            return _write(cursor, folder, scratch, month, query)

    with ThreadPoolExecutor(WRITERS) as pool:
        written = list(pool.map(write, months))
    return tuple(part for part in written if part is not None)


def write_effective_parts(
    connection: Any, folder: Folder, scratch: Path, table: Table, plan: Plan
) -> dict[str, StoredPart | None]:
    """Make the parts in force: a delivery's own where it stands alone, else merged and clipped."""
    made: dict[str, StoredPart | None] = {}
    for month, pieces in plan.items():
        whole = whole_part(pieces, month)
        if whole is None:
            query = _merged(folder, table, month, pieces)
            whole = None if query is None else _write(connection, folder, scratch, month, query)
        made[month] = whole
    return made


def effective_rows(made: Mapping[str, StoredPart | None]) -> list[dict[str, Any]]:
    """Return effective parts as an entry tells them; a month without rows has no file."""
    return [
        {"month": month, "sha256": part.sha256 if part else None, "rows": part.rows if part else 0}
        for month, part in sorted(made.items())
    ]


def _merged(
    folder: Folder, table: Table, month: str, pieces: Sequence[tuple[Span, Delivery]]
) -> str | None:
    queries = []
    for span, delivery in pieces:
        own = next((part for part in delivery.parts if part.month == month), None)
        if own is None:
            continue
        source = f"read_parquet({file_literal(folder.stored('files', own.sha256))})"
        if table.spans:
            inside = f"from_day < {span.to_day} AND to_day > {span.from_day}"
        else:
            day = "day" if table.grain == "day" else "from_day"
            inside = f"{day} >= {span.from_day} AND {day} < {span.to_day}"
        fields = _fields(table, span, "delivery")
        queries.append(f"SELECT {fields} FROM {source} WHERE {inside}")
    if not queries:
        return None
    time = "day" if table.grain == "day" else "from_day"
    order = ", ".join(map(name, (*table.order, time, "delivery", "line")))
    return f"SELECT * FROM ({' UNION ALL '.join(queries)}) ORDER BY {order}"


def _fields(table: Table, span: Span, delivery: str) -> str:
    """Return the stored columns, an interval clipped to the days that count."""
    fields = []
    for word, kind in table.stored:
        sql = name(word)
        if table.spans and word == "from_day":
            sql = f"greatest(from_day, {span.from_day})"
        elif table.spans and word == "to_day":
            sql = f"least(to_day, {span.to_day})"
        elif word == "delivery":
            sql = delivery
        fields.append(f"CAST({sql} AS {kind}) AS {name(word)}")
    return ", ".join(fields)


def _write(
    connection: Any, folder: Folder, scratch: Path, month: str, query: str
) -> StoredPart | None:
    temporary = scratch / f"{uuid4().hex}.parquet"
    rows = connection.execute(
        f"COPY ({query}) TO {literal(str(temporary))} (FORMAT parquet, PARQUET_VERSION V2)"
    ).fetchall()[0][0]
    if rows == 0:
        temporary.unlink()
        return None
    return StoredPart(month, folder.store("files", temporary), rows)
