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


class Feedback(Record):
    """How people are told what came out, and what they could do better (S1-03.14).

    Attributes:
        title: what is done: a talk, a letter, an improvement plan.
        within_days: at the latest so many days after the results are published.
    """

    title: Title
    within_days: Annotated[int, Field(ge=1, le=366)]


class Goal(Record):
    """A goal of the bank and the entries that serve it (CAP-25)."""

    title: Title
    served_by: Words


class TestWithheld(Record):
    """What was withheld for a loan before the case's period.

    Attributes:
        item: the scheme's deduction.
        on: day of the event.
        amount: what was withheld, in major units.
        of: the event's own amount, for a recovery in part.
    """

    __test__ = False

    item: Name
    on: Day
    amount: Number
    of: Number | None = None


class TestLoan(Record):
    """What a loan earned the subject before the case's period, and what was withheld for it."""

    __test__ = False

    earned: Number
    withheld: tuple[TestWithheld, ...] = ()


class TestEvent(Record):
    """Something that happens to a loan of the subject in the case's period."""

    __test__ = False

    loan: Text
    kind: Text
    on: Day
    amount: Number | None = None


class TestSubject(Record):
    """One subject of an inline test case: what is given and what must come out.

    Attributes:
        given: values of indicators, or of any other entry; null is unknown.
        ranks: place and size of a ranking that is given and not computed.
        superior: the subject who leads him.
        days_off: days that don't count, by cause.
        targets: confirmed targets by indicator.
        shares: his share in a second distribution, by its code.
        history: classes of earlier periods, oldest first; ``unrated``, and ``^`` after a move.
        loans: what loans earned him before, and what was withheld.
        events: what happens to his loans in the period.
        expect: results: an entry's name, ``grade``, ``rule``, ``class.NAME``, ``rank.NAME``,
            ``pay.ITEM``, ``pay.earned``, ``pay.payable``, ``pay.withheld``, ``pay.refunded``,
            ``pay.reversed``, ``pay.taken_back``.
    """

    __test__ = False

    given: dict[Name, Number | None] = Field(default_factory=dict)
    grade: Text | None = None
    grade_months: Annotated[int, Field(ge=0)] | None = None
    post: Text | None = None
    line: Text | None = None
    belongs_to: Text | None = None
    sits_at: Text | None = None
    superior: Text | None = None
    days_off: dict[Text, Annotated[int, Field(ge=1)]] = Field(default_factory=dict)
    targets: dict[Name, Number] = Field(default_factory=dict)
    shares: dict[Text, Number] = Field(default_factory=dict)
    loans: dict[Text, TestLoan] = Field(default_factory=dict)
    events: tuple[TestEvent, ...] = ()
    ranks: dict[Name, tuple[int, int]] = Field(default_factory=dict)
    rm_months: Annotated[int, Field(ge=0)] | None = None
    certificates: Words = ()
    history: Words = ()
    expect: dict[Text, Any] = Field(default_factory=dict)


class TestCase(Record):
    """An inline test: values for indicators and open parameters, and the expected results.

    Figures given for open parameters are invented for the test; the template stays open. They
    come on top of the scheme's own ``invented``, which serve all of its cases.
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
        invented: figures for what is open, by path, for the inline test cases alone.
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
    feedback: Feedback | None = None
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
    readings: dict[Text, Title | Text] = Field(default_factory=dict)
    invented: dict[Text, Any] = Field(default_factory=dict)
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
