"""The way to the next grade: each of its conditions, what is held, what is wanted, how far it is.

The conditions are evaluated as the run's proposal evaluates them, with a trace; the figures are
those that the trace recorded.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from tidui.core.appraisal.evaluation.board import Board
from tidui.core.appraisal.evaluation.conditions import BOUNDS
from tidui.core.appraisal.evaluation.environment import Environment
from tidui.core.appraisal.grades import streak_history
from tidui.core.appraisal.inputs import OutcomeRow
from tidui.core.appraisal.population import Subject
from tidui.core.appraisal.scheme.conditions import Condition
from tidui.core.appraisal.scheme.stages import Grades, Moves
from tidui.core.trace import TraceNode, Tracer
from tidui.core.values import Missing, Truth, Value, issue
from tidui.ledger import LedgerError
from tidui.runs.folder import RunFolder
from tidui.runs.stored import read_board

Words = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Need:
    """One condition of a grade.

    Attributes:
        kind: ``compare`` (a value and a bound), ``rank``, ``tenure`` (whole months), ``days_off``,
            ``certificate``, ``attribute``, ``streak`` (periods in a row with one of the classes).
        name: the entry, ranking, certificate or attribute; ``rm`` or ``grade`` of a tenure; the
            classes of a streak.
        title: its name for people, Chinese and English; None where the scheme has none.
        unit: unit of the figures: that of the entry, ``place``, ``month``, ``day``, ``period``;
            None where they are words.
        bound: ``at_least``, ``above``, ``at_most``, ``below``; ``is`` where words are compared.
        held: what he has; None where the run doesn't say.
        wanted: the bound itself; for words, those that count, joined by commas.
        distance: what is missing to the bound, 0 where it holds, negative where less is wanted;
            None for words and what is missing.
        holds: whether it holds, ``not`` taken into account; missing where that can't be known.
        negated: the condition must not hold.
        group: conditions of one group are alternatives of which not all need to hold; empty: it
            must hold.
    """

    kind: str
    name: str
    title: Words | None
    unit: str | None
    bound: str
    held: Value | str | None
    wanted: Value | str | None
    distance: Fraction | None
    holds: Truth
    negated: bool = False
    group: str = ""


@dataclass(frozen=True, slots=True)
class NextGrade:
    """The next grade of a subject's ladder.

    Attributes:
        subject: his id.
        present: his grade.
        grade: the next one.
        title: its name for people.
        clause: clause of the written rule.
        holds: whether all that is asked for holds today.
        needs: each condition.
        posts: posts of the grade, None where their number is not limited; those who hold its
            conditions compete for them.
    """

    subject: str
    present: str
    grade: str
    title: Words
    clause: str | None
    holds: Truth
    needs: tuple[Need, ...]
    posts: int | None


def next_grade(run: RunFolder, subject: str) -> NextGrade | None:
    """Say what is missing to the next grade; None at the top, and where there are no grades.

    Raises
    ------
    LedgerError
        If the run does not appraise the subject.
    """
    board, inputs = read_board(run, subject)
    if subject not in board.subjects:
        raise LedgerError(issue("run.no-such-subject", run.name, subject=subject))
    return find_next_grade(board, subject, inputs.outcomes)


def find_next_grade(
    board: Board, subject: str, outcomes: tuple[OutcomeRow, ...]
) -> NextGrade | None:
    """Say the same of a board that is computed; ``outcomes`` are the periods before."""
    grades, own = board.scheme.grades, board.subjects[subject]
    if grades is None or own.grade not in grades.order:
        return None
    place = grades.order.index(own.grade)
    if grades.probation is not None and own.grade == grades.probation.grade:
        needs, above = _of_probation(board, own, grades), grades.probation.next
    elif place + 1 == len(grades.order):
        return None
    elif grades.mode == "moves":
        history = tuple(o for o in outcomes if _is_own(o, board, subject))
        moved = _of_streaks(board, own, grades, history)
        if moved is None:
            return None
        needs, above = moved
    else:
        above = grades.order[place + 1]
        needs = _of_conditions(board, own, grades, above)
    grade, posts = grades.ladder[above], grades.posts.get(above)
    return NextGrade(
        subject, own.grade, above, (grade.title.zh, grade.title.en), grade.clause,
        _together(needs), tuple(need for need, _ in needs), None if posts is None else posts.count,
    )  # fmt: skip


_Found = list[tuple[Need, Truth]]
"""Needs, each with the truth of the condition at the top under which it stands."""


def _is_own(outcome: OutcomeRow, board: Board, subject: str) -> bool:
    return outcome.scheme == board.scheme.id and outcome.employee_no == subject


def _together(needs: _Found) -> Truth:
    truths = [truth for _, truth in needs]
    if any(truth is False for truth in truths):
        return False
    return next((truth for truth in truths if isinstance(truth, Missing)), True)


def _of_conditions(board: Board, own: Subject, grades: Grades, above: str) -> _Found:
    grade = grades.ladder[above]
    needs = _judged(board, own, grade.appoint_or_keep, grade.threshold)
    return [*needs, *_service(own, grades.tenure_months.get(above))]


def _of_probation(board: Board, own: Subject, grades: Grades) -> _Found:
    rule = grades.probation
    if rule is None:
        raise TypeError("grades: no probation")
    return [*_judged(board, own, rule.passes, None), *_service(own, rule.months)]


def _of_streaks(
    board: Board, own: Subject, grades: Grades, outcomes: tuple[OutcomeRow, ...]
) -> tuple[_Found, str] | None:
    """Count what each rule that leads upwards has of its streak; one complete rule suffices."""
    moves = grades.moves
    rules = [rule for rule in moves.rules if rule.step > 0] if moves is not None else []
    place, ceiling = grades.order.index(str(own.grade)), len(grades.order) - 1
    if moves is not None:
        ceiling = grades.order.index(moves.ceiling)
    if moves is None or not rules or place >= ceiling:
        return None
    above = grades.order[min(ceiling, place + min(rule.step for rule in rules))]
    counts = [(rule, _streak(board, own, moves, rule.classes, outcomes)) for rule in rules]
    complete = any(count >= rule.periods for rule, count in counts)
    group = "streaks" if len(rules) > 1 else ""
    needs: _Found = []
    for rule, count in counts:
        missing = Fraction(max(0, rule.periods - count))
        need = Need(
            "streak", ",".join(rule.classes), None, "period", "at_least", Fraction(count),
            Fraction(rule.periods), missing, missing == 0, group=group,
        )  # fmt: skip
        needs.append((need, complete))
    wanted = grades.tenure_months.get(above) if moves.tenure_gate else None
    return [*needs, *_service(own, wanted)], above


def _streak(
    board: Board,
    own: Subject,
    moves: Moves,
    classes: tuple[str, ...],
    outcomes: tuple[OutcomeRow, ...],
) -> int:
    given = board.classes[moves.class_of][own.id]
    count = 0
    for word in reversed(streak_history(board.period, outcomes, moves, given)):
        if word not in classes:
            break
        count += 1
    return count


def _service(own: Subject, wanted: int | None) -> _Found:
    """Return the months as relationship manager that a grade asks for."""
    if wanted is None:
        return []
    if own.rm_months is None:
        unknown = Missing("not_delivered", "rm_since")
        need = Need("tenure", "rm", None, "month", "at_least", unknown, Fraction(wanted), None,
                    unknown)  # fmt: skip
        return [(need, unknown)]
    missing = Fraction(max(0, wanted - own.rm_months))
    need = Need("tenure", "rm", None, "month", "at_least", Fraction(own.rm_months),
                Fraction(wanted), missing, missing == 0)  # fmt: skip
    return [(need, missing == 0)]


def _judged(
    board: Board, own: Subject, condition: Condition | None, threshold: Condition | None
) -> _Found:
    """Evaluate a condition with the trace on and read its parts off the tree."""
    if condition is None:
        return []
    tracer = Tracer()
    truth = Environment(board, own, tracer, threshold).holds(condition)
    return [(need, truth) for need in _needs(board, tracer.root.inputs[0], "1", "", False)]


def _needs(board: Board, node: TraceNode, path: str, group: str, negated: bool) -> Iterator[Need]:
    """Yield the conditions at the ends of a tree of conditions.

    Of what is negated, the parts of ``all`` are alternatives and those of ``any`` are not.
    """
    if node.kind in ("all", "any", "at_least", "not", "gate"):
        alternatives = ("all",) if negated else ("any", "at_least")
        inner = group
        if node.kind in alternatives and len(node.inputs) > 1:
            inner = group or path
        turned = negated != (node.kind == "not")
        for place, child in enumerate(node.inputs, start=1):
            yield from _needs(board, child, f"{path}.{place}", inner, turned)
        return
    for need in _ends(board, node):
        truth = need.holds
        if negated and not isinstance(truth, Missing):
            truth = not truth
        yield replace(need, holds=truth, negated=negated, group=group)


def _ends(board: Board, node: TraceNode) -> Iterator[Need]:
    document, notes, holds = node.document, node.notes, _truth(node)
    if node.kind == "compare":
        yield from _compared(board, node)
    elif node.kind == "rank":
        title = board.scheme.ranks[document.of].title
        rank, places = notes.get("rank"), notes.get("places")
        distance = None if rank is None else Fraction(-notes["distance"])
        yield Need("rank", document.of, (title.zh, title.en), "place", "at_most", _count(rank),
                   _count(places), distance, holds)  # fmt: skip
    elif node.kind in ("tenure", "days_off"):
        name = document.of if node.kind == "tenure" else ",".join(document.of)
        held = _count(notes.get("months" if node.kind == "tenure" else "days"))
        unit = "month" if node.kind == "tenure" else "day"
        wanted = node.inputs[0].value if node.inputs else None
        missing = notes.get("distance")
        distance = None if missing is None else max(Fraction(0), Fraction(missing))
        yield Need(node.kind, name, None, unit, "at_least", held, _figure(wanted), distance, holds)
    elif node.kind == "attribute":
        wanted_words = ",".join(document.is_)
        yield Need("attribute", document.of, None, None, "is", notes.get("word"), wanted_words,
                   None, holds)  # fmt: skip
    else:
        name = getattr(document, "of", "")
        yield Need(node.kind, name, None, None, "is", None, name or None, None, holds)


def _compared(board: Board, node: TraceNode) -> Iterator[Need]:
    """Yield a need for each bound of a comparison; the value is asked for before the bounds."""
    held, *bounds = (_figure(child.value) for child in node.inputs)
    named = node.document.of
    entry = board.entries.get(getattr(named, "name", ""))
    title = None if entry is None else (entry.title.zh, entry.title.en)
    given = [name for name in BOUNDS if getattr(node.document, name) is not None]
    for name, bound in zip(given, bounds, strict=False):
        distance, holds = None, _truth(node)
        if isinstance(held, Fraction) and isinstance(bound, Fraction):
            holds = BOUNDS[name](held, bound)
            distance = Fraction(0) if holds else bound - held
        yield Need("compare", "" if entry is None else entry.name, title,
                   None if entry is None else entry.unit, name, held, bound, distance,
                   holds)  # fmt: skip


def _truth(node: TraceNode) -> Truth:
    if isinstance(node.value, Fraction) or node.value is None:
        raise TypeError("node: a condition without a truth")
    return node.value


def _figure(value: Any) -> Value | None:
    return value if isinstance(value, Fraction | Missing) else None


def _count(value: int | None) -> Fraction | None:
    return None if value is None else Fraction(value)
