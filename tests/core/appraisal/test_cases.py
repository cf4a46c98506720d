"""Inline cases: bound to invented figures, computed by production code, told when they fail."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from tests.factories import loaded_scheme, title
from tidui.core.appraisal.cases import appraise_case, case_period, run_cases
from tidui.core.appraisal.scheme.document import LoadedScheme

EXAM = {"title": title(), "unit": "point", "fact": "measure", "code": "exam"}
BONUS = {"title": title(), "value": {"product": ["exam", "open"]}}
PAY = {"title": title(), "currency": "CNY", "floor": None, "cap": None,
       "items": {"pay": {"title": title(), "value": "exam", "rounding": "half_up"}}}  # fmt: skip
RANK = {"title": title(), "of": "exam", "best": "high", "within": [], "ties": "share_best",
        "min_group": 1, "below_min_group": "widen_population", "cut": "ceil"}  # fmt: skip
CLASSES = {"title": title(), "order": ["good", "bad"], "bands": {"of": "exam", "rows": [
    {"from": 60, "class": "good"}, {"to": 60, "class": "bad"}]}}  # fmt: skip


def bank(subjects: dict[str, Any], invented: dict[str, Any] | None = None,
         **own: Any) -> LoadedScheme:  # fmt: skip
    """Load a scheme with one case; the bonus's factor is open."""
    case = {"title": title("case"), "subjects": subjects, "invented": invented or {}}
    parts = {"indicators": {"exam": EXAM}, "scores": {"bonus": BONUS}, "ranks": {"r": RANK},
             "classes": {"c": CLASSES}, "pay": PAY, **own}  # fmt: skip
    return loaded_scheme(tests=[case], **parts)


FACTOR = {"scores.bonus.value.product[1]": Decimal("0.1")}


def outcome(loaded: LoadedScheme) -> list[str]:
    """Return the codes of what differs in the only case."""
    ((name, issues),) = run_cases(loaded)
    assert name == "case"
    return [found.code for found in issues]


def test_a_case_that_comes_out_has_no_issue() -> None:
    subjects = {
        "A": {"given": {"exam": 81}, "expect": {
            "bonus": Decimal("8.1"), "rank.r": 1, "class.c": "good", "pay.pay": 81,
            "pay.payable": 81}},
        "B": {"given": {"exam": 59}, "expect": {"rank.r": 2, "class.c": "bad"}},
        "C": {"given": {"exam": None}, "expect": {"bonus": None, "rank.r": None, "class.c": None}},
    }  # fmt: skip
    assert outcome(bank(subjects, FACTOR)) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"bonus": 8},
        {"rank.r": 2},
        {"class.c": "bad"},
        {"pay.pay": 80},
        {"bonus": None},
        {"nobody": 1},
        {"pay.withheld": 1},
        {"bonus": "8.1"},
    ],
)
def test_a_wrong_expectation_is_told(wrong: dict[str, Any]) -> None:
    subjects = {"A": {"given": {"exam": 81}, "expect": wrong}}
    assert outcome(bank(subjects, FACTOR)) == ["case.differs"]


def test_what_is_still_open_and_a_place_that_is_not_there_stop_the_case() -> None:
    subjects = {"A": {"given": {"exam": 81}, "expect": {"bonus": 1}}}
    assert outcome(bank(subjects)) == ["scheme.open"]
    assert outcome(bank(subjects, {"scores.other": 1})) == ["case.no-such-place"]
    assert outcome(bank(subjects, {"scores.bonus.value.product[2]": 1})) == ["case.no-such-place"]
    assert outcome(bank(subjects, {"scores.bonus.value.product[1]": [1]})) == ["scheme.invalid"]


def test_the_template_stays_open_after_its_cases_ran() -> None:
    loaded = bank({"A": {"given": {"exam": 81}}}, FACTOR)
    text = loaded.text
    run_cases(loaded)
    assert loaded.text == text
    assert '"open"' in text


def test_given_places_stand_for_a_ranking() -> None:
    subjects = {"A": {"ranks": {"r": [3, 7]}, "given": {"exam": 1}, "expect": {"rank.r": 3}}}
    assert outcome(bank(subjects, FACTOR)) == []


@pytest.mark.parametrize(
    ("period", "text"), [("year", "2025"), ("quarter", "2025Q1"), ("month", "2025-01")]
)
def test_a_case_lies_in_the_first_period_in_force(period: str, text: str) -> None:
    scheme = bank({"A": {}}, period=period).scheme
    assert case_period(scheme, scheme.tests[0]).text == text


RULE = {"title": title(), "events": "overdue", "amount_of": "event_amount", "amount": 1,
        "rounding": "down", "refund_within_months": 1, "later_recovery": "none",
        "partial_recovery": "proportional", "exempt_on_finding": True}  # fmt: skip


def test_loans_of_the_time_before_are_refunded_in_the_case() -> None:
    from datetime import date

    subject = {
        "given": {"exam": 0},
        "loans": {"L1": {"earned": 300, "withheld": [
            {"item": "overdue", "on": date(2024, 12, 5), "amount": 200, "of": 1000}]}},
        "events": [{"loan": "L1", "kind": "recovered", "on": date(2025, 1, 9), "amount": 250}],
        "expect": {"pay.refunded": 50, "pay.payable": 50},
    }  # fmt: skip
    pay = {**PAY, "deductions": {"overdue": RULE}}
    loaded = bank({"A": subject}, FACTOR, period="month", pay=pay)
    assert outcome(loaded) == []


def test_a_case_is_appraised_by_the_production_chain() -> None:
    scheme = bank({"A": {"given": {"exam": 81}}}, scores={}).scheme
    appraisal = appraise_case(scheme, scheme.tests[0])
    assert appraisal.board.columns["exam"] == {"A": Fraction(81)}
    assert appraisal.pay["A"].payable == 8100
