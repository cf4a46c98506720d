"""Conditions of a scheme: what is asked of a subject, with the bounds that decide."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from tidui.core.appraisal.scheme import nodes
from tidui.core.appraisal.scheme.fields import Name, Record, Text, Words
from tidui.core.appraisal.scheme.nodes import Value, one_key

_SUBJECTS = ("indicator", "score", "value", "measure_of")


def _condition(raw: Any) -> Any:
    """Accept ``{indicator: x, at_least: 5}`` and ``{rank: x, top_percent: 60}`` beside one key."""
    if isinstance(raw, dict) and "kind" not in raw:
        if len(raw) == 1 and "not" in raw:
            return {"kind": "not", "of": raw["not"]}
        for key in _SUBJECTS:
            if key in raw:
                rest = {name: item for name, item in raw.items() if name != key}
                return {"kind": "compare", "of": raw[key], **rest}
        for key in ("days_off", "rank", "at_least", "tenure"):
            if key in raw and len(raw) > 1:
                rest = {name: item for name, item in raw.items() if name != key}
                return {"kind": key, "of": raw[key], **rest}
    return one_key(raw, "gate")


class All(Record):
    """Every condition holds."""

    kind: Literal["all"]
    of: tuple[Condition, ...] = Field(min_length=1)


class AnyOf(Record):
    """One condition at least holds."""

    kind: Literal["any"]
    of: tuple[Condition, ...] = Field(min_length=1)


class Not(Record):
    """The condition doesn't hold."""

    kind: Literal["not"]
    of: Condition


class AtLeast(Record):
    """So many of the conditions hold."""

    kind: Literal["at_least"]
    of: Annotated[int, Field(ge=1)]
    conditions: tuple[Condition, ...] = Field(min_length=1)


class Compare(Record):
    """A value against bounds; ``at_least`` and ``at_most`` include the bound."""

    kind: Literal["compare"]
    of: Value
    at_least: Value | None = None
    above: Value | None = None
    at_most: Value | None = None
    below: Value | None = None


class RankCondition(Record):
    """A place in a ranking: among the best p per cent, or the first n."""

    kind: Literal["rank"]
    of: Name
    top_percent: Value | None = None
    top: Value | None = None


class Attribute(Record):
    """An attribute of the subject is one of the words: grade, post, line, class:NAME."""

    kind: Literal["attribute"]
    of: Text
    is_: Words = Field(alias="is")


class Tenure(Record):
    """Whole months as relationship manager (``rm``) or in the present grade (``grade``)."""

    kind: Literal["tenure"]
    of: Literal["rm", "grade"]
    months: Value


class DaysOff(Record):
    """So many days of the period, at least, didn't count for one of the causes."""

    kind: Literal["days_off"]
    of: Words
    at_least: Value


class Certificate(Record):
    """The subject holds a certificate on the last day."""

    kind: Literal["certificate"]
    of: Text


class GateName(Record):
    """A named condition of the scheme."""

    kind: Literal["gate"]
    name: Name


class OpenCondition(Record):
    """A condition that is open; a run refuses and names it."""

    kind: Literal["open"]


Condition = Annotated[
    All
    | AnyOf
    | Not
    | AtLeast
    | Compare
    | RankCondition
    | Attribute
    | Tenure
    | DaysOff
    | Certificate
    | GateName
    | OpenCondition,
    Field(discriminator="kind"),
    BeforeValidator(_condition),
]

# The value nodes hold conditions and the conditions hold values: the circle closes here.
_KNOWN = {**vars(nodes), "Condition": Condition}
for _model in (*vars(nodes).values(), *list(globals().values())):
    if isinstance(_model, type) and issubclass(_model, Record):
        _model.model_rebuild(_types_namespace={**_KNOWN, **globals()})
