"""Provisional results: the days that have passed and no others, and nothing for good."""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from tests.factories import loaded_scheme, title
from tidui.core.appraisal.scheme.document import LoadedScheme
from tidui.core.calendar import parse_period
from tidui.core.values import Missing, Value
from tidui.ledger import Ledger, LedgerError, create_ledger
from tidui.runs.appraisals import run_appraisal
from tidui.runs.closings import close_period, closings, correct_closed
from tidui.runs.explanations import explain_run, leaf_of_run
from tidui.runs.folder import RunFolder, read_run
from tidui.runs.line_changes import changes_since
from tidui.runs.paces import Pace, read_paces
from tidui.runs.postings import posted_entries
from tidui.runs.provisional import find_data_date, run_provisional
from tidui.runs.scorecards import ScoreLine, read_scorecards
from tidui.runs.simulations import simulate_scheme
from tidui.runs.stored import read_entries_of
from tidui.runs.verification import verify_run

from .conftest import SCHEME as EXAMPLE
from .conftest import ExampleBank, scheme_of

AT = "2025-03-01T00:00:00Z"
QUARTER = parse_period("2025Q1")
FILES = {
    "employees": (
        "no,from,to\nA,2024-01-01,\nB,2024-01-01,2025-01-21\nC,2025-02-01,\n",
        "employee_no: {column: no}\n  line: {constant: corporate}\n  status: {constant: active}\n"
        "  valid_from: {column: from}\n  valid_to: {column: to}",
    ),
    "accounts": (
        "no\nD1\nD2\nD3\n",
        "account_no: {column: no}\n  customer_no: {column: no}\n  kind: {constant: deposit}\n"
        "  product: {constant: p}\n  currency: {constant: CNY}\n  org_code: {constant: B}\n"
        "  opened_on: {constant: 2024-01-01}",
    ),
    "attributions": (
        "no,who\nD1,A\nD2,B\nD3,C\n",
        "account_no: {column: no}\n  who: {column: who}\n  share: {constant: 1, unit: fraction}",
    ),
    "balances": (
        "no,day,amount\nD1,2025-01-01,100\nD1,2025-02-01,400\nD2,2025-01-01,50\nD3,2025-01-01,7\n",
        "account_no: {column: no}\n  day: {column: day}\n  currency: {constant: CNY}\n"
        "  balance: {column: amount, unit: major}",
    ),
    "flows": (
        "id,day,no,amount\nF1,2025-01-10,D1,90\nF2,2025-02-12,D1,27\nF3,2025-01-05,D2,40\n"
        "F4,2025-02-10,D3,28\n",
        "entry_id: {column: id}\n  booked_on: {column: day}\n  account_no: {column: no}\n"
        "  kind: {constant: fee}\n  amount: {column: amount, unit: major}\n"
        "  currency: {constant: CNY}",
    ),
    "targets": (
        "who,what,value\nA,deposit,500\nA,fees,360\nA,schedule,500\nB,deposit,50\nB,fees,90\n"
        "B,schedule,50\nC,deposit,7\nC,fees,90\nC,schedule,7\n",
        "subject: {column: who}\n  indicator: {column: what}\n  period: {constant: 2025Q1}\n"
        "  value: {column: value}\n  unit: {constant: CNY}\n"
        "  confirmed_on: {constant: 2025-01-02}\n  maker: {constant: H}\n  checker: {constant: I}",
    ),
}  # fmt: skip
DELIVERED = {"employees": "2025-12-31", "targets": "2025-12-31"}
"""Tables of people and decisions are there for the whole year, the others up to a day."""


def average() -> dict[str, object]:
    """Build an average of deposits."""
    return {"title": title(), "unit": "CNY", "fact": "balance_average", "averaging": "daily",
            "where": {"kind": "deposit"}}  # fmt: skip


def attained(of: str, progress: str = "none") -> dict[str, object]:
    """Build a score of an attainment."""
    value = {"attainment": {"of": of, "target": "delivered", "progress": progress}}
    return {"title": title(), "unit": "ratio", "value": value}


