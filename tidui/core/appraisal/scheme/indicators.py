"""Indicators of a scheme: what is read from the ledger, and how it is averaged and converted."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from tidui.core.appraisal.scheme.fields import (
    Day,
    Record,
    Text,
    Title,
    Words,
)
from tidui.core.appraisal.scheme.nodes import Value

MissingPolicy = Literal["block", "leave_out_and_reweight", "zero_with_reason"]
CountFor = Literal["own", "own_team", "own_outlet", "subordinates"]


class Where(Record):
    """Which accounts, customers and roles count; every condition given must hold."""

    kind: Words | None = None
    product: Words | None = None
    currency: Words | None = None
    segment: Words | None = None
    tier: Words | None = None
    industry: Words | None = None
    org_code: Words | None = None
    role: Words | None = None
    any: tuple[Where, ...] = ()
    not_: tuple[Where, ...] = Field(default=(), alias="not")


class Coefficient(Record):
    """A product's weight from a date on: margin deposits × 0.3."""

    product: Words
    from_: Day = Field(alias="from")
    value: Value


class FixedConversion(Record):
    """One rate for the whole period, of a date."""

    fixed: Day


Conversion = Literal["day", "month_end", "period_end"] | FixedConversion


class Fact(Record):
    """What every indicator that reads the ledger has.

    Attributes:
        title: its name for people.
        unit: currency of an amount, or ``count``, ``ratio``, ``point``, ``customer``.
        where: which accounts count.
        basis: basis of the attribution.
        count_for: whose holdings count: the subject's own, or those of his team, outlet or people.
        missing: what a missing value means.
        clause: clause of the written rule.
        readings: register entries (C-nn) whose reading it carries.
    """

    title: Title
    unit: Text
    clause: Text | None = None
    readings: Words = ()
    missing: MissingPolicy = "block"
    count_for: CountFor = "own"
    where: Where = Where()
    basis: Text = "main"
    conversion: Conversion | None = None
    coefficients: tuple[Coefficient, ...] = ()


class Windowed(Fact):
    """A fact of the period, or of the twelve months that end with it.

    ``twelve_months`` serves a standard for a year that is looked at every quarter or month. Days
    before the period count whoever the subject was then.
    """

    window: Literal["period", "twelve_months"] = "period"


class BalanceAverage(Windowed):
    """Average daily balance; ``averaging`` has no default: a court decided on it (domain 3.2)."""

    fact: Literal["balance_average"]
    averaging: Literal["daily", "month_means", "last_month"]


class BalanceClosing(Fact):
    """Balance at the end of the period's last day."""

    fact: Literal["balance_closing"]


class AverageBase(Record):
    """The base is the average of an earlier period.

    ``follows: account``: the base of an account goes to those who hold it now.
    ``follows: holder``: it stays with those who held it then.
    """

    average: Literal["previous_period", "previous_year"]
    follows: Literal["account", "holder"]


class DateBase(Record):
    """The base is the balance on a frozen date."""

    date: Day
    follows: Literal["account", "holder"]


class BalanceIncrease(Fact):
    """Average over the period less a base; a new customer's base is 0."""

    fact: Literal["balance_increase"]
    measured: Literal["average", "closing"] = "average"
    base: AverageBase | DateBase


class AssetIncrease(Fact):
    """Increase of a customer's deposits, wealth products, funds, insurance and bonds together."""

    fact: Literal["asset_increase"]
    measured: Literal["average", "closing"] = "average"
    base: AverageBase | DateBase
    kinds: Words


class MarginIncome(Windowed):
    """Average × (transfer price − customer rate) for deposits, the reverse for loans (FTP)."""

    fact: Literal["margin_income"]
    side: Literal["deposit", "loan"]
    day_count: Literal[360, 365]


class FlowSum(Windowed):
    """Sum of the amounts booked in the period."""

    fact: Literal["flow_sum"]
    flows: Words


class FlowCount(Windowed):
    """Number of things booked in the period."""

    fact: Literal["flow_count"]
    flows: Words


class CustomerCount(Fact):
    """Customers who pass a bar: by average or closing balance, or by the products they hold.

    ``credit: whole``: the customer's whole value must pass, and counts for each holder of the last
    day. ``credit: attributed``: the part that the subject holds must pass.
    """

    fact: Literal["customer_count"]
    measured: Literal["average", "closing", "products"]
    at_least: Value
    credit: Literal["whole", "attributed"]


class CustomerLost(Fact):
    """Customers above the bar in the window before and below it now; handed over is not lost."""

    fact: Literal["customer_lost"]
    bar: Value
    before: Literal["previous_period", "previous_year"]
    measured: Literal["average", "closing"]
    result: Literal["count", "ratio"]


class LoanQuality(Fact):
    """Share of loans in the bad classes, or overdue by more than so many days."""

    fact: Literal["loan_quality"]
    worst_class: Annotated[int, Field(ge=2, le=5)] | None = None
    overdue_above: Annotated[int, Field(ge=0)] | None = None
    averaging: Literal["closing", "daily"]
    if_zero: Value | Literal["missing"]


class Measure(Fact):
    """A value that another room delivers for the subject and the period."""

    fact: Literal["measure"]
    code: Text
    combine: Literal["only", "sum", "mean"] = "only"


class Headcount(Fact):
    """People led by, or belonging to, the subject's unit on the last day.

    Attributes:
        grades: only these grades; empty: all.
        certificate: only those who hold it.
        result: ``count``, or ``share`` of all.
    """

    fact: Literal["headcount"]
    grades: Words = ()
    certificate: Text | None = None
    result: Literal["count", "share"]


class Derived(Record):
    """An indicator computed from others."""

    fact: Literal["derived"] = "derived"
    title: Title
    unit: Text
    clause: Text | None = None
    readings: Words = ()
    missing: MissingPolicy = "block"
    value: Value


def _by_fact(raw: Any) -> Any:
    return {"fact": "derived", **raw} if isinstance(raw, dict) and "value" in raw else raw


Indicator = Annotated[
    BalanceAverage
    | BalanceClosing
    | BalanceIncrease
    | AssetIncrease
    | MarginIncome
    | FlowSum
    | FlowCount
    | CustomerCount
    | CustomerLost
    | LoanQuality
    | Measure
    | Headcount
    | Derived,
    Field(discriminator="fact"),
    BeforeValidator(_by_fact),
]
