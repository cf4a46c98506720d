"""The closed catalogue of nodes: what a scheme can compute and ask, each with typed parameters.

A node is a mapping with one key, its kind; a bare word is the name of another node; a number is
itself; ``open`` is a number that the bank still has to fill. There is no expression language, so
each node can be shown as a form, checked, explained, and turned into "what is still missing".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from tidui.core.appraisal.scheme.fields import (
    OPEN,
    Day,
    Flag,
    Name,
    Number,
    Record,
    Text,
    Words,
)

if TYPE_CHECKING:
    from tidui.core.appraisal.scheme.conditions import Condition


def one_key(raw: Any, scalar: str) -> Any:
    """Turn ``{kind: body}`` into ``{"kind": kind, …}``, and a bare word or number into its node."""
    if isinstance(raw, Record) or (isinstance(raw, dict) and "kind" in raw):
        return raw
    if raw == OPEN:
        return {"kind": "open"}
    if isinstance(raw, str):
        return {"kind": scalar, "name": raw}
    if not isinstance(raw, dict):
        return {"kind": "constant", "value": raw}
    if len(raw) != 1:
        raise ValueError("a node is a mapping with one key, its kind")
    ((kind, body),) = raw.items()
    return {"kind": kind, **body} if isinstance(body, dict) else {"kind": kind, "of": body}


def _value(raw: Any) -> Any:
    return one_key(raw, "named")


class Constant(Record):
    """A number written in the document."""

    kind: Literal["constant"]
    value: Number


class OpenValue(Record):
    """A number that is open; a run refuses and names it."""

    kind: Literal["open"]


class Named(Record):
    """The value of another entry, by its name."""

    kind: Literal["named"]
    name: Name


class Parameter(Record):
    """A dated parameter, at the last day of the period."""

    kind: Literal["parameter"]
    of: Name


class Sum(Record):
    """All parts added up."""

    kind: Literal["sum"]
    of: tuple[Value, ...] = Field(min_length=1)


class Difference(Record):
    """The first less all others."""

    kind: Literal["difference"]
    of: tuple[Value, ...] = Field(min_length=2)


class Product(Record):
    """All factors multiplied: points × price, average × rate, profit × coefficient."""

    kind: Literal["product"]
    of: tuple[Value, ...] = Field(min_length=1)


class Ratio(Record):
    """One value over another; ``if_zero`` says what a zero below means."""

    kind: Literal["ratio"]
    of: Value
    to: Value
    if_zero: Value | Literal["missing"]


class Minimum(Record):
    """The smallest part."""

    kind: Literal["minimum"]
    of: tuple[Value, ...] = Field(min_length=1)


class Maximum(Record):
    """The largest part."""

    kind: Literal["maximum"]
    of: tuple[Value, ...] = Field(min_length=1)


class Attainment(Record):
    """Actual over target, 1 at the target.

    ``target: delivered`` reads the confirmed target of the indicator named by ``of``. With
    ``progress: time_proportional`` the target counts by the elapsed days of the period; with
    ``year_to_date`` it is the year's target and counts by the year's elapsed days (序时进度).
    ``target_by_days`` says whether a delivered target counts in the proportion of the counted
    days; without it the target of flows and margins does, and that of an average does not.
    """

    kind: Literal["attainment"]
    of: Value
    target: Value | Literal["delivered"]
    progress: Literal["none", "time_proportional", "year_to_date"]
    target_by_days: Flag | None = None
    floor: Value | None = None
    cap: Value | None = None


class Growth(Record):
    """Change over the base, as a ratio of the base."""

    kind: Literal["growth"]
    of: Value
    base: Value
    if_zero: Value | Literal["missing"]


class ShareOfTotal(Record):
    """The subject's part of what all subjects have together."""

    kind: Literal["share_of_total"]
    of: Name
    within: Words = ()
    if_zero: Value | Literal["missing"]


class TeamTotal(Record):
    """What the people led by the subject have together, or on average."""

    kind: Literal["team_total"]
    of: Name
    combine: Literal["sum", "mean"]


class PopulationTotal(Record):
    """What all subjects of a population have together, or on average; the same for each of them."""

    kind: Literal["population_total"]
    of: Name
    within: Words = ()
    combine: Literal["sum", "mean"]


class Row(Record):
    """One row of a table: from the lower bound, inclusive, to the upper, exclusive."""

    from_: Value | None = Field(default=None, alias="from")
    to: Value | None = None
    value: Value


class StepTable(Record):
    """A table of half-open rows that tile the line.

    ``whole``: the row's value. ``marginal``: each row's value is the rate for the part of the
    value that lies inside it. ``interpolate``: between the values at the lower bounds.
    """

    kind: Literal["step_table"]
    of: Value
    mode: Literal["whole", "marginal", "interpolate"]
    rows: tuple[Row, ...] | Literal["open"]


