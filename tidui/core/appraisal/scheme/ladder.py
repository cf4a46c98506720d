"""The ladder (职级序列): grades in their order, with what each asks for. A scheme names one."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Literal

from pydantic import Field, ValidationError

from tidui.core.appraisal.scheme.fields import Number, Open, Record, Slug, Text, Title, Words
from tidui.core.documents import DocumentError, parse_document
from tidui.core.values import Issue, issue

Months = Annotated[int, Field(ge=0)]


class LadderGrade(Record):
    """One grade of a ladder.

    Attributes:
        id: code that employees and schemes use.
        entry: what is asked for in words; open where the source lost it.
        tenure_months: months of service asked for; null where the source asks for none.
        at_most_months: months after which nobody stays in the grade, as the source says.
        certificate: a certificate that the grade asks for.
        score_from: lowest grading score of the grade, inclusive; its band ends where the next
            grade's begins.
        lending_limit: largest loan that the grade may decide on, in yuan; null for no figure.
        pay_coefficient: what pay is multiplied by.
        bands: pay bands inside the grade.
        sources: source items.
    """

    id: Slug
    title: Title
    entry: Title | Open
    tenure_months: Months | Open | None = None
    at_most_months: Months | None = None
    certificate: Text | None = None
    score_from: Number | Open | None = None
    lending_limit: Number | Open | None = None
    pay_coefficient: Number | Open | None = None
    bands: Annotated[int, Field(ge=1)] | None = None
    sources: Words = ()


class ScorePart(Record):
    """A part of the score by which a grade is fixed."""

    title: Title
    percent: Number


class Ladder(Record):
    """A ladder, its grades from lowest to highest.

    Attributes:
        sources: source items that the ladder comes from.
        readings: register entry (C-nn) → the reading chosen.
        role_note: how a grade's name differs from a role that is called the same.
        exit: what happens below the lowest grade; a person always decides.
        exit_note: what the source says of leaving the ladder.
        reviewed: how often the grade is looked at.
        exam_pass: lowest mark of the admission exam.
        score_parts: what the grading score is made of.
    """

    format: Literal["ladder/1"]
    id: Slug
    version: Annotated[int, Field(ge=1)]
    title: Title
    sources: Words = Field(min_length=1)
    readings: dict[Text, Title] = Field(default_factory=dict)
    role_note: Title | None = None
    exit: Literal["person_decides"]
    exit_note: Title
    reviewed: Literal["year", "quarter"] | Open
    exam_pass: Number | None = None
    score_parts: tuple[ScorePart, ...] = ()
    grades: tuple[LadderGrade, ...] = Field(min_length=2)


def load_ladder(text: str, where: str = "ladder") -> tuple[Ladder | None, tuple[Issue, ...]]:
    """Read a ladder from its text; faults are issues.

    Grades have different ids, tenure and grading scores rise from grade to grade, and the parts
    of the grading score add up to 100.
    """
    try:
        ladder = Ladder.model_validate(parse_document(text))
    except DocumentError as error:
        fault = issue(error.code, where, line=error.line, column=error.column, detail=error.detail)
        return None, (fault,)
    except ValidationError as error:
        faults = []
        for detail in error.errors():
            path = ".".join(str(part) for part in detail["loc"])
            faults.append(
                issue("scheme.invalid", f"{where}: {path}", path=path, detail=str(detail["msg"]))
            )
        return None, tuple(faults)
    issues = _check_ladder(ladder, where)
    return (None if issues else ladder), issues


def _check_ladder(ladder: Ladder, where: str) -> tuple[Issue, ...]:
    issues = []
    ids = [grade.id for grade in ladder.grades]
    for name in sorted({name for name in ids if ids.count(name) > 1}):
        issues.append(issue("ladder.grade-twice", where, grade=name))
    for column in ("tenure_months", "score_from", "lending_limit"):
        known = [
            (grade.id, value)
            for grade in ladder.grades
            if (value := getattr(grade, column)) is not None and not isinstance(value, str)
        ]
        for (_, lower), (grade_id, higher) in pairwise(known):
            if higher <= lower:
                issues.append(issue("ladder.not-rising", where, grade=grade_id, column=column))
    if ladder.score_parts and sum(part.percent for part in ladder.score_parts) != 100:
        issues.append(issue("ladder.score-parts", where))
    return tuple(issues)
