"""A stored run as the calculators see it: the board of one subject, or of all."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from tidui.core.appraisal.chain import Appraisal, build_board
from tidui.core.appraisal.evaluation.board import Board, Place
from tidui.core.appraisal.facts import CustomerRow, FactRow, FactTable
from tidui.core.appraisal.grades import GradeProposal
from tidui.core.appraisal.inputs import (
    EmployeeSpell,
    Inputs,
    LoanEvent,
    MeasureRow,
    OutcomeRow,
    RateRow,
    TargetRow,
)
from tidui.core.appraisal.pay.settlement import SubjectPay
from tidui.core.appraisal.population import PopulationResult, Subject
from tidui.core.appraisal.questions import Batch
from tidui.core.appraisal.scheme.indicators import CustomerLost, Headcount
from tidui.core.calendar import Period, parse_period
from tidui.core.values import Missing, Value
from tidui.runs.folder import RunFolder
from tidui.runs.records import read_lines, unpack


def run_period(run: RunFolder) -> Period:
    """Return the earned period of a run, of a provisional one as far as it had run."""
    period = parse_period(str(run.manifest["period"]))
    if run.manifest["kind"] != "provisional":
        return period
    return period.up_to(date.fromisoformat(str(run.manifest["as_of"])))


def read_subjects(run: RunFolder, only: str | None = None) -> tuple[Subject, ...]:
    """Return the subjects of a run, or one of them."""
    rows = read_lines(run.text("subjects.jsonl"), only)
    found = tuple(unpack(Subject, row) for row in rows)
    return tuple(s for s in found if only is None or s.id == only)


def read_batches(run: RunFolder) -> tuple[Batch, ...]:
    """Return what the engine was asked."""
    return tuple(unpack(Batch, row) for row in read_lines(run.text("batches.jsonl")))


def read_entries_of(run: RunFolder, only: str | None = None) -> dict[str, SubjectPay]:
    """Return the pay of a run by subject."""
    rows = (unpack(SubjectPay, row) for row in read_lines(run.text("payslips.jsonl"), only))
    return {row.subject: row for row in rows}


def read_grades(run: RunFolder, only: str | None = None) -> dict[str, GradeProposal]:
    """Return the grade proposals of a run by subject."""
    rows = (unpack(GradeProposal, row) for row in read_lines(run.text("grades.jsonl"), only))
    return {row.subject: row for row in rows}


def read_facts(run: RunFolder, only: str | None) -> FactTable:
    """Return the engine's answers, those of one subject if named."""
    rows = (unpack(FactRow, row) for row in read_lines(run.text("facts.jsonl"), only))
    kinds = run.scheme.scheme.indicators.values()
    shared = any(isinstance(node, CustomerLost) for node in kinds)
    customers = read_lines(run.text("customers.jsonl"), None if shared else only)
    return FactTable((), tuple(rows), tuple(unpack(CustomerRow, row) for row in customers))


def read_stored_inputs(run: RunFolder, only: str | None = None) -> Inputs:
    """Return what the run read beside the facts; for one subject only what concerns him."""

    def lines(name: str, needle: str | None) -> list[object]:
        return list(read_lines(run.text(f"inputs-{name}.jsonl"), needle))

    kinds = run.scheme.scheme.indicators.values()
    everyone = None if any(isinstance(node, Headcount) for node in kinds) else only
    return Inputs(
        employees=tuple(unpack(EmployeeSpell, row) for row in lines("employees", everyone)),
        base_currency=str(run.manifest["base_currency"]),
        as_of=unpack(type(run_period(run).to_on), run.manifest["as_of"]),
        measures=tuple(unpack(MeasureRow, row) for row in lines("measures", only)),
        targets=tuple(unpack(TargetRow, row) for row in lines("targets", only)),
        outcomes=tuple(unpack(OutcomeRow, row) for row in lines("outcomes", only)),
        rates=tuple(unpack(RateRow, row) for row in lines("rates", None)),
        loan_events=tuple(unpack(LoanEvent, row) for row in lines("loan_events", None)),
    )


def read_board(run: RunFolder, only: str | None = None) -> tuple[Board, Inputs]:
    """Lay a stored run out on a board, with all its values; for one subject if named."""
    return _lay_out(run, only, read_facts(run, only))


def read_results(run: RunFolder, only: str | None = None) -> tuple[Board, Inputs]:
    """Lay a stored run out without its facts: much faster, and nothing can be traced to them."""
    return _lay_out(run, only, FactTable(()))


def _lay_out(run: RunFolder, only: str | None, facts: FactTable) -> tuple[Board, Inputs]:
    inputs = read_stored_inputs(run, only)
    population = PopulationResult(read_subjects(run, only), ())
    board = build_board(run.scheme.scheme, run_period(run), inputs, population, facts)
    for stage in ("indicators", "scores", "pay"):
        for subject, name, packed in read_lines(run.text(f"{stage}.jsonl"), only):
            value: Value = _value(packed)
            board.columns.setdefault(name, {})[subject] = value
    for subject, name, packed in read_lines(run.text("ranks.jsonl"), only):
        board.places.setdefault(name, {})[subject] = unpack(Place, packed)
    for subject, name, found in read_lines(run.text("classes.jsonl"), only):
        board.classes.setdefault(name, {})[subject] = found
    for subject, name, (packed, notes) in read_lines(run.text("shared.jsonl"), only):
        board.shared.setdefault(name, {})[subject] = (_value(packed), notes)
    return board, inputs


def _value(packed: object) -> Value:
    if isinstance(packed, dict):
        return Missing(packed["missing"], packed["what"])
    return Fraction(str(packed))


def read_appraisal(run: RunFolder) -> Appraisal:
    """Return a whole stored run as the result that it was."""
    board, _ = read_board(run)
    return Appraisal(board, read_subjects(run), read_grades(run), read_entries_of(run), ())
