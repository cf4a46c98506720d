"""Ranks, classes, grades and pay of a scheme."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from tidui.core.appraisal.scheme.conditions import Condition
from tidui.core.appraisal.scheme.fields import Flag, Name, Number, Open, Record, Text, Title, Words
from tidui.core.appraisal.scheme.nodes import Value

WITHIN = ("grade", "line", "belongs_to", "sits_at", "tenure_band", "post")
"""What a population may be cut by; teams and outlets know none of them."""


class Score(Record):
    """A named value of the scoring stage, in points unless ``unit`` says otherwise."""

    title: Title
    value: Value
    unit: Text = "point"
    clause: Text | None = None
    readings: Words = ()
    places: Annotated[int, Field(ge=0, le=9)] | None = None
    rounding: Literal["half_up", "half_even", "down", "up"] | None = None


class Category(Record):
    """A category of the contribution score: its indicators' scores, or open."""

    title: Title
    value: Value
    weight: Value
    cap: Value | None = None


class Contribution(Record):
    """The contribution score (综合贡献得分): categories, each with its own cap and weight."""

    title: Title
    clause: Text | None = None
    readings: Words = ()
    categories: dict[Name, Category] = Field(min_length=1)
    total: Number
    missing: Literal["block", "leave_out_and_reweight"]


class Rank(Record):
    """A ranking of the subjects by a value.

    Attributes:
        of: the value ranked by.
        best: whether the highest or the lowest comes first.
        within: what the population is cut by; empty: all subjects of the scheme.
        ties: ``share_best`` 1, 2, 2, 4; ``share_worst`` 1, 3, 3, 4; ``dense`` 1, 2, 2, 3.
        min_group: smallest group that is ranked.
        below_min_group: what happens to a smaller one.
        cut: how p % of n becomes a place when it is no whole number.
        exclude: statuses and conditions that keep a subject out.
    """

    title: Title
    of: Name
    clause: Text | None = None
    readings: Words = ()
    best: Literal["high", "low"]
    within: Words | Open
    ties: Literal["share_best", "share_worst", "dense"] | Open
    min_group: Annotated[int, Field(ge=1)] | Open
    below_min_group: Literal["widen_population", "not_ranked_human_decides"] | Open
    cut: Literal["floor", "ceil"] | Open
    exclude: Condition | None = None


class Band(Record):
    """A class for values from ``from``, inclusive, to ``to``, exclusive."""

    from_: Value | None = Field(default=None, alias="from")
    to: Value | None = None
    class_: Text = Field(alias="class")


class Bands(Record):
    """Classes by the value of a score."""

    of: Value
    rows: tuple[Band, ...] | Open


class Quota(Record):
    """A class for the next p per cent of a ranking; the last row takes the rest."""

    percent: Value | None = None
    class_: Text = Field(alias="class")


class Quotas(Record):
    """Classes by place in a ranking."""

    rank: Name
    rows: tuple[Quota, ...] | Open


class Veto(Record):
    """A condition that holds a class down."""

    when: Condition
    at_most: Text
    clause: Text | None = None


class Classes(Record):
    """The appraisal class (优秀 … 不合格) of a subject.

    Attributes:
        order: all classes, best first; their Chinese names stand in the glossary.
        bands: classes by value, or
        quotas: classes by rank.
        vetoes: conditions that hold the class down.
        unrated: condition under which the subject gets no class this period.
    """

    title: Title
    clause: Text | None = None
    readings: Words = ()
    order: Words
    bands: Bands | None = None
    quotas: Quotas | None = None
    vetoes: tuple[Veto, ...] = ()
    unrated: Condition | None = None


class Protection(Record):
    """What saves a subject who misses his conditions."""

    when: Condition
    waives: Literal["threshold", "demotion"]


class Grade(Record):
    """A grade and what it asks for.

    Attributes:
        threshold: the results that the grade asks for (业绩门槛).
        appoint_or_keep: all conditions to be given the grade or to keep it; the name
            ``threshold`` in it means the one above.
        protection: saves one who misses the threshold.
        on_failure: what is proposed when the conditions fail.
    """

    title: Title
    clause: Text | None = None
    readings: Words = ()
    threshold: Condition | None = None
    appoint_or_keep: Condition | None = None
    protection: Protection | None = None
    on_failure: Literal["down_one", "keep", "person_decides"] | Open | None = None


class Streak(Record):
    """A run of periods with certain classes, and the step it makes.

    Attributes:
        classes: the classes that count.
        periods: how many periods in a row.
        step: steps up (positive) or down.
    """

    classes: Words
    periods: Annotated[int, Field(ge=1)]
    step: Annotated[int, Field(ge=-9, le=9)]
    clause: Text | None = None


class Moves(Record):
    """Steps by streaks of classes (CAP-19); the more specific rule comes first."""

    class_of: Name
    rules: tuple[Streak, ...] = Field(min_length=1)
    after_move: Literal["consumed", "rolling"]
    unrated_quarter: Literal["skips", "breaks"]
    tenure_gate: Flag
    floor: Text
    ceiling: Text


class Probation(Record):
    """The appraisal that ends the probation grade (见习)."""

    grade: Text
    months: Annotated[int, Field(ge=1)]
    passes: Condition
    next: Text
    on_failure: Literal["person_decides", "keep"]


