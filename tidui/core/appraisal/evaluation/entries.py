"""The named entries of a scheme in the order in which they can be computed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from pydantic import BaseModel

from tidui.core.appraisal.scheme.conditions import Attribute, RankCondition
from tidui.core.appraisal.scheme.document import Scheme
from tidui.core.appraisal.scheme.fields import Title
from tidui.core.appraisal.scheme.indicators import Derived
from tidui.core.appraisal.scheme.nodes import (
    ByRank,
    Lookup,
    Minimum,
    Named,
    Part,
    PoolPrice,
    PopulationTotal,
    ShareOfTotal,
    TeamTotal,
    Weighted,
)
from tidui.core.appraisal.scheme.stages import Category

THRESHOLD: Final = "threshold"
"""In a grade's conditions, the name of that grade's own threshold."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A named value, with the stage it belongs to.

    Attributes:
        name: unique in the scheme.
        stage: ``indicators``, ``scores`` or ``pay``.
        title: name for people.
        unit: unit of the value.
        clause: clause of the written rule.
        node: a value node, or the fact that an indicator reads.
        path: where it stands in the document.
        missing: policy for a missing value.
        places: decimals it is rounded to, None for no rounding point.
        rounding: how it is rounded there.
    """

    name: str
    stage: str
    title: Title
    unit: str
    clause: str | None
    node: Any
    path: str
    missing: str = "block"
    places: int | None = None
    rounding: str | None = None


def list_entries(scheme: Scheme) -> tuple[Entry, ...]:
    """List the named values as they stand in the document; categories come before their total."""
    result = []
    for name, ind in scheme.indicators.items():
        node = ind.value if isinstance(ind, Derived) else ind
        path = f"indicators.{name}"
        result.append(
            Entry(name, "indicators", ind.title, ind.unit, ind.clause, node, path, ind.missing)
        )
    if scheme.contribution is not None:
        result.extend(_contribution(scheme))
    for name, score in scheme.scores.items():
        path = f"scores.{name}"
        result.append(
            Entry(
                name, "scores", score.title, score.unit, score.clause, score.value, path,
                "none", score.places, score.rounding,
            )
        )  # fmt: skip
    if scheme.pay is not None:
        for name, item in scheme.pay.items.items():
            path = f"pay.items.{name}"
            unit = scheme.pay.currency
            result.append(
                Entry(name, "pay", item.title, unit, item.clause, item.value, path, "none")
            )
    return tuple(result)


def category_name(name: str) -> str:
    """Return the name of a contribution category among the entries."""
    return f"contribution.{name}"


def _contribution(scheme: Scheme) -> Iterator[Entry]:
    contribution = scheme.contribution
    if contribution is None:
        return
    parts = []
    for name, category in contribution.categories.items():
        own = category_name(name)
        node = _category_node(category)
        path = f"contribution.categories.{name}"
        yield Entry(own, "scores", category.title, "point", None, node, path, "none")
        of = Named.model_construct(kind="named", name=own)
        parts.append(Part.model_construct(of=of, weight=category.weight, cap=None))
    total = Weighted.model_construct(
        kind="weighted",
        parts=tuple(parts),
        total=contribution.total,
        missing=contribution.missing,
    )
    yield Entry(
        "contribution", "scores", contribution.title, "point", contribution.clause, total,
        "contribution", "none",
    )  # fmt: skip


def _category_node(category: Category) -> Any:
    if category.cap is None:
        return category.value
    return Minimum.model_construct(kind="minimum", of=(category.value, category.cap))


def node_names(node: Any) -> Iterator[str]:
    """Yield what a node refers to, in reading order.

    An entry is yielded by its name, others as ``rank:NAME``, ``class:NAME`` and ``gate:NAME``.
    """
    kind = getattr(node, "kind", None)
    if isinstance(node, Named):
        yield node.name
    elif isinstance(node, ShareOfTotal | TeamTotal | PopulationTotal | PoolPrice):
        yield node.of
    elif isinstance(node, ByRank):
        yield f"rank:{node.rank}"
    elif isinstance(node, Lookup) and node.by.startswith("class:"):
        yield node.by
    elif isinstance(node, RankCondition):
        yield f"rank:{node.of}"
    elif isinstance(node, Attribute) and node.of.startswith("class:"):
        yield node.of
    elif kind == "gate" and node.name != THRESHOLD:
        yield f"gate:{node.name}"
    for child in children(node):
        yield from node_names(child)


def children(node: Any) -> Iterator[Any]:
    """Yield the records directly inside a record, a tuple or a mapping."""
    if isinstance(node, Title | str | int | Fraction):
        return
    if isinstance(node, BaseModel):
        for name in type(node).model_fields:
            yield from _records(getattr(node, name))


def _records(value: Any) -> Iterator[Any]:
    if isinstance(value, BaseModel):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _records(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from _records(item)


def dependencies(scheme: Scheme) -> dict[str, tuple[str, ...]]:
    """Map every entry, ``rank:NAME``, ``class:NAME`` and ``gate:NAME`` to what it reads."""
    result = {entry.name: tuple(node_names(entry.node)) for entry in list_entries(scheme)}
    for name, rank in scheme.ranks.items():
        excluded = node_names(rank.exclude) if rank.exclude else ()
        result[f"rank:{name}"] = (rank.of, *excluded)
    for name, classes in scheme.classes.items():
        quota = (f"rank:{classes.quotas.rank}",) if classes.quotas else ()
        result[f"class:{name}"] = (*node_names(classes), *quota)
    for name, condition in scheme.conditions.items():
        result[f"gate:{name}"] = tuple(node_names(condition))
    return result


def evaluation_order(scheme: Scheme) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Order everything so that nothing is read before it is computed.

    Returns
    -------
    (order, circle)
        ``circle`` names a cycle, the first name repeated at its end; it is empty where there is
        none. Names that don't exist are left to the static checks.
    """
    graph = dependencies(scheme)
    order: list[str] = []
    state: dict[str, int] = {}
    for start in graph:
        stack = [(start, iter(graph[start]))]
        if state.setdefault(start, 1) == 2:
            continue
        while stack:
            name, rest = stack[-1]
            following = next(
                (item for item in rest if item in graph and state.get(item) != 2), None
            )
            if following is None:
                state[name] = 2
                order.append(name)
                stack.pop()
            elif state.get(following) == 1:
                path = [item for item, _ in stack]
                return (), (*path[path.index(following) :], following)
            else:
                state[following] = 1
                stack.append((following, iter(graph[following])))
    return tuple(order), ()
