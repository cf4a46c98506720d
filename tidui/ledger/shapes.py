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
        _sort(connection, table, ("t_from", "t_to"), _interval_days(table, span))
        _reject_overlaps(connection, table)
        if table.name == "attributions":
            _reject_shares(connection)
        _clip(connection, table, span, "t_from", "t_to")
        return Shaped()
    if table.grain == "points" or shape == "change_points":
        _sort(connection, table, (moment,), f"* EXCLUDE ({moment}), {moment}")
        _reject_same_day(connection, table, moment)
        _hold_until_next(connection, table, moment)
        _clip(connection, table, span, "t_from", "t_to")
        return Shaped()
    if shape == "snapshots":
        _sort(connection, table, (moment,), f"* EXCLUDE ({moment}), {moment}")
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
    return (
        f"* EXCLUDE (t_from, t_to), coalesce(t_from, {span.from_day}) AS t_from, "
        f"coalesce(t_to, {OPEN_END}) AS t_to"
    )


def _sort(connection: Any, table: Table, time: Sequence[str], fields: str) -> None:
    """Make ``sorted``; a file that comes in order is not sorted again."""
    rejected = connection.execute("SELECT count(*) FROM rejects").fetchone()[0]
    source = f"(SELECT {fields} FROM {_clean() if rejected else 'parsed'})"
    order = [name(word) for word in (*table.order, *time)]
    by = "" if _in_order(connection, source, order) else f" ORDER BY {', '.join(order)}, line"
    connection.execute(f"CREATE TABLE sorted AS SELECT * FROM {source}{by}")


def _in_order(connection: Any, source: str, order: Sequence[str]) -> bool:
    """Tell whether rows already come sorted, by a look at neighbours; NULLs count as disorder."""
    keys = [f"{word} AS k{no}, lag({word}) OVER () AS p{no}" for no, word in enumerate(order)]
    wrong = "FALSE"
    for no in reversed(range(len(order))):
        wrong = f"p{no} > k{no} OR (p{no} = k{no} AND ({wrong}))"
    nulls = " OR ".join(f"k{no} IS NULL" for no in range(len(order)))
    found = connection.execute(
        f"SELECT count_if({wrong} OR {nulls}) FROM (SELECT {', '.join(keys)} FROM {source})"
    ).fetchone()[0]
    return bool(found == 0)


def _same_key(table: Table) -> str:
    return " AND ".join(
        f"lag({name(word)}) OVER () IS NOT DISTINCT FROM {name(word)}" for word in table.key
    )


def _keys(table: Table) -> str:
    return ", ".join(name(word) for word in table.key)


def _reject(connection: Any, table: Table, lines: str, column: str, value: str, code: str) -> None:
    """Move the named lines of ``sorted`` to the rejects, in the order that is kept."""
    connection.execute(
        f"INSERT INTO rejects SELECT line, '', 0, {literal(column)}, {value}, {literal(code)} "
        f"FROM sorted WHERE line IN ({lines})"
    )
    connection.execute(
        "CREATE OR REPLACE TABLE sorted AS SELECT * FROM sorted "
        "WHERE line NOT IN (SELECT line FROM rejects)"
    )


def _reject_overlaps(connection: Any, table: Table) -> None:
    """Reject every interval that meets another one of its key: none is picked silently.

    In sorted order two rows overlap only if two neighbours do; so the cheap look decides.
    """
    found = connection.execute(
        f"SELECT count(*) FROM (SELECT {_same_key(table)} AND lag(t_to) OVER () > t_from AS meets "
        "FROM sorted) WHERE meets"
    ).fetchone()[0]
    if found:
        lines = (
            f"SELECT line FROM sorted QUALIFY max(t_to) OVER (PARTITION BY {_keys(table)} ORDER BY "
            "t_from, t_to, line ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) > t_from OR "
            f"lead(t_from) OVER (PARTITION BY {_keys(table)} ORDER BY t_from, t_to, line) < t_to"
        )
        _reject(connection, table, lines, "valid_from", day_sql("t_from"), "ledger.overlap")


def _reject_same_day(connection: Any, table: Table, moment: str) -> None:
    """Reject all lines of a key that stand on one day."""
    found = connection.execute(
        f"SELECT count(*) FROM (SELECT {_same_key(table)} AND lag({moment}) OVER () = {moment} "
        "AS again FROM sorted) WHERE again"
    ).fetchone()[0]
    if found:
        again = f"count(*) OVER (PARTITION BY {_keys(table)}, {moment}) > 1"
        lines = f"SELECT line FROM sorted QUALIFY {again}"
        _reject(connection, table, lines, "day", day_sql(moment), "ledger.duplicate")


def _reject_same_key(connection: Any, table: Table) -> None:
    """Reject all rows of day and period tables that share a key."""
    column = table.key[-1]
    connection.execute(
        f"INSERT INTO rejects SELECT line, '', 0, {literal(column)}, {name(column)}, "
        f"'ledger.duplicate' FROM {_clean()} "
        f"QUALIFY count(*) OVER (PARTITION BY {_keys(table)}) > 1"
    )


def _reject_shares(connection: Any) -> None:
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
    if connection.execute(f"SELECT count(*) FROM ({lines})").fetchone()[0]:
        value = "CAST(share_ppm AS VARCHAR) || ' ppm'"
        connection.execute(
            f"INSERT INTO rejects SELECT line, '', 0, 'share', {value}, 'ledger.shares-above-one' "
            f"FROM sorted WHERE line IN ({lines})"
        )
        connection.execute(
            "CREATE OR REPLACE TABLE sorted AS SELECT * FROM sorted "
            "WHERE line NOT IN (SELECT line FROM rejects)"
        )


def _hold_until_next(connection: Any, table: Table, moment: str) -> None:
    unused = " EXCLUDE (t_from, t_to)" if table.grain == "balances" else ""
    same = " AND ".join(
        f"lead({name(word)}) OVER () IS NOT DISTINCT FROM {name(word)}" for word in table.key
    )
    connection.execute(
        f"CREATE OR REPLACE TABLE sorted AS SELECT *{unused}, {moment} AS t_from, CASE WHEN {same} "
        f"THEN lead({moment}) OVER () ELSE {OPEN_END} END AS t_to FROM sorted"
    )


def _clip(connection: Any, table: Table, span: Span, start: str, end: str) -> None:
    """Make ``rows``, clipped to the coverage; a change point before it may be left without days."""
    connection.execute(
        "CREATE VIEW rows AS SELECT * FROM "
        f"(SELECT *, greatest({start}, {span.from_day}) AS from_day, "
        f"least({end}, {span.to_day}) AS to_day FROM sorted) WHERE from_day < to_day"
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
