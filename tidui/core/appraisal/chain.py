"""The performance chain: facts → indicators → scores → ranks → grades → pay. Read this first.

``appraise`` calls the stages in the order in which they read each other. It is a pure function:
the same scheme, period, inputs and facts give the same result, on any machine, in any year.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from tidui.core.appraisal.checks.opens import open_paths, walk_records
from tidui.core.appraisal.evaluation.board import Board, Place
from tidui.core.appraisal.evaluation.entries import evaluation_order
from tidui.core.appraisal.facts import FactTable
from tidui.core.appraisal.grades import GradeProposal, propose_grades
from tidui.core.appraisal.indicators.amounts import FactIndex
from tidui.core.appraisal.indicators.reader import FactReader
from tidui.core.appraisal.inputs import Inputs
from tidui.core.appraisal.pay.ledger import PayEntry
from tidui.core.appraisal.pay.settlement import PayInputs, SubjectPay, pay_subjects
from tidui.core.appraisal.pay.shares import share_pools
from tidui.core.appraisal.population import PopulationResult, Subject, find_subjects
from tidui.core.appraisal.posts import fill_posts
from tidui.core.appraisal.questions import Batch, ask_engine
from tidui.core.appraisal.ranks import classify_subjects, rank_subjects
from tidui.core.appraisal.scheme.document import Scheme
from tidui.core.appraisal.scheme.nodes import Attainment, PoolPrice, SecondDistribution
from tidui.core.appraisal.scores import score_subjects
from tidui.core.calendar import Period
from tidui.core.values import Issue, Missing, Value, issue

CALCULATION: Final = 1
"""Number of the calculation: raised by each "Changed numbers" entry of the changelog."""


@dataclass(frozen=True, slots=True)
class Questions:
    """What a run has to ask the engine before it can compute anything.

    Attributes:
        population: who is appraised, and on which days.
        batches: requests by basis and holder.
        issues: what stops the run already.
    """

    population: PopulationResult
    batches: tuple[Batch, ...]
    issues: tuple[Issue, ...]


@dataclass(frozen=True, slots=True)
class Appraisal:
    """The result of a run.

    Attributes:
        board: every value, place and class, by name and subject.
        subjects: all subjects, also those who are not appraised this period.
        grades: proposals by subject.
        pay: pay by subject.
        issues: errors refuse the run: then there are no results.
    """

    board: Board
    subjects: tuple[Subject, ...]
    grades: dict[str, GradeProposal]
    pay: dict[str, SubjectPay]
    issues: tuple[Issue, ...]

    @property
    def refused(self) -> bool:
        """True where an error stops the run."""
        return any(found.severity == "error" for found in self.issues)


def prepare(scheme: Scheme, period: Period, inputs: Inputs) -> Questions:
    """Find the subjects and say what the engine is asked.

    A scheme with anything open, of another period length, or not in force on the period's first
    day is refused here.
    """
    population = find_subjects(scheme, period, inputs)
    issues = [issue("scheme.open", path) for path in open_paths(scheme)]
    if period.kind != scheme.period:
        issues.append(
            issue("run.period-length", period.text, period=period.kind, scheme=scheme.period)
        )
    start, end = scheme.effective.from_, scheme.effective.to
    if period.from_on < start or (end is not None and period.from_on >= end):
        issues.append(issue("run.not-in-force", period.text, start=start.isoformat()))
    issues.extend(population.issues)
    if not any(subject.appraised for subject in population.rows):
        issues.append(issue("run.nobody", period.text))
    appraised = tuple(subject for subject in population.rows if subject.appraised)
    batches = () if issues else ask_engine(scheme, period, inputs, appraised)
    return Questions(population, batches, tuple(issues))


def appraise(
    scheme: Scheme,
    period: Period,
    inputs: Inputs,
    population: PopulationResult,
    facts: FactTable,
    history: tuple[PayEntry, ...] = (),
    booked_period: str | None = None,
) -> Appraisal:
    """Compute indicators, scores, ranks, classes, grades and pay.

    Parameters
    ----------
    scheme : Scheme
        with nothing open.
    period : Period
        the earned period.
    inputs : Inputs
        people, targets, measures, outcomes, rates and loan events of the snapshot.
    population : PopulationResult
        of ``prepare``.
    facts : FactTable
        the engine's answers to the requests of ``prepare``.
    history : tuple of PayEntry
        entries of earlier earned periods.
    booked_period : str
        period in which pay is booked; the earned one if not given.

    Returns
    -------
    Appraisal
        with issues; an error among them means that there are no results to use.
    """
    board = build_board(scheme, period, inputs, population, facts)
    circle = compute_board(board)
    if circle:
        return Appraisal(board, population.rows, {}, {}, circle)
    issues = missing_values(board)
    grades = fill_posts(board, propose_grades(board, inputs.outcomes))
    pay = pay_subjects(
        board, PayInputs(facts.rows, inputs.loan_events, history, booked_period or period.text)
    )
    return Appraisal(board, population.rows, grades, pay.rows, (*issues, *pay.issues))


def build_board(
    scheme: Scheme,
    period: Period,
    inputs: Inputs,
    population: PopulationResult,
    facts: FactTable,
) -> Board:
    """Lay out an empty board with everything that the nodes read."""
    reader = FactReader(FactIndex.over(scheme, period, inputs, facts))
    appraised = {subject.id: subject for subject in population.rows if subject.appraised}
    board = Board(scheme, period, inputs.as_of, appraised, reader)
    board.targets = {
        (target.subject, target.indicator): target
        for target in inputs.targets
        if target.period == period.text
    }
    board.loan_amounts = {
        event.event_id: event.amount for event in inputs.loan_events if event.amount is not None
    }
    team: dict[str, list[str]] = defaultdict(list)
    for subject in appraised.values():
        if subject.last is not None and subject.last.superior_no is not None:
            team[subject.last.superior_no].append(subject.id)
    board.team = {leader: tuple(members) for leader, members in team.items()}
    for measure in inputs.measures:
        if measure.period == period.text and measure.value is not None:
            board.second_shares[measure.measure, measure.subject] = measure.value
    return board


def compute_board(
    board: Board,
    values: Mapping[str, dict[str, Value]] = MappingProxyType({}),
    places: Mapping[str, dict[str, Place]] = MappingProxyType({}),
) -> tuple[Issue, ...]:
    """Compute every entry, ranking and class, each after what it reads.

    Parameters
    ----------
    values : mapping
        columns that are given and not computed, as in a test case.
    places : mapping
        rankings that are given.

    Returns
    -------
    tuple of Issue
        a circle, if the scheme has one; then nothing was computed.
    """
    order, circle = evaluation_order(board.scheme)
    if circle:
        return (issue("scheme.circle", circle[0], path=" → ".join(circle)),)
    for key in order:
        name = key.removeprefix("rank:")
        if key in values:
            missing = Missing("not_delivered", key)
            board.columns[key] = {s: values[key].get(s, missing) for s in board.subjects}
        elif key.startswith("rank:") and name in places:
            none = Place(None, 0, 0, 0, "", "missing")
            board.places[name] = {s: places[name].get(s, none) for s in board.subjects}
        else:
            _compute(board, key)
    return ()


def _compute(board: Board, key: str) -> None:
    kind, _, name = key.partition(":")
    if kind == "gate":
        return
    if kind == "rank":
        rank_subjects(board, name)
    elif kind == "class":
        classify_subjects(board, name)
    else:
        entry = board.entries[key]
        if isinstance(entry.node, PoolPrice | SecondDistribution):
            share_pools(board, key, entry.node)
        score_subjects(board, entry)


def missing_values(board: Board) -> list[Issue]:
    """Name every indicator that blocks, and every target that is missing or unconfirmed."""
    issues = []
    for name, entry in board.entries.items():
        if entry.stage != "indicators" or entry.missing != "block":
            continue
        for subject_id, value in board.columns[name].items():
            if isinstance(value, Missing):
                issues.append(
                    issue("indicator.missing", f"indicators.{name}", subject=subject_id,
                          reason=value.reason, what=value.what)
                )  # fmt: skip
    for name in _targeted(board):
        for subject_id in board.subjects:
            target = board.targets.get((subject_id, name))
            if target is None or target.confirmed_on is None:
                code = "target.missing" if target is None else "target.unconfirmed"
                issues.append(issue(code, f"targets.{name}", subject=subject_id, indicator=name))
    return issues


def _targeted(board: Board) -> list[str]:
    """Return the indicators whose delivered target a score reads."""
    found = {
        node.of.name: None
        for _, node in walk_records(board.scheme)
        if isinstance(node, Attainment) and node.target == "delivered" and hasattr(node.of, "name")
    }
    return list(found)
