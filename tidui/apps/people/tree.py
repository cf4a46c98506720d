"""The organisation as a tree on one day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from tidui.apps.people.models import UnitSpell
from tidui.apps.people.models.spells import valid_on


@dataclass(frozen=True, slots=True)
class UnitTree:
    """Units of one day by their database ids.

    Attributes:
        parents: id → id of the unit above, None at the top.
        children: id → ids below.
        kinds: id → kind.
    """

    parents: dict[int, int | None]
    children: dict[int | None, list[int]] = field(default_factory=dict)
    kinds: dict[int, str] = field(default_factory=dict)

    def below(self, unit_id: int) -> frozenset[int]:
        """Return a unit and everything below it."""
        found: set[int] = set()
        waiting = [unit_id]
        while waiting:
            here = waiting.pop()
            if here not in found:
                found.add(here)
                waiting += self.children.get(here, [])
        return frozenset(found)

    def above(self, unit_id: int | None) -> Iterator[int]:
        """Yield a unit and those above it, the top last; a circle ends where it began."""
        seen: set[int] = set()
        while unit_id is not None and unit_id not in seen:
            seen.add(unit_id)
            yield unit_id
            unit_id = self.parents.get(unit_id)

    def walk(self, top: int | None = None, depth: int = 0) -> Iterator[tuple[int, int]]:
        """Yield (unit, depth) from the top down."""
        for child in self.children.get(top, []):
            yield child, depth
            yield from self.walk(child, depth + 1)


def unit_tree(on: date) -> UnitTree:
    """Return the tree of a day, with one query; a unit whose parent is gone stands at the top."""
    rows = list(
        UnitSpell.objects.filter(valid_on(on))
        .order_by("unit__org_code")
        .values_list("unit_id", "parent_id", "kind")
    )
    return build_tree(rows)


def build_tree(rows: Iterable[tuple[int, int | None, str]]) -> UnitTree:
    """Build a tree of (unit, parent, kind)."""
    listed = list(rows)
    known = {unit for unit, _, _ in listed}
    parents = {unit: parent if parent in known else None for unit, parent, _ in listed}
    children: dict[int | None, list[int]] = defaultdict(list)
    for unit, parent in parents.items():
        children[parent].append(unit)
    return UnitTree(parents, dict(children), {unit: kind for unit, _, kind in listed})


def unit_trees(days: Iterable[date]) -> dict[date, UnitTree]:
    """Return the tree of each day, with one query for all of them."""
    spells = list(
        UnitSpell.objects.order_by("unit__org_code").values_list(
            "unit_id", "parent_id", "kind", "valid_from", "valid_to"
        )
    )
    return {
        day: build_tree(
            (unit, parent, kind)
            for unit, parent, kind, start, end in spells
            if start <= day and (end is None or end > day)
        )
        for day in days
    }
