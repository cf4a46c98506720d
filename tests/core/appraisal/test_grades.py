"""Grades: streaks, conditions, tenure, protection; total, and never more steps than declared."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import board, scheme, subject, title
from tidui.core.appraisal.chain import compute_board
from tidui.core.appraisal.grades import GradeProposal, propose_grades, streak_history
from tidui.core.appraisal.inputs import OutcomeRow
from tidui.core.calendar import Period, parse_period, previous_period

ORDER = ("trainee", "junior", "middle", "senior", "expert")
WORDS = ("excellent", "competent", "basic", "unqualified")
RULES = [
    {"classes": ["unqualified"], "periods": 2, "step": -2},
    {"classes": ["excellent"], "periods": 2, "step": 1},
    {"classes": ["basic", "unqualified"], "periods": 2, "step": -1},
]
HISTORY = st.lists(st.sampled_from([*WORDS, None]), max_size=6)


def quarters_before(count: int, period: str = "2025Q4") -> list[Period]:
    """Return the quarters before a quarter, the nearest first."""
    found = [previous_period(parse_period(period))]
    while len(found) < count:
        found.append(previous_period(found[-1]))
    return found[:count]


def outcomes(history: list[Any], moves: tuple[int, ...] = ()) -> tuple[OutcomeRow, ...]:
    """Build outcomes from classes, the oldest first; ``moves`` are places where a step was made."""
    rows = []
    for place, (word, when) in enumerate(
        zip(reversed(history), quarters_before(len(history)), strict=True)
    ):
        moved = len(history) - 1 - place in moves
        after = "junior" if moved else "middle"
        rows.append(OutcomeRow("A", "test", when.text, when.span, word, "middle", after))
    return tuple(rows)


def proposed(
    own: str | None, history: list[Any], *, grade: str = "middle", months: int | None = 99,
    moves: tuple[int, ...] = (), protected: bool = False, **rules: Any,
) -> GradeProposal:  # fmt: skip
    """Propose a grade from this quarter's class and the quarters before."""
    body = scheme(
        period="quarter",
        scores={"total": {"title": title(), "value": 0}},
        classes={"word": {"title": title(), "order": list(WORDS),
                          "bands": {"of": "total", "rows": [{"class": "competent"}]}}},
        grades={
            "title": title(), "mode": "moves", "grade_on": "last_day", "order": list(ORDER),
            "ladder": {name: {"title": title()} for name in ORDER},
            "tenure_months": {"junior": 6, "middle": 24, "senior": 36, "expert": 48},
            "moves": {
                "class_of": "word", "rules": RULES, "after_move": "consumed",
                "unrated_quarter": "skips", "tenure_gate": True, "floor": "trainee",
                "ceiling": "expert", **rules,
            },
        },
    )  # fmt: skip
    person = subject(grade=grade, rm_months=months, protected=protected)
    made = board(body, [person], period="2025Q4")
    made.classes["word"] = {"A": own}
    return propose_grades(made, outcomes(history, moves))["A"]


@pytest.mark.parametrize(
    ("own", "history", "grade", "rule"),
    [
        ("excellent", ["excellent"], "senior", "streak"),
        ("excellent", ["competent"], "middle", "kept"),
        ("basic", ["basic"], "junior", "streak"),
        ("basic", ["unqualified"], "junior", "streak"),
        ("unqualified", ["basic"], "junior", "streak"),
        ("unqualified", ["unqualified"], "trainee", "streak"),
        ("excellent", ["excellent", None], "senior", "streak"),
        (None, ["excellent"], "middle", "kept"),
        ("excellent", [], "middle", "kept"),
    ],
)
def test_two_quarters_make_a_step_and_the_more_specific_rule_wins(
    own: str | None, history: list[Any], grade: str, rule: str
) -> None:
    found = proposed(own, history)
    assert (found.proposed, found.rule) == (grade, rule)


def test_an_unrated_quarter_breaks_where_the_scheme_says_so() -> None:
    broken = proposed("excellent", ["excellent", None], unrated_quarter="breaks")
    assert broken.proposed == "middle"


@pytest.mark.parametrize(("after_move", "grade"), [("consumed", "middle"), ("rolling", "senior")])
def test_a_move_uses_up_its_quarters_or_not(after_move: str, grade: str) -> None:
    found = proposed("excellent", ["excellent", "excellent"], moves=(1,), after_move=after_move)
    assert found.proposed == grade


@pytest.mark.parametrize(
    ("grade", "own", "months", "expected", "rule"),
    [
        ("middle", "excellent", 35, "middle", "tenure_gate"),
        ("middle", "excellent", 36, "senior", "streak"),
        ("expert", "excellent", 99, "expert", "ceiling"),
        ("trainee", "unqualified", 99, None, "exit"),
        ("junior", "unqualified", 99, "trainee", "streak"),
        ("middle", "excellent", None, None, "unknown"),
    ],
)
def test_gate_floor_and_ceiling_hold(
    grade: str, own: str, months: int | None, expected: str | None, rule: str
) -> None:
    found = proposed(own, [own], grade=grade, months=months)
    assert (found.proposed, found.rule) == (expected, rule)
    assert found.person_decides is (expected is None)