class Posts(Record):
    """How many people a grade has room for (职数), and who comes first.

    Attributes:
        count: posts, those that are held included.
        by: ranking that fills the free ones.
        within: each of these populations has its own posts.
    """

    count: Annotated[int, Field(ge=0)]
    by: Name
    within: Words = ()


class Grades(Record):
    """How a grade is proposed: by each grade's conditions, the highest met, or by streaks.

    Attributes:
        order: the grades from lowest to highest.
        ladder: each grade with its conditions.
        mode: ``conditions``: the present grade's conditions decide on keeping it, the next
            grade's on moving up by one; ``highest_met``: the highest grade whose conditions hold;
            ``moves``: by streaks.
        tenure_months: months as relationship manager that a grade asks for.
        grade_on: the grade held on the first or last counted day is the present grade.
        max_step: at most so many steps in one period.
        posts: grades with a limited number of posts.
        cool_down_periods: for so many periods after a move no step up is proposed.
        exit: below the lowest grade there is only a proposal to a person.
    """

    title: Title
    clause: Text | None = None
    readings: Words = ()
    mode: Literal["conditions", "highest_met", "moves"]
    order: Words
    ladder: dict[Text, Grade] = Field(min_length=1)
    grade_on: Literal["first_day", "last_day"]
    max_step: Annotated[int, Field(ge=1)] | None = None
    cool_down_periods: Annotated[int, Field(ge=1)] | None = None
    posts: dict[Text, Posts] = Field(default_factory=dict)
    tenure_months: dict[Text, Annotated[int, Field(ge=0)]] = Field(default_factory=dict)
    moves: Moves | None = None
    probation: Probation | None = None
    exit: Literal["person_decides"] = "person_decides"


class Item(Record):
    """One line of pay in the period, rounded once to the minor unit.

    ``per_loan`` names the flow indicators whose earnings are kept per loan and subject.
    """

    title: Title
    clause: Text | None = None
    readings: Words = ()
    value: Value
    rounding: Literal["half_up", "half_even", "down", "up"]
    only_posts: Words = ()
    per_loan: Words = ()


class LoanDeduction(Record):
    """Pay withheld for an overdue or bad loan, keyed to loan and subject.

    Attributes:
        title: its name for people.
        events: kinds of event that withhold.
        amount_of: ``earned``: a share of what the loan has earned the subject; ``event_amount``:
            a share of the event's amount; ``fixed``: an amount.
        amount: the share (1 = all) or the amount in major units.
        refund_within_months: recovered by the end of so many months after the withholding month:
            refunded in full.
        later_recovery: a recovery after that window.
        partial_recovery: a recovery of a part of the event's amount inside the window.
    """

    title: Title
    clause: Text | None = None
    readings: Words = ()
    events: Words
    amount_of: Literal["earned", "event_amount", "fixed"] | Open
    amount: Value
    rounding: Literal["half_up", "half_even", "down", "up"]
    refund_within_months: Annotated[int, Field(ge=0)]
    later_recovery: Literal["none", "full", "proportional"] | Open
    partial_recovery: Literal["none", "full", "proportional"] | Open
    exempt_on_finding: Flag


class EarlySettlement(Record):
    """Earnings of a loan taken back by a ratio when it is settled before maturity.

    ``amount_of``: a share of what the loan has earned the subject, or of the amount that was
    settled; never more than the loan has earned him.
    """

    title: Title
    clause: Text | None = None
    readings: Words = ()
    ratio: Value
    amount_of: Literal["earned", "event_amount"] | Open = "earned"
    rounding: Literal["half_up", "half_even", "down", "up"]


class Deferral(Record):
    """A part of pay held back and vested in equal tranches.

    Attributes:
        share: part of the period's pay above zero, 0 to 1.
        tranches: number of equal tranches; the last takes the rest of the division.
        first_after_months: months from the period's end to the first tranche.
        every_months: months between tranches.
        posts: posts it applies to; empty: all.
    """

    title: Title
    clause: Text | None = None
    readings: Words = ()
    share: Value
    tranches: Annotated[int, Field(ge=1, le=60)]
    first_after_months: Annotated[int, Field(ge=0)]
    every_months: Annotated[int, Field(ge=1)]
    posts: Words = ()
    rounding: Literal["half_up", "half_even", "down", "up"] = "half_up"


class Guarantee(Record):
    """A bonus promised whatever the result: written down so that the lint can see it."""

    title: Title
    amount: Value
    first_year_only: Flag


class Pay(Record):
    """Pay of the period: items added up, held between floor and cap, then deducted and deferred.

    ``cap: null`` says that pay is uncapped (上不封顶).
    """

    title: Title
    clause: Text | None = None
    readings: Words = ()
    currency: Text
    items: dict[Name, Item] = Field(min_length=1)
    floor: Value | None
    cap: Value | None
    deductions: dict[Name, LoanDeduction] = Field(default_factory=dict)
    early_settlement: EarlySettlement | None = None
    monthly_deduction_limit: Value | None = None
    deferral: Deferral | None = None
    guarantees: tuple[Guarantee, ...] = ()
