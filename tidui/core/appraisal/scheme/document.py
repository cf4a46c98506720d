"""The whole scheme document, and reading it from text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError

from tidui.core.appraisal.scheme.conditions import Condition
from tidui.core.appraisal.scheme.fields import (
    Day,
    Name,
    Number,
    Open,
    Record,
    Slug,
    Text,
    Title,
    Words,
)
from tidui.core.appraisal.scheme.indicators import Conversion, Indicator
from tidui.core.appraisal.scheme.stages import Classes, Contribution, Grades, Pay, Rank, Score
from tidui.core.documents import (
    DocumentError,
    canonical_json,
    parse_document,
    print_document,
    sha256_text,
)
from tidui.core.values import Issue, issue

PART_PERIOD_CAUSES = (
    "joined", "left", "leave", "maternity_leave", "medical_leave", "seconded", "changed_line",
    "changed_grade",
)  # fmt: skip
PROTECTED_LEAVE = ("maternity_leave", "medical_leave")
"""Leave that never lowers a grade, whatever the scheme says."""

PartPeriodRule = Literal["by_days", "full", "not_appraised"]


class Effective(Record):
    """Days on which the scheme holds, half-open."""

    from_: Day = Field(alias="from")
    to: Day | None


class DatedParameter(Record):
    """A figure that may change: its unit, its source and its values by the date they start."""

    unit: Text
    source: Text
    values: dict[Day, Number] | Open
    title: Title | None = None


class Population(Record):
    """Who is appraised; every condition given must hold on a day for the day to count."""

    line: Words | None = None
    ladder: Words | None = None
    grades: Words | None = None
    posts: Words | None = None
    belongs_to: Words | None = None
    sits_at: Words | None = None


class Compliance(Record):
    """What the compliance lint asks about.

    Attributes:
        designated_posts: posts with major influence on risk: 40 % deferred over 3 years at least.
        risk_entries: entries that measure risk, compliance or conduct, beside loan quality.
        overrides: lint code → reason and approver, for a warning that stands.
    """

    designated_posts: Words = ()
    risk_entries: Words = ()
    overrides: dict[Text, Override] = Field(default_factory=dict)


class Override(Record):
    """Why a warning stands, and who answers for it."""

    reason: Text
    approver: Text


class Goal(Record):
    """A goal of the bank and the entries that serve it (CAP-25)."""

    title: Title
    served_by: Words


class TestSubject(Record):
    """One subject of an inline test case: what is given and what must come out."""

    __test__ = False

    given: dict[Name, Number | None] = Field(default_factory=dict)
    grade: Text | None = None
    post: Text | None = None
    ranks: dict[Name, tuple[int, int]] = Field(default_factory=dict)
    rm_months: Annotated[int, Field(ge=0)] | None = None
    certificates: Words = ()
    history: Words = ()
    expect: dict[Text, Any] = Field(default_factory=dict)


class TestCase(Record):
    """An inline test: values for indicators and open parameters, and the expected results.

    Figures given for open parameters are invented for the test; the template stays open.
    """

    __test__ = False

    title: Title
    invented: dict[Text, Any] = Field(default_factory=dict)
    subjects: dict[Text, TestSubject] = Field(min_length=1)
    period: Text | None = None


class Scheme(Record):
    """A scheme (考核办法) with everything a run needs; amounts are in major units.

    Attributes:
        in_flight: what happens to a running period when this version replaces another.
        subjects: who is appraised.
        part_periods: how days off the post count, by cause.
        conditions: named conditions.
        codes: codes by column (product, kind, flow, …) that exist though no row may hold them.
        readings: register entry (C-nn) → the reading chosen.
    """

    format: Literal["scheme/1"]
    id: Slug
    version: Annotated[int, Field(ge=1)]
    title: Title
    supersedes: Text | None = None
    source: Text | None = None
    published_on: Day | None = None
    consulted_on: Day | None = None
    effective: Effective
    in_flight: Literal["finish_under_old", "start_with_next_period"]
    period: Literal["year", "quarter", "month"]
    subjects: Literal["employee", "team", "outlet", "department"]
    population: Population
    tenure_bands: tuple[Annotated[int, Field(ge=1)], ...] = ()
    conversion: Conversion | None = None
    part_periods: dict[Text, PartPeriodRule] | None = None
    goals: tuple[Goal, ...] = ()
    parameters: dict[Name, DatedParameter] = Field(default_factory=dict)
    indicators: dict[Name, Indicator] = Field(default_factory=dict)
    conditions: dict[Name, Condition] = Field(default_factory=dict)
    codes: dict[Text, Words] = Field(default_factory=dict)
    contribution: Contribution | None = None
    scores: dict[Name, Score] = Field(default_factory=dict)
    ranks: dict[Name, Rank] = Field(default_factory=dict)
    classes: dict[Name, Classes] = Field(default_factory=dict)
    grades: Grades | None = None
    pay: Pay | None = None
    compliance: Compliance = Compliance()
    readings: dict[Text, Text] = Field(default_factory=dict)
    tests: tuple[TestCase, ...] = ()


@dataclass(frozen=True, slots=True)
class LoadedScheme:
    """A scheme with the text that identifies it.

    Attributes:
        scheme: the typed document.
        text: the document printed in one form, to be stored and read again.
        canonical: its canonical JSON.
        sha256: hash of the canonical JSON; key order and comments don't count.
    """

    scheme: Scheme
    text: str
    canonical: str
    sha256: str


def load_scheme(text: str, where: str = "scheme") -> tuple[LoadedScheme | None, tuple[Issue, ...]]:
    """Read a scheme from its text; faults are issues."""
    try:
        raw = parse_document(text)
    except DocumentError as error:
        fault = issue(error.code, where, line=error.line, column=error.column, detail=error.detail)
        return None, (fault,)
    try:
        scheme = Scheme.model_validate(raw)
    except ValidationError as error:
        return None, tuple(_fault(where, detail) for detail in error.errors())
    canonical = canonical_json(raw)
    return LoadedScheme(scheme, print_document(raw), canonical, sha256_text(canonical)), ()


def _fault(where: str, detail: Any) -> Issue:
    path = ".".join(str(part) for part in detail["loc"])
    return issue("scheme.invalid", f"{where}: {path}", path=path, detail=str(detail["msg"]))


for _model in (Compliance, Scheme):
    _model.model_rebuild()
