"""Customers on a ledger folder: who passes the bar, and who is lost; a hand-over is no loss."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from tests.factories import loaded_scheme, title
from tidui.core.appraisal.evaluation.board import Board
from tidui.core.calendar import parse_period
from tidui.core.values import Missing
from tidui.ledger import Ledger, create_ledger
from tidui.runs.appraisals import run_appraisal

AT = "2026-01-05T00:00:00Z"
FILES = {
    "employees": (
        "no\nA\nB\n",
        "employee_no: {column: no}\n  line: {constant: corporate}\n  status: {constant: active}",
        "",
    ),
    "accounts": (
        "no,customer,product\nD1,C1,current\nW1,C1,wealth\nD2,C2,current\nD3,C3,current\n"
        "D4,C4,current\nD5,C5,current\n",
        "account_no: {column: no}\n  customer_no: {column: customer}\n  kind: {constant: deposit}\n"
        "  product: {column: product}\n  currency: {constant: CNY}\n  org_code: {constant: B}\n"
        "  opened_on: {constant: 2020-01-01}",
        "",
    ),
    "attributions": (
        "customer,who,share,from,to\nC1,A,100,2024-01-01,2026-01-01\n"
        "C2,A,100,2024-01-01,2025-06-01\nC2,B,100,2025-06-01,2026-01-01\n"
        "C3,A,100,2024-01-01,2026-01-01\nC4,A,100,2024-01-01,2026-01-01\n"
        "C5,A,60,2024-01-01,2026-01-01\nC5,B,40,2024-01-01,2026-01-01\n",
        "customer_no: {column: customer}\n  who: {column: who}\n"
        "  share: {column: share, unit: percent}\n  valid_from: {column: from}\n"
        "  valid_to: {column: to}",
        "",
    ),
    "balances": (
        "no,day,balance\nD1,2024-01-01,900\nW1,2024-01-01,200\nD2,2024-01-01,2000\n"
        "D3,2024-01-01,5000\nD3,2025-01-01,10\nD4,2024-01-01,50\nD5,2024-01-01,1500\n",
        "account_no: {column: no}\n  currency: {constant: CNY}\n  day: {column: day}\n"
        "  balance: {column: balance, unit: major}",
        "shape: change_points\n",
    ),
}
"""C1 has two products; C2 is handed to B in June; C3 leaves; C4 was always small; C5 is shared."""

CUSTOMERS = {"title": title(), "unit": "customer"}
LOST = {**CUSTOMERS, "fact": "customer_lost", "bar": 1000, "before": "previous_year",
        "measured": "average"}  # fmt: skip
COUNT = {**CUSTOMERS, "fact": "customer_count", "measured": "average", "at_least": 1000}


@pytest.fixture(scope="module")
def board(tmp_path_factory: pytest.TempPathFactory) -> Board:
    """Appraise 2025 over the ledger."""
    folder: Path = tmp_path_factory.mktemp("customers")
    ledger: Ledger = create_ledger(folder / "ledger")
    for table, (text, columns, extra) in FILES.items():
        file = folder / f"{table}.csv"
        file.write_text(text, encoding="utf-8")
        mapping = (
            f"format: mapping/1\nid: {table}\nversion: 1\ntitle: {{zh: 测试, en: Test}}\n"
            f"table: {table}\nfeed: {table}\ncoverage: {{from: 2024-01-01, to: 2026-01-01}}\n"
            f"{extra}columns:\n  {columns}\n"
        )
        ledger.load(file, table=table, mapping_text=mapping, at=AT, by="test")
    scheme = loaded_scheme(indicators={
        "whole": {**COUNT, "credit": "whole"},
        "attributed": {**COUNT, "credit": "attributed"},
        "closing": {**COUNT, "measured": "closing", "credit": "whole"},
        "two_products": {**COUNT, "measured": "products", "at_least": 2, "credit": "whole"},
        "lost": {**LOST, "result": "count"},
        "lost_ratio": {**LOST, "unit": "ratio", "result": "ratio",
                       "missing": "zero_with_reason"},
    })  # fmt: skip
    run = run_appraisal(ledger, scheme, parse_period("2025"))
    assert run.computed.appraisal is not None, run.computed.issues
    return run.computed.appraisal.board


@pytest.mark.parametrize(
    ("name", "of_a", "of_b"),
    [
        ("whole", 2, 2),  # C1, C5 · C2, C5
        ("attributed", 1, 1),  # C1 · C2: a part of C5 below the bar does not pass
        ("closing", 2, 2),
        ("two_products", 1, 0),
        ("lost", 1, 0),  # C3; C2 was handed over and is kept
    ],
)
def test_customers_are_counted_as_the_scheme_says(
    board: Board, name: str, of_a: int, of_b: int
) -> None:
    assert (board.columns[name]["A"], board.columns[name]["B"]) == (of_a, of_b)


def test_the_ratio_is_of_those_who_passed_the_bar_before(board: Board) -> None:
    """A: C1, C3, C5 passed in 2024 and C3 no longer does; B: C2 and C5 passed and still do."""
    assert board.columns["lost_ratio"]["A"] == Fraction(1, 3)
    assert board.columns["lost_ratio"]["B"] == 0
    assert not isinstance(board.columns["lost_ratio"]["A"], Missing)
