"""Is every open account there, where a delivery says that it holds them all? Absent is not zero."""

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
