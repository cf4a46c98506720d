"""Comparison of two appraisals: cost, winners and losers, rank and grade changes, dead rows."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from tidui.core.appraisal.chain import Appraisal
from tidui.core.appraisal.evaluation.environment import Environment
from tidui.core.appraisal.scheme.nodes import StepTable
from tidui.core.trace import Tracer, walk


@dataclass(frozen=True, slots=True)
class SubjectChange:
    """What a second scheme changes for one subject.

    Attributes:
        subject: his id.
        pay_before: earned minor units under the first scheme; None where he is not in it.
        pay_after: the same under the second.
        ranks: (ranking, place before, place after) where the place differs.
        grade_before: grade proposed under the first scheme.
        grade_after: grade proposed under the second.
    """

    subject: str
    pay_before: int | None
    pay_after: int | None
    ranks: tuple[tuple[str, int | None, int | None], ...]
    grade_before: str | None
    grade_after: str | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """A simulation beside its run.

    Attributes:
        cost_before: Σ earned minor units under the first scheme.
        cost_after: the same under the second.
        changes: every subject of either, by id.
        winners: subjects who earn more.
        losers: subjects who earn less.
        promotions: subjects whose grade would rise under the second scheme only.
        rows_nobody_hits: (entry, row number) of the second scheme's tables that no value falls in.
    """

    cost_before: int
    cost_after: int
    changes: tuple[SubjectChange, ...]
    winners: tuple[str, ...]
    losers: tuple[str, ...]
    promotions: tuple[str, ...]
    rows_nobody_hits: tuple[tuple[str, int], ...]


def compare_appraisals(before: Appraisal, after: Appraisal) -> Comparison:
    """Compare two appraisals of the same period and ledger."""
    ids = sorted({*before.board.subjects, *after.board.subjects})
    changes = tuple(_change(subject, before, after) for subject in ids)
    gain = {c.subject: (c.pay_after or 0) - (c.pay_before or 0) for c in changes}
    ladder = after.board.scheme.grades.order if after.board.scheme.grades else ()
    return Comparison(
        cost_before=sum(pay.earned for pay in before.pay.values()),
        cost_after=sum(pay.earned for pay in after.pay.values()),
        changes=changes,
        winners=tuple(subject for subject in ids if gain[subject] > 0),
        losers=tuple(subject for subject in ids if gain[subject] < 0),
        promotions=tuple(c.subject for c in changes if _higher(ladder, c)),
        rows_nobody_hits=dead_rows(after),
    )


def _higher(ladder: tuple[str, ...], change: SubjectChange) -> bool:
    grades = (change.grade_before, change.grade_after)
    if any(grade not in ladder for grade in grades):
        return False
    return ladder.index(str(change.grade_after)) > ladder.index(str(change.grade_before))


def _change(subject: str, before: Appraisal, after: Appraisal) -> SubjectChange:
    names = [name for name in before.board.places if name in after.board.places]
    ranks = []
    for name in names:
        old = before.board.places[name].get(subject)
        new = after.board.places[name].get(subject)
        pair = (old.rank if old else None, new.rank if new else None)
        if pair[0] != pair[1]:
            ranks.append((name, *pair))
    old_pay, new_pay = before.pay.get(subject), after.pay.get(subject)
    old_grade, new_grade = before.grades.get(subject), after.grades.get(subject)
    return SubjectChange(
        subject,
        old_pay.earned if old_pay else None,
        new_pay.earned if new_pay else None,
        tuple(ranks),
        old_grade.proposed if old_grade else None,
        new_grade.proposed if new_grade else None,
    )


def dead_rows(appraisal: Appraisal) -> tuple[tuple[str, int], ...]:
    """Return the rows of step tables that no subject's value falls into."""
    board = appraisal.board
    hit: set[tuple[str, int]] = set()
    tables: dict[str, int] = {}
    for subject in board.subjects.values():
        tracer = Tracer()
        env = Environment(board, subject, tracer)
        for entry in board.entries.values():
            if not env.has_seen(entry.name):
                env.trace_entry(entry)
        for path, node in walk(tracer.root):
            if not isinstance(node.document, StepTable) or node.document.rows == "open":
                continue
            name = path.removeprefix("root/")
            tables[name] = len(node.document.rows)
            row = node.notes.get("row")
            if isinstance(row, int):
                hit.add((name, row))
    return tuple(
        (name, row)
        for name, size in sorted(tables.items())
        for row in range(size)
        if (name, row) not in hit
    )


def cost_change(comparison: Comparison) -> Fraction | None:
    """Return the change of cost as a ratio of the cost before, None where that was nothing."""
    if comparison.cost_before == 0:
        return None
    return Fraction(comparison.cost_after - comparison.cost_before, comparison.cost_before)
