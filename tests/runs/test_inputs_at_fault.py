"""Deliveries that would give a wrong number: the run refuses, or tells, and never guesses."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.factories import loaded_scheme, title
from tidui.core.calendar import parse_period
from tidui.core.values import Missing
from tidui.ledger import Ledger, create_ledger
from tidui.runs.appraisals import Run, run_appraisal
from tidui.runs.closings import close_period, correct_closed
from tidui.runs.folder import read_run

AT = "2026-01-05T00:00:00Z"
ALL_YEAR = ("2025-01-01", "2026-01-01")
FILES = {
    "employees": (
        "no\nA\n",
        "employee_no: {column: no}\n  line: {constant: corporate}\n  status: {constant: active}",
    ),
    "accounts": (
        "no,currency\nD1,CNY\nD2,USD\n",
        "account_no: {column: no}\n  customer_no: {constant: C1}\n  kind: {constant: deposit}\n"
        "  product: {constant: current}\n  currency: {column: currency}\n"
        "  org_code: {constant: B}\n  opened_on: {constant: 2020-01-01}",
    ),
    "attributions": (
        "no,from\nD1,2025-01-01\nD2,2025-01-01\n",
        "account_no: {column: no}\n  who: {constant: A}\n"
        "  share: {constant: 100, unit: percent}\n  valid_from: {column: from}",
    ),
    "balances": (
        "no,currency,day,balance\nD1,CNY,2025-01-01,100\nD2,USD,2025-01-01,100\n",
        "account_no: {column: no}\n  currency: {column: currency}\n  day: {column: day}\n"
        "  balance: {column: balance, unit: major}",
    ),
    "flows": (
        "id,day,no,amount\nF1,2025-03-01,D1,300\n",
        "entry_id: {column: id}\n  booked_on: {column: day}\n  account_no: {column: no}\n"
        "  kind: {constant: fee}\n  amount: {column: amount, unit: major}\n"
        "  currency: {constant: CNY}",
    ),
    "rates": (
        "code,day,value\nUSD,2025-01-01,7\n",
        "code: {column: code}\n  day: {column: day}\n  value: {column: value, unit: fraction}\n"
        "  kind: {constant: exchange}",
    ),
    "measures": (
        "no,value\nA,50\n",
        "subject: {column: no}\n  measure: {constant: m}\n  period: {constant: 2025}\n"
        "  value: {column: value}\n  unit: {constant: CNY}\n  source: {constant: s}\n"
        "  maker: {constant: H1}\n  checker: {constant: H2}",
    ),
    "targets": (
        "no,value,unit\nA,100,CNY\n",
        "subject: {column: no}\n  indicator: {constant: x}\n  period: {constant: 2025}\n"
        "  value: {column: value}\n  unit: {column: unit}\n  confirmed_on: {constant: 2025-01-10}\n"
        "  maker: {constant: H1}\n  checker: {constant: H2}",
    ),
}
FEE = {"title": title(), "unit": "CNY", "fact": "flow_sum", "flows": "fee"}
CLOSING = {"title": title(), "unit": "CNY", "fact": "balance_closing",
           "where": {"currency": "CNY"}}  # fmt: skip
AVERAGE = {"title": title(), "unit": "CNY", "fact": "balance_average", "averaging": "daily"}
MEASURE = {"title": title(), "unit": "CNY", "fact": "measure", "code": "m"}


def reached(progress: str) -> dict[str, Any]:
    """Return a node: the measure against its delivered target."""
    return {"attainment": {"of": "x", "target": "delivered", "progress": progress}}


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    """An empty ledger folder."""
    return create_ledger(tmp_path / "ledger")


def load(ledger: Ledger, *tables: str, **own: Any) -> None:
    """Load the files of tables, or one of them with another text, feed or coverage."""
    for table in tables:
        text, columns = FILES[table]
        feed = own.get("feed", table)
        file = ledger.path.parent / f"{table}-{feed}.csv"
        file.write_text(own.get("text", text), encoding="utf-8")
        first, end = own.get("coverage", ALL_YEAR)
        shape = "shape: change_points\n" if table == "balances" else ""
        mapping = (
            f"format: mapping/1\nid: {table}\nversion: 1\ntitle: {{zh: 测试, en: Test}}\n"
            f"table: {table}\nfeed: {feed}\ncoverage: {{from: {first}, to: {end}}}\n{shape}"
            f"columns:\n  {columns}\n"
        )
        ledger.load(file, table=table, mapping_text=mapping, at=AT, by="test")


def appraised(ledger: Ledger, **own: Any) -> Run:
    """Appraise 2025 under a scheme of these sections."""
    return run_appraisal(ledger, loaded_scheme(**own), parse_period("2025"))


def codes(run: Run) -> set[str]:
    """Return the codes of the errors that refuse a run."""
    return {found.code for found in run.computed.issues if found.severity == "error"}


def test_an_entry_that_two_feeds_deliver_is_found_on_any_day(ledger: Ledger) -> None:
    """The balances are read on the last day only; the flows are read in March all the same."""
    load(ledger, "employees", "accounts", "attributions", "balances", "flows")
    scheme = {"indicators": {"fee": FEE, "closing": CLOSING}}
    assert codes(appraised(ledger, **scheme)) == set()
    load(ledger, "flows", feed="other")
    assert codes(appraised(ledger, **scheme)) == {"ledger.conflict"}


def test_days_after_the_last_rate_are_not_priced_with_it(ledger: Ledger) -> None:
    load(ledger, "employees", "accounts", "attributions", "balances")
    load(ledger, "rates", coverage=("2025-01-01", "2025-07-01"))
    scheme = {"conversion": "day", "indicators": {"average": AVERAGE}}
    run = appraised(ledger, **scheme)
    assert run.path is None
    assert run.computed.appraisal is not None
    found = run.computed.appraisal.board.columns["average"]["A"]
    assert isinstance(found, Missing)
    assert (found.reason, found.what) == ("no_rate", "exchange USD 2025-07-01")
    load(ledger, "rates", coverage=ALL_YEAR)
    assert codes(appraised(ledger, **scheme)) == set()


def test_a_target_in_ten_thousands_is_refused(ledger: Ledger) -> None:
    load(ledger, "employees", "measures")
    load(ledger, "targets", text="no,value,unit\nA,100,万元\n")
    score = {"title": title(), "value": reached("none")}
    run = appraised(ledger, indicators={"x": MEASURE}, scores={"score": score})
    assert codes(run) == {"target.unit"}


def test_a_run_as_of_a_day_is_corrected_as_of_that_day(ledger: Ledger) -> None:
    """Else a correction would take back what half a year's target gave, though nothing changed."""
    load(ledger, "employees", "measures", "targets")
    item = {"title": title(), "value": reached("time_proportional"), "rounding": "half_up"}
    pay = {"title": title(), "currency": "CNY", "floor": None, "cap": None, "items": {"p": item}}
    scheme = loaded_scheme(indicators={"x": MEASURE}, pay=pay)
    run = run_appraisal(ledger, scheme, parse_period("2025"), as_of=date(2025, 7, 1))
    assert run.path is not None
    stored = read_run(run.path)
    close_period(ledger, stored, by="Dana", at=AT)
    done = correct_closed(ledger, stored, parse_period("2026"), reason="?", by="Dana", at=AT)
    assert done.differences == ()


