"""Every ladder of the library is sound; the figures are those of its source."""

from __future__ import annotations

import pytest

from tidui.core.appraisal.scheme.ladder import Ladder, load_ladder
from tidui.library import names, texts

GRADES = {
    "authority-grades": ("trainee", "grade_one", "grade_two", "grade_three", "grade_four"),
    "banded-grades": ("trainee", "assistant", "rm", "senior", "expert"),
    "certified-grades": ("grade_three", "grade_two", "grade_one"),
    "five-grades": ("trainee", "junior", "intermediate", "senior", "expert"),
    "four-grades": ("assistant", "rm", "senior", "chief"),
    "six-grades": ("trainee", "grade_four", "grade_three", "grade_two", "grade_one", "senior"),
    "ten-grades": tuple(
        f"grade_{word}"
        for word in (
            "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
        )
    ),
    "three-grades": ("assistant", "rm", "senior"),
    "two-grades": ("junior", "senior"),
}  # fmt: skip


def ladder(name: str) -> Ladder:
    """Load a ladder of the library."""
    loaded, issues = load_ladder(texts("ladders", name), name)
    assert issues == ()
    assert loaded is not None
    return loaded


def test_every_ladder_is_listed_here() -> None:
    assert names("ladders") == tuple(sorted(GRADES))


@pytest.mark.parametrize("name", sorted(GRADES))
def test_a_ladder_is_sound_and_its_grades_stand_in_order(name: str) -> None:
    found = ladder(name)
    assert found.id == name
    assert tuple(grade.id for grade in found.grades) == GRADES[name]
    assert found.exit == "person_decides"
    assert all(grade.sources for grade in found.grades)


def test_the_figures_are_those_of_the_sources() -> None:
    five = ladder("five-grades")
    assert [grade.tenure_months for grade in five.grades] == [None, 6, 24, 36, 48]
    authority = ladder("authority-grades")
    limits = [grade.lending_limit for grade in authority.grades]
    assert limits == [100_000, 300_000, 1_000_000, 5_000_000, None]
    assert [grade.score_from for grade in authority.grades] == [None, 60, 70, 80, 90]
    assert (authority.exam_pass, [part.percent for part in authority.score_parts]) == (
        70,
        [60, 30, 10],
    )
    assert sum(grade.bands or 0 for grade in ladder("banded-grades").grades[:4]) == 11
    assert ladder("certified-grades").grades[-1].pay_coefficient == 2


def test_the_chief_is_a_grade_and_not_the_outlet_head() -> None:
    four = ladder("four-grades")
    assert four.role_note is not None
    assert "C-14" in four.readings


def test_only_one_grade_of_four_has_its_conditions() -> None:
    entries = {grade.id: grade.entry for grade in ladder("four-grades").grades}
    assert [name for name, entry in entries.items() if entry != "open"] == ["rm"]
