"""Posts: the best rise into what is free, nobody is pushed out, a tie is for a person."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import board, scheme, subject, title
from tidui.core.appraisal.chain import compute_board
from tidui.core.appraisal.grades import GradeProposal, propose_grades
from tidui.core.appraisal.posts import fill_posts

RANK = {
    "title": title(), "of": "points", "best": "high", "within": [], "ties": "share_best",
    "min_group": 1, "below_min_group": "widen_population", "cut": "ceil",
}  # fmt: skip


def filled(points: dict[str, int], seniors: str = "", count: int = 2) -> dict[str, GradeProposal]:
    """Propose grades where everybody meets the conditions and ``count`` seniors have a post."""
    rule = {"title": title(), "appoint_or_keep": {"score": "points", "at_least": 0},
            "on_failure": "down_one"}  # fmt: skip
    body = scheme(
        scores={"points": {"title": title(), "value": 0}},
        ranks={"place": RANK},
        grades={"title": title(), "mode": "conditions", "grade_on": "last_day",
                "order": ["junior", "senior"], "ladder": {"junior": rule, "senior": rule},
                "posts": {"senior": {"count": count, "by": "place"}}},
    )  # fmt: skip
    people = [subject(n, grade="senior" if n in seniors else "junior") for n in points]
    made = board(body, people)
    compute_board(made, {"points": {n: Fraction(p) for n, p in points.items()}})
    return fill_posts(made, propose_grades(made, ()))


def outcome(found: dict[str, GradeProposal]) -> dict[str, tuple[str | None, str]]:
    """Return what is proposed for each, and by which rule."""
    return {name: (one.proposed, one.rule) for name, one in found.items()}


def test_the_best_rise_into_the_posts_that_are_free() -> None:
    assert outcome(filled({"A": 9, "B": 8, "C": 7})) == {
        "A": ("senior", "promoted"), "B": ("senior", "promoted"), "C": ("junior", "no_post"),
    }  # fmt: skip


def test_who_has_a_post_keeps_it_however_many_there_are() -> None:
    found = outcome(filled({"A": 9, "B": 1, "C": 0, "D": 0}, seniors="BCD"))
    assert found["A"] == ("junior", "no_post")
    assert {found[name] for name in "BCD"} == {("senior", "kept")}


def test_a_tie_for_the_last_post_is_left_to_a_person() -> None:
    found = filled({"A": 9, "B": 8, "C": 8})
    assert outcome(found)["A"] == ("senior", "promoted")
    assert {outcome(found)[name] for name in "BC"} == {(None, "post_tied")}
    assert found["B"].person_decides


@given(st.dictionaries(st.sampled_from("ABCDEFG"), st.integers(0, 4), min_size=1),
       st.integers(0, 5), st.sets(st.sampled_from("ABCDEFG")))  # fmt: skip
def test_never_more_rise_than_posts_are_free(
    points: dict[str, int], count: int, seniors: set[str]
) -> None:
    found = filled(points, "".join(seniors), count)
    held = sum(one.present == "senior" for one in found.values())
    rising = [one for one in found.values() if one.present == "junior" and one.proposed == "senior"]
    assert len(rising) <= max(0, count - held)
    assert all(one.proposed == "senior" for one in found.values() if one.present == "senior")


@pytest.mark.parametrize("count", [0, 1])
def test_without_a_free_post_nobody_rises(count: int) -> None:
    found = filled({"A": 9, "B": 8}, seniors="B", count=count)
    assert outcome(found)["A"] == ("junior", "no_post")