def test_a_scheme_that_fails_its_checks_is_not_appraised(ledger: Ledger) -> None:
    load(ledger, "employees", "measures")
    rows = [{"to": 40, "value": 1}, {"from": 60, "value": 2}]
    bands = {"step_table": {"of": "x", "mode": "whole", "rows": rows}}
    run = appraised(ledger, indicators={"x": MEASURE},
                    scores={"score": {"title": title(), "value": bands}})  # fmt: skip
    assert codes(run) == {"scheme.table-hole"}
    assert run.path is None


def warnings(run: Run) -> dict[str, dict[str, str | int]]:
    """Return the warnings of a run that was made, with their values."""
    assert run.path is not None, run.computed.issues
    return {
        found.code: dict(found.values)
        for found in run.computed.issues
        if found.severity == "warning"
    }


def test_rejected_rows_and_unknown_holders_are_told_with_the_run(ledger: Ledger) -> None:
    """A mistyped holder, and a balance that was rejected: both lower somebody's figure."""
    load(ledger, "employees", "accounts", "attributions")
    load(ledger, "balances", text=FILES["balances"][0] + "D1,CNY,2025-02-30,900\n")
    run = appraised(ledger, indicators={"closing": CLOSING})
    assert warnings(run) == {"coverage.rejected-rows": {"delivery": 4, "rows": 1}}
    load(ledger, "employees", text="no\nB\n")
    run = appraised(ledger, indicators={"closing": CLOSING})
    assert warnings(run)["coverage.unknown-holders"] == {"holders": "A", "number": 1}
