"""Parsed rows to rows of the table: duplicates and overlaps out, every shape made intervals.

``rows`` is sorted as parts are. A snapshot holds one day, or until the next delivered day where
the mapping fills; a change point holds until the next line of its key; nothing holds beyond the
coverage.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final
from uuid import uuid4

from tidui.core.calendar import OPEN_END, Span
from tidui.exchange.sql import literal, name
from tidui.ledger.checks import day_sql, period_from, period_to
from tidui.ledger.mapping import MappingDocument
from tidui.ledger.tables import Table

OVER: Final = 1_000_000
"""Parts per million that the shares of an account-day may reach."""


@dataclass(frozen=True, slots=True)
class Shaped:
    """What was found while shaping.

    Attributes:
        missing: spans of the coverage without a delivered day (snapshots only).
        filled: spans that hold the previous day's balances.
    """

    missing: tuple[Span, ...] = ()
    filled: tuple[Span, ...] = ()


def shape_rows(connection: Any, table: Table, mapping: MappingDocument, span: Span) -> Shaped:
    """Make ``rows`` out of ``parsed``; rows that contradict one another all become rejects."""
    shape = mapping.shape if table.grain == "balances" else None
    moment = "t_day" if table.grain == "balances" else "day"
    if table.grain == "interval" or shape == "intervals":
        days = _interval_days(table, span)
        if _sort(connection, table, ("t_from", "t_to"), days, "p_t_to > t_from"):
            _reject_overlaps(connection, table)
        if table.name == "attributions":
            _reject_shares(connection, table)
        _clip(connection, table, span, "t_from", "t_to")
        return Shaped()
    if table.grain == "points" or shape == "change_points":
        if _sort(connection, table, (moment,), "*", f"p_{moment} = {moment}"):
            _reject_same_day(connection, table, moment)
        _hold_until_next(connection, table, moment)
        _clip(connection, table, span, "t_from", "t_to")
        return Shaped()
    if shape == "snapshots":
        if _sort(connection, table, (moment,), "*", f"p_{moment} = {moment}"):
            _reject_same_day(connection, table, moment)
        return _snapshots(connection, table, mapping, span)
    _reject_same_key(connection, table)
    days = "" if table.grain == "day" else f", {period_from()} AS from_day, {period_to()} AS to_day"
    time = "day" if table.grain == "day" else "from_day"
    order = ", ".join(map(name, (*table.order, time, "line")))
    scale = _scale(table)
    connection.execute(
        f"CREATE TABLE rows AS SELECT *{scale}{days} FROM {_clean()} ORDER BY {order}"
    )
    return Shaped()


def _clean() -> str:
    return "(SELECT * FROM parsed WHERE line NOT IN (SELECT line FROM rejects))"


def _scale(table: Table) -> str:
    """Return the SQL of the one scale of a row: the columns of a row are declared alike."""
    numbers = [column.name for column in table.columns if column.kind == "number"]
    if not numbers:
        return ""
    scales = [name("s_" + word) for word in numbers]
    return f", CAST(greatest({', '.join(scales)}) AS INTEGER) AS scale"


def _interval_days(table: Table, span: Span) -> str:
    unused = ", t_day, t_currency" if table.grain == "balances" else ""
    return (
        f"* EXCLUDE (t_from, t_to{unused}), coalesce(t_from, {span.from_day}) AS t_from, "
        f"coalesce(t_to, {OPEN_END}) AS t_to"
    )


def _sort(connection: Any, table: Table, time: Sequence[str], fields: str, meets: str) -> bool:
    """Make ``sorted`` and tell whether two rows of one key may contradict one another.

    A file that comes in order is not sorted again. Of a big table neighbours are looked at in one
    scan, which tells by itself whether that scan was in order: DuckDB may keep a table it was
    told to sort in another order. ``meets`` says when a row meets the one before it, ``p_``.
    """
    rejected = connection.execute("SELECT count(*) FROM rejects").fetchall()[0][0]
    source = f"(SELECT {fields} FROM {_clean() if rejected else 'parsed'})"
    order = ", ".join(map(name, (*table.order, *time, "line")))
    if not table.monthly:
        _keep(connection, f"SELECT * FROM {source} ORDER BY {order}")
        return True
    key, start = table.key[0], time[0]
    disorder, found = _neighbours(connection, source, key, start, meets)
    if not disorder:
        connection.execute(f"CREATE VIEW sorted AS SELECT * FROM {source}")
        return found > 0
    _keep(connection, f"SELECT * FROM {source} ORDER BY {order}")
    disorder, found = _neighbours(connection, "sorted", key, start, meets)
    return disorder + found > 0


def _keep(connection: Any, query: str) -> None:
    """Make ``sorted`` anew from a query, which may read the old one."""
    table = f"sorted_{uuid4().hex}"
    connection.execute(f"CREATE TABLE {table} AS {query}")
    connection.execute(f"CREATE OR REPLACE VIEW sorted AS SELECT * FROM {table}")


def _neighbours(connection: Any, source: str, key: str, start: str, meets: str) -> tuple[int, int]:
    """Count the rows of a scan that stand before their turn, and those that meet the one before.

    In sorted order two intervals of a key overlap only if two neighbours do.
    """
    fields = ", ".join(f"{word}, lag({word}) OVER () AS p_{word}" for word in
                       dict.fromkeys((key, start, *_words(meets))))  # fmt: skip
    disorder, found = connection.execute(
        f"SELECT count_if(p_{key} > {key} OR (p_{key} = {key} AND p_{start} > {start})), "
        f"count_if(p_{key} = {key} AND {meets}) FROM (SELECT {fields} FROM {source})"
    ).fetchall()[0]
    return int(disorder or 0), int(found or 0)


def _words(meets: str) -> list[str]:
    return [word.removeprefix("p_") for word in meets.split() if word.startswith("p_")]


def _keys(table: Table) -> str:
    return ", ".join(name(word) for word in table.key)


def _reject(
    connection: Any, table: Table, time: str, lines: str, column: str, value: str, code: str
) -> None:
    """Move the named lines of ``sorted`` to the rejects; the others are sorted again.

    Taking rows away is a join, after which DuckDB doesn't keep the order.
    """
    connection.execute(
        f"INSERT INTO rejects SELECT line, '', 0, {literal(column)}, {value}, {literal(code)} "
        f"FROM sorted WHERE line IN ({lines})"
    )
    order = ", ".join(map(name, (*table.order, time, "line")))
    rest = "SELECT * FROM sorted WHERE line NOT IN (SELECT line FROM rejects)"
    _keep(connection, f"{rest} ORDER BY {order}")


def _reject_overlaps(connection: Any, table: Table) -> None:
    """Reject every interval that meets another one of its key: none is picked silently."""
    window = f"(PARTITION BY {_keys(table)} ORDER BY t_from, t_to, line"
    lines = (
        f"SELECT line FROM sorted QUALIFY max(t_to) OVER {window} ROWS BETWEEN UNBOUNDED "
        f"PRECEDING AND 1 PRECEDING) > t_from OR lead(t_from) OVER {window}) < t_to"
    )
    shown = day_sql("t_from")
    _reject(connection, table, "t_from", lines, "valid_from", shown, "ledger.overlap")


def _reject_same_day(connection: Any, table: Table, moment: str) -> None:
    """Reject all lines of a key that stand on one day."""
    again = f"count(*) OVER (PARTITION BY {_keys(table)}, {moment}) > 1"
    lines = f"SELECT line FROM sorted QUALIFY {again}"
    _reject(connection, table, moment, lines, "day", day_sql(moment), "ledger.duplicate")


def _reject_same_key(connection: Any, table: Table) -> None:
    """Reject all rows of day and period tables that share a key."""
    column = table.key[-1]
    connection.execute(
        f"INSERT INTO rejects SELECT line, '', 0, {literal(column)}, {name(column)}, "
        f"'ledger.duplicate' FROM {_clean()} "
        f"QUALIFY count(*) OVER (PARTITION BY {_keys(table)}) > 1"
    )


def _reject_shares(connection: Any, table: Table) -> None:
    """Reject the rows that make the shares of an account-day and basis more than the whole."""
    key = "account_no, customer_no, basis"
    lines = (
        "SELECT s.line FROM sorted s JOIN ("
        f"SELECT {key}, day AS over_from, lead(day) OVER w AS over_to, sum(share) OVER w AS shares "
        f"FROM (SELECT {key}, day, sum(share) AS share FROM ("
        f"SELECT {key}, t_from AS day, share_ppm AS share FROM sorted UNION ALL "
        f"SELECT {key}, t_to, -share_ppm FROM sorted) GROUP BY ALL) "
        f"WINDOW w AS (PARTITION BY {key} ORDER BY day)) o "
        "ON s.account_no IS NOT DISTINCT FROM o.account_no "
        "AND s.customer_no IS NOT DISTINCT FROM o.customer_no AND s.basis = o.basis "
        f"AND o.shares > {OVER} AND s.t_from < o.over_to AND s.t_to > o.over_from"
    )
    value = "CAST(share_ppm AS VARCHAR) || ' ppm'"
    _reject(connection, table, "t_from", lines, "share", value, "ledger.shares-above-one")


def _hold_until_next(connection: Any, table: Table, moment: str) -> None:
    unused = " EXCLUDE (t_from, t_to)" if table.grain == "balances" else ""
    _keep(
        connection,
        f"SELECT *{unused}, {moment} AS t_from, coalesce(lead({moment}) OVER (PARTITION BY "
        f"{_keys(table)} ORDER BY {moment}, line), {OPEN_END}) AS t_to FROM sorted "
        f"ORDER BY {_keys(table)}, {moment}",
    )


def _clip(connection: Any, table: Table, span: Span, start: str, end: str) -> None:
    """Make ``rows``, clipped to the coverage; a change point before it may be left without days.

    Monthly parts read it a dozen times and more, so there it is a table with plain day columns.
    """
    kept = ", ".join(name(word) for word, _ in table.physical)
    kind = "TABLE" if table.monthly else "VIEW"
    connection.execute(
        f"CREATE {kind} rows AS SELECT * FROM (SELECT {kept}, line, "
        f"CAST(greatest({start}, {span.from_day}) AS INTEGER) AS from_day, "
        f"CAST(least({end}, {span.to_day}) AS INTEGER) AS to_day FROM sorted) "
        "WHERE from_day < to_day"
    )


def _snapshots(connection: Any, table: Table, mapping: MappingDocument, span: Span) -> Shaped:
    """Make ``rows`` of daily snapshots; equal balances of days in a row become one interval."""
    days = [
        row[0]
        for row in connection.execute("SELECT DISTINCT t_day FROM sorted ORDER BY 1").fetchall()
    ]
    fills = mapping.fill == "previous_day"
    ends = [*days[1:], span.to_day] if fills else [day + 1 for day in days]
    connection.execute("CREATE TABLE delivered_days (day INTEGER, end_day INTEGER)")
    if days:
        pairs = ", ".join(f"({day}, {end})" for day, end in zip(days, ends, strict=True))
        connection.execute(f"INSERT INTO delivered_days VALUES {pairs}")
    values = [word for word, _ in table.physical if word not in table.key]
    keys = ", ".join(name(word) for word in table.key)
    same = " AND ".join(
        f"lag({name(word)}) OVER w IS NOT DISTINCT FROM {name(word)}" for word in values
    )
    kept = ", ".join(f"any_value({name(word)}) AS {name(word)}" for word in values)
    connection.execute(
        f"CREATE TABLE rows AS SELECT {keys}, {kept}, min(t_day) AS from_day, "
        "max(end_day) AS to_day, min(line) AS line FROM "
        "(SELECT *, sum(CASE WHEN goes_on THEN 0 ELSE 1 END) OVER w AS island "
        f"FROM (SELECT s.*, d.end_day, coalesce(lag(d.end_day) OVER w = t_day AND {same}, FALSE) "
        f"AS goes_on FROM sorted s JOIN delivered_days d ON s.t_day = d.day "
        f"WINDOW w AS (PARTITION BY {keys} ORDER BY t_day)) "
        f"WINDOW w AS (PARTITION BY {keys} ORDER BY t_day)) "
        f"GROUP BY {keys}, island ORDER BY {keys}, from_day"
    )
    gaps = _gaps(days, span)
    if not fills:
        return Shaped(missing=gaps)
    before = tuple(gap for gap in gaps if not days or gap.from_day < days[0])
    return Shaped(missing=before, filled=tuple(gap for gap in gaps if gap not in before))


def _gaps(days: Sequence[int], span: Span) -> tuple[Span, ...]:
    """Return the spans of the coverage between delivered days."""
    edges = [span.from_day - 1, *days, span.to_day]
    return tuple(Span(a + 1, b) for a, b in pairwise(edges) if a + 1 < b)
