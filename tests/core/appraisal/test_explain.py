"""Explanations: the run's own values, re-evaluated from their inputs, with the right distance."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.factories import board, fact, scheme, subject, title
from tidui.core.appraisal.chain import compute_board
from tidui.core.appraisal.evaluation.board import Board
from tidui.core.appraisal.explain import (
    explain_entry,
    explain_subject,
    find_wanted,
    re_evaluate,
)
from tidui.core.appraisal.grades import propose_grades
from tidui.core.appraisal.pay.settlement import PayInputs, pay_subjects
from tidui.core.trace import walk

ROWS = [
    {"to": 0, "value": 0},
    {"from": 0, "to": 500, "value": 60},
    {"from": 500, "to": 900, "value": 80},
    {"from": 900, "value": 100},
]


def bank(yuan: int = 400) -> Board:
    """Build a board with every stage in it."""
    body = scheme(
        indicators={"deposits": {"title": title(), "unit": "CNY", "fact": "balance_average",
                                 "averaging": "daily", "clause": "c 1"}},
        scores={
            "step": {"title": title(), "value": {
                "step_table": {"of": "deposits", "mode": "whole", "rows": ROWS}}},
            "total": {"title": title(), "value": {
                "weighted": {"parts": [{"of": "step", "weight": 60}, {"of": 70, "weight": 40}],
                             "total": 100, "missing": "block"}}, "places": 1,
                "rounding": "half_up"},
        },
        ranks={"place": {"title": title(), "of": "total", "best": "high", "within": [],
                         "ties": "share_best", "min_group": 1, "cut": "ceil",
                         "below_min_group": "widen_population"}},
        classes={"word": {"title": title(), "order": ["good", "bad"], "bands": {
            "of": "total", "rows": [{"from": 70, "class": "good"}, {"to": 70, "class": "bad"}]}}},
        grades={"title": title(), "mode": "conditions", "grade_on": "last_day",
                "order": ["junior", "senior"], "ladder": {
                    "junior": {"title": title()},
                    "senior": {"title": title(), "on_failure": "down_one", "appoint_or_keep": {
                        "all": [{"indicator": "deposits", "at_least": 1000},
                                {"rank": "place", "top_percent": 50}]}}}},
        pay={"title": title(), "currency": "CNY", "floor": 0, "cap": None, "items": {
            "reward": {"title": title(), "value": {"product": ["total", 10]},
                       "rounding": "half_up"}}},
    )  # fmt: skip
    facts = (fact("deposits", "A", yuan * 100 * 10**6 * 365),)
    made = board(body, [subject("A", grade="junior"), subject("B", grade="senior")], facts=facts)
    compute_board(made)
    return made


def explained(made: Board) -> Any:
    """Explain subject A with his pay."""
    pay = pay_subjects(made, PayInputs((), (), (), "2025")).rows["A"]
    return explain_subject(made, "A", (), pay)


@given(st.integers(-100, 2000))
def test_the_tree_holds_the_values_of_the_run(yuan: int) -> None:
    made = bank(yuan)
    result = explained(made)
    for _, node in walk(result.root):
        if node.name in made.columns:
            assert node.value == made.columns[node.name]["A"]
    assert result.proposal == propose_grades(made, ())["A"]


@given(st.integers(-100, 2000))
def test_each_node_is_re_evaluated_from_its_inputs(yuan: int) -> None:
    made = bank(yuan)
    for _, node in walk(explained(made).root):
        if node.kind != "root" and node.value is not None:
            assert re_evaluate(made, "A", node) == node.value, node.kind


def test_a_changed_input_changes_the_node_above_it() -> None:
    made = bank()
    tree = explain_entry(made, "A", "total")
    table = next(node for _, node in walk(tree) if node.kind == "step_table")
    table.inputs[0].value = Fraction(950)
    table.inputs[-1].value = Fraction(100)
    assert re_evaluate(made, "A", table) == 100


@given(st.integers(-100, 899))
def test_the_distance_to_the_next_row_moves_the_row_and_a_fen_less_does_not(yuan: int) -> None:
    made = bank(yuan)
    (wanted,) = [one for one in find_wanted(explained(made).root) if one.kind == "step"]
    assert wanted.name == "deposits"
    before = made.columns["step"]["A"]
    values = dict(made.columns["deposits"])
    for change, moved in ((wanted.distance, True), (wanted.distance - Fraction(1, 100), False)):
        compute_board(made, {"deposits": {**values, "A": values["A"] + change}})
        assert (made.columns["step"]["A"] != before) is moved


@given(st.integers(-100, 999))
def test_the_distance_to_a_bound_is_what_the_condition_asks(yuan: int) -> None:
    wanted = [one for one in find_wanted(explained(bank(yuan)).root) if one.kind == "at_least"]
    assert [(one.name, one.distance) for one in wanted] == [("deposits", Fraction(1000 - yuan))]


def test_what_nobody_wants_to_reach_is_not_named_as_missing() -> None:
    root = explained(bank(2000)).root
    assert find_wanted(root) == ()


def test_each_stage_has_its_node() -> None:
    kinds = [node.kind for node in explained(bank()).root.inputs]
    assert kinds == ["balance_average", "entry", "entry", "rank_of", "class", "grade", "pay"]
