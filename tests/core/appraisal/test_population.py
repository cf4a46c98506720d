"""Who is appraised, and which of his days count."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.factories import CAUSES, scheme, spell, subject, year
from tidui.core.appraisal.facts import Membership
from tidui.core.appraisal.inputs import EmployeeSpell, Inputs, UnitSpell
from tidui.core.appraisal.population import (
    PopulationResult,
    find_memberships,
    find_subjects,
)
from tidui.core.calendar import Span, day_number, parse_period

PERIOD = parse_period("2025")
JULY = day_number(date(2025, 7, 1))
FIRST_HALF, SECOND_HALF = Span(year().from_day, JULY), Span(JULY, year().to_day)


def found(
    *spells: EmployeeSpell, units: tuple[UnitSpell, ...] = (), **own: Any
) -> PopulationResult:
    """Find the subjects of a scheme among some records."""
    inputs = Inputs(tuple(spells), "CNY", PERIOD.to_on, units=units)
    return find_subjects(scheme(**own), PERIOD, inputs)


@pytest.mark.parametrize(
    ("records", "cause"),
    [
        ([spell(span=SECOND_HALF)], "joined"),
        ([spell(span=FIRST_HALF)], "left"),
        ([spell(span=FIRST_HALF), spell(span=SECOND_HALF, status="left")], "left"),
        ([spell(span=FIRST_HALF), spell(span=SECOND_HALF, status="seconded")], "seconded"),
        ([spell(span=FIRST_HALF), spell(span=SECOND_HALF, line="retail")], "changed_line"),
        ([spell(span=FIRST_HALF, status="medical_leave"), spell(span=SECOND_HALF)],
         "medical_leave"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("rule", ["by_days", "full", "not_appraised"])
def test_days_off_count_as_the_scheme_says(
    records: list[EmployeeSpell], cause: str, rule: str
) -> None:
    rules = {**dict.fromkeys(CAUSES, "by_days"), cause: rule}
    (one,) = found(*records, part_periods=rules).rows
    off = FIRST_HALF.days if records[-1].span == SECOND_HALF and cause in (
        "joined", "medical_leave") else SECOND_HALF.days  # fmt: skip
    assert dict(one.off_days) == {cause: off}
    assert one.counted_days == (365 if rule == "full" else 365 - off)
    assert one.appraised is (rule != "not_appraised")


def test_a_cause_without_a_rule_stops_the_run_and_names_whom() -> None:
    rules = {cause: "by_days" for cause in CAUSES if cause != "left"}
    result = found(spell(span=FIRST_HALF), part_periods=rules)
    assert [(one.code, dict(one.values)["subject"]) for one in result.issues] == [
        ("population.no-rule", "A")
    ]


def test_a_change_of_grade_counts_by_its_own_rule() -> None:
    records = (spell(span=FIRST_HALF, grade="rm"), spell(span=SECOND_HALF, grade="chief"))
    (one,) = found(*records, population={"line": "corporate", "grades": ["rm"]}).rows
    assert dict(one.off_days) == {"changed_grade": SECOND_HALF.days}
    assert one.grade == "rm"


def test_somebody_of_another_line_is_no_subject() -> None:
    assert found(spell(line="retail")).rows == ()


def test_the_grade_is_that_of_the_day_that_the_scheme_names() -> None:
    records = (spell(span=FIRST_HALF, grade="junior"), spell(span=SECOND_HALF, grade="senior"))
    grades = {"title": {"zh": "x", "en": "x"}, "mode": "conditions", "order": ["junior", "senior"],
              "ladder": {"junior": {"title": {"zh": "x", "en": "x"}},
                         "senior": {"title": {"zh": "x", "en": "x"}}}}  # fmt: skip
    for day, grade in (("first_day", "junior"), ("last_day", "senior")):
        (one,) = found(*records, grades={**grades, "grade_on": day}).rows
        assert one.grade == grade
        assert one.grade_months == 6


def test_tenure_is_counted_in_whole_months_and_banded() -> None:
    since = day_number(date(2023, 1, 1))
    (one,) = found(spell(rm_since=since), tenure_bands=[12, 24, 60]).rows
    assert (one.rm_months, one.tenure_band) == (36, 2)


def test_protected_leave_is_remembered_even_where_it_counts_in_full() -> None:
    rules = dict.fromkeys(CAUSES, "full")
    records = (spell(span=FIRST_HALF), spell(span=SECOND_HALF, status="maternity_leave"))
    (one,) = found(*records, part_periods=rules).rows
    assert one.protected


def test_units_of_the_kind_are_subjects_while_they_exist() -> None:
    units = (
        UnitSpell("T1", "B1", "team", FIRST_HALF), UnitSpell("O1", "B1", "outlet", year()),
    )  # fmt: skip
    result = found(units=units, subjects="team", population={})
    assert [(one.id, one.counted) for one in result.rows] == [("T1", (FIRST_HALF,))]


def test_a_team_has_what_its_members_hold_on_each_day_and_what_it_holds_itself() -> None:
    records = (spell("A", belongs_to="T1"), spell("B", span=FIRST_HALF, belongs_to="T1"))
    inputs = Inputs(records, "CNY", PERIOD.to_on)
    body = scheme(subjects="team", population={})
    team = subject("T1")
    assert set(find_memberships(body, (team,), inputs, "own", ())) == {
        Membership("T1", "T1", year()), Membership("A", "T1", year()),
        Membership("B", "T1", FIRST_HALF),
    }  # fmt: skip


def test_a_head_is_credited_with_what_his_people_hold() -> None:
    records = (spell("A", superior_no="H"), spell("B", superior_no="X"))
    inputs = Inputs(records, "CNY", PERIOD.to_on)
    members = find_memberships(scheme(), (subject("H"),), inputs, "subordinates", ())
    assert members == (Membership("A", "H", year()),)


def test_earlier_windows_count_for_the_holder_himself() -> None:
    inputs = Inputs((), "CNY", PERIOD.to_on)
    members = find_memberships(scheme(), (subject(),), inputs, "own", (year(2024),))
    assert {member.span for member in members} == {year(2024), year()}
