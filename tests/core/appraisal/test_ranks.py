"""Ranks and classes: populations, ties, small groups, quotas; nothing but the declared rules."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import board, scheme, subject, title
from tidui.core.appraisal.evaluation.board import Board, Place
from tidui.core.appraisal.ranks import classify_subjects, rank_subjects

VALUES = st.lists(st.fractions(-50, 50, max_denominator=7), min_size=1, max_size=12)


def ranked(values: dict[str, Any], *, grades: dict[str, str] | None = None, **rank: Any) -> Board:
    """Rank subjects by given values."""
    rules = {
        "title": title(), "of": "total", "best": "high", "within": [], "ties": "share_best",
        "min_group": 1, "below_min_group": "widen_population", "cut": "ceil", **rank,
    }  # fmt: skip
    body = scheme(scores={"total": {"title": title(), "value": 0}}, ranks={"place": rules})
    people = [subject(name, grade=(grades or {}).get(name)) for name in values]
    made = board(body, people)
    made.columns["total"] = {name: Fraction(value) for name, value in values.items()}
    rank_subjects(made, "place")
    return made


def places(made: Board) -> dict[str, int | None]:
    """Return the place of each subject."""
    return {name: place.rank for name, place in made.places["place"].items()}


@pytest.mark.parametrize(
    ("ties", "expected"),
    [("share_best", [1, 2, 2, 4]), ("share_worst", [1, 3, 3, 4]), ("dense", [1, 2, 2, 3])],
)
def test_ties_share_a_place_as_declared(ties: str, expected: list[int]) -> None:
    made = ranked({"A": 9, "B": 7, "C": 7, "D": 5}, ties=ties)
    assert list(places(made).values()) == expected


def test_the_lowest_can_be_the_best() -> None:
    assert places(ranked({"A": 9, "B": 7}, best="low")) == {"A": 2, "B": 1}


@given(VALUES, st.fractions(-9, 9))
def test_a_constant_added_to_all_changes_no_place(values: list[Fraction], more: Fraction) -> None:
    names = {f"S{number}": value for number, value in enumerate(values)}
    moved = {name: value + more for name, value in names.items()}
    assert places(ranked(names)) == places(ranked(moved))


@given(VALUES, st.randoms())
def test_the_order_of_the_subjects_changes_no_place(values: list[Fraction], random: Any) -> None:
    names = {f"S{number}": value for number, value in enumerate(values)}
    turned = list(names.items())
    random.shuffle(turned)
    assert places(ranked(names)) == places(ranked(dict(turned)))


def test_an_excluded_subject_changes_only_those_compared_with_him() -> None:
    values = {"A": 9, "B": 8, "C": 7, "D": 6}
    grades = {"A": "x", "B": "x", "C": "y", "D": "y"}
    rule = {"within": ["grade"], "exclude": {"score": "total", "at_least": 9}}
    before = ranked(values, grades=grades, within=["grade"])
    after = ranked(values, grades=grades, **rule)
    assert places(after) == {**places(before), "A": None, "B": 1}
    assert after.places["place"]["A"].reason == "excluded"


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("widen_population", {"A": 1, "B": 2, "C": 1, "D": 4}),
        ("not_ranked_human_decides", {"A": 1, "B": 2, "C": None, "D": None}),
    ],
)
def test_a_small_group_is_widened_or_left_to_a_person(rule: str, expected: dict[str, Any]) -> None:
    values = {"A": 9, "B": 5, "C": 9, "D": 4}
    grades = {"A": "x", "B": "x", "C": "y", "D": "z"}
    made = ranked(values, grades=grades, within=["grade"], min_group=2, below_min_group=rule)
    assert places(made) == expected


def test_a_group_too_small_even_when_widened_is_not_ranked() -> None:
    made = ranked({"A": 9}, min_group=2)
    assert made.places["place"]["A"] == Place(None, 0, 0, 0, "", "group_too_small")


def classified(value: Any, **rules: Any) -> str | None:
    """Return the class of a subject with a total."""
    body = scheme(
        scores={"total": {"title": title(), "value": value}},
        classes={"word": {"title": title(), "order": ["excellent", "competent", "basic"], **rules}},
    )
    made = board(body)
    made.columns["total"] = {"A": Fraction(value)}
    return classify_subjects(made, "word")["A"]


BANDS = {
    "of": "total",
    "rows": [
        {"from": 90, "class": "excellent"},
        {"from": 60, "to": 90, "class": "competent"},
        {"to": 60, "class": "basic"},
    ],
}


@pytest.mark.parametrize(
    ("value", "word"),
    [("90", "excellent"), ("89.99", "competent"), ("60", "competent"), ("59.99", "basic")],
)
def test_a_band_holds_its_lower_bound_and_not_its_upper(value: str, word: str) -> None:
    assert classified(Decimal(value), bands=BANDS) == word


def test_a_veto_holds_the_class_down_and_never_lifts_it() -> None:
    veto = [{"when": {"score": "total", "at_least": 0}, "at_most": "competent"}]
    assert classified(95, bands=BANDS, vetoes=veto) == "competent"
    assert classified(10, bands=BANDS, vetoes=veto) == "basic"


def test_an_unrated_subject_has_no_class() -> None:
    assert classified(95, bands=BANDS, unrated={"score": "total", "at_least": 0}) is None


@pytest.mark.parametrize(
    ("cut", "expected"),
    [("ceil", ["a", "a", "b", "b", "b"]), ("floor", ["a", "b", "b", "b", "b"])],
)
def test_quotas_cut_a_ranking_as_declared(cut: str, expected: list[str]) -> None:
    made = ranked({f"S{number}": 10 - number for number in range(5)}, cut=cut)
    rows = [{"percent": 30, "class": "a"}, {"class": "b"}]
    body = scheme(
        scores={"total": {"title": title(), "value": 0}},
        ranks={
            "place": {
                "title": title(), "of": "total", "best": "high", "within": [], "cut": cut,
                "ties": "share_best", "min_group": 1, "below_min_group": "widen_population",
            }
        },
        classes={"word": {"title": title(), "order": ["a", "b"],
                          "quotas": {"rank": "place", "rows": rows}}},
    )  # fmt: skip
    made.scheme = body
    assert list(classify_subjects(made, "word").values()) == expected
