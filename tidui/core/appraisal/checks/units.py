"""Do the units agree? Money is never added to points, nor yuan to dollars."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tidui.core.appraisal.checks.opens import walk_records
from tidui.core.appraisal.evaluation.entries import list_entries
from tidui.core.appraisal.scheme import nodes
from tidui.core.appraisal.scheme.conditions import Compare
from tidui.core.appraisal.scheme.document import Scheme
from tidui.core.values import Issue, issue

UNITLESS = ("constant", "open", "parameter")


def check_units(scheme: Scheme) -> Iterator[Issue]:
    """Name each sum, difference, extreme, ratio and comparison of different units.

    The unit of a product, a table or a linear score is whatever its entry declares; a number
    written in the document takes the unit of what it stands beside.
    """
    units = {entry.name: entry.unit for entry in list_entries(scheme)}
    for path, node in walk_records(scheme):
        parts: tuple[Any, ...] = ()
        if isinstance(node, nodes.Sum | nodes.Difference | nodes.Minimum | nodes.Maximum):
            parts = node.of
        elif isinstance(node, nodes.Growth):
            parts = (node.of, node.base)
        elif isinstance(node, nodes.Attainment) and node.target != "delivered":
            parts = (node.of, node.target)
        elif isinstance(node, Compare):
            bounds = (node.at_least, node.above, node.at_most, node.below)
            parts = (node.of, *(bound for bound in bounds if bound is not None))
        found = sorted({unit for part in parts if (unit := unit_of(part, units)) is not None})
        if len(found) > 1:
            yield issue("scheme.units", path, units=", ".join(found))


def unit_of(node: Any, units: dict[str, str]) -> str | None:
    """Return a node's unit, None where the document doesn't fix it."""
    if isinstance(node, nodes.Named):
        return units.get(node.name)
    if isinstance(node, nodes.Sum | nodes.Difference | nodes.Minimum | nodes.Maximum):
        known = [unit for part in node.of if (unit := unit_of(part, units)) is not None]
        return known[0] if known else None
    if isinstance(node, nodes.Capped):
        return unit_of(node.of, units)
    if isinstance(node, nodes.Attainment | nodes.Growth | nodes.ShareOfTotal):
        return "ratio"
    return None