def quarterly(**own: object) -> LoadedScheme:
    """Build the scheme of a quarter: an average, the same by elapsed days, and fees."""
    fees = {"title": title(), "unit": "CNY", "fact": "flow_sum", "flows": "fee"}
    given: dict[str, object] = {
        "indicators": {"deposit": average(), "schedule": average(), "fees": fees},
        "scores": {"deposit_rate": attained("deposit"), "fee_rate": attained("fees"),
                   "schedule_rate": attained("schedule", "time_proportional")},
    }  # fmt: skip
    return loaded_scheme(period="quarter", **{**given, **own})


def load(ledger: Ledger, folder: Path, table: str, to: str, text: str | None = None) -> None:
    """Load a table of which all days before ``to`` are delivered."""
    file = folder / f"{table}{to}.csv"
    file.write_text(FILES[table][0] if text is None else text, encoding="utf-8")
    shape = "shape: change_points\n" if table == "balances" else ""
    mapping = (
        f"format: mapping/1\nid: {table}\nversion: 1\ntitle: {{zh: 测试, en: Test}}\n"
        f"table: {table}\nfeed: {table}\ncoverage: {{from: 2025-01-01, to: {to}}}\n{shape}"
        f"columns:\n  {FILES[table][1]}\n"
    )
    ledger.load(file, table=table, mapping_text=mapping, at=AT, by="test")


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    """Three managers in the first quarter, delivered up to 14 February: 45 of 90 days."""
    made = create_ledger(tmp_path / "ledger")
    for table in FILES:
        load(made, tmp_path, table, DELIVERED.get(table, "2025-02-15"))
    return made


def stored(
    ledger: Ledger, last: date | None = None, scheme: LoadedScheme | None = None
) -> RunFolder:
    """Run the quarter provisionally."""
    run = run_provisional(ledger, scheme or quarterly(), QUARTER, last)
    assert run.path is not None, run.computed.issues
    return read_run(run.path)


def lines(run: RunFolder, subject: str) -> dict[str, ScoreLine]:
    """Return a subject's lines by indicator."""
    (card,) = read_scorecards(run, subject)
    return {line.name: line for line in card.lines}


def figures(line: ScoreLine) -> tuple[Value | None, Value | None, Value | None]:
    """Return actual, target and attainment."""
    return line.actual, line.target, line.attainment


def test_averages_are_over_elapsed_days_flows_to_date_and_their_targets_by_elapsed_days(
    ledger: Ledger,
) -> None:
    run = stored(ledger)
    assert run.path.parent == ledger.path / "provisional"
    assert (run.manifest["kind"], run.manifest["as_of"]) == ("provisional", "2025-02-15")
    found = lines(run, "A")
    mean = Fraction(31 * 100 + 14 * 400, 45)
    assert figures(found["deposit"]) == (mean, 500, mean / 500)
    assert figures(found["fees"]) == (117, 180, Fraction(117, 180))
    assert figures(found["schedule"]) == (mean, 250, mean / 250)


def test_whoever_came_or_left_counts_on_his_own_days(ledger: Ledger) -> None:
    run = stored(ledger)
    left, came = read_scorecards(run)[1:]
    assert (left.counted_days, came.counted_days) == (20, 14)
    assert figures(lines(run, "B")["fees"]) == (40, 20, 2)
    assert figures(lines(run, "C")["fees"]) == (28, 14, 2)
    assert figures(lines(run, "C")["deposit"]) == (7, 7, 1)


def test_on_the_last_day_it_is_what_a_run_of_the_period_gives(
    ledger: Ledger, tmp_path: Path
) -> None:
    for table in FILES:
        load(ledger, tmp_path, table, DELIVERED.get(table, "2025-04-01"))
    whole = run_appraisal(ledger, quarterly(), QUARTER)
    assert whole.path is not None, whole.computed.issues
    run, last = read_run(whole.path), stored(ledger, date(2025, 3, 31))
    assert read_scorecards(last) == read_scorecards(run)
    assert find_data_date(ledger.snapshot(), quarterly(), QUARTER) == date(2025, 3, 31)
    assert all(pace.projected == pace.so_far for pace in read_paces(run))


