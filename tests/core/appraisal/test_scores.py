"""Scores: columns over all subjects, and values that read the others."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.factories import board, scheme, subject, title
from tidui.core.appraisal.chain import compute_board
from tidui.core.appraisal.evaluation.board import Board
from tidui.core.appraisal.scores import population_key, score_subjects
from tidui.core.values import Missing, Value


def columns(
    values: dict[str, Value], node: Any, team: dict[str, tuple[str, ...]] | None = None
) -> Board:
    """Compute a score ``out`` over given values ``x``."""
    body = scheme(scores={
        "x": {"title": title(), "value": 0}, "out": {"title": title(), "value": node},
    })  # fmt: skip
    made = board(body, [subject(name, belongs_to=name[0]) for name in values])
    made.team = team or {}
    compute_board(made, {"x": values})
    return made


SHARE = {"share_of_total": {"of": "x", "if_zero": "missing"}}


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=8))
def test_the_shares_of_all_add_up_to_one(values: list[int]) -> None:
    given_values: dict[str, Value] = {f"S{n}": Fraction(v) for n, v in enumerate(values)}
    found = columns(given_values, SHARE).columns["out"].values()
    known = [share for share in found if not isinstance(share, Missing)]
    assert sum(known) == (1 if sum(values) else 0)


def test_a_share_is_within_the_population_that_the_node_names() -> None:
    node = {"share_of_total": {"of": "x", "if_zero": "missing", "within": ["belongs_to"]}}
    made = columns({"a1": Fraction(1), "a2": Fraction(3), "b1": Fraction(5)}, node)
    assert list(made.columns["out"].values()) == [Fraction(1, 4), Fraction(3, 4), 1]
    assert population_key(made, "a1", ("belongs_to",)) == "belongs_to=a"


def test_a_share_of_a_zero_total_is_what_the_scheme_says() -> None:
    node = {"share_of_total": {"of": "x", "if_zero": 0}}
    assert columns({"A": Fraction(0)}, node).columns["out"]["A"] == 0
    assert isinstance(columns({"A": Fraction(0)}, SHARE).columns["out"]["A"], Missing)


def test_a_share_of_a_negative_total_is_not_defined() -> None:
    """Of a loss of three, who lost two would have the greater share of what is given out."""
    node = {"share_of_total": {"of": "x", "if_zero": 0}}
    found = columns({"A": Fraction(-1), "B": Fraction(-2)}, node).columns["out"]
    assert all(isinstance(share, Missing) for share in found.values())


def test_a_leader_has_the_sum_or_mean_of_his_people() -> None:
    values: dict[str, Value] = {"H": Fraction(0), "A": Fraction(4), "B": Fraction(8)}
    team = {"H": ("A", "B")}
    for combine, expected in (("sum", 12), ("mean", 6)):
        made = columns(values, {"team_total": {"of": "x", "combine": combine}}, team)
        assert made.columns["out"]["H"] == expected
        assert isinstance(made.columns["out"]["A"], Missing)


def test_a_missing_member_makes_the_team_missing() -> None:
    values: dict[str, Value] = {"H": Fraction(0), "A": Missing("unknown", "x"), "B": Fraction(8)}
    made = columns(values, {"team_total": {"of": "x", "combine": "sum"}}, {"H": ("A", "B")})
    assert isinstance(made.columns["out"]["H"], Missing)


def test_a_column_has_a_value_for_each_subject() -> None:
    made = board(scheme(scores={"x": {"title": title(), "value": 3}}), [subject("A"), subject("B")])
    assert score_subjects(made, made.entries["x"]) == {"A": 3, "B": 3}
