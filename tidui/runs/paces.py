"""Pace: where the figures of a running period end if its remaining days are like those that passed.

What adds up over the days goes on in proportion; an average, a balance, a count or a rating is
carried on as it stands; what is computed from other indicators is computed from where those end.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from tidui.core.appraisal.evaluation.board import Board
from tidui.core.appraisal.evaluation.entries import Entry, evaluation_order
from tidui.core.appraisal.evaluation.environment import Environment
from tidui.core.appraisal.evaluation.numbers import ADDING_UP, attainment_target
from tidui.core.appraisal.population import Subject
from tidui.core.appraisal.scheme.indicators import Fact
from tidui.core.appraisal.scheme.nodes import CROSS_SUBJECT, Attainment
from tidui.core.calendar import Period, Span
from tidui.core.values import Missing, Value
from tidui.runs.folder import RunFolder
from tidui.runs.score_lines import plan_lines
from tidui.runs.stored import read_results

Words = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Pace:
    """Where an indicator of a subject ends at today's pace.

    Attributes:
        subject: his id.
        indicator: the indicator.
        title: its name for people, Chinese and English.
        unit: unit of the figures.
        so_far: its value for the days that have passed.
        projected: its value at the period's end.
        way: how it was found: ``in_proportion`` (value ÷ days that counted × days that will have
            counted), ``carried_on`` (it stays), ``computed`` (from other indicators at the end).
        target: target for all days of the period; None where the scheme has none.
        attainment: what would be attained of it, 1 at the target.
    """

    subject: str
    indicator: str
    title: Words
    unit: str
    so_far: Value
    projected: Value
    way: str
    target: Value | None
    attainment: Value | None


def read_paces(run: RunFolder, only: str | None = None) -> tuple[Pace, ...]:
    """Read a stored provisional run and return the pace of every subject, or of one.

    A run of a whole period has no pace: everything ends where it stands.
    """
    board, _ = read_results(run, only)
    whole = board.period.whole
    ended = replace(
        board, period=whole, as_of=whole.to_on,
        subjects={name: _stays(one, board.period) for name, one in board.subjects.items()},
        columns={name: dict(column) for name, column in board.columns.items()},
    )  # fmt: skip
    targets = {
        line.shown.name: line.attainment
        for line in plan_lines(board)
        if line.attainment is not None
    }
    order, _ = evaluation_order(board.scheme)
    indicators = [board.entries[name] for name in order if name in board.scheme.indicators]
    return tuple(
        pace for name in board.subjects for pace in _paces(board, ended, name, indicators, targets)
    )


def _stays(subject: Subject, period: Period) -> Subject:
    """Let whoever counts on the last day that passed count on all that remain."""
    rest = Span(period.span.to_day, period.whole.span.to_day)
    counts = bool(subject.counted) and subject.counted[-1].to_day == rest.from_day
    return replace(subject, counted=(*subject.counted, rest)) if counts and rest.days else subject


def _paces(
    board: Board,
    ended: Board,
    subject: str,
    indicators: list[Entry],
    targets: dict[str, Attainment],
) -> Iterator[Pace]:
    """Yield the paces of a subject in the order of the scheme, computed in that of reading."""
    env = Environment(ended, ended.subjects[subject])
    ways = {}
    for entry in indicators:
        way, value = _project(board, env, entry)
        ended.columns[entry.name][subject] = value
        ways[entry.name] = way
    for name in board.scheme.indicators:
        entry, node = board.entries[name], targets.get(name)
        yield Pace(
            subject, name, (entry.title.zh, entry.title.en), entry.unit,
            board.columns[name][subject], ended.columns[name][subject], ways[name],
            None if node is None else attainment_target(node, env),
            None if node is None else env.evaluate(node),
        )  # fmt: skip


def _project(board: Board, env: Environment, entry: Entry) -> tuple[str, Value]:
    """Return how an indicator goes on, and where it ends."""
    value, node = board.columns[entry.name][env.subject.id], entry.node
    if not isinstance(node, Fact):
        if isinstance(node, CROSS_SUBJECT):
            return "carried_on", value
        return "computed", env.compute_entry(entry)
    if getattr(node, "fact", "") not in ADDING_UP or getattr(node, "window", "") != "period":
        return "carried_on", value
    counted = board.subjects[env.subject.id].counted_days
    if isinstance(value, Missing) or counted == 0:
        return "in_proportion", value
    return "in_proportion", value * Fraction(env.subject.counted_days, counted)