def test_a_target_that_the_scheme_fixes_by_itself_is_left_as_it_is(ledger: Ledger) -> None:
    own = {"attainment": {"of": "fees", "target": "delivered", "progress": "none",
                          "target_by_days": False}}  # fmt: skip
    whole = {"title": title(), "unit": "ratio", "value": own}
    year = {"attainment": {"of": "fees", "target": 365, "progress": "year_to_date"}}
    to_date = {"title": title(), "unit": "ratio", "value": year}
    assert (
        figures(lines(stored(ledger, None, quarterly(scores={"s": whole})), "A")["fees"])[1] == 360
    )
    assert (
        figures(lines(stored(ledger, None, quarterly(scores={"s": to_date})), "A")["fees"])[1] == 45
    )


def test_a_day_that_is_not_delivered_blocks_up_to_the_data_date_and_not_beyond(
    ledger: Ledger,
) -> None:
    run = run_provisional(ledger, quarterly(), QUARTER, date(2025, 2, 15))
    assert run.path is None
    assert {found.code for found in run.computed.issues} == {"coverage.not-delivered"}
    assert run_provisional(ledger, quarterly(), QUARTER, date(2025, 2, 14)).path is not None
    whole = run_appraisal(ledger, quarterly(), QUARTER)
    assert {found.code for found in whole.computed.issues} == {"coverage.not-delivered"}


def test_the_data_date_is_the_last_day_before_the_first_hole(
    ledger: Ledger, tmp_path: Path
) -> None:
    def found(scheme: LoadedScheme, period: str = "2025Q1") -> date | None:
        return find_data_date(ledger.snapshot(), scheme, parse_period(period))

    assert found(quarterly()) == date(2025, 2, 14)
    load(ledger, tmp_path, "flows", "2025-01-21")
    assert found(quarterly()) == date(2025, 2, 14)
    load(ledger, tmp_path, "balances", "2025-03-01")
    assert found(quarterly()) == date(2025, 2, 14)
    closing = {"d": {"title": title(), "unit": "CNY", "fact": "balance_closing"}}
    only = quarterly(indicators=closing, scores={})
    assert found(only) == date(2025, 2, 14)
    for table in ("accounts", "attributions"):
        load(ledger, tmp_path, table, "2025-04-01")
    assert found(only) == date(2025, 2, 28)
    assert found(quarterly(), "2025Q2") is None
    grown = {"d": {"title": title(), "unit": "CNY", "fact": "balance_increase",
                   "base": {"average": "previous_period", "follows": "account"}}}  # fmt: skip
    assert found(quarterly(indicators=grown, scores={})) is None
    assert found(loaded_scheme(period="year")) is None
    named = {"d": {**average(), "where": {"segment": "small"}}}
    assert found(quarterly(indicators=named, scores={})) is None


def test_before_the_first_day_there_is_nothing_to_show(ledger: Ledger) -> None:
    for last in (None, date(2025, 3, 31)):
        run = run_provisional(ledger, quarterly(), parse_period("2025Q2"), last)
        assert run.path is None
        assert [found.code for found in run.computed.issues] == ["provisional.no-data"]


def test_it_can_not_be_closed_corrected_simulated_or_verified(
    ledger: Ledger, tmp_path: Path
) -> None:
    run = stored(ledger)
    acts = (
        lambda: close_period(ledger, run, by="Dana", at=AT),
        lambda: correct_closed(ledger, run, QUARTER, reason="x", by="Dana", at=AT),
        lambda: simulate_scheme(ledger, run, quarterly()),
        lambda: verify_run(ledger, run),
    )
    head = ledger.head()
    for act in acts:
        with pytest.raises(LedgerError) as caught:
            act()
        assert caught.value.issue.code == "run.provisional"
    assert (ledger.head(), closings(ledger), posted_entries(ledger)) == (head, (), ())
    for kind in ("run", "simulation"):
        with pytest.raises(ValueError, match="kind"):
            run_appraisal(ledger, quarterly(), QUARTER.up_to(date(2025, 2, 15)), kind=kind)
    with pytest.raises(ValueError, match="kind"):
        run_appraisal(ledger, quarterly(), QUARTER, kind="provisional")


