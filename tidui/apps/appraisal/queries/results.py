"""Reading results: one person's card with its history, boards of many."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.db.models import QuerySet

from tidui.apps.appraisal.models import CycleRun, Decision, Result
from tidui.apps.appraisal.packing import Line, read_line

HISTORY = 12


@dataclass(frozen=True, slots=True)
class LineShown:
    """A line of a scorecard with its history.

    Attributes:
        line: the line.
        history: earlier values of the same line, oldest first, the present one last.
        share: attainment where there is a target, else points of the most; for a bar.
    """

    line: Line
    history: tuple[float, ...]
    share: Fraction | None


def lines_shown(result: Result, earlier: Sequence[Result]) -> list[LineShown]:
    """Return a result's lines with the history of each."""
    series: dict[tuple[str, str | None], list[float]] = defaultdict(list)
    for one in (*earlier, result):
        for packed in one.lines:
            line = read_line(packed)
            value = line.actual if line.actual is not None else line.points
            if value is not None:
                series[line.name, line.entry].append(float(value))
    shown = []
    for packed in result.lines:
        line = read_line(packed)
        share = line.attainment
        if share is None and line.most and line.points is not None and line.kind == "indicator":
            share = line.points / line.most
        shown.append(LineShown(line, tuple(series[line.name, line.entry]), share))
    return shown


def earlier_results(result: Result) -> list[Result]:
    """Return the same person's earlier results of the same kind of run, oldest first."""
    if result.employee_id is None:
        return []
    run = result.run
    rows = Result.objects.filter(
        employee_id=result.employee_id, run__kind=run.kind, run__data_on__lt=run.data_on,
        run__cycle__scheme__scheme_id=run.cycle.scheme.scheme_id,
    )  # fmt: skip
    if run.kind == CycleRun.Kind.PROVISIONAL:
        rows = rows.filter(run__cycle=run.cycle)
    else:
        rows = rows.filter(run__current=True)
    found = list(rows.select_related("run__cycle").order_by("-run__data_on")[:HISTORY])
    return found[::-1]


def decision_on(result: Result) -> Decision | None:
    """Return the decision in force on a result's subject."""
    return (
        Decision.objects.filter(cycle=result.run.cycle_id, subject=result.subject, current=True)
        .select_related("minute")
        .first()
    )


def latest_results(employee_id: int | None) -> dict[str, Result]:
    """Return the newest published result and the newest provisional one of a person."""
    found: dict[str, Result] = {}
    if employee_id is None:
        return found
    rows = Result.objects.filter(employee=employee_id).select_related("run__cycle__scheme")
    published = rows.filter(run__publications__isnull=False).order_by("-run__data_on", "-pk")
    running = rows.filter(run__kind=CycleRun.Kind.PROVISIONAL, run__current=True)
    for name, ordered in (("published", published), ("running", running.order_by("-run__data_on"))):
        first = ordered.first()
        if first is not None:
            found[name] = first
    return found


@dataclass(frozen=True, slots=True)
class HeatRow:
    """One row of a heat map: a person or a unit, with the attainment of each indicator."""

    name: str
    address: str
    cells: tuple[Fraction | None, ...]
    total: Fraction | None
    rank: int | None


def heat_columns(results: Iterable[Result]) -> list[tuple[str, tuple[str, str]]]:
    """Return the indicators that have an attainment or points out of a most, in their order."""
    columns: dict[str, tuple[str, str]] = {}
    for result in results:
        for packed in result.lines:
            line = read_line(packed)
            if line.kind == "indicator" and _share(line) is not None:
                columns.setdefault(line.name, line.title)
    return list(columns.items())


def shares_of(result: Result, names: Sequence[str]) -> tuple[Fraction | None, ...]:
    """Return a result's attainment of each indicator."""
    known: dict[str, Fraction | None] = {}
    for packed in result.lines:
        line = read_line(packed)
        if line.kind == "indicator":
            known.setdefault(line.name, _share(line))
    return tuple(known.get(name) for name in names)


def _share(line: Line) -> Fraction | None:
    if line.attainment is not None:
        return line.attainment
    if line.most and line.points is not None:
        return line.points / line.most
    return None


def mean(values: Iterable[Fraction | None]) -> Fraction | None:
    """Return the mean of what is known; None where nothing is."""
    known = [value for value in values if value is not None]
    return sum(known, Fraction(0)) / len(known) if known else None


def results_of(run: CycleRun) -> QuerySet[Result]:
    """Return a run's results with their people."""
    return run.results.select_related("employee")
