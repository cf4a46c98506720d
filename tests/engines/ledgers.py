"""Small ledgers for the engine's tests: rows in Python, files in Parquet, random ones on demand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import duckdb

from tidui.core.appraisal.facts import Membership
from tidui.core.calendar import OPEN_END, Span, cut_span, month_spans

Row = dict[str, Any]

COLUMNS = {
    "accounts": (
        "account_no VARCHAR, customer_no VARCHAR, kind VARCHAR, product VARCHAR, currency VARCHAR,"
        " org_code VARCHAR, opened_day INTEGER, closed_day INTEGER, maturity_day INTEGER,"
        " customer_rate_ppb BIGINT, transfer_price_code VARCHAR, from_day INTEGER, to_day INTEGER,"
        " delivery INTEGER, line BIGINT"
    ),
    "balances": (
        "account_no VARCHAR, balance BIGINT, class INTEGER, overdue_days INTEGER,"
        " from_day INTEGER, to_day INTEGER, delivery INTEGER, line BIGINT"
    ),
    "attributions": (
        "account_no VARCHAR, customer_no VARCHAR, who VARCHAR, basis VARCHAR, role VARCHAR,"
        " share_ppm BIGINT, from_day INTEGER, to_day INTEGER, approved_by VARCHAR,"
        " delivery INTEGER, line BIGINT"
    ),
    "customers": (
        "customer_no VARCHAR, segment VARCHAR, tier VARCHAR, industry VARCHAR,"
        " from_day INTEGER, to_day INTEGER, delivery INTEGER, line BIGINT"
    ),
    "flows": (
        "entry_id VARCHAR, day INTEGER, account_no VARCHAR, customer_no VARCHAR, kind VARCHAR,"
        " amount BIGINT, currency VARCHAR, count BIGINT, delivery INTEGER, line BIGINT"
    ),
}


@dataclass(frozen=True)
class TestPart:
    """A Parquet file of a table."""

    __test__ = False
    path: Path
    from_day: int
    to_day: int


@dataclass
class Ledger:
    """The rows of each table, and a snapshot of them once they are written."""

    accounts: list[Row] = field(default_factory=list)
    balances: list[Row] = field(default_factory=list)
    attributions: list[Row] = field(default_factory=list)
    customers: list[Row] = field(default_factory=list)
    flows: list[Row] = field(default_factory=list)
    written: dict[str, list[TestPart]] = field(default_factory=dict)

    def parts(self, table: str) -> Sequence[TestPart]:
        """Return the files of a table, as a snapshot does."""
        return self.written[table]

    def write(self, folder: Path) -> Ledger:
        """Write every table, balances and flows as a file for each month."""
        folder.mkdir(parents=True, exist_ok=True)
        connection = duckdb.connect()
        for table, declared in COLUMNS.items():
            names = [column.split()[0] for column in declared.split(", ")]
            self.written[table] = []
            for number, (span, rows) in enumerate(self._parts_of(table)):
                path = folder / f"{table}-{number}.parquet"
                connection.execute(f"CREATE OR REPLACE TABLE t ({declared})")
                if rows:
                    connection.executemany(
                        f"INSERT INTO t VALUES ({', '.join('?' * len(names))})",
                        [[row.get(name) for name in names] for row in rows],
                    )
                connection.execute(f"COPY t TO '{path}' (FORMAT parquet)")
                self.written[table].append(TestPart(path, span.from_day, span.to_day))
        connection.close()
        return self

    def _parts_of(self, table: str) -> list[tuple[Span, list[Row]]]:
        rows = getattr(self, table)
        if table not in ("balances", "flows"):
            return [(Span(0, OPEN_END), rows)]
        months: dict[Span, list[Row]] = {}
        for row in rows:
            day = row["day"] if table == "flows" else row["from_day"]
            end = day + 1 if table == "flows" else row["to_day"]
            month = next(iter(month_spans(Span(day, day + 62))))
            key = Span(month.to_day - 31, max(month.to_day, end))
            months.setdefault(key, []).append(row)
        return [(Span(min(span.from_day, *(_start(r) for r in months[span])), span.to_day),
                 months[span]) for span in sorted(months)]  # fmt: skip

    def clip_to_months(self) -> Ledger:
        """Cut balances at month ends, as the ledger keeps them."""
        self.balances = [
            {**row, "from_day": span.from_day, "to_day": span.to_day}
            for row in self.balances
            for span in month_spans(Span(row["from_day"], row["to_day"]))
        ]
        return self


def _start(row: Row) -> int:
    return int(row["day"] if "day" in row else row["from_day"])


def random_ledger(rng: Random, span: Span, name: str = "") -> Ledger:
    """Make a ledger with splits, hand-overs, gaps, late openings and extremes.

    Its accounts, customers and entries begin with the name, so that several can be joined.
    """
    ledger = Ledger()
    line = iter(range(1, 1_000_000))
    customers = [f"{name}c{n}" for n in range(rng.randint(1, 3))]
    for customer in customers:
        for piece in _pieces(rng, span, gap=0.2):
            ledger.customers.append(
                {
                    "customer_no": customer,
                    "segment": rng.choice(["corporate", "personal", None]),
                    "tier": rng.choice(["gold", None]),
                    "industry": rng.choice(["J", "K"]),
                    "from_day": piece.from_day,
                    "to_day": piece.to_day,
                }
            )
        _attribute(rng, ledger, span, {"customer_no": customer})
    for number in range(rng.randint(1, 5)):
        account = f"{name}a{number}"
        _add_account(rng, ledger, span, account, rng.choice(customers))
        if rng.random() < 0.7:
            _attribute(rng, ledger, span, {"account_no": account})
    _add_customer_flows(rng, ledger, span, customers)
    for table in COLUMNS:
        for row in getattr(ledger, table):
            row.update(delivery=rng.randint(1, 9), line=next(line))
    return ledger.clip_to_months()


def joined(ledgers: Sequence[Ledger]) -> Ledger:
    """Put ledgers of different names into one."""
    whole = Ledger()
    for ledger in ledgers:
        for table in COLUMNS:
            getattr(whole, table).extend(getattr(ledger, table))
    return whole


def random_members(rng: Random, span: Span) -> list[Membership]:
    """Put holders into teams for some of the days; memberships may overlap."""
    return [
        Membership(who, rng.choice(["t0", "t1"]), piece)
        for who in ("e0", "e1", "e2", "unassigned")
        for piece in _pieces(rng, span, gap=0.4) + _pieces(rng, span, gap=0.6)
    ]


def _pieces(rng: Random, span: Span, gap: float) -> list[Span]:
    wide = Span(span.from_day - 20, span.to_day + 20)
    days = sorted({rng.randint(wide.from_day, wide.to_day) for _ in range(rng.randint(0, 3))})
    edges = [wide.from_day, *days, wide.to_day]
    return [Span(a, b) for a, b in pairwise(edges) if a < b and rng.random() >= gap]


def _attribute(rng: Random, ledger: Ledger, span: Span, target: Row) -> None:
    for basis in ("main", "lead"):
        for piece in _pieces(rng, span, gap=0.3):
            left = 1_000_000
            for _ in range(rng.randint(1, 3)):
                share = rng.choice([1, 333_333, 500_000, left, rng.randint(1, 1_000_000)])
                if 0 < share <= left:
                    left -= share
                    ledger.attributions.append(
                        {
                            **target,
                            "who": rng.choice(["e0", "e1", "e2"]),
                            "basis": basis,
                            "role": rng.choice([None, "lead", "assist"]),
                            "share_ppm": share,
                            "from_day": piece.from_day,
                            "to_day": rng.choice([piece.to_day, OPEN_END])
                            if piece.to_day > span.to_day
                            else piece.to_day,
                        }
                    )


def _add_account(rng: Random, ledger: Ledger, span: Span, account: str, customer: str) -> None:
    kind = rng.choice(["deposit", "loan"])
    currency = rng.choice(["CNY", "CNY", "USD"])
    opened = rng.randint(span.from_day - 40, span.to_day - 2)
    ended = rng.choice([OPEN_END, rng.randint(opened + 1, span.to_day + 30)])
    middle = rng.randint(opened + 1, max(opened + 1, min(ended, span.to_day)))
    for half in cut_span(Span(opened, ended), [middle]):
        ledger.accounts.append(
            {
                "account_no": account,
                "customer_no": customer,
                "kind": kind,
                "product": rng.choice(["p0", "p1", None]),
                "currency": currency,
                "org_code": rng.choice(["b0", "b1"]),
                "opened_day": opened,
                "closed_day": ended,
                "customer_rate_ppb": rng.choice([None, 15_000_000]),
                "transfer_price_code": rng.choice([None, "tp1"]),
                "from_day": half.from_day,
                "to_day": half.to_day,
            }
        )
    for piece in _pieces(rng, span, gap=0.15):
        from_day, to_day = max(piece.from_day, opened), min(piece.to_day, ended)
        if from_day < to_day:
            ledger.balances.append(
                {
                    "account_no": account,
                    "balance": rng.choice([0, 1, -7, 10**15, -(10**15), rng.randint(0, 10**12)]),
                    "class": rng.choice([None, 1, 2, 3, 5]) if kind == "loan" else None,
                    "overdue_days": rng.choice([None, 0, 30, 91]) if kind == "loan" else None,
                    "from_day": from_day,
                    "to_day": to_day,
                }
            )
    for _ in range(rng.randint(0, 3)):
        day = rng.randint(opened, min(ended - 1, span.to_day + 5))
        _add_flow(rng, ledger, day, account_no=account)


def _add_customer_flows(rng: Random, ledger: Ledger, span: Span, customers: Sequence[str]) -> None:
    for _ in range(rng.randint(0, 3)):
        day = rng.randint(span.from_day - 3, span.to_day + 3)
        _add_flow(
            rng, ledger, day, customer_no=rng.choice([*customers, f"{customers[0]}-stranger"])
        )


def _add_flow(rng: Random, ledger: Ledger, day: int, **owner: str) -> None:
    ledger.flows.append(
        {
            **owner,
            "entry_id": f"f{len(ledger.flows)}-{day}",
            "day": day,
            "kind": rng.choice(["fee", "sale"]),
            "amount": rng.choice([1, -5, 10**15, rng.randint(0, 10**9)]),
            "currency": rng.choice(["CNY", "USD"]),
            "count": rng.randint(0, 4),
        }
    )