class Linear(Record):
    """``per_unit`` for each unit above ``from``, between ``floor`` and ``cap``."""

    kind: Literal["linear"]
    of: Value
    per_unit: Value
    from_: Value = Field(default=Constant(kind="constant", value=0), alias="from")
    floor: Value | None = None
    cap: Value | None = None


class Deduct(Record):
    """A deduction: ``per_unit`` for each unit, at most ``at_most``; the result is ≤ 0."""

    kind: Literal["deduct"]
    of: Value
    per_unit: Value
    at_most: Value | None = None


class Bonus(Record):
    """An addition: ``per_unit`` for each unit, at most ``at_most``; the result is ≥ 0."""

    kind: Literal["bonus"]
    of: Value
    per_unit: Value
    at_most: Value | None = None


class ByRank(Record):
    """A value by place in a ranking: the first row whose ``to`` place is not passed."""

    kind: Literal["by_rank"]
    rank: Name
    rows: tuple[RankRow, ...] = Field(min_length=1)


class RankRow(Record):
    """Up to this place, inclusive; the last row has none."""

    to: Annotated[int, Field(ge=1)] | None = None
    value: Value


class Level(Record):
    """A described level of a rubric."""

    value: Number
    title: Text


class Rubric(Record):
    """A mark that a person gave on described levels, read from a measure."""

    kind: Literal["rubric"]
    of: Value
    levels: tuple[Level, ...] | Literal["open"]


class When(Record):
    """One value if a condition holds, else another."""

    kind: Literal["when"]
    condition: Condition
    then: Value
    otherwise: Value


class Part(Record):
    """One weighted part; in a category its own cap holds before the weight."""

    of: Value
    weight: Value
    cap: Value | None = None


class Weighted(Record):
    """Σ weight × part ÷ ``total``; the weights must add up to ``total``.

    ``missing: leave_out_and_reweight`` spreads the weight of a missing part over the others;
    ``block`` makes the sum missing.
    """

    kind: Literal["weighted"]
    parts: tuple[Part, ...] = Field(min_length=1)
    total: Number
    missing: Literal["block", "leave_out_and_reweight"]


class Capped(Record):
    """A value held between a floor and a cap; ``null`` on a side leaves it open-ended."""

    kind: Literal["capped"]
    of: Value
    floor: Value | None
    cap: Value | None


class Blend(Record):
    """A dated move from one score to another: share × ``to`` + (1 − share) × ``from``.

    ``shares`` gives the share of ``to`` from a date on; before the first date it is 0.
    """

    kind: Literal["blend"]
    from_: Value = Field(alias="from")
    to: Value
    shares: dict[Day, Number] | Literal["open"]


class Lookup(Record):
    """A value by an attribute of the subject: his grade, post, line, or a class he was given."""

    kind: Literal["lookup"]
    by: Text
    rows: dict[str, Value] | Literal["open"]


class ExcessByGrade(Record):
    """The part above a bar, paid at the rate of the subject's grade step (职级档次)."""

    kind: Literal["excess_by_grade"]
    of: Value
    above: Value
    rates: dict[str, Value] | Literal["open"]


class PoolPrice(Record):
    """A pool shared out by results: unit price = pool × weight ÷ Σ results, to the fen.

    The parts add up to the rounded pool; the last fen go to the largest remainders. ``if_zero``
    says what each gets where nobody has a result, and the pool is left over.
    """

    kind: Literal["pool_price"]
    pool: Value
    weight: Value
    of: Name
    within: Words = ()
    only_positive: Flag
    if_zero: Value | Literal["missing"] = "missing"


class SecondDistribution(Record):
    """A unit's pool, shared out by its head: the shares are a measure and add up to 1."""

    kind: Literal["second_distribution"]
    pool: Value
    shares: Text
    within: Words


Value = Annotated[
    Constant
    | OpenValue
    | Named
    | Parameter
    | Sum
    | Difference
    | Product
    | Ratio
    | Minimum
    | Maximum
    | Attainment
    | Growth
    | ShareOfTotal
    | TeamTotal
    | PopulationTotal
    | StepTable
    | Linear
    | Deduct
    | Bonus
    | ByRank
    | Rubric
    | When
    | Weighted
    | Capped
    | Blend
    | Lookup
    | ExcessByGrade
    | PoolPrice
    | SecondDistribution,
    Field(discriminator="kind"),
    BeforeValidator(_value),
]


CROSS_SUBJECT = (ShareOfTotal, TeamTotal, PopulationTotal, PoolPrice, SecondDistribution)
"""Nodes that read other subjects; they stand at the top of a named entry only."""
