"""Slip and explanation of one manager of a stored run, and the ledger rows of one leaf."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from statistics import median

import duckdb

from bench.rescoring import HEAD
from tidui.core.appraisal.scheme.document import load_scheme
from tidui.core.calendar import parse_period
from tidui.ledger import Ledger, create_ledger
from tidui.runs.appraisals import run_appraisal
from tidui.runs.explanations import leaf_of_run
from tidui.runs.folder import read_run
from tidui.runs.slips import slip_text

MANAGERS, ACCOUNTS, ROUNDS = 5_000, 100_000, 5
PERSON, LEAF = "E02500", "i0"

TABLES = {
    "employees": (
        f"SELECT 'E' || lpad(CAST(r AS VARCHAR), 5, '0') AS employee_no "
        f"FROM range({MANAGERS}) t(r)",
        "employee_no: {column: employee_no}\n  line: {constant: corporate}\n"
        "  grade: {constant: rm}\n  status: {constant: active}",
    ),
    "accounts": (
        f"SELECT CAST(r AS VARCHAR) AS account_no, 'p' || CAST(r % 10 AS VARCHAR) AS product "
        f"FROM range({ACCOUNTS}) t(r)",
        "account_no: {column: account_no}\n  customer_no: {column: account_no}\n"
        "  kind: {constant: deposit}\n  product: {column: product}\n  currency: {constant: CNY}\n"
        "  org_code: {constant: B1}\n  opened_on: {constant: 2020-01-01}",
    ),
    "attributions": (
        f"SELECT CAST(r AS VARCHAR) AS account_no, "
        f"'E' || lpad(CAST(r % {MANAGERS} AS VARCHAR), 5, '0') AS who FROM range({ACCOUNTS}) t(r)",
        "account_no: {column: account_no}\n  who: {column: who}\n"
        "  share: {constant: 1, unit: fraction}",
    ),
    "balances": (
        f"SELECT CAST(r AS VARCHAR) AS account_no, "
        f"CAST(DATE '2025-01-01' + CAST(d AS INTEGER) AS DATE) AS day, "
        f"CAST((r * 7919 + d * 104729) % 10000000 AS VARCHAR) AS balance "
        f"FROM range({ACCOUNTS}) t(r), range(365) u(d) WHERE d = 0 OR (d + r) % 30 = 0",
        "account_no: {column: account_no}\n  currency: {constant: CNY}\n  day: {column: day}\n"
        "  balance: {column: balance, unit: major}",
    ),
}


def make_ledger(folder: Path) -> Ledger:
    """Load an invented bank of 5,000 managers and 100,000 accounts."""
    ledger = create_ledger(folder / "ledger")
    connection = duckdb.connect(config={"threads": 2})
    connection.execute("SET enable_progress_bar = false")
    for table, (sql, columns) in TABLES.items():
        file = folder / f"{table}.parquet"
        connection.execute(f"COPY ({sql}) TO '{file}'")
        shape = "shape: change_points\n" if table == "balances" else ""
        mapping = (
            f"format: mapping/1\nid: bench-{table}\nversion: 1\ntitle: {{zh: 基准, en: Bench}}\n"
            f"table: {table}\nfeed: bench\ncoverage: {{from: 2025-01-01, to: 2026-01-01}}\n"
            f"{shape}columns:\n  {columns}\n"
        )
        ledger.load(file, table=table, mapping_text=mapping, at=date.min.isoformat(), by="bench")
    return ledger


def scheme_text() -> str:
    """Return a scheme of ten average balances, summed."""
    lines = [HEAD, "indicators:"]
    for number in range(10):
        lines.append(
            f"  i{number}: {{title: {{zh: 指标, en: I}}, unit: CNY, fact: balance_average, "
            f"averaging: daily, where: {{product: p{number}}}}}"
        )
    names = ", ".join(f"i{number}" for number in range(10))
    total = f"{{title: {{zh: 总, en: Total}}, unit: CNY, value: {{sum: [{names}]}}}}"
    return "\n".join([*lines, "scores:", f"  total: {total}"])


def run(folder: Path) -> None:
    """Print how long a run takes, and how long it takes to explain a figure of it."""
    ledger = make_ledger(folder)
    scheme, issues = load_scheme(scheme_text())
    if scheme is None:
        raise ValueError(issues[0])
    start = time.perf_counter()
    stored = run_appraisal(ledger, scheme, parse_period("2025"))
    if stored.path is None:
        raise RuntimeError(stored.computed.issues[0])
    path = stored.path
    print(f"{MANAGERS:,} RMs, {ACCOUNTS:,} accounts: run {time.perf_counter() - start:.1f} s")
    slip = _seconds(lambda: slip_text(read_run(path), PERSON, "en"))
    leaf = _seconds(lambda: leaf_of_run(ledger, read_run(path), PERSON, LEAF))
    print(f"  slip and tree of one RM: {slip * 1000:.0f} ms (target < 200 ms)")
    print(f"  rows of one leaf: {leaf * 1000:.0f} ms (target < 1,000 ms)")


def _seconds(work: Callable[[], object]) -> float:
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return median(times)