def test_it_explains_itself_down_to_the_ledger(ledger: Ledger) -> None:
    run = stored(ledger)
    for subject in ("A", "B", "C"):
        assert explain_run(run, subject).differences == ()
        for name in ("deposit", "fees"):
            assert all(leaf.reproduced for leaf in leaf_of_run(ledger, run, subject, name))


def test_pace_carries_flows_on_in_proportion_and_averages_as_they_stand(ledger: Ledger) -> None:
    found = {(pace.subject, pace.indicator): pace for pace in read_paces(stored(ledger))}

    def told(pace: Pace) -> tuple[object, ...]:
        return pace.so_far, pace.projected, pace.way, pace.target, pace.attainment

    mean = Fraction(31 * 100 + 14 * 400, 45)
    assert told(found["A", "fees"]) == (117, 234, "in_proportion", 360, Fraction(234, 360))
    assert told(found["A", "deposit"]) == (mean, mean, "carried_on", 500, mean / 500)
    assert told(found["A", "schedule"]) == (mean, mean, "carried_on", 500, mean / 500)
    assert told(found["B", "fees"]) == (40, 40, "in_proportion", 20, 2)
    assert told(found["C", "fees"]) == (28, 118, "in_proportion", 59, 2)


def test_pace_computes_what_is_computed_from_where_its_parts_end(ledger: Ledger) -> None:
    both = {"title": title(), "unit": "CNY", "value": {"sum": ["fees", "deposit"]}}
    fees = {"title": title(), "unit": "CNY", "fact": "flow_sum", "flows": "fee"}
    scheme = quarterly(indicators={"both": both, "deposit": average(), "fees": fees}, scores={})
    found = {pace.indicator: pace for pace in read_paces(stored(ledger, None, scheme), "A")}
    assert list(found) == ["both", "deposit", "fees"]
    deposit = found["deposit"].projected
    assert isinstance(deposit, Fraction)
    assert (found["both"].projected, found["both"].way) == (234 + deposit, "computed")


def test_what_changed_since_last_week_is_named_line_by_line(ledger: Ledger) -> None:
    week, today = stored(ledger, date(2025, 2, 7)), stored(ledger)
    changes = {change.name: change for change in changes_since(week, today, "A")}
    assert set(changes) == {"deposit", "schedule", "fees"}
    fees = changes["fees"]
    assert (fees.actual, fees.entry) == ((90, 117), "fee_rate")
    assert fees.points == fees.attainment == (Fraction(90, 4 * 38), Fraction(117, 180))
    assert changes_since(today, today, "A") == ()
    assert [change.name for change in changes_since(week, today, "B")] == ["schedule"]
    came = changes_since(stored(ledger, date(2025, 1, 31)), today, "C")
    assert [change.actual[0] for change in came] == [None, None, None]


def test_what_has_not_come_yet_is_missing_and_leaves_the_pay_unknown(
    bank: ExampleBank,
) -> None:
    text = re.sub(r"code: quality_score", "code: not_yet", EXAMPLE)
    year = parse_period("2025")
    refused = bank.run(text)
    assert refused.path is None
    run = run_provisional(bank.ledger, scheme_of(text), year, date(2025, 6, 30))
    assert run.path is not None
    assert {(found.code, found.severity) for found in run.computed.issues} >= {
        ("indicator.missing", "warning"), ("pay.missing", "warning"),
    }  # fmt: skip
    assert all(found.severity != "error" for found in run.computed.issues)
    stored_run = read_run(run.path)
    assert read_entries_of(stored_run) == {}
    for card in read_scorecards(stored_run):
        assert card.total is not None
        assert isinstance(card.total.value, Missing)
        assert (card.pay, card.standings[0].rank) == (None, None)