def test_protected_leave_never_lowers_a_grade_and_never_hinders_a_rise() -> None:
    assert proposed("unqualified", ["unqualified"], protected=True).rule == "protected_leave"
    assert proposed("excellent", ["excellent"], protected=True).proposed == "senior"


@given(st.sampled_from([*WORDS, None]), HISTORY, st.sampled_from(ORDER), st.integers(0, 99))
def test_the_automaton_is_total_and_makes_no_jump(
    own: str | None, history: list[Any], grade: str, months: int
) -> None:
    found = proposed(own, history, grade=grade, months=months)
    assert found == proposed(own, history, grade=grade, months=months)
    assert found.proposed is not None or found.person_decides
    if found.proposed is not None:
        step = ORDER.index(found.proposed) - ORDER.index(grade)
        assert step in (-2, -1, 0, 1)


@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=9))
def test_replaying_the_history_gives_the_present_grade(classes: list[str]) -> None:
    def replay() -> list[str]:
        grade, rows, path = "middle", [], []
        for number, word in enumerate(classes):
            period = quarters_before(len(classes))[len(classes) - 1 - number]
            found = step(word, grade, tuple(rows), period)
            rows.append(OutcomeRow("A", "test", period.text, period.span, word, grade, found))
            grade = found
            path.append(grade)
        return path

    def step(word: str, grade: str, rows: tuple[OutcomeRow, ...], period: Period) -> str:
        body = scheme_of_moves()
        made = board(body, [subject(grade=grade, rm_months=99)], period=period.text)
        made.classes["word"] = {"A": word}
        return propose_grades(made, rows)["A"].proposed or grade

    first = replay()
    assert first == replay()
    for before, after in zip(["middle", *first], first, strict=False):
        assert abs(ORDER.index(after) - ORDER.index(before)) <= 2


def scheme_of_moves() -> Any:
    """Return the scheme that ``proposed`` judges by, without a tenure gate."""
    return scheme(
        period="quarter",
        scores={"total": {"title": title(), "value": 0}},
        classes={"word": {"title": title(), "order": list(WORDS),
                          "bands": {"of": "total", "rows": [{"class": "competent"}]}}},
        grades={
            "title": title(), "mode": "moves", "grade_on": "last_day", "order": list(ORDER),
            "ladder": {name: {"title": title()} for name in ORDER},
            "moves": {"class_of": "word", "rules": RULES, "after_move": "consumed",
                      "unrated_quarter": "skips", "tenure_gate": False, "floor": "trainee",
                      "ceiling": "expert"},
        },
    )  # fmt: skip


def test_the_year_end_does_not_break_a_streak() -> None:
    moves = scheme_of_moves().grades.moves
    before = parse_period("2024Q4")
    rows = (OutcomeRow("A", "test", "2024Q4", before.span, "excellent", "middle", "middle"),)
    assert streak_history(parse_period("2025Q1"), rows, moves, "excellent") == [
        "excellent", "excellent",
    ]  # fmt: skip


def test_a_grade_off_the_ladder_is_for_a_person() -> None:
    found = proposed("excellent", ["excellent"], grade="director")
    assert (found.proposed, found.rule, found.person_decides) == (None, "no_grade", True)


@pytest.mark.parametrize(
    ("months", "total", "on_failure", "expected", "rule"),
    [
        (5, 90, "keep", "trainee", "probation"),
        (6, 90, "keep", "junior", "probation_passed"),
        (6, 50, "keep", "trainee", "probation_failed"),
        (6, 50, "person_decides", None, "probation_failed"),
        (None, 90, "keep", None, "unknown"),
    ],
)
def test_the_probation_appraisal_ends_the_first_grade(
    months: int | None, total: int, on_failure: str, expected: str | None, rule: str
) -> None:
    body = scheme(
        scores={"total": {"title": title(), "value": total}},
        grades={
            "title": title(), "mode": "conditions", "grade_on": "last_day",
            "order": ["trainee", "junior"],
            "ladder": {name: {"title": title()} for name in ("trainee", "junior")},
            "probation": {"grade": "trainee", "months": 6, "next": "junior",
                          "passes": {"score": "total", "at_least": 60}, "on_failure": on_failure},
        },
    )  # fmt: skip
    made = board(body, [subject(grade="trainee", rm_months=months)])
    compute_board(made)
    found = propose_grades(made, ())["A"]
    assert (found.proposed, found.rule) == (expected, rule)


@pytest.mark.parametrize(("cool_down", "expected"), [(None, "senior"), (2, "middle")])
def test_a_cool_down_holds_back_the_next_step_up(cool_down: int | None, expected: str) -> None:
    rules = {"after_move": "rolling"}
    history = ["excellent", "excellent"]
    found = proposed_with(cool_down, history, rules)
    assert found.proposed == expected


def proposed_with(cool_down: int | None, history: list[Any], rules: dict[str, Any]) -> Any:
    """Propose a grade after a move in the quarter before, with a cool-down."""
    raw = scheme_of_moves()
    grades = raw.grades.model_copy(
        update={"cool_down_periods": cool_down, "moves": raw.grades.moves.model_copy(update=rules)}
    )
    made = board(raw.model_copy(update={"grades": grades}),
                 [subject(grade="middle", rm_months=99)], period="2025Q4")  # fmt: skip
    made.classes["word"] = {"A": "excellent"}
    return propose_grades(made, outcomes(history, (1,)))["A"]
