"""Whoever has left still gets back what was withheld from him, with a slip that says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from tidui.core.appraisal.pay.ledger import balances
from tidui.core.calendar import parse_period
from tidui.ledger import LedgerError, create_ledger
from tidui.runs.appraisals import run_appraisal
from tidui.runs.closings import close_period
from tidui.runs.folder import RunFolder, read_run
from tidui.runs.postings import posted_entries
from tidui.runs.results import result_sheets
from tidui.runs.scorecards import read_scorecards
from tidui.runs.slips import slip_text, subjects_with_slip
from tidui.runs.verification import verify_run

from .test_months import AT, FILES, SCHEME, load

PEOPLE = "no,status,from,to\nA,active,2025-01-01,2025-03-01\nA,left,2025-03-01,2025-07-01\n"
STAYS = "B,active,2025-01-01,2025-07-01\n"
MAPPING = (
    "format: mapping/1\nid: people\nversion: 1\ntitle: {zh: 测试, en: Test}\ntable: employees\n"
    "feed: people\ncoverage: {from: 2025-01-01, to: 2025-07-01}\ncolumns:\n"
    "  employee_no: {column: no}\n  line: {constant: corporate}\n  status: {column: status}\n"
    "  valid_from: {column: from}\n  valid_to: {column: to}\n"
)


def test_a_leaver_is_refunded_and_told(tmp_path: Path) -> None:
    ledger = create_ledger(tmp_path / "ledger")
    people = tmp_path / "people.csv"
    people.write_text(PEOPLE + STAYS, encoding="utf-8")
    ledger.load(people, table="employees", mapping_text=MAPPING, at=AT, by="test")
    for table, (text, _) in FILES.items():
        if table != "employees":
            load(ledger, tmp_path, table, text)
    runs: list[RunFolder] = []
    for month in ("2025-01", "2025-02", "2025-03"):
        run = run_appraisal(ledger, SCHEME, parse_period(month))
        assert run.path is not None, run.computed.issues
        runs.append(read_run(run.path))
        close_period(ledger, runs[-1], by="H1", at=AT)
    sums = balances(posted_entries(ledger))
    assert sums["A", "deducted"] + sums["A", "refunded"] == 0

    march = runs[-1]
    assert subjects_with_slip(march) == ["B", "A"]
    for lang, word in (("zh", "退还"), ("en", "refunded")):
        text = slip_text(march, "A", lang)
        assert "120.00" in text
        assert word in text.lower()
    assert any(row[0] == "A" for sheet in result_sheets(march, "en") for row in sheet.rows)
    staying, left = read_scorecards(march)
    assert (staying.subject, staying.appraised) == ("B", True)
    assert (left.subject, left.appraised, left.lines) == ("A", False, ())
    assert left.pay is not None
    assert (left.pay.earned, left.pay.payable) == (0, 12_000)
    assert read_scorecards(march, "A") == (left,)
    assert verify_run(ledger, march).issues == ()
    with pytest.raises(LedgerError):
        slip_text(march, "Z", "en")
