"""For whom a scheme holds, who has read it, and what it says in plain words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.db.models import Exists, OuterRef, Q, QuerySet

from tidui.apps.appraisal.models import SchemeAcknowledgement, SchemeVersion
from tidui.apps.people.models import Employee, EmployeeSpell
from tidui.apps.people.models.spells import valid_on
from tidui.core.appraisal.chain import build_board
from tidui.core.appraisal.checks.design import goals_served
from tidui.core.appraisal.evaluation.board import Board
from tidui.core.appraisal.facts import FactTable
from tidui.core.appraisal.inputs import Inputs
from tidui.core.appraisal.population import PopulationResult
from tidui.core.appraisal.scheme.document import LoadedScheme, Scheme
from tidui.core.calendar import Period, parse_period
from tidui.runs.score_lines import plan_lines
from tidui.runs.texts import label

FIELDS = (
    ("line", "business_line"), ("ladder", "ladder"), ("grades", "grade"), ("posts", "post"),
    ("belongs_to", "belongs_to__org_code"), ("sits_at", "sits_at__org_code"),
)  # fmt: skip


def population_places(scheme: Scheme, on: date) -> Q:
    """Return the condition on places that a scheme appraises, on a day."""
    condition = valid_on(on) & ~Q(status="left")
    for name, path in FIELDS:
        wanted = getattr(scheme.population, name)
        if wanted is not None:
            condition &= Q(**{f"{path}__in": wanted})
    return condition


def people_of(loaded: LoadedScheme, on: date) -> QuerySet[Employee]:
    """Return the employees whom a scheme appraises on a day; nobody for a scheme of units."""
    if loaded.scheme.subjects != "employee":
        return Employee.objects.none()
    places = EmployeeSpell.objects.filter(employee=OuterRef("pk"))
    return Employee.objects.filter(Exists(places.filter(population_places(loaded.scheme, on))))


def day_of_reading(version: SchemeVersion, today: date) -> date:
    """Return the day on which to ask whom a scheme concerns: today, or its first day."""
    start = version.effective_from or today
    return max(start, today)


def in_force_or_coming(today: date) -> QuerySet[SchemeVersion]:
    """Return adopted versions that hold today or later."""
    rows = SchemeVersion.objects.filter(state=SchemeVersion.State.ADOPTED)
    return rows.filter(Q(effective_to=None) | Q(effective_to__gt=today))


def concerns(loaded: LoadedScheme, version: SchemeVersion, employee: Employee, today: date) -> bool:
    """Tell whether a scheme appraises somebody, today or on its first day."""
    on = day_of_reading(version, today)
    return people_of(loaded, on).filter(pk=employee.pk).exists()


def acknowledged_by(employee: Employee) -> dict[int, SchemeAcknowledgement]:
    """Return what somebody has acknowledged, by version."""
    rows = SchemeAcknowledgement.objects.filter(employee=employee)
    return {row.scheme_id: row for row in rows}


@dataclass(frozen=True, slots=True)
class PlainLine:
    """One line of a scheme in plain words.

    Attributes:
        name: the entry.
        title: its name.
        kind: what is read or computed.
        unit: unit of its value.
        weight: part of the total, None where it isn't weighted.
        most: most points, None where there is no bound.
        target: whether a confirmed target is read.
        clause: where the rule is written.
        goals: numbers of the goals that it serves.
    """

    name: str
    title: tuple[str, str]
    kind: str
    unit: str
    weight: Fraction | None
    most: Fraction | None
    target: bool
    clause: str
    goals: tuple[int, ...]


def plain_lines(loaded: LoadedScheme, lang: str) -> list[PlainLine]:
    """Return the lines of a scheme as they stand on each scorecard."""
    scheme = loaded.scheme
    board = empty_board(scheme)
    served = goals_served(scheme)
    found = []
    for line in plan_lines(board):
        shown, node = line.shown, line.shown.node
        word = getattr(node, "fact", None) or getattr(node, "kind", "")
        reader = line.entry.name if line.entry is not None else shown.name
        target = line.attainment is not None and line.attainment.target == "delivered"
        goals = sorted({*served.get(shown.name, ()), *served.get(reader, ())})
        found.append(
            PlainLine(
                shown.name, (shown.title.zh, shown.title.en), label(f"node.{word}", lang),
                shown.unit, line.weight, line.most, target, shown.clause or "", tuple(goals),
            )
        )  # fmt: skip
    return found


def first_period(scheme: Scheme) -> Period:
    """Return the first period in which a scheme is in force."""
    start = scheme.effective.from_
    texts = {
        "year": f"{start.year:04}", "quarter": f"{start.year:04}Q{(start.month + 2) // 3}",
        "month": f"{start.year:04}-{start.month:02}",
    }  # fmt: skip
    return parse_period(texts[scheme.period])


def empty_board(scheme: Scheme) -> Board:
    """Return a board without subjects: what a document alone says."""
    period = first_period(scheme)
    inputs = Inputs((), scheme.pay.currency if scheme.pay else "CNY", period.to_on)
    return build_board(scheme, period, inputs, PopulationResult((), ()), FactTable(()))
