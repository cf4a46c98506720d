"""What closings write down is what later periods read, unless a person decided otherwise."""

from __future__ import annotations

from pathlib import Path

from tidui.core.appraisal.inputs import OutcomeRow
from tidui.core.calendar import parse_period
from tidui.ledger import Ledger, create_ledger
from tidui.runs.past import closed_outcomes, with_closed

AT = "2026-01-01T00:00:00Z"


def closed(folder: Path) -> Ledger:
    """Build a ledger with two closings."""
    ledger = create_ledger(folder / "ledger")
    for period, row in (
        ("2025Q1", ["A", "excellent", "junior", "junior"]),
        ("2025Q2", ["A", "excellent", "junior", "middle"]),
    ):
        payload = {"scheme": {"id": "s"}, "period": period, "outcomes": [row], "entries": []}
        ledger.append("closing", payload, at=AT)
    return ledger


def test_a_closed_quarter_is_an_outcome_of_the_next(tmp_path: Path) -> None:
    found = closed_outcomes(closed(tmp_path), None)
    assert [(row.period, row.class_, row.grade_before, row.grade_after) for row in found] == [
        ("2025Q1", "excellent", "junior", "junior"), ("2025Q2", "excellent", "junior", "middle"),
    ]  # fmt: skip


def test_an_earlier_state_of_the_ledger_knows_earlier_closings_only(tmp_path: Path) -> None:
    assert [row.period for row in closed_outcomes(closed(tmp_path), 1)] == ["2025Q1"]


def test_a_delivered_decision_takes_the_place_of_the_proposal(tmp_path: Path) -> None:
    span = parse_period("2025Q2").span
    decided = OutcomeRow("A", "s", "2025Q2", span, "excellent", "junior", "junior")
    found = with_closed((decided,), closed_outcomes(closed(tmp_path), None))
    assert [(row.period, row.grade_after) for row in found] == [
        ("2025Q2", "junior"), ("2025Q1", "junior"),
    ]  # fmt: skip
