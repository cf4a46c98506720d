"""Faults of design that the sources name: each can be seen, cured, and overridden with a reason."""

from __future__ import annotations

from typing import Any

import pytest

from tests.factories import scheme, title
from tidui.core.appraisal.checks.design import check_design, goals_served

DEPOSITS = {"title": title(), "unit": "CNY", "fact": "balance_average", "averaging": "daily",
            "where": {"kind": "deposit"}}  # fmt: skip
FEES = {"title": title(), "unit": "CNY", "fact": "flow_sum", "flows": "fee"}
LENT = {**FEES, "flows": "disbursement"}
RISK = {"title": title(), "unit": "ratio", "fact": "loan_quality", "worst_class": 3,
        "averaging": "closing", "if_zero": 0}  # fmt: skip
MARK = {"title": title(), "unit": "point", "fact": "measure", "code": "quality"}
TEAM = {**FEES, "count_for": "own_team"}
FEEDBACK = {"title": title(), "within_days": 10}
LEVELS = [{"value": 0, "title": "x"}, {"value": 10, "title": "y"}]
RUBRIC = {"rubric": {"of": "mark", "levels": LEVELS}}
POINTS = {
    "points": {"title": title(), "value": {"sum": ["fees", "team", "marks", "risk"]}},
    "marks": {"title": title(), "value": RUBRIC},
}


def faults(**own: Any) -> list[str]:
    """Return the codes found in a scheme that is sound but for what a test names."""
    sound: dict[str, Any] = {
        "period": "month", "feedback": FEEDBACK,
        "goals": [{"title": title(), "served_by": ["points"]}],
        "indicators": {"fees": FEES, "team": TEAM, "mark": MARK, "risk": RISK}, "scores": POINTS,
    }  # fmt: skip
    found = check_design(scheme(**{**sound, **own}))
    assert {one.severity for one in found} <= {"warning", "note"}
    return [one.code for one in found]


def only(**indicators: Any) -> dict[str, Any]:
    """Return the sections of a scheme with these indicators and a sum of them."""
    value = {"sum": list(indicators)}
    return {"indicators": indicators, "scores": {"points": {"title": title(), "value": value}}}


def test_a_scheme_from_goals_with_team_quality_and_feedback_has_no_fault() -> None:
    assert faults() == []


@pytest.mark.parametrize(
    ("own", "code"),
    [
        ({"goals": []}, "design.no-goals"),
        ({"goals": [{"title": title(), "served_by": ["points", "gone"]}]},
         "design.goal-unknown-entry"),
        ({"goals": [{"title": title(), "served_by": ["points"]},
                    {"title": title(), "served_by": []}]}, "design.goal-unserved"),
        ({"goals": [{"title": title(), "served_by": ["fees", "team", "mark"]}]},
         "design.serves-no-goal"),
        (only(fees=FEES, deposits=DEPOSITS), "design.results-only"),
        (only(deposits=DEPOSITS, lent=LENT), "design.volume-alone"),
        ({"period": "year"}, "design.yearly-only"),
        (only(mark=MARK), "design.undescribed-levels"),
        (only(fees=FEES, risk=RISK), "design.no-team-part"),
        (only(fees=FEES, team=TEAM), "design.no-quality-part"),
        ({"feedback": None}, "design.no-feedback"),
    ],
)  # fmt: skip
def test_each_fault_is_named(own: dict[str, Any], code: str) -> None:
    assert code in faults(**own)
    assert code not in faults()


def test_an_indicator_that_nothing_reads_needs_no_goal() -> None:
    extra = {"fees": FEES, "team": TEAM, "mark": MARK, "risk": RISK, "idle": DEPOSITS}
    assert faults(indicators=extra) == []


def test_a_monthly_scheme_beside_makes_a_yearly_one_sound() -> None:
    yearly = scheme(period="year", **only(fees=FEES))
    monthly = scheme(period="month", **only(fees=FEES))
    elsewhere = scheme(period="month", population={"line": "retail"}, **only(fees=FEES))

    def codes(*beside: Any) -> list[str]:
        return [one.code for one in check_design(yearly, beside)]

    assert "design.yearly-only" not in codes(monthly)
    assert "design.yearly-only" in codes(elsewhere)


def test_a_scheme_of_outlets_is_a_team_part_itself() -> None:
    assert "design.no-team-part" not in faults(subjects="outlet", **only(fees=FEES, risk=RISK))


def test_a_goal_is_served_by_whatever_its_score_reads() -> None:
    served = goals_served(scheme(
        goals=[{"title": title(), "served_by": ["points"]}, {"title": title(), "served_by": []}],
        **only(fees=FEES, risk=RISK),
    ))  # fmt: skip
    assert served == {"fees": (0,), "risk": (0,), "points": (0,)}


def test_an_override_turns_a_fault_into_a_note() -> None:
    reason = {"overrides": {"design.no-feedback": {"reason": "x", "approver": "y"}}}
    found = check_design(scheme(compliance=reason))
    assert ("design.no-feedback", "note") in [(one.code, one.severity) for one in found]
