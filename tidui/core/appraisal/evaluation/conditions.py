"""What each condition asks; three answers: it holds, it doesn't, or that can't be known."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from math import ceil, floor
from operator import ge, gt, le, lt
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from tidui.core.appraisal.evaluation.numbers import attribute
from tidui.core.appraisal.scheme import conditions
from tidui.core.values import Missing, Truth

if TYPE_CHECKING:
    from tidui.core.appraisal.evaluation.environment import Environment


def _all(node: conditions.All, env: Environment) -> Truth:
    truths = [env.holds(part) for part in node.of]
    if any(truth is False for truth in truths):
        return False
    return next((truth for truth in truths if isinstance(truth, Missing)), True)


def _any(node: conditions.AnyOf, env: Environment) -> Truth:
    truths = [env.holds(part) for part in node.of]
    if any(truth is True for truth in truths):
        return True
    return next((truth for truth in truths if isinstance(truth, Missing)), False)


def _not(node: conditions.Not, env: Environment) -> Truth:
    truth = env.holds(node.of)
    return truth if isinstance(truth, Missing) else not truth


def _at_least(node: conditions.AtLeast, env: Environment) -> Truth:
    truths = [env.holds(part) for part in node.conditions]
    sure = sum(truth is True for truth in truths)
    unknown = [truth for truth in truths if isinstance(truth, Missing)]
    env.note(holding=sure, wanted=node.of)
    if sure >= node.of:
        return True
    return unknown[0] if sure + len(unknown) >= node.of else False


BOUNDS: Final[Mapping[str, Callable[[Fraction, Fraction], bool]]] = MappingProxyType({
    "at_least": ge, "above": gt, "at_most": le, "below": lt,
})  # fmt: skip
"""What a value must be to a bound, in the order in which a comparison asks."""


def _compare(node: conditions.Compare, env: Environment) -> Truth:
    """Compare with each bound given; the distance is what is missing to the first that fails."""
    value = env.evaluate(node.of)
    result = True
    for name, passes in BOUNDS.items():
        bound_node = getattr(node, name)
        if bound_node is None:
            continue
        bound = env.evaluate(bound_node)
        if isinstance(bound, Missing):
            return bound
        if not isinstance(value, Missing) and not passes(value, bound):
            env.note(distance=bound - value, bound=name)
            result = False
    return value if isinstance(value, Missing) else result


def places_in(percent: Fraction, size: int, cut: str) -> int:
    """Return how many places p per cent of a group are; the scheme names the cut.

    >>> places_in(Fraction(60), 7, "ceil"), places_in(Fraction(60), 7, "floor")
    (5, 4)
    """
    exact_places = percent * size / 100
    return ceil(exact_places) if cut == "ceil" else floor(exact_places)


def _rank(node: conditions.RankCondition, env: Environment) -> Truth:
    place = env.board.places[node.of][env.subject.id]
    if place.rank is None:
        return Missing("not_ranked", f"{node.of}: {place.reason}")
    bound = node.top if node.top is not None else node.top_percent
    limit = env.evaluate(bound)
    if isinstance(limit, Missing):
        return limit
    cut = env.board.scheme.ranks[node.of].cut
    places = int(limit) if node.top is not None else places_in(limit, place.size, cut)
    env.note(
        rank=place.rank, size=place.size, places=places, population=place.population,
        distance=max(0, place.rank - places),
    )  # fmt: skip
    return place.rank <= places


def _attribute(node: conditions.Attribute, env: Environment) -> Truth:
    word = attribute(node.of, env)
    env.note(attribute=node.of, word=word)
    return word in node.is_


def _tenure(node: conditions.Tenure, env: Environment) -> Truth:
    months = env.subject.rm_months if node.of == "rm" else env.subject.grade_months
    wanted = env.evaluate(node.months)
    if months is None:
        return Missing("not_delivered", "rm_since")
    if isinstance(wanted, Missing):
        return wanted
    env.note(months=months, distance=max(Fraction(0), wanted - months))
    return months >= wanted


def _days_off(node: conditions.DaysOff, env: Environment) -> Truth:
    days = sum(count for cause, count in env.subject.off_days if cause in node.of)
    bound = env.evaluate(node.at_least)
    if isinstance(bound, Missing):
        return bound
    env.note(days=days, distance=bound - days)
    return days >= bound


def _certificate(node: conditions.Certificate, env: Environment) -> Truth:
    last = env.subject.last
    if last is None:
        return Missing("not_delivered", "certificates")
    return node.of in last.certificates


def _gate(node: conditions.GateName, env: Environment) -> Truth:
    env.note(name=node.name)
    return env.gate(node.name)


def _open(node: conditions.OpenCondition, env: Environment) -> Truth:
    return Missing("open", "condition")


CONDITION_HANDLERS: dict[str, Callable[[Any, Environment], Truth]] = {
    "all": _all,
    "any": _any,
    "not": _not,
    "at_least": _at_least,
    "compare": _compare,
    "rank": _rank,
    "attribute": _attribute,
    "tenure": _tenure,
    "days_off": _days_off,
    "certificate": _certificate,
    "gate": _gate,
    "open": _open,
}
