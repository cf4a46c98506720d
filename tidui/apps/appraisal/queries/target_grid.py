"""The grid of a plan: one unit as the whole, what it is made of as parts, and the gap between."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from tidui.apps.appraisal.access_plans import PlanScope, editable_people
from tidui.apps.appraisal.models import Plan, Target
from tidui.apps.appraisal.queries.last_figures import last_figures
from tidui.apps.appraisal.queries.targets import (
    day_of_plan,
    needs_of,
    people_of_plan,
    shown_number,
    standing_targets,
    sums_by_unit,
    unit_values,
)
from tidui.apps.people.access import Standing, employees_in
from tidui.apps.people.models import Employee, Unit
from tidui.core.appraisal.targets import Reach, TargetNeed, reach_of


@dataclass(frozen=True, slots=True)
class GridCell:
    """A target in the grid.

    Attributes:
        name: name of its field.
        value: the target, None where there is none.
        last: what was reached in the period before; None where that is not known.
        below: for a unit without a target: what its parts add up to.
        target: the stored row.
        unit: unit of the values.
        editable: whether the reader may set it.
    """

    name: str
    value: Fraction | None
    last: Fraction | None
    below: Fraction | None
    target: Target | None
    unit: str
    editable: bool

    @property
    def growth(self) -> Fraction | None:
        """How far the target is above what was reached, as a ratio; None without a base."""
        if self.value is None or self.last is None or self.last <= 0:
            return None
        return self.value / self.last - 1


@dataclass(frozen=True, slots=True)
class GridRow:
    """A part, or the whole: a unit or a person with a cell for each indicator."""

    holder: Employee | Unit
    kind: str
    cells: tuple[GridCell, ...]
    people: int = 0


@dataclass(frozen=True, slots=True)
class Foot:
    """Sum of the parts of an indicator, and how far the whole is from it."""

    total: Fraction
    gap: Fraction | None
    unit: str


@dataclass(frozen=True, slots=True)
class Grid:
    """What the page of a plan shows.

    Attributes:
        unit: the whole.
        above: the units above it that the reader may open.
        needs: indicators, one column each.
        whole: the row of the unit itself.
        parts: its parts.
        feet: sums and gaps.
        reaches: per indicator how many of the people seen would have met their target.
    """

    unit: Unit
    above: tuple[Unit, ...]
    needs: tuple[TargetNeed, ...]
    whole: GridRow
    parts: tuple[GridRow, ...]
    feet: tuple[Foot, ...]
    reaches: tuple[Reach, ...]

    @property
    def editable(self) -> bool:
        """Whether one cell at least may be set."""
        return any(cell.editable for row in (self.whole, *self.parts) for cell in row.cells)


@dataclass(slots=True)
class _Facts:
    """What the grid is computed from, read once."""

    needs: tuple[TargetNeed, ...]
    places: dict[int, list[Employee]]
    sums: dict[tuple[int, str], int]
    units: dict[tuple[int, str], int]
    last: Mapping[str, Mapping[str, Fraction]]
    children: Mapping[int | None, list[int]]
    memo: dict[tuple[int, str], int | None] = field(default_factory=dict)

    def below(self, unit: int, indicator: str) -> int | None:
        """Return what the parts of a unit add up to, None where none of them has a target."""
        key = (unit, indicator)
        if key not in self.memo:
            found = [self.sums[key]] if key in self.sums else []
            for child in self.children.get(unit, []):
                value = self.units.get((child, indicator), self.below(child, indicator))
                if value is not None:
                    found.append(value)
            self.memo[key] = sum(found) if found else None
        return self.memo[key]

    def people_below(self, unit: int) -> list[Employee]:
        """Return the people of a unit and of everything below it."""
        found = list(self.places.get(unit, []))
        for child in self.children.get(unit, []):
            found += self.people_below(child)
        return found

    def last_of(self, indicator: str, people: list[Employee]) -> Fraction | None:
        """Return what people reached together; None where nothing is known of any of them."""
        figures = self.last.get(indicator, {})
        known = [figures[one.employee_no] for one in people if one.employee_no in figures]
        return sum(known, Fraction(0)) if known else None


def read_facts(plan: Plan, asked: Standing) -> _Facts:
    """Read what the grid of any unit of a plan is computed from."""
    on = day_of_plan(plan, asked.today)
    places: dict[int, list[Employee]] = defaultdict(list)
    for one in people_of_plan(plan, on).order_by("sort_key", "pk"):
        if one.place is not None:  # type: ignore[attr-defined]
            places[one.place].append(one)  # type: ignore[attr-defined]
    return _Facts(
        needs_of(plan), places, sums_by_unit(plan, on), unit_values(plan), last_figures(plan),
        asked.tree.children,
    )  # fmt: skip


def first_unit(asked: Standing, scope: PlanScope) -> Unit | None:
    """Return the unit whose grid is shown first: the highest that the reader may see."""
    seen = scope.units or frozenset(asked.tree.parents)
    top = next((unit for unit, _depth in asked.tree.walk() if unit in seen), None)
    return Unit.objects.filter(pk=top).first() if top is not None else None


def build_grid(plan: Plan, unit: Unit, asked: Standing, scope: PlanScope) -> Grid:
    """Return the grid of a unit, as far as the reader may see it."""
    facts = read_facts(plan, asked)
    editable = set(editable_people(asked, scope).values_list("pk", flat=True))
    reading = employees_in(scope.reading, asked.today, with_own=False)
    seen = set(reading.values_list("pk", flat=True))
    children = [pk for pk in asked.tree.children.get(unit.pk, [])
                if any(one.pk in seen for one in facts.people_below(pk))]  # fmt: skip
    units = Unit.objects.in_bulk(children)
    people = [one for one in facts.places.get(unit.pk, []) if one.pk in seen]
    subjects = [unit.org_code, *(one.org_code for one in units.values())]
    held = standing_targets(plan, [*subjects, *(one.employee_no for one in people)])
    typing = plan.state != Plan.State.LOCKED and scope.writes

    def unit_row(one: Unit, kind: str) -> GridRow:
        below = [found for found in facts.people_below(one.pk) if found.pk in seen]
        visible = scope.whole_bank or one.pk in scope.units
        cells = tuple(
            _cell(facts, need, one, held if visible else {},
                  typing and scope.may_edit_unit(one.pk), below,
                  facts.below(one.pk, need.indicator) if visible else None)
            for need in facts.needs
        )  # fmt: skip
        return GridRow(one, kind, cells, len(below))

    whole = unit_row(unit, "whole")
    parts = [unit_row(units[pk], "unit") for pk in children if pk in units]
    for one in people:
        cells = tuple(
            _cell(facts, need, one, held, typing and one.pk in editable, [one], None)
            for need in facts.needs
        )
        parts.append(GridRow(one, "person", cells))
    return Grid(
        unit, _above(asked, scope, unit), facts.needs, whole, tuple(parts),
        tuple(
            _foot(facts, need, unit, whole.cells[n])
            for n, need in enumerate(facts.needs)
            if scope.whole_bank or unit.pk in scope.units
        ),
        tuple(_reach(plan, need, facts, seen) for need in facts.needs),
    )  # fmt: skip


def _cell(
    facts: _Facts,
    need: TargetNeed,
    holder: Employee | Unit,
    held: Mapping[tuple[str, str], Target],
    editable: bool,
    people: list[Employee],
    below: int | None,
) -> GridCell:
    person = isinstance(holder, Employee)
    subject = holder.employee_no if isinstance(holder, Employee) else holder.org_code
    target = held.get((subject, need.indicator))
    return GridCell(
        f"{'e' if person else 'u'}:{holder.pk}:{need.indicator}",
        target.number if target is not None else None, facts.last_of(need.indicator, people),
        None if below is None else shown_number(below, need.unit), target, need.unit, editable,
    )  # fmt: skip


def _foot(facts: _Facts, need: TargetNeed, unit: Unit, whole: GridCell) -> Foot:
    total = shown_number(facts.below(unit.pk, need.indicator) or 0, need.unit)
    gap = None if whole.value is None else whole.value - total
    return Foot(total, gap, need.unit)


def _reach(plan: Plan, need: TargetNeed, facts: _Facts, seen: set[int]) -> Reach:
    """Count over the people seen; a target that nobody or everybody had met tells nobody apart."""
    figures = facts.last.get(need.indicator, {})
    if not figures:
        return Reach(0, 0)
    rows = Target.objects.filter(
        plan=plan, indicator=need.indicator, state__in=Target.STANDING
    ).exclude(employee=None)
    pairs = rows.values_list("subject", "employee", "value")
    return reach_of(
        (shown_number(value, need.unit), figures[subject])
        for subject, employee, value in pairs
        if employee in seen and subject in figures
    )


def _above(asked: Standing, scope: PlanScope, unit: Unit) -> tuple[Unit, ...]:
    ids = [pk for pk in asked.tree.above(unit.pk) if pk != unit.pk]
    ids = [pk for pk in ids if may_open(scope, pk)]
    known = Unit.objects.in_bulk(ids)
    return tuple(known[pk] for pk in reversed(ids) if pk in known)


def may_open(scope: PlanScope, unit: int) -> bool:
    """Tell whether somebody may open the grid of a unit: his own, or any for a line of all."""
    lines = any(part.units is None and part.line for part in scope.reading.parts)
    inside = any(part.units and unit in part.units for part in scope.reading.parts)
    return scope.whole_bank or lines or inside


def part_weights(
    grid: Grid, facts: _Facts, method: str, yardstick: str
) -> dict[Employee | Unit, Fraction]:
    """Return what the parts of a whole are weighted by: heads, or a figure of last period."""
    found: dict[Employee | Unit, Fraction] = {}
    for row in grid.parts:
        if not any(cell.editable for cell in row.cells):
            continue
        people = facts.people_below(row.holder.pk) if isinstance(row.holder, Unit) else [row.holder]
        if method == "headcount":
            found[row.holder] = Fraction(len(people))
        else:
            found[row.holder] = facts.last_of(yardstick, people) or Fraction(0)
    return found
