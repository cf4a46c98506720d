"""Comparison: an empty change changes nothing, and what changes is counted by person."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.factories import board, scheme, subject, title
from tidui.core.appraisal.chain import Appraisal, compute_board
from tidui.core.appraisal.compare import compare_appraisals, cost_change, dead_rows
from tidui.core.appraisal.grades import propose_grades
from tidui.core.appraisal.pay.settlement import PayInputs, pay_subjects

EXAM = {"title": title(), "unit": "point", "fact": "measure", "code": "exam"}
GRADES = {"title": title(), "mode": "highest_met", "grade_on": "last_day", "order": ["low", "high"],
          "ladder": {"low": {"title": title()}, "high": {
              "title": title(), "appoint_or_keep": {"score": "step", "at_least": 2},
              "on_failure": "down_one"}}}  # fmt: skip


def appraised(marks: dict[str, int], bar: int = 60, best: str = "high") -> Appraisal:
    """Appraise people by one step table whose bound is given."""
    rows = [{"to": bar, "value": 1}, {"from": bar, "to": 1000, "value": 2},
            {"from": 1000, "value": 3}]  # fmt: skip
    body = scheme(
        indicators={"exam": EXAM},
        scores={"step": {"title": title(), "value": {
            "step_table": {"of": "exam", "mode": "whole", "rows": rows}}}},
        ranks={"r": {"title": title(), "of": "exam", "best": best, "within": [], "ties": "dense",
                     "min_group": 1, "below_min_group": "widen_population", "cut": "ceil"}},
        grades=GRADES,
        pay={"title": title(), "currency": "CNY", "floor": None, "cap": None, "items": {
            "i": {"title": title(), "value": {"product": ["step", 100]}, "rounding": "down"}}},
    )  # fmt: skip
    measures: dict[Any, Any] = {(name, "exam"): mark for name, mark in marks.items()}
    on = board(body, [subject(name, grade="low") for name in marks], measures=measures)
    compute_board(on)
    pay = pay_subjects(on, PayInputs((), (), (), "2025"))
    people = tuple(on.subjects.values())
    return Appraisal(on, people, propose_grades(on, ()), pay.rows, ())


MARKS = st.dictionaries(st.sampled_from("ABCDE"), st.integers(0, 100), min_size=1)


@given(MARKS)
def test_the_same_scheme_changes_nothing(marks: dict[str, int]) -> None:
    found = compare_appraisals(appraised(marks), appraised(marks))
    assert found.cost_before == found.cost_after
    assert found.winners == found.losers == found.promotions == ()
    assert all(c.ranks == () and c.pay_before == c.pay_after for c in found.changes)


@settings(max_examples=40)
@given(MARKS, st.integers(1, 99), st.integers(1, 99))
def test_the_change_of_cost_is_the_sum_of_the_changes(
    marks: dict[str, int], one: int, other: int
) -> None:
    found = compare_appraisals(appraised(marks, one), appraised(marks, other))
    changes = [(c.pay_after or 0) - (c.pay_before or 0) for c in found.changes]
    assert sum(changes) == found.cost_after - found.cost_before
    assert set(found.winners) == {m for m in marks if other <= marks[m] < one}
    assert set(found.losers) == {m for m in marks if one <= marks[m] < other}
    assert found.promotions == found.winners


def test_changed_places_are_named_with_both() -> None:
    marks = {"A": 90, "B": 50, "C": 70}
    found = compare_appraisals(appraised(marks), appraised(marks, best="low"))
    changed = {c.subject: c.ranks for c in found.changes}
    assert changed == {"A": (("r", 1, 3),), "B": (("r", 3, 1),), "C": ()}


def test_who_is_in_one_appraisal_only_is_in_the_comparison() -> None:
    found = compare_appraisals(appraised({"A": 90}), appraised({"B": 90}))
    assert {(c.subject, c.pay_before, c.pay_after) for c in found.changes} == {
        ("A", 20000, None), ("B", None, 20000),
    }  # fmt: skip
    assert (found.winners, found.losers) == (("B",), ("A",))


def test_rows_that_nobody_hits_are_named() -> None:
    def numbers(marks: dict[str, int]) -> list[int]:
        return [row for _, row in dead_rows(appraised(marks))]

    assert numbers({"A": 10}) == [1, 2]
    assert numbers({"A": 10, "B": 60}) == [2]
    assert numbers({"A": 59, "B": 999, "C": 1000}) == []


def test_a_change_of_cost_needs_a_cost_before() -> None:
    one, other = appraised({"A": 10}), appraised({"A": 90})
    assert cost_change(compare_appraisals(one, other)) == Fraction(1)
    nothing = Appraisal(one.board, one.subjects, {}, {}, ())
    assert cost_change(compare_appraisals(nothing, one)) is None
