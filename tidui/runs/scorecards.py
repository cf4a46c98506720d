"""Scorecards: what a page shows of a stored run, subject by subject, to be stored as rows.

Guarantees: each value is the run's; targets and attainments, which a run doesn't store, come from
the nodes of its scheme through the same evaluation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from tidui.core.appraisal.evaluation.board import Board, Place
from tidui.core.appraisal.evaluation.environment import Environment
from tidui.core.appraisal.evaluation.numbers import attainment_target
from tidui.core.appraisal.grades import GradeProposal
from tidui.core.appraisal.pay.settlement import SubjectPay
from tidui.core.appraisal.population import Subject
from tidui.core.appraisal.scheme.document import Scheme
from tidui.core.appraisal.scheme.fields import Title
from tidui.core.appraisal.scheme.stages import Classes
from tidui.core.values import Missing, Value
from tidui.runs.folder import RunFolder
from tidui.runs.score_lines import LinePlan, plan_lines
from tidui.runs.stored import read_entries_of, read_grades, read_results, read_subjects

Words = tuple[str, str]
"""A title: Chinese, English."""


@dataclass(frozen=True, slots=True)
class ScoreLine:
    """One line of a scorecard: an indicator with its points, or a score of several.

    Attributes:
        name: the indicator, or the score entry where ``kind`` is ``score``.
        kind: ``indicator`` or ``score``.
        title: its name for people.
        unit: unit of ``actual`` and ``target``.
        actual: the indicator's value; None on a line without indicator.
        target: what it is measured against, for the days that have passed; None where the scheme
            measures it against nothing.
        attainment: actual over target as the scheme holds it between its bounds, 1 at the target;
            None where there is no target.
        entry: score entry that reads it, None where none does.
        points: value of ``entry``, or, where that reads several and weights this one, the value
            that is weighted; None where the indicator has no points of its own.
        points_unit: unit of ``points``.
        most: most points that the scheme allows; None where it sets no bound.
        weight: part that ``points`` have in the sum that weights them, 0 to 1; None if unweighted.
        clause: clause of the written rule, the score's before the indicator's.
    """

    name: str
    kind: str
    title: Words
    unit: str
    actual: Value | None
    target: Value | None
    attainment: Value | None
    entry: str | None
    points: Value | None
    points_unit: str
    most: Fraction | None
    weight: Fraction | None
    clause: str | None


@dataclass(frozen=True, slots=True)
class Total:
    """The figure that stands for the whole.

    Attributes:
        name: its entry.
        places: decimals that the scheme rounds it to, None where it doesn't.
        chosen_by: ``ranking`` (the first ranking ranks it), ``class`` (the first class reads it),
            ``last_score`` (the last score with decimals).
    """

    name: str
    title: Words
    unit: str
    places: int | None
    value: Value
    chosen_by: str


@dataclass(frozen=True, slots=True)
class Standing:
    """A place in a ranking.

    Attributes:
        rank: 1 is best; None where he is not ranked.
        equal: subjects with the same value, himself included.
        size: ranked subjects of the population.
        population: what it was cut by, (key, value); empty: everybody.
        reason: why he isn't ranked: ``excluded``, ``group_too_small``, ``missing``; else empty.
    """

    name: str
    title: Words
    rank: int | None
    equal: int
    size: int
    population: tuple[tuple[str, str], ...]
    reason: str


@dataclass(frozen=True, slots=True)
class GivenClass:
    """A class that was given; ``word`` None is unrated."""

    name: str
    title: Words
    word: str | None


@dataclass(frozen=True, slots=True)
class PayFigures:
    """Pay of the period in minor units of ``currency``; ``items`` are (name, title, amount)."""

    currency: str
    earned: int
    deferred: int
    payable: int
    items: tuple[tuple[str, Words, int], ...]


@dataclass(frozen=True, slots=True)
class Scorecard:
    """Everything that a page shows of one subject.

    Attributes:
        subject: his id.
        appraised: False for one who is not, but to whom pay of earlier is given back.
        counted_days: days of the period that count for him.
        grade: his present grade.
        proposal: proposed grade with its rule and ``person_decides``; None without grades.
        total: None where the scheme scores nothing, and for one who is not appraised.
        pay: None where the scheme pays nothing.
        lines: one for each indicator and score that reads it, then the scores of several.
    """

    subject: str
    appraised: bool
    counted_days: int
    grade: str | None
    proposal: GradeProposal | None
    total: Total | None
    standings: tuple[Standing, ...]
    classes: tuple[GivenClass, ...]
    pay: PayFigures | None
    lines: tuple[ScoreLine, ...]


def read_scorecards(run: RunFolder, only: str | None = None) -> tuple[Scorecard, ...]:
    """Read the scorecards of a stored run by subject, or that of one.

    Whoever is not appraised has one only where something is given back to him.
    """
    board, _ = read_results(run, only)
    grades, pay = read_grades(run, only), read_entries_of(run, only)
    plans, total = plan_lines(board), total_entry(run.scheme.scheme)
    cards = [
        _card(board, plans, total, subject, grades.get(subject.id), pay.get(subject.id))
        for subject in board.subjects.values()
    ]
    others = {one.id: one for one in read_subjects(run, only)}
    for name in sorted(set(pay) - set(board.subjects)):
        if only in (None, name):
            cards.append(_leaver(board.scheme, name, others.get(name), pay[name]))
    return tuple(cards)


def total_entry(scheme: Scheme) -> tuple[str, str] | None:
    """Return the entry that stands for the whole, and how it was chosen."""
    for rank in scheme.ranks.values():
        return rank.of, "ranking"
    for classes in scheme.classes.values():
        read = _class_reads(classes)
        if read is not None:
            return read, "class"
    shown = [name for name, score in scheme.scores.items() if score.places is not None]
    return (shown[-1], "last_score") if shown else None


def _class_reads(classes: Classes) -> str | None:
    if classes.bands is None:
        return None
    name: str | None = getattr(classes.bands.of, "name", None)
    return name


def _words(title: Title) -> Words:
    return title.zh, title.en


def _card(
    board: Board,
    plans: tuple[LinePlan, ...],
    total: tuple[str, str] | None,
    subject: Subject,
    proposal: GradeProposal | None,
    pay: SubjectPay | None,
) -> Scorecard:
    env = Environment(board, subject)
    scheme = board.scheme
    standings = tuple(
        _standing(name, _words(scheme.ranks[name].title), places[subject.id])
        for name, places in board.places.items()
    )
    classes = tuple(
        GivenClass(name, _words(scheme.classes[name].title), given[subject.id])
        for name, given in board.classes.items()
    )
    return Scorecard(
        subject.id, True, subject.counted_days,
        subject.grade if proposal is None else proposal.present, proposal,
        None if total is None else _total(board, *total, subject.id), standings, classes,
        None if pay is None else _pay(scheme, pay), tuple(_line(plan, env) for plan in plans),
    )  # fmt: skip


def _leaver(scheme: Scheme, name: str, known: Subject | None, pay: SubjectPay) -> Scorecard:
    grade = None if known is None else known.grade
    days = 0 if known is None else known.counted_days
    return Scorecard(name, False, days, grade, None, None, (), (), _pay(scheme, pay), ())


def _total(board: Board, name: str, chosen_by: str, subject: str) -> Total:
    entry, value = board.entries[name], board.columns[name][subject]
    return Total(name, _words(entry.title), entry.unit, entry.places, value, chosen_by)


def _standing(name: str, title: Words, place: Place) -> Standing:
    parts = place.population.split(",") if place.population else []
    cut = [part.partition("=") for part in parts]
    population = tuple((key, value) for key, _, value in cut)
    return Standing(name, title, place.rank, place.equal, place.size, population, place.reason)


def _pay(scheme: Scheme, pay: SubjectPay) -> PayFigures:
    known: Mapping[str, Words] = (
        {name: _words(item.title) for name, item in scheme.pay.items.items()} if scheme.pay else {}
    )
    return PayFigures(
        pay.currency, pay.earned, sum(tranche.amount for tranche in pay.deferred), pay.payable,
        tuple((name, known[name], amount) for name, amount in pay.items),
    )  # fmt: skip


def _line(plan: LinePlan, env: Environment) -> ScoreLine:
    shown, entry, subject = plan.shown, plan.entry, env.subject.id
    measured = shown.stage == "indicators"
    target = None if plan.attainment is None else attainment_target(plan.attainment, env)
    clause = entry.clause if entry is not None else None
    return ScoreLine(
        name=shown.name,
        kind="indicator" if measured else "score",
        title=_words(shown.title),
        unit=shown.unit,
        actual=env.board.columns[shown.name][subject] if measured else None,
        target=target,
        attainment=None if plan.attainment is None else env.evaluate(plan.attainment),
        entry=None if entry is None else entry.name,
        points=_points(plan, env),
        points_unit="point" if entry is None else entry.unit,
        most=plan.most,
        weight=plan.weight,
        clause=clause or shown.clause,
    )


def _points(plan: LinePlan, env: Environment) -> Value | None:
    if plan.entry is None:
        return None
    if plan.part is None:
        return env.board.columns[plan.entry.name][env.subject.id] if plan.sole else None
    value = env.evaluate(plan.part.of)
    cap = None if plan.part.cap is None else env.evaluate(plan.part.cap)
    if isinstance(value, Missing) or cap is None:
        return value
    return cap if isinstance(cap, Missing) else min(value, cap)
