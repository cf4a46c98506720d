"""Three months on a ledger folder: points, an overdue loan withheld, recovered and refunded."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.factories import loaded_scheme, title
from tidui.core.appraisal.pay.ledger import balances, unbalanced_groups
from tidui.core.calendar import parse_period
from tidui.ledger import Ledger, LedgerError, create_ledger
from tidui.runs.appraisals import run_appraisal
from tidui.runs.closings import close_period, closed_before_it, correct_closed
from tidui.runs.folder import RunFolder, read_run
from tidui.runs.postings import posted_entries
from tidui.runs.stored import read_entries_of
from tidui.runs.verification import verify_run

AT = "2025-04-01T00:00:00Z"
SPAN = "coverage: {from: 2025-01-01, to: 2025-07-01}"
FILES = {
    "employees": (
        "no\nA\nB\n",
        "employee_no: {column: no}\n  line: {constant: corporate}\n  status: {constant: active}",
    ),
    "accounts": (
        "no\nL1\nL2\n",
        "account_no: {column: no}\n  customer_no: {column: no}\n  kind: {constant: loan}\n"
        "  product: {constant: p}\n  currency: {constant: CNY}\n  org_code: {constant: B}\n"
        "  opened_on: {constant: 2025-01-01}",
    ),
    "attributions": (
        "no,who,share,from,to\nL1,A,60,2025-01-01,2025-02-01\nL1,B,40,2025-01-01,2025-02-01\n"
        "L1,B,100,2025-02-01,2025-07-01\nL2,A,100,2025-01-01,2025-07-01\n",
        "account_no: {column: no}\n  who: {column: who}\n  share: {column: share, unit: percent}\n"
        "  valid_from: {column: from}\n  valid_to: {column: to}",
    ),
    "flows": (
        "id,day,no,amount\nF1,2025-01-10,L1,1000\nF2,2025-01-11,L2,1000\nF3,2025-03-05,L2,500\n",
        "entry_id: {column: id}\n  booked_on: {column: day}\n  account_no: {column: no}\n"
        "  kind: {constant: disbursement}\n  amount: {column: amount, unit: major}\n"
        "  currency: {constant: CNY}",
    ),
    "loan_events": (
        "id,no,kind,day,amount\nE1,L1,overdue,2025-02-05,300\nE2,L1,recovered,2025-03-20,300\n",
        "account_no: {column: no}\n  event_id: {column: id}\n  kind: {column: kind}\n"
        "  day: {column: day}\n  amount: {column: amount, unit: major}\n"
        "  currency: {constant: CNY}",
    ),
}
SCHEME = loaded_scheme(
    period="month",
    indicators={"loans": {"title": title(), "unit": "count", "fact": "flow_count",
                          "flows": "disbursement"}},
    pay={
        "title": title(), "currency": "CNY", "floor": None, "cap": None,
        "items": {"points": {"title": title(), "value": {"product": ["loans", 40, 5]},
                             "rounding": "half_up", "per_loan": "loans"}},
        "deductions": {"overdue": {
            "title": title(), "events": "overdue", "amount_of": "earned", "amount": 1,
            "rounding": "half_up", "refund_within_months": 1, "later_recovery": "none",
            "partial_recovery": "none", "exempt_on_finding": True}},
        "early_settlement": {"title": title(), "ratio": 1, "rounding": "half_up"},
    },
)  # fmt: skip
"""Points of 200 yuan a loan; what an overdue loan earned is withheld from those who earned it."""


def load(ledger: Ledger, folder: Path, table: str, text: str, number: int = 0) -> None:
    """Load a CSV text into a table."""
    file = folder / f"{table}{number}.csv"
    file.write_text(text, encoding="utf-8")
    mapping = (
        f"format: mapping/1\nid: {table}\nversion: 1\ntitle: {{zh: 测试, en: Test}}\n"
        f"table: {table}\nfeed: {table}\n{SPAN}\ncolumns:\n  {FILES[table][1]}\n"
    )
    ledger.load(file, table=table, mapping_text=mapping, at=AT, by="test")


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    """A ledger of two managers and two loans."""
    made = create_ledger(tmp_path / "ledger")
    for table, (text, _) in FILES.items():
        load(made, tmp_path, table, text)
    return made


@pytest.fixture
def month(ledger: Ledger) -> Callable[[str], RunFolder]:
    """Appraise a month and close it."""

    def closed(period: str) -> RunFolder:
        run = run_appraisal(ledger, SCHEME, parse_period(period))
        assert run.path is not None, run.computed.issues
        stored = read_run(run.path)
        close_period(ledger, stored, by="H1", at=AT)
        return stored

    return closed


def payable(run: RunFolder) -> dict[str, int]:
    """Return what each is paid for a month, in fen."""
    return {name: slip.payable for name, slip in read_entries_of(run).items()}


def test_what_was_withheld_comes_back_to_whom_it_was_taken_from(
    ledger: Ledger, month: Callable[[str], RunFolder]
) -> None:
    january, february, march = month("2025-01"), month("2025-02"), month("2025-03")
    assert payable(january) == {"A": 32_000, "B": 8_000}
    assert payable(february) == {"A": -12_000, "B": -8_000}
    assert payable(march) == {"A": 20_000 + 12_000, "B": 8_000}
    entries = posted_entries(ledger)
    assert unbalanced_groups(entries) == ()
    sums = balances(entries)
    assert sums["A", "deducted"] + sums["A", "refunded"] == 0
    for run in (january, february, march):
        assert verify_run(ledger, run).issues == ()


def test_a_month_whose_past_is_open_is_told_and_can_be_put_right(
    ledger: Ledger, month: Callable[[str], RunFolder]
) -> None:
    """February closed before January withholds nothing; a correction withholds it after all."""
    early = run_appraisal(ledger, SCHEME, parse_period("2025-02"))
    assert [(i.code, i.severity) for i in early.computed.issues] == [("run.past-open", "warning")]
    february = month("2025-02")
    assert payable(february) == {"A": 0, "B": 0}
    january = run_appraisal(ledger, SCHEME, parse_period("2025-01"))
    assert january.computed.issues == ()
    assert january.path is not None
    assert closed_before_it(ledger, read_run(january.path)) == ("2025-02",)
    month("2025-01")
    done = correct_closed(ledger, february, parse_period("2025-03"), reason="x", by="H2", at=AT)
    assert sum(found.correct for found in done.differences) == -20_000
    with pytest.raises(LedgerError) as caught:
        correct_closed(ledger, february, parse_period("2025-01"), reason="x", by="H2", at=AT)
    assert caught.value.issue.code == "correct.booked-before"


def test_a_month_can_be_closed_once(ledger: Ledger, month: Callable[[str], RunFolder]) -> None:
    january = month("2025-01")
    with pytest.raises(LedgerError) as caught:
        close_period(ledger, january, by="H1", at=AT)
    assert caught.value.issue.code == "close.already"


def test_a_late_settlement_is_corrected_in_the_month_in_which_it_is_booked(
    ledger: Ledger, month: Callable[[str], RunFolder], tmp_path: Path
) -> None:
    january = month("2025-01")
    before = posted_entries(ledger)
    late = FILES["loan_events"][0] + "E3,L2,settled_early,2025-01-30,\n"
    load(ledger, tmp_path, "loan_events", late, 1)
    done = correct_closed(ledger, january, parse_period("2025-03"), reason="late", by="H2", at=AT)
    assert [(d.subject, d.item, d.booked, d.correct) for d in done.differences] == [
        ("A", "early_settlement", 0, -20_000)
    ]
    assert posted_entries(ledger)[: len(before)] == before
    again = correct_closed(ledger, january, parse_period("2025-03"), reason="late", by="H2", at=AT)
    assert again.entries == ()
    assert verify_run(ledger, january).issues == ()
