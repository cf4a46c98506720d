"""Open accounts that a complete delivery leaves out, closed ones that still hold a balance."""

from __future__ import annotations

from typing import Final

from tidui.core.calendar import Span, day_text
from tidui.core.values import Issue, issue
from tidui.exchange.sql import file_literal
from tidui.ledger.folder import open_duckdb
from tidui.ledger.snapshots import Coverage, Snapshot

SHOWN: Final = 20
"""Accounts that are named one by one."""


def absent_accounts(snapshot: Snapshot, span: Span) -> tuple[Issue, ...]:
    """Name open accounts that a complete delivery of balances leaves out on days of a span.

    A feed speaks for the kinds of account that it delivers (a loan feed for loans). Where the
    mapping says ``since``, an account without a line is zero by declaration and not absent.
    """
    found: list[Issue] = []
    for coverage in snapshot.coverage("balances"):
        inside = Span(coverage.from_day, coverage.to_day).meet(span)
        if coverage.complete and coverage.since_day is None and inside is not None:
            found += _absent(snapshot, coverage, inside)
    return tuple(found)


def balances_after_closing(snapshot: Snapshot, span: Span) -> tuple[Issue, ...]:
    """Name accounts that hold a balance on days of a span after the day on which they closed.

    A change point holds until the account's next line; a system that sends none at closing would
    have the last balance counted for ever. The figures follow the balances: the issue warns.
    """
    accounts = [file_literal(part.path) for part in snapshot.parts("accounts")]
    balances = [
        file_literal(part.path)
        for part in snapshot.parts("balances")
        if part.from_day < span.to_day and part.to_day > span.from_day
    ]
    if not accounts or not balances:
        return ()
    connection = open_duckdb(None)
    try:
        rows = connection.execute(_after_closing(accounts, balances, span)).fetchall()
    finally:
        connection.close()
    return tuple(
        issue("coverage.balance-after-closing", f"balances {account}", "warning",
              account=account, closed=day_text(closed), days=days, accounts=number)
        for account, closed, days, number in rows
    )  # fmt: skip


def _after_closing(accounts: list[str], balances: list[str], span: Span) -> str:
    """Add up the days with a balance on which the account's row says that it is closed."""
    first = f"greatest(b.from_day, a.from_day, a.closed_day, {span.from_day})"
    end = f"least(b.to_day, a.to_day, {span.to_day})"
    return f"""
        WITH a AS (
            SELECT account_no, closed_day, from_day, to_day
            FROM read_parquet([{", ".join(accounts)}]) WHERE closed_day < {span.to_day}
        ), b AS (
            SELECT account_no, from_day, to_day
            FROM read_parquet([{", ".join(balances)}]) WHERE balance <> 0
        )
        SELECT account_no, min(closed_day), CAST(sum({end} - {first}) AS BIGINT),
            count(*) OVER ()
        FROM a JOIN b USING (account_no) WHERE {first} < {end}
        GROUP BY account_no ORDER BY account_no LIMIT {SHOWN}
    """


def _absent(snapshot: Snapshot, coverage: Coverage, span: Span) -> list[Issue]:
    accounts = [file_literal(part.path) for part in snapshot.parts("accounts")]
    balances = [
        file_literal(part.path)
        for part in snapshot.parts("balances")
        if part.feed == coverage.feed
        and part.from_day < span.to_day
        and part.to_day > span.from_day
    ]
    if not accounts or not balances:
        return []
    connection = open_duckdb(None)
    try:
        rows = connection.execute(_sql(accounts, balances, span)).fetchall()
    finally:
        connection.close()
    return [
        issue(
            "coverage.account-absent", f"balances {coverage.feed}", account=account, days=days,
            delivery=coverage.delivery, first=day_text(span.from_day), end=day_text(span.to_day),
        )
        for account, days in rows
    ]  # fmt: skip


def _sql(accounts: list[str], balances: list[str], span: Span) -> str:
    """Compare each account's open days with its delivered days."""
    start, end = span.from_day, span.to_day
    return f"""
        WITH b AS (
            SELECT account_no, greatest(from_day, {start}) AS f, least(to_day, {end}) AS t
            FROM read_parquet([{", ".join(balances)}])
            WHERE from_day < {end} AND to_day > {start}
        ), given AS (
            SELECT account_no, sum(t - f) AS days FROM b GROUP BY account_no
        ), a AS (
            SELECT account_no, kind,
                greatest(from_day, opened_day, {start}) AS f,
                least(to_day, closed_day, {end}) AS t
            FROM read_parquet([{", ".join(accounts)}])
        ), wanted AS (
            SELECT account_no, any_value(kind) AS kind, sum(t - f) AS days
            FROM a WHERE f < t GROUP BY account_no
        ), kinds AS (
            SELECT DISTINCT kind FROM wanted JOIN given USING (account_no)
        )
        SELECT w.account_no, CAST(w.days - coalesce(g.days, 0) AS BIGINT)
        FROM wanted w JOIN kinds USING (kind) LEFT JOIN given g USING (account_no)
        WHERE w.days > coalesce(g.days, 0) ORDER BY w.account_no LIMIT {SHOWN}
    """
