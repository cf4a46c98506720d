"""The ways of adding up a year that are compared; each runs in a process of its own.

``python -m bench.ways WAY FOLDER TIMES`` prints one line of JSON: the seconds of each run, the
peak memory of the process in MiB and a hash of the sums, by which the ways are held equal.
"""

from __future__ import annotations

import hashlib
import json
import resource
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import duckdb

from bench.balances import YEAR, Bank
from tidui.core.appraisal.facts import FactRequest, Filter
from tidui.engines import compute_facts, leaf_rows, open_engine, prepare

THREADS = 2
MEMORY = "4GiB"
Sums = set[tuple[str, str, str, int]]
"""Holder, kind, currency and Σ minor units × ppm × days."""
Way = Callable[[Path], tuple[Sums, dict[str, float]]]

REQUESTS = [
    FactRequest(kind, "balance", (YEAR,), where=Filter((("kind", (kind,)),)))
    for kind in ("deposit", "loan")
]


def ours(folder: Path) -> tuple[Sums, dict[str, float]]:
    """Add intervals by the engine, holders first."""
    times = {}
    with open_engine("duckdb", threads=THREADS, memory=MEMORY) as engine:
        start = time.perf_counter()
        prepared = prepare(engine, Bank(folder), span=YEAR)
        times["prepare"] = time.perf_counter() - start
        start = time.perf_counter()
        facts = compute_facts(engine, prepared, REQUESTS)
        times["facts"] = time.perf_counter() - start
        start = time.perf_counter()
        leaf_rows(engine, prepared, REQUESTS[0], facts.rows[0].subject)
        times["leaf"] = time.perf_counter() - start
    return {(row.subject, row.key, row.currency, row.total) for row in facts.rows}, times


def naive(folder: Path) -> tuple[Sums, dict[str, float]]:
    """Join each balance on each day with the account and whoever held it."""
    connection = _connect()
    start = time.perf_counter()
    rows = connection.execute(
        f"""
        SELECT a.who, k.kind, k.currency, sum(d.balance::DECIMAL(38,0) * a.share_ppm)
        FROM '{folder}/daily-*.parquet' d
        JOIN '{folder}/accounts.parquet' k ON k.account_no = d.account_no
            AND k.from_day <= d.day AND d.day < k.to_day
        JOIN '{folder}/attributions.parquet' a ON a.account_no = d.account_no
            AND a.from_day <= d.day AND d.day < a.to_day
        WHERE d.day >= {YEAR.from_day} AND d.day < {YEAR.to_day}
        GROUP BY a.who, k.kind, k.currency
        """
    ).fetchall()
    seconds = time.perf_counter() - start
    return {(who, kind, currency, int(total)) for who, kind, currency, total in rows}, {
        "naive": seconds
    }


def scan(folder: Path) -> tuple[Sums, dict[str, float]]:
    """Read the balances of the daily rows, and of the intervals, and do nothing with them."""
    connection = _connect()
    times = {}
    for name, amount in (("daily", "balance"), ("balances", "balance * (to_day - from_day)")):
        start = time.perf_counter()
        connection.execute(f"SELECT sum({amount}) FROM '{folder}/{name}-*.parquet'").fetchall()
        times[f"scan {name}"] = time.perf_counter() - start
    return set(), times


def pandas(folder: Path) -> tuple[Sums, dict[str, float]]:
    """Merge data frames, as an analyst would."""
    import pandas as pd

    connection = _connect()
    daily, accounts, shares = (
        connection.execute(f"SELECT {columns} FROM '{folder}/{name}.parquet'").df()
        for columns, name in (
            ("account_no, day, balance", "daily-*"),
            ("account_no, kind, currency", "accounts"),
            ("account_no, who, share_ppm, from_day, to_day", "attributions"),
        )
    )
    start = time.perf_counter()
    merged = pd.merge(daily, accounts, on="account_no").merge(shares, on="account_no")
    merged = merged[(merged.from_day <= merged.day) & (merged.day < merged.to_day)]
    summed = merged.groupby(["who", "kind", "currency", "share_ppm"]).balance.sum()
    seconds = time.perf_counter() - start
    sums: dict[tuple[str, str, str], int] = {}
    for (who, kind, currency, share), total in summed.items():
        key = (who, kind, currency)
        sums[key] = sums.get(key, 0) + int(total) * int(share)
    return {(*key, total) for key, total in sums.items()}, {"pandas": seconds}


WAYS: dict[str, Way] = {"ours": ours, "naive": naive, "scan": scan, "pandas": pandas}


def digest(sums: Iterable[tuple[str, str, str, int]]) -> str:
    """Return a hash of the sums in their order."""
    lines = "\n".join(sorted(" ".join(map(str, one)) for one in sums))
    return hashlib.sha256(lines.encode()).hexdigest()


def _connect() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(
        config={"threads": THREADS, "memory_limit": MEMORY, "preserve_insertion_order": "false"}
    )
    connection.execute("SET enable_progress_bar = false")
    return connection


def main(way: str, folder: str, times: str) -> None:
    """Run one way several times."""
    runs: dict[str, list[float]] = {}
    sums: Sums = set()
    for _ in range(int(times)):
        sums, seconds = WAYS[way](Path(folder))
        for name, value in seconds.items():
            runs.setdefault(name, []).append(value)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": runs, "peak_mib": round(peak), "sums": digest(sums)}))


if __name__ == "__main__":
    main(*sys.argv[1:])
