"""The way to the next grade says what the proposal decided on, and how far it is."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from tests.factories import board, scheme, subject, title
from tidui.core.appraisal.chain import compute_board
from tidui.core.appraisal.inputs import OutcomeRow
from tidui.core.calendar import parse_period
from tidui.core.values import Missing
from tidui.ledger import LedgerError
from tidui.runs.folder import RunFolder
from tidui.runs.next_grades import Need, NextGrade, find_next_grade, next_grade
from tidui.runs.stored import read_board, read_grades, read_subjects


def test_whoever_meets_all_that_is_asked_for_is_the_one_whom_the_run_promotes(
    example_run: RunFolder,
) -> None:
    proposals = read_grades(example_run)
    promoted = 0
    for name, proposal in proposals.items():
        found = next_grade(example_run, name)
        if proposal.present == "chief":
            assert found is None
        elif proposal.rule != "left":
            assert found is not None
            assert (found.holds is True) == (proposal.rule == "promoted"), name
            promoted += found.holds is True
    assert promoted > 0


def test_each_condition_says_what_is_held_wanted_and_missing(example_run: RunFolder) -> None:
    found = next_grade(example_run, "E004")
    assert found is not None
    assert (found.present, found.grade, found.clause) == ("rm", "senior", "example 8.3")
    deposit, rank, quality, tenure = found.needs
    held = read_board(example_run)[0].columns["deposit_average"]["E004"]
    assert isinstance(held, Fraction)
    assert deposit == Need(
        "compare", "deposit_average", ("对公存款年日均", "Average daily corporate deposits"), "CNY",
        "at_least", held, Fraction(60_000_000), 60_000_000 - held, False,
    )  # fmt: skip
    assert (rank.held, rank.wanted, rank.distance, rank.holds) == (18, 11, -7, False)
    assert (quality.held, quality.wanted, quality.distance) == (73, 80, 7)
    assert (tenure.kind, tenure.held, tenure.wanted, tenure.distance) == ("tenure", 95, 36, 0)


def test_whoever_is_not_in_the_run_is_named(example_run: RunFolder) -> None:
    assert "E999" not in {one.id for one in read_subjects(example_run)}
    with pytest.raises(LedgerError) as caught:
        next_grade(example_run, "E999")
    assert caught.value.issue.code == "run.no-such-subject"


def way(condition: Any, *, outcomes: tuple[OutcomeRow, ...] = (), **own: Any) -> NextGrade | None:
    """Return A's way from ``low`` to ``high``; he has 5 points of the measure ``m``."""
    grades = {
        "title": title(), "mode": "conditions", "grade_on": "last_day", "order": ["low", "high"],
        "ladder": {"low": {"title": title(), "on_failure": "keep"},
                   "high": {"title": title("高"), "on_failure": "keep",
                            "appoint_or_keep": condition}},
    }  # fmt: skip
    classes = {"c": {"title": title(), "order": ["good", "bad"], "bands": {
        "of": "m", "rows": [{"from": 3, "class": "good"}, {"to": 3, "class": "bad"}]}}}  # fmt: skip
    made = scheme(
        indicators={
            name: {"title": title(), "unit": "point", "fact": "measure", "code": name}
            for name in ("m", "n")
        },
        classes=classes, grades={**grades, **own},
    )  # fmt: skip
    person = subject("A", grade="low", rm_months=7, off_days=(("leave", 4),))
    laid = board(made, [person], measures={("A", "m"): 5})
    compute_board(laid)
    return find_next_grade(laid, "A", outcomes)


def compared(bound: str, value: int) -> dict[str, Any]:
    """Build a condition on the measure."""
    return {"indicator": "m", bound: value}


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (compared("above", 5), [("above", 0, False, False, "")]),
        (compared("at_most", 4), [("at_most", -1, False, False, "")]),
        ({"indicator": "m", "at_least": 7, "below": 4},
         [("at_least", 2, False, False, ""), ("below", -1, False, False, "")]),
        ({"not": compared("at_least", 5)}, [("at_least", 0, False, True, "")]),
        ({"any": [compared("at_least", 6), compared("at_least", 4)]},
         [("at_least", 1, False, False, "1"), ("at_least", 0, True, False, "1")]),
        ({"not": {"any": [compared("at_least", 6), compared("at_least", 4)]}},
         [("at_least", 1, True, True, ""), ("at_least", 0, False, True, "")]),
        ({"not": {"all": [compared("at_least", 6), compared("at_least", 4)]}},
         [("at_least", 1, True, True, "1.1"), ("at_least", 0, False, True, "1.1")]),
        ({"days_off": "leave", "at_least": 6}, [("at_least", 2, False, False, "")]),
        ({"tenure": "rm", "months": 12}, [("at_least", 5, False, False, "")]),
        ({"certificate": "credit"}, [("is", None, False, False, "")]),
        ({"attribute": {"of": "grade", "is": "low"}}, [("is", None, True, False, "")]),
    ],
)  # fmt: skip
def test_a_condition_of_any_kind_is_told(condition: Any, expected: list[Any]) -> None:
    found = way(condition)
    assert found is not None
    told = [(n.bound, n.distance, n.holds, n.negated, n.group) for n in found.needs]
    assert told == expected


def test_a_streak_is_counted_from_the_classes_of_the_periods_before() -> None:
    def outcome(period: str, word: str | None) -> OutcomeRow:
        return OutcomeRow("A", "test", period, parse_period(period).span, word, "low", "low")

    moves = {
        "class_of": "c", "after_move": "consumed", "unrated_quarter": "breaks",
        "tenure_gate": True, "floor": "low", "ceiling": "high",
        "rules": [{"classes": "good", "periods": 3, "step": 1},
                  {"classes": "bad", "periods": 1, "step": -1}],
    }  # fmt: skip
    given: dict[str, Any] = {"mode": "moves", "moves": moves, "tenure_months": {"high": 12}}
    past = (outcome("2023", "bad"), outcome("2024", "good"))
    found = way(None, outcomes=past, **given)
    assert found is not None
    streak, tenure = found.needs
    assert (streak.kind, streak.name, streak.held, streak.wanted) == ("streak", "good", 2, 3)
    assert (tenure.held, tenure.wanted, tenure.distance) == (7, 12, 5)
    longer = way(None, outcomes=(outcome("2023", "good"), *past[1:]), **given)
    assert longer is not None
    assert [need.holds for need in longer.needs] == [True, False]
    assert longer.holds is False
    at_top = {**moves, "ceiling": "low"}
    assert way(None, outcomes=past, **{**given, "moves": at_top}) is None


def test_probation_asks_for_its_own_conditions_and_months() -> None:
    probation = {"grade": "low", "months": 9, "passes": compared("at_least", 5), "next": "high",
                 "on_failure": "keep"}  # fmt: skip
    found = way(compared("at_least", 99), probation=probation)
    assert found is not None
    assert [(n.kind, n.holds, n.distance) for n in found.needs] == [
        ("compare", True, 0), ("tenure", False, 2),
    ]  # fmt: skip


def test_what_can_not_be_known_stays_unknown() -> None:
    found = way({"all": [compared("at_least", 1), {"indicator": "n", "at_least": 1}]})
    assert found is not None
    known, unknown = found.needs
    assert known.holds is True
    assert isinstance(unknown.holds, Missing)
    assert isinstance(unknown.held, Missing)
    assert unknown.distance is None
    assert isinstance(found.holds, Missing)
