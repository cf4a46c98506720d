"""A ladder is read whole or not at all, and says what is wrong with it."""

from __future__ import annotations

import pytest

from tidui.core.appraisal.scheme.ladder import load_ladder

LADDER = """
format: ladder/1
id: small
version: 1
title: {zh: 小, en: Small}
sources: [T5]
exit: person_decides
exit_note: {zh: 无, en: none}
reviewed: year
score_parts:
  - {title: {zh: 理论, en: Theory}, percent: 60}
  - {title: {zh: 业绩, en: Results}, percent: 40}
grades:
  - {id: low, title: {zh: 低, en: Low}, entry: open, tenure_months: 6}
  - {id: mid, title: {zh: 中, en: Mid}, entry: open}
  - {id: top, title: {zh: 高, en: Top}, entry: open, tenure_months: 24, score_from: 90}
"""


def codes(text: str) -> list[str]:
    """Return the codes of what is wrong."""
    return [found.code for found in load_ladder(text)[1]]


def test_grades_stand_in_their_order() -> None:
    ladder, issues = load_ladder(LADDER)
    assert issues == ()
    assert ladder is not None
    assert [grade.id for grade in ladder.grades] == ["low", "mid", "top"]


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        ("id: mid", "id: low", "ladder.grade-twice"),
        ("tenure_months: 24", "tenure_months: 6", "ladder.not-rising"),
        ("tenure_months: 24", "tenure_months: open", None),
        ("percent: 40", "percent: 30", "ladder.score-parts"),
        ("exit: person_decides", "exit: dismissed", "scheme.invalid"),
        ("reviewed: year", "reviewed: sometimes", "scheme.invalid"),
        ("title: {zh: 中, en: Mid}", "title: {en: Mid}", "scheme.invalid"),
        ("format: ladder/1", "format: [", "document.broken"),
        ("grades:", "colour: red\ngrades:", "scheme.invalid"),
    ],
)
def test_a_fault_is_named(before: str, after: str, code: str | None) -> None:
    assert before in LADDER
    found = codes(LADDER.replace(before, after, 1))
    assert found == ([] if code is None else [code]) or set(found) == {code}
