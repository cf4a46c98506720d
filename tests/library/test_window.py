"""A window of twelve months on a real ledger: the last quarter's is that of the year."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.library.minimal import small_scheme
from tidui.cli.demo import load_example
from tidui.core.appraisal.scheme.document import LoadedScheme, load_scheme
from tidui.core.calendar import parse_period
from tidui.ledger import Ledger
from tidui.runs.appraisals import run_appraisal

ROOT = Path(__file__).parents[2]
BODY = """
indicators:
  deposits:
    title: {zh: 存款, en: Deposits}
    unit: CNY
    fact: balance_average
    averaging: daily
    window: WINDOW
    where: {kind: deposit}
    coefficients: [{product: margin, from: 2024-01-01, value: 0.3}]
  fees: {title: {zh: 费, en: Fees}, unit: CNY, fact: flow_sum, flows: fee, window: WINDOW}
scores:
  all: {title: {zh: 合计, en: All}, unit: CNY, value: {population_total: {of: fees, combine: sum}}}
"""


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Ledger:
    """Load the example bank once."""
    return load_example(ROOT / "examples", tmp_path_factory.mktemp("bank") / "ledger", "en")


def scheme_with(window: str, kind: str) -> LoadedScheme:
    """Return the scheme with one window, in force when the example bank's ledger begins."""
    text = small_scheme(BODY.replace("WINDOW", window), kind).text
    loaded, _ = load_scheme(text.replace("2026-01-01", "2024-01-01"))
    assert loaded is not None
    return loaded


def columns(ledger: Ledger, period: str, window: str) -> dict[str, dict[str, object]]:
    """Appraise a period of 2025 under a scheme with one window."""
    when = parse_period(period)
    run = run_appraisal(ledger, scheme_with(window, when.kind), when)
    assert [one for one in run.computed.issues if one.severity == "error"] == []
    assert run.computed.appraisal is not None
    subjects = run.computed.appraisal.board.subjects
    full = {id_ for id_, subject in subjects.items() if not subject.off_days}
    found = run.computed.appraisal.board.columns
    assert len({*found["all"].values()}) == 1
    return {name: {id_: found[name][id_] for id_ in sorted(full)} for name in ("deposits", "fees")}


def test_the_window_of_the_last_quarter_is_the_year(ledger: Ledger) -> None:
    year = columns(ledger, "2025", "period")
    quarter = columns(ledger, "2025Q4", "twelve_months")
    both = set(year["deposits"]) & set(quarter["deposits"])
    assert len(both) > 20
    for name in ("deposits", "fees"):
        assert {id_: year[name][id_] for id_ in both} == {id_: quarter[name][id_] for id_ in both}
    alone = columns(ledger, "2025Q4", "period")
    assert any(alone["deposits"][id_] != quarter["deposits"][id_] for id_ in both)


def test_a_window_that_reaches_before_the_ledger_is_refused(ledger: Ledger) -> None:
    run = run_appraisal(ledger, scheme_with("twelve_months", "quarter"), parse_period("2024Q1"))
    assert {one.code for one in run.computed.issues} == {"coverage.not-delivered"}
