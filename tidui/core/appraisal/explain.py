"""Explanation: the tree behind a subject's result, made by the same functions with a trace on.

Guarantees: the tree's values are the run's values; re-evaluating a node from the values of its
inputs gives its value; a leaf names the fact that an engine can list row by row.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from tidui.core.appraisal.evaluation.board import Board, Place
from tidui.core.appraisal.evaluation.conditions import CONDITION_HANDLERS
from tidui.core.appraisal.evaluation.environment import Environment, Replay
from tidui.core.appraisal.evaluation.numbers import VALUE_HANDLERS
from tidui.core.appraisal.grades import GradeProposal, propose_grade
from tidui.core.appraisal.inputs import OutcomeRow
from tidui.core.appraisal.pay.settlement import SubjectPay
from tidui.core.appraisal.ranks import classify_one
from tidui.core.trace import TraceNode, Tracer
from tidui.core.values import Missing, Truth, Value, currency_exponent


@dataclass(frozen=True, slots=True)
class Explanation:
    """The tree of one subject.

    Attributes:
        root: its inputs are scores, ranks, classes, the grade and the pay, in this order.
        proposal: the grade proposal that the tree explains.
    """

    root: TraceNode
    proposal: GradeProposal | None


def explain_subject(
    board: Board,
    subject_id: str,
    outcomes: tuple[OutcomeRow, ...],
    pay: SubjectPay | None,
    proposal: GradeProposal | None = None,
) -> Explanation:
    """Evaluate everything for one subject again, with the trace on.

    Parameters
    ----------
    board : Board
        of the run; the columns of other subjects aren't read, places and shared figures are.
    subject_id : str
        the subject.
    outcomes : tuple of OutcomeRow
        his earlier periods.
    pay : SubjectPay
        his pay of the run, None where there is none.
    proposal : GradeProposal
        the run's, which knows how many posts were left; what he would have without them stands
        beside it.
    """
    subject = board.subjects[subject_id]
    tracer = Tracer()
    env = Environment(board, subject, tracer)
    for entry in board.entries.values():
        if entry.stage != "pay":
            _trace_once(env, entry.name)
    for name, places in board.places.items():
        _rank_node(board, tracer, name, places[subject_id])
    for name, classes in board.scheme.classes.items():
        title = (classes.title.zh, classes.title.en)
        tracer.enter(TraceNode("class", name, title, clause=classes.clause))
        found = classify_one(classes, env)
        tracer.note(found=found)
        tracer.leave(None)
    explained = _grade_node(board, env, tracer, outcomes, proposal)
    if pay is not None:
        _pay_node(board, env, tracer, pay)
    return Explanation(tracer.root, explained)


def explain_entry(board: Board, subject_id: str, name: str) -> TraceNode:
    """Return the tree of one entry alone, with everything below it."""
    tracer = Tracer()
    Environment(board, board.subjects[subject_id], tracer).trace_entry(board.entries[name])
    return tracer.root.inputs[0]


def _trace_once(env: Environment, name: str) -> None:
    """Trace an entry as a tree of its own unless a tree above it holds it already."""
    if not env.has_seen(name):
        env.trace_entry(env.board.entries[name])


def _rank_node(board: Board, tracer: Tracer, name: str, place: Place) -> None:
    rank = board.scheme.ranks[name]
    title = (rank.title.zh, rank.title.en)
    tracer.enter(TraceNode("rank_of", name, title, "place", clause=rank.clause))
    tracer.note(
        of=rank.of, better=place.better, equal=place.equal, size=place.size,
        population=place.population, reason=place.reason, ties=rank.ties, best=rank.best,
    )  # fmt: skip
    tracer.leave(None if place.rank is None else Fraction(place.rank))


def _grade_node(
    board: Board,
    env: Environment,
    tracer: Tracer,
    outcomes: tuple[OutcomeRow, ...],
    stored: GradeProposal | None,
) -> GradeProposal | None:
    grades = board.scheme.grades
    if grades is None:
        return None
    own = tuple(
        outcome
        for outcome in outcomes
        if outcome.scheme == board.scheme.id and outcome.employee_no == env.subject.id
    )
    title = (grades.title.zh, grades.title.en)
    tracer.enter(TraceNode("grade", "grade", title, clause=grades.clause))
    proposal = propose_grade(grades, env, own)
    if stored is not None and stored.rule in ("no_post", "post_tied"):
        tracer.note(without_posts=proposal.proposed)
        proposal = stored
    tracer.note(
        present=proposal.present, proposed=proposal.proposed, rule=proposal.rule,
        detail=proposal.detail, person_decides=proposal.person_decides,
    )  # fmt: skip
    tracer.leave(None)
    return proposal


def _pay_node(board: Board, env: Environment, tracer: Tracer, pay: SubjectPay) -> None:
    scheme_pay = board.scheme.pay
    if scheme_pay is None:
        return
    scale = 10 ** currency_exponent(pay.currency)
    title = (scheme_pay.title.zh, scheme_pay.title.en)
    tracer.enter(TraceNode("pay", "pay", title, pay.currency, clause=scheme_pay.clause))
    for name, amount in pay.items:
        item = scheme_pay.items[name]
        item_title = (item.title.zh, item.title.en)
        tracer.enter(
            TraceNode("pay_item", f"pay.{name}", item_title, pay.currency, clause=item.clause)
        )
        tracer.note(rounding=item.rounding)
        env.trace_entry(board.entries[name])
        tracer.leave(Fraction(amount, scale))
    for line in pay.loans:
        tracer.enter(TraceNode("loan_line", f"{line.item}.{line.event}", None, pay.currency))
        tracer.note(
            loan=line.loan, event=line.event, act=line.kind, basis=Fraction(line.basis, scale),
            of_event=line.of_event,
        )  # fmt: skip
        sign = -1 if line.kind in ("withheld", "taken_back") else 1
        tracer.leave(Fraction(sign * line.amount, scale))
    for number, tranche in enumerate(pay.deferred, start=1):
        tracer.enter(TraceNode("tranche", f"tranche{number}", None, pay.currency))
        tracer.note(due_day=tranche.due_day)
        tracer.leave(Fraction(-tranche.amount, scale))
    tracer.note(
        adjustment=Fraction(pay.adjustment, scale), earned=Fraction(pay.earned, scale),
        not_deducted=Fraction(pay.not_deducted, scale),
    )  # fmt: skip
    tracer.leave(Fraction(pay.payable, scale))


def re_evaluate(board: Board, subject_id: str, node: TraceNode) -> Value | Truth | None:
    """Compute a traced node again from the recorded values of its inputs alone.

    Facts are computed from the parts in their notes, entries from their only input, pay from its
    lines; what has no rule of its own (a rank, a class) returns what was recorded.
    """
    subject = board.subjects[subject_id]
    if node.kind in VALUE_HANDLERS and node.document is not None:
        if node.kind == "named":
            return node.inputs[0].value if node.inputs else node.value
        return VALUE_HANDLERS[node.kind](node.document, Replay(board, subject, node))
    if node.kind in CONDITION_HANDLERS and node.document is not None:
        if node.kind == "gate":
            return node.inputs[0].value
        return CONDITION_HANDLERS[node.kind](node.document, Replay(board, subject, node))
    if "parts" in node.notes and node.kind in _SUMMED:
        return _from_parts(node)
    if node.kind == "pay":
        adjustment: Fraction = node.notes["adjustment"]
        return sum((_fraction(child.value) for child in node.inputs), adjustment)
    return node.value


_SUMMED = frozenset({"balance_average", "balance_closing", "margin_income", "flow_sum", "part"})


def _from_parts(node: TraceNode) -> Fraction:
    """Σ total × coefficient × rate ÷ divisor."""
    parts: list[tuple[Any, ...]] = node.notes["parts"]
    if "month_averages" in node.notes:
        averages: list[Fraction] = node.notes["month_averages"]
        return sum(averages, Fraction(0)) / len(averages)
    total = sum((part[0] * part[1] * part[2] for part in parts), Fraction(0))
    return total / int(node.notes["divisor"])


def _fraction(value: Any) -> Fraction:
    if not isinstance(value, Fraction):
        raise TypeError("value: pay lines are amounts")
    return value


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is still missing to a bound that was not reached.

    Attributes:
        path: path of the condition or table in the tree.
        name: entry whose value would have to change.
        distance: by how much, in the entry's unit; negative means lower.
        kind: ``at_least``, ``above``, ``at_most``, ``below``, or ``step`` for the next row.
    """

    path: str
    name: str
    distance: Fraction
    kind: str


def find_wanted(root: TraceNode) -> tuple[Wanted, ...]:
    """List every bound that was missed and every next row of a table, with the distance to it.

    What is only asked to keep somebody out (a veto, a condition under ``not``) is left out: nobody
    wants to reach it.
    """
    wanted: list[Wanted] = []
    for child in root.inputs:
        if child.kind not in ("class", "pay"):
            _collect_wanted(child, child.name or child.kind, wanted)
    return tuple(wanted)


def _collect_wanted(node: TraceNode, path: str, wanted: list[Wanted]) -> None:
    distance = node.notes.get("distance")
    if isinstance(distance, Fraction) and distance != 0:
        name = next((child.document.name for child in node.inputs if _is_named(child)), "")
        if node.kind == "compare" and node.value is False:
            wanted.append(Wanted(path, name, distance, str(node.notes["bound"])))
        elif node.kind == "step_table" and not isinstance(node.value, Missing):
            wanted.append(Wanted(path, name, distance, "step"))
    for place, child in enumerate(node.inputs):
        if child.kind != "not":
            _collect_wanted(child, f"{path}/{child.name or f'{child.kind}{place}'}", wanted)


def _is_named(node: TraceNode) -> bool:
    return node.kind == "named" and node.document is not None
