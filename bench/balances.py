"""Balances of an invented bank: the same numbers for the same seed, on every machine.

For 2025, one file a month, both as daily rows and as intervals cut at month ends, each sorted by
account and day, so that both ways of adding read the same figures in the same order.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from tidui.core.calendar import OPEN_END, Span, day_number, month_spans

YEAR = Span(day_number(date(2025, 1, 1)), day_number(date(2026, 1, 1)))
MANAGERS = 5_000
ACCOUNT_NO = "printf('62220200%011d', i)"


@dataclass(frozen=True, slots=True)
class Part:
    """A file of the bank's ledger.

    Attributes:
        path: where it lies.
        from_day: first day number in it.
        to_day: first day number after it.
    """

    path: Path
    from_day: int
    to_day: int


@dataclass(frozen=True, slots=True)
class Bank:
    """The files of one size and one habit.

    Attributes:
        folder: where they lie.
    """

    folder: Path

    def parts(self, table: str) -> list[Part]:
        """Return the files of a table, as a snapshot does."""
        if table == "balances":
            return [
                Part(self.folder / f"balances-{number:02}.parquet", month.from_day, month.to_day)
                for number, month in enumerate(month_spans(YEAR), 1)
            ]
        if table in ("accounts", "attributions"):
            return [Part(self.folder / f"{table}.parquet", 0, OPEN_END)]
        return []


def make_bank(folder: Path, *, accounts: int, change_every: int) -> Bank:
    """Write the files.

    Parameters
    ----------
    folder : Path
        Where; made if need be.
    accounts : int
        Number of accounts, each with a balance on each of 365 days.
    change_every : int
        Days after which a balance changes; the accounts take turns. A third of the accounts
        change hands once, on a random day.
    """
    folder.mkdir(parents=True, exist_ok=True)
    connection = duckdb.connect(
        config={
            "threads": 2,
            "memory_limit": "8GiB",
            "temp_directory": str(folder / "spill"),
            "preserve_insertion_order": "false",
        }
    )
    connection.execute("SET enable_progress_bar = false")
    for place, month in enumerate(month_spans(YEAR), 1):
        daily = folder / f"daily-{place:02}.parquet"
        connection.execute(
            f"""COPY (
                SELECT {ACCOUNT_NO} AS account_no, d::INTEGER AS day, (hash(i * 1000003
                    + ((d + i) // {change_every}) * 7919) % 10000000000)::BIGINT AS balance
                FROM range({accounts}) t(i), range({month.from_day}, {month.to_day}) r(d)
                ORDER BY account_no, day
            ) TO '{daily}' (FORMAT parquet)"""
        )
        connection.execute(
            f"""COPY (
                SELECT account_no, max(balance) AS balance, NULL::INTEGER AS class,
                    NULL::INTEGER AS overdue_days, min(day)::INTEGER AS from_day,
                    (max(day) + 1)::INTEGER AS to_day, 1::INTEGER AS delivery, 1::BIGINT AS line
                FROM '{daily}'
                GROUP BY account_no, (day + substr(account_no, 9)::BIGINT) // {change_every}
                ORDER BY account_no, from_day
            ) TO '{folder}/balances-{place:02}.parquet' (FORMAT parquet)"""
        )
    _write_holders(connection, folder, accounts)
    connection.close()
    return Bank(folder)


def _write_holders(connection: duckdb.DuckDBPyConnection, folder: Path, accounts: int) -> None:
    connection.execute(
        f"""COPY (
            SELECT {ACCOUNT_NO} AS account_no, printf('C%09d', i // 3) AS customer_no,
                CASE WHEN i % 3 = 0 THEN 'loan' ELSE 'deposit' END AS kind,
                'p' || (i % 7) AS product, CASE WHEN i % 20 = 0 THEN 'USD' ELSE 'CNY' END
                AS currency, 'B' || (i % 40) AS org_code, NULL::BIGINT AS customer_rate_ppb,
                NULL::VARCHAR AS transfer_price_code, {YEAR.from_day}::INTEGER AS from_day,
                {OPEN_END}::INTEGER AS to_day
            FROM range({accounts}) t(i) ORDER BY account_no
        ) TO '{folder}/accounts.parquet' (FORMAT parquet)"""
    )
    day = f"{YEAR.from_day} + 1 + hash(i + 7) % 364"
    connection.execute(
        f"""COPY (
            SELECT account_no, NULL::VARCHAR AS customer_no, 'E' || (h % {MANAGERS}) AS who,
                'main' AS basis, NULL::VARCHAR AS role, 1000000::BIGINT AS share_ppm,
                f::INTEGER AS from_day, t::INTEGER AS to_day
            FROM (
                SELECT {ACCOUNT_NO} AS account_no, hash(i) AS h, {YEAR.from_day} AS f,
                    CASE WHEN i % 3 = 1 THEN {day} ELSE {OPEN_END} END AS t
                FROM range({accounts}) q(i)
                UNION ALL
                SELECT {ACCOUNT_NO}, hash(i + 99991), {day}, {OPEN_END}
                FROM range({accounts}) q(i) WHERE i % 3 = 1
            ) ORDER BY account_no, from_day
        ) TO '{folder}/attributions.parquet' (FORMAT parquet)"""
    )


if __name__ == "__main__":
    make_bank(Path(sys.argv[1]), accounts=int(sys.argv[2]), change_every=int(sys.argv[3]))
