"""A factory per noun: keyword arguments, and sensible values for all that a test doesn't name."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from functools import cache
from typing import Any

from tidui.core.appraisal.chain import build_board
from tidui.core.appraisal.evaluation.board import Board
from tidui.core.appraisal.facts import FactRow, FactTable
from tidui.core.appraisal.inputs import EmployeeSpell, Inputs, MeasureRow, TargetRow
from tidui.core.appraisal.population import PopulationResult, Subject
from tidui.core.appraisal.scheme.document import LoadedScheme, Scheme, load_scheme
from tidui.core.calendar import Span, parse_period
from tidui.core.documents import parse_document, print_document

CAUSES = (
    "joined", "left", "leave", "maternity_leave", "medical_leave", "seconded", "changed_line",
    "changed_grade",
)  # fmt: skip


def title(word: str = "x") -> dict[str, str]:
    """Build a title in both languages."""
    return {"zh": word, "en": word}


def raw_scheme(**own: Any) -> dict[str, Any]:
    """Build a scheme as plain mappings, with what every scheme needs."""
    return {
        "format": "scheme/1", "id": "test", "version": 1, "title": title("test"),
        "effective": {"from": date(2025, 1, 1), "to": None}, "in_flight": "finish_under_old",
        "published_on": date(2024, 12, 1), "consulted_on": date(2024, 11, 1),
        "period": "year", "subjects": "employee", "population": {"line": "corporate"},
        "part_periods": dict.fromkeys(CAUSES, "by_days"), **own,
    }  # fmt: skip


def loaded_scheme(**own: Any) -> LoadedScheme:
    """Load a scheme from sections given as plain mappings; values may be YAML text."""
    read = {
        key: parse_document(v) if isinstance(v, str) and ":" in v else v for key, v in own.items()
    }
    return _load(print_document(raw_scheme(**read)))


@cache
def _load(text: str) -> LoadedScheme:
    """Load a text once: a property test asks for the same scheme a hundred times."""
    loaded, issues = load_scheme(text)
    assert loaded is not None, issues
    return loaded


def scheme(**own: Any) -> Scheme:
    """Build a typed scheme."""
    return loaded_scheme(**own).scheme


def spell(name: str = "A", **own: Any) -> EmployeeSpell:
    """Build an employee's record; active, corporate, for all of 2025."""
    given: dict[str, Any] = {
        "employee_no": name, "span": parse_period("2025").span, "belongs_to": None,
        "sits_at": None, "line": "corporate", "post": None, "ladder": None, "grade": None,
        "superior_no": None, "rm_since": 0, "status": "active",
    }  # fmt: skip
    return EmployeeSpell(**{**given, **own})


def subject(name: str = "A", **own: Any) -> Subject:
    """Build a subject who counts all of 2025."""
    span = parse_period("2025").span
    attributes = {k: own.pop(k) for k in ("post", "line", "belongs_to", "sits_at") if k in own}
    record = spell(name, grade=own.get("grade"), **attributes)
    return Subject(name, own.pop("counted", (span,)), first=record, last=record, **own)


def fact(key: str, name: str = "A", total: int = 0, **own: Any) -> FactRow:
    """Build a fact row of a slice in yuan."""
    given: dict[str, Any] = {"currency": "CNY", "group": (), "slice_no": 0, "days": 365, "rows": 1}
    return FactRow(key=key, subject=name, total=total, **{**given, **own})


def board(
    of: Scheme,
    subjects: list[Subject] | None = None,
    *,
    facts: tuple[FactRow, ...] = (),
    measures: dict[tuple[str, str], Fraction | int | None] | None = None,
    targets: dict[tuple[str, str], Fraction | int] | None = None,
    period: str = "2025",
) -> Board:
    """Build a board over subjects, facts, measures and confirmed targets."""
    when = parse_period(period)
    inputs = Inputs(
        (), "CNY", when.to_on,
        measures=tuple(
            MeasureRow(who, code, when.text, None if value is None else Fraction(value), "point")
            for (who, code), value in (measures or {}).items()
        ),
        targets=tuple(
            TargetRow(who, name, when.text, Fraction(value), "CNY", 1)
            for (who, name), value in (targets or {}).items()
        ),
    )  # fmt: skip
    population = PopulationResult(tuple(subjects or [subject()]), ())
    return build_board(of, when, inputs, population, FactTable((), facts))


def year(number: int = 2025) -> Span:
    """Return the days of a calendar year."""
    return parse_period(str(number)).span
