"""Balances that count as nobody's on a day: by unit, and the largest accounts one by one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from tidui.exchange.sql import file_literal
from tidui.ledger.folder import open_duckdb
from tidui.ledger.snapshots import Snapshot

SHOWN: Final = 500
"""Accounts that are named one by one."""
WHOLE: Final = 1_000_000
BATCH: Final = 100_000


@dataclass(frozen=True, slots=True)
class UnitSum:
    """What is nobody's in a unit.

    Attributes:
        org_code: unit of the accounts.
        kind, currency: of the accounts; amounts of different ones are never added.
        accounts: accounts of which a part or all is nobody's.
        balance: their balances, in minor units.
        free: the part that is nobody's, in minor units.
    """

    org_code: str
    kind: str
    currency: str
    accounts: int
    balance: int
    free: Fraction


@dataclass(frozen=True, slots=True)
class FreeAccount:
    """An account of which a part or all is nobody's; ``held`` is in millionths."""

    account_no: str
    customer_no: str
    org_code: str
    kind: str
    currency: str
    balance: int
    held: int

    @property
    def free(self) -> Fraction:
        """The part of the balance that is nobody's, in minor units."""
        return Fraction(self.balance * (WHOLE - self.held), WHOLE)


@dataclass(frozen=True, slots=True)
class Unassigned:
    """What is nobody's on a day."""

    units: tuple[UnitSum, ...]
    accounts: tuple[FreeAccount, ...]


def last_day_with_balances(snapshot: Snapshot, before: int) -> int | None:
    """Return the last delivered day of balances before a day."""
    days = [min(cover.to_day, before) - 1 for cover in snapshot.coverage("balances")
            if cover.from_day < before]  # fmt: skip
    return max(days, default=None)


def unassigned_balances(
    snapshot: Snapshot, day: int, held: Iterable[tuple[str, str, int]],
    units: frozenset[str] | None = None,
) -> Unassigned:  # fmt: skip
    """Compare the balances of a day with what is attributed on it.

    Parameters
    ----------
    snapshot : Snapshot
        The ledger's state.
    day : int
        Day number.
    held : iterable of (account_no, customer_no, share)
        What is attributed on the day, one of both numbers empty, in millionths. As in a run, what
        is attributed of an account beats what is attributed of its customer.
    units : set of text, optional
        Only accounts of these units.
    """
    accounts = [file_literal(part.path) for part in snapshot.parts("accounts")]
    balances = [
        file_literal(part.path)
        for part in snapshot.parts("balances")
        if part.from_day <= day < part.to_day
    ]
    if not accounts or not balances:
        return Unassigned((), ())
    connection = open_duckdb(None)
    try:
        _fill(connection, "held", ("a", "c", "share"), ("VARCHAR", "VARCHAR", "BIGINT"), held)
        inside = "true"
        if units is not None:
            _fill(connection, "inside", ("unit",), ("VARCHAR",), ((code,) for code in units))
            inside = "a.org_code IN (SELECT unit FROM inside)"
        connection.execute(f"CREATE TABLE free AS {_sql(accounts, balances, day, inside)}")
        sums = connection.execute(
            "SELECT org_code, kind, currency, count(*), CAST(sum(CAST(balance AS HUGEINT)) AS "
            f"VARCHAR), CAST(sum(CAST(balance AS HUGEINT) * ({WHOLE} - held)) AS VARCHAR) "
            "FROM free GROUP BY ALL ORDER BY org_code, kind, currency"
        ).fetchall()
        rows = connection.execute(
            "SELECT account_no, customer_no, org_code, kind, currency, balance, held FROM free "
            f"ORDER BY abs(CAST(balance AS HUGEINT)) * ({WHOLE} - held) DESC, account_no "
            f"LIMIT {SHOWN}"
        ).fetchall()
    finally:
        connection.close()
    return Unassigned(
        tuple(
            UnitSum(code, kind, currency, count, int(held), Fraction(int(free), WHOLE))
            for code, kind, currency, count, held, free in sums
        ),
        tuple(FreeAccount(*row) for row in rows),
    )


def _fill(
    connection: Any, table: str, names: tuple[str, ...], kinds: tuple[str, ...], rows: Iterable[Any]
) -> None:
    """Make a table of rows, in batches."""
    declared = ", ".join(f"{name} {kind}" for name, kind in zip(names, kinds, strict=True))
    connection.execute(f"CREATE TABLE {table} ({declared})")
    places = ", ".join(f"unnest(?::{kind}[])" for kind in kinds)
    batch: list[Any] = []

    def flush() -> None:
        if batch:
            columns = [list(column) for column in zip(*batch, strict=True)]
            connection.execute(f"INSERT INTO {table} SELECT {places}", columns)
            batch.clear()

    for row in rows:
        batch.append(row)
        if len(batch) == BATCH:
            flush()
    flush()


def _sql(accounts: list[str], balances: list[str], day: int, inside: str) -> str:
    return f"""
        WITH b AS (
            SELECT account_no, balance FROM read_parquet([{", ".join(balances)}])
            WHERE from_day <= {day} AND to_day > {day} AND balance <> 0
        ), a AS (
            SELECT account_no, customer_no, org_code, kind, currency
            FROM read_parquet([{", ".join(accounts)}]) a
            WHERE from_day <= {day} AND to_day > {day} AND {inside}
        ), own AS (
            SELECT a AS account_no, CAST(sum(share) AS BIGINT) AS share FROM held
            WHERE a <> '' GROUP BY a
        ), theirs AS (
            SELECT c AS customer_no, CAST(sum(share) AS BIGINT) AS share FROM held
            WHERE c <> '' GROUP BY c
        )
        SELECT a.account_no, a.customer_no, a.org_code, a.kind, a.currency, b.balance,
            coalesce(own.share, theirs.share, 0) AS held
        FROM b JOIN a USING (account_no) LEFT JOIN own USING (account_no)
        LEFT JOIN theirs ON theirs.customer_no = a.customer_no
        WHERE coalesce(own.share, theirs.share, 0) < {WHOLE}
    """
