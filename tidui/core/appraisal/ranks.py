"""Ranks and appraisal classes: who is compared with whom, by declared rules.

Guarantees: adding a constant to every value changes no place; an excluded subject changes only
the places of those compared with him; ties share a place as declared; values are compared
unrounded. A last place is a place and nothing more.
"""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction

from tidui.core.appraisal.evaluation.board import Board, Place
from tidui.core.appraisal.evaluation.conditions import places_in
from tidui.core.appraisal.evaluation.environment import Environment
from tidui.core.appraisal.scheme.stages import Bands, Classes, Quotas, Rank
from tidui.core.appraisal.scores import population_key
from tidui.core.values import Missing


def rank_subjects(board: Board, name: str) -> dict[str, Place]:
    """Rank all subjects of the board by the value that a ranking names.

    A group smaller than ``min_group`` is widened by dropping the last key of ``within``, again and
    again, or is not ranked and left to a person, as the scheme says. The members of a widened
    group are compared with everybody in the wider population; that population's own groups keep
    their places.
    """
    rank = board.scheme.ranks[name]
    column = board.columns[rank.of]
    places: dict[str, Place] = {}
    values: dict[str, Fraction] = {}
    for subject_id, subject in board.subjects.items():
        value = column[subject_id]
        excluded = rank.exclude is not None and Environment(board, subject).holds(rank.exclude)
        if excluded is True:
            places[subject_id] = Place(None, 0, 0, 0, "", "excluded")
        elif isinstance(value, Missing) or isinstance(excluded, Missing):
            places[subject_id] = Place(None, 0, 0, 0, "", "missing")
        else:
            values[subject_id] = value if rank.best == "high" else -value
    places.update(_rank_groups(board, rank, values))
    board.places[name] = {subject_id: places[subject_id] for subject_id in board.subjects}
    return board.places[name]


def _rank_groups(board: Board, rank: Rank, values: dict[str, Fraction]) -> dict[str, Place]:
    if isinstance(rank.min_group, str) or isinstance(rank.within, str):
        raise TypeError("rank: an open ranking can't be computed")
    places: dict[str, Place] = {}
    waiting = set(values)
    for depth in range(len(rank.within), -1, -1):
        within = rank.within[:depth]
        groups: dict[str, list[str]] = defaultdict(list)
        for subject_id in values:
            groups[population_key(board, subject_id, within)].append(subject_id)
        for key, members in groups.items():
            if len(members) < rank.min_group:
                continue
            found = {place_id: values[place_id] for place_id in members}
            for subject_id, place in _places(found, key, rank.ties).items():
                if subject_id in waiting:
                    places[subject_id] = place
                    waiting.discard(subject_id)
        if rank.below_min_group != "widen_population":
            break
    for subject_id in waiting:
        places[subject_id] = Place(None, 0, 0, 0, "", "group_too_small")
    return places


def _places(values: dict[str, Fraction], population: str, ties: str) -> dict[str, Place]:
    counts: dict[Fraction, int] = defaultdict(int)
    for value in values.values():
        counts[value] += 1
    better, at = 0, {}
    for dense, value in enumerate(sorted(counts, reverse=True), start=1):
        equal = counts[value]
        rank = {"share_best": better + 1, "share_worst": better + equal, "dense": dense}[ties]
        at[value] = Place(rank, better, equal, len(values), population)
        better += equal
    return {subject_id: at[value] for subject_id, value in values.items()}


def classify_subjects(board: Board, name: str) -> dict[str, str | None]:
    """Give every subject his appraisal class, held down by the vetoes that apply.

    Returns
    -------
    dict
        subject → class, None where he is unrated or the value it needs is missing.
    """
    classes = board.scheme.classes[name]
    result: dict[str, str | None] = {}
    for subject_id, subject in board.subjects.items():
        env = Environment(board, subject)
        unrated = classes.unrated is not None and env.holds(classes.unrated) is not False
        result[subject_id] = None if unrated else classify_one(classes, env)
    board.classes[name] = result
    return result


def classify_one(classes: Classes, env: Environment) -> str | None:
    """Return one subject's class; with a tracer, the row and the vetoes are kept."""
    if classes.bands is not None:
        found = _band(classes.bands, env)
    elif classes.quotas is not None:
        found = _quota(classes.quotas, env)
    else:
        raise TypeError("classes: neither bands nor quotas")
    if found is None:
        return None
    for veto in classes.vetoes:
        applies = env.holds(veto.when)
        if isinstance(applies, Missing):
            return None
        if applies and classes.order.index(found) < classes.order.index(veto.at_most):
            env.note(vetoed_from=found, veto_clause=veto.clause)
            found = veto.at_most
    return found


def _band(bands: Bands, env: Environment) -> str | None:
    value = env.evaluate(bands.of)
    if isinstance(value, Missing) or isinstance(bands.rows, str):
        return None
    for row in bands.rows:
        lower = None if row.from_ is None else env.evaluate(row.from_)
        upper = None if row.to is None else env.evaluate(row.to)
        if isinstance(lower, Missing) or isinstance(upper, Missing):
            return None
        if (lower is None or lower <= value) and (upper is None or value < upper):
            env.note(lower=lower, upper=upper, distance=None if upper is None else upper - value)
            return row.class_
    return None


def _quota(quotas: Quotas, env: Environment) -> str | None:
    place = env.board.places[quotas.rank][env.subject.id]
    if place.rank is None or isinstance(quotas.rows, str):
        return None
    cut = env.board.scheme.ranks[quotas.rank].cut
    percent = Fraction(0)
    for row in quotas.rows:
        if row.percent is None:
            return row.class_
        part = env.evaluate(row.percent)
        if isinstance(part, Missing):
            return None
        percent += part
        if place.rank <= places_in(percent, place.size, cut):
            env.note(rank=place.rank, size=place.size, top_percent=percent)
            return row.class_
    return None
