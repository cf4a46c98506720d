"""What a run reads beside the facts: people, units, targets, measures, outcomes, loan events.

Every record is a delivered row that holds on its days; ``delivery`` and ``line`` name that row.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final

from tidui.core.calendar import Span

LOAN_EVENT_KINDS: Final = (
    "overdue", "turned_bad", "written_off", "recovered", "settled_early", "finding",
)  # fmt: skip
"""What can happen to a loan; a scheme that names another kind would deduct nothing."""


@dataclass(frozen=True, slots=True)
class EmployeeSpell:
    """An employee on a span of days; None where the bank doesn't say.

    Attributes:
        status: ``active``, ``leave``, ``maternity_leave``, ``medical_leave``, ``seconded``,
            ``left``.
        rm_since: day number since which he has been a relationship manager.
    """

    employee_no: str
    span: Span
    belongs_to: str | None
    sits_at: str | None
    line: str | None
    post: str | None
    ladder: str | None
    grade: str | None
    superior_no: str | None
    rm_since: int | None
    status: str
    certificates: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class UnitSpell:
    """A unit on a span of days; ``kind`` is branch, sub_branch, outlet, department or team."""

    org_code: str
    parent: str | None
    kind: str
    span: Span


@dataclass(frozen=True, slots=True)
class MeasureRow:
    """A delivered value of a subject; ``value`` None is unknown, not zero."""

    subject: str
    measure: str
    period: str
    value: Fraction | None
    unit: str
    source: str = ""
    maker: str = ""
    checker: str = ""
    delivery: int = 0
    line: int = 0


@dataclass(frozen=True, slots=True)
class TargetRow:
    """A target of a subject; one without ``confirmed_on`` is not confirmed and blocks."""

    subject: str
    indicator: str
    period: str
    value: Fraction
    unit: str
    confirmed_on: int | None
    base: Fraction | None = None
    delivery: int = 0
    line: int = 0


@dataclass(frozen=True, slots=True)
class OutcomeRow:
    """What an earlier period ended with: class, and grade before and after."""

    employee_no: str
    scheme: str
    period: str
    span: Span
    class_: str | None
    grade_before: str | None
    grade_after: str | None


@dataclass(frozen=True, slots=True)
class RateRow:
    """A rate on a span of days, in parts per billion: exchange or transfer price."""

    kind: str
    code: str
    span: Span
    value_ppb: int


@dataclass(frozen=True, slots=True)
class LoanEvent:
    """Something that happened to a loan.

    Attributes:
        kind: ``overdue``, ``turned_bad``, ``written_off``, ``recovered``, ``settled_early``, or
            ``finding``: the duty was fulfilled (尽职免责).
        amount: minor units, None where the event has none.
        who: the employee it is charged to.
    """

    event_id: str
    account_no: str
    kind: str
    day: int
    amount: int | None
    currency: str
    who: str | None
    delivery: int = 0
    line: int = 0


@dataclass(frozen=True, slots=True)
class OpeningRow:
    """Deferred pay, or a deduction not yet refunded, from before Tidui."""

    employee_no: str
    account_no: str | None
    kind: str
    amount: int
    currency: str
    day: int
    due_on: int | None
    reference: str


@dataclass(frozen=True, slots=True)
class Inputs:
    """Everything of a snapshot that a scheme reads beside the facts.

    Attributes:
        base_currency: currency that exchange rates are given in.
        as_of: first date not yet delivered, or the period's end: the day the run stands at.
    """

    employees: tuple[EmployeeSpell, ...]
    base_currency: str
    as_of: date
    units: tuple[UnitSpell, ...] = ()
    measures: tuple[MeasureRow, ...] = ()
    targets: tuple[TargetRow, ...] = ()
    outcomes: tuple[OutcomeRow, ...] = ()
    rates: tuple[RateRow, ...] = ()
    loan_events: tuple[LoanEvent, ...] = ()
    openings: tuple[OpeningRow, ...] = ()
