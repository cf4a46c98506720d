"""Loading 2 million account-days with every check, beside a bare read and write of the file."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path
from statistics import median

import duckdb

from tidui.ledger import create_ledger

ACCOUNTS, DAYS, CHANGE_EVERY, ROUNDS = 5_480, 365, 9, 3

ACCOUNTS_MAPPING = """
format: mapping/1
id: bench-accounts
version: 1
title: {zh: 账户, en: Accounts}
table: accounts
feed: bench-accounts
coverage: {from: 2025-01-01, to: 2026-01-01}
columns:
  account_no: {column: account_no}
  customer_no: {column: account_no}
  kind: {constant: deposit}
  product: {constant: current}
  currency: {constant: CNY}
  org_code: {constant: B1}
  opened_on: {constant: 2020-01-01}
"""

BALANCES_MAPPING = """
format: mapping/1
id: bench-balances
version: 1
title: {zh: 余额, en: Balances}
table: balances
feed: bench-balances
shape: SHAPE
coverage: {from: 2025-01-01, to: 2026-01-01}
check: {account_no: accounts}
columns:
  account_no: {column: account_no}
  currency: {constant: CNY}
  balance: {column: balance, unit: major, decimals: 2}
"""


def run(folder: Path) -> None:
    """Print the ratio of a checked load to a bare read and write, for two shapes."""
    connection = duckdb.connect(config={"threads": 2})
    connection.execute("SET enable_progress_bar = false")
    connection.execute(
        f"CREATE TABLE a AS SELECT '6100' || lpad(CAST(r AS VARCHAR), 12, '0') AS account_no, "
        f"r FROM range({ACCOUNTS}) t(r)"
    )
    accounts = folder / "accounts.parquet"
    connection.execute(f"COPY (SELECT account_no FROM a) TO '{accounts}'")
    start = "DATE '2025-01-01'"
    money = "CAST(CAST(hash(r * 1000 + d) % 10000000000 AS BIGINT) AS DECIMAL(18,2)) AS balance"
    daily, changes = folder / "daily.parquet", folder / "changes.parquet"
    source = f"FROM a, range({DAYS}) t(d)"
    connection.execute(
        f"COPY (SELECT account_no, CAST({start} + CAST(d AS INTEGER) AS DATE) AS day, {money} "
        f"{source} ORDER BY account_no, day) TO '{daily}'"
    )
    connection.execute(
        f"COPY (SELECT account_no, CAST({start} + CAST(d AS INTEGER) AS DATE) AS day, {money} "
        f"{source} WHERE (d + r) % {CHANGE_EVERY} = 0 OR d = 0 ORDER BY account_no, day) "
        f"TO '{changes}'"
    )
    print(f"{ACCOUNTS * DAYS:,} account-days, median of {ROUNDS}")
    for name, file, shape in (
        ("daily snapshots", daily, "snapshots"), ("change points", changes, "change_points"),
    ):  # fmt: skip
        bare = median(_bare(connection, file, folder, number) for number in range(ROUNDS))
        checked = median(
            _checked(folder, accounts, file, shape, number) for number in range(ROUNDS)
        )
        print(f"  {name}: bare read and write {bare:.2f} s, checked load {checked:.2f} s, "
              f"ratio {checked / bare:.1f} (target ≤ 5 for daily snapshots)")  # fmt: skip


def _bare(connection: duckdb.DuckDBPyConnection, file: Path, folder: Path, number: int) -> float:
    start = time.perf_counter()
    connection.execute(f"COPY (SELECT * FROM '{file}') TO '{folder / f'bare{number}.parquet'}'")
    return time.perf_counter() - start


def _checked(folder: Path, accounts: Path, file: Path, shape: str, number: int) -> float:
    ledger = create_ledger(folder / f"{shape}-{number}")
    ledger.load(
        accounts, table="accounts", mapping_text=ACCOUNTS_MAPPING, at=date.min.isoformat(),
        by="bench",
    )  # fmt: skip
    mapping = BALANCES_MAPPING.replace("SHAPE", shape) + "  day: {column: day}\n"
    start = time.perf_counter()
    report = ledger.load(
        file, table="balances", mapping_text=mapping, at=date.min.isoformat(), by="bench"
    )
    seconds = time.perf_counter() - start
    if report.rows_rejected:
        raise RuntimeError(f"{report.rows_rejected} rows rejected: {report.issues[0]}")
    return seconds
