"""The worked table of docs/algorithms/facts.md is what the engine adds up."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from tests.engines.ledgers import Ledger
from tidui.core.appraisal.facts import FactRequest
from tidui.core.calendar import OPEN_END, Span, day_number
from tidui.engines import compute_facts, open_engine, prepare


def march(day: int) -> int:
    return day_number(date(2025, 3, day))


def test_the_worked_table_holds(tmp_path: Path) -> None:
    origin = {"delivery": 1, "line": 1}
    ledger = Ledger(
        accounts=[
            {"account_no": "A", "customer_no": "C", "kind": "deposit", "currency": "CNY",
             "from_day": 0, "to_day": OPEN_END, **origin},
        ],
        balances=[
            {"account_no": "A", "balance": balance, "from_day": march(start),
             "to_day": march(end), **origin}
            for balance, start, end in ((100_000, 1, 11), (40_000, 11, 21))
        ],
        attributions=[
            {"customer_no": "C", "who": "E1", "basis": "main", "share_ppm": 1_000_000,
             "from_day": 0, "to_day": OPEN_END, **origin},
            {"account_no": "A", "who": "E2", "basis": "main", "share_ppm": 600_000,
             "from_day": march(6), "to_day": march(16), **origin},
        ],
    )  # fmt: skip
    span = Span(march(1), march(31))
    with open_engine("duckdb", threads=1, memory="512MiB") as engine:
        prepared = prepare(engine, ledger.write(tmp_path), span=span)
        facts = compute_facts(engine, prepared, [FactRequest("b", "balance", (span,))])
    assert [(row.subject, row.total, row.days, row.rows) for row in facts.rows] == [
        ("E1", 700_000_000_000, 10, 2),
        ("E2", 420_000_000_000, 10, 2),
        ("unassigned", 280_000_000_000, 10, 2),
    ]
