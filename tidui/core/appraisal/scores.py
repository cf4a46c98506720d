"""Scores: named values computed for every subject, each rounded only at its own rounding point.

Guarantees: a missing part is never a zero; a value that reads other subjects reads the same
column for all of them; the order of the subjects changes nothing.
"""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from typing import Any

from tidui.core.appraisal.evaluation.board import Board
from tidui.core.appraisal.evaluation.entries import Entry
from tidui.core.appraisal.evaluation.environment import Environment
from tidui.core.appraisal.scheme.nodes import PopulationTotal, ShareOfTotal, TeamTotal
from tidui.core.values import Missing, Value

Shared = dict[str, tuple[Value, dict[str, Any]]]


def score_subjects(board: Board, entry: Entry) -> dict[str, Value]:
    """Compute one named value for every subject and put it on the board.

    Parameters
    ----------
    board : Board
        must hold every column that the entry reads; ``evaluation_order`` sees to that.
    entry : Entry
        the named value.

    Returns
    -------
    dict
        subject → exact value, or missing with its reason.
    """
    if isinstance(entry.node, ShareOfTotal):
        board.shared[entry.name] = _share_of_total(board, entry.node)
    elif isinstance(entry.node, TeamTotal):
        board.shared[entry.name] = _team_total(board, entry.node)
    elif isinstance(entry.node, PopulationTotal):
        board.shared[entry.name] = _population_total(board, entry.node)
    column = {
        subject.id: Environment(board, subject).compute_entry(entry)
        for subject in board.subjects.values()
    }
    board.columns[entry.name] = column
    return column


def population_key(board: Board, subject_id: str, within: tuple[str, ...]) -> str:
    """Return the population of a subject, e.g. ``grade=senior,line=corporate``; empty is all."""
    subject = board.subjects[subject_id]
    return ",".join(f"{name}={subject.attribute(name) or ''}" for name in within)


def _share_of_total(board: Board, node: ShareOfTotal) -> Shared:
    column = board.columns[node.of]
    totals: dict[str, Fraction] = defaultdict(Fraction)
    for subject_id, value in column.items():
        if not isinstance(value, Missing):
            totals[population_key(board, subject_id, node.within)] += value
    result: Shared = {}
    for subject_id, value in column.items():
        total = totals[population_key(board, subject_id, node.within)]
        share: Value
        if isinstance(value, Missing):
            share = value
        elif total < 0:
            share = Missing("not_defined", "share of a negative total")
        elif total != 0:
            share = value / total
        elif node.if_zero == "missing":
            share = Missing("not_defined", "share of a zero total")
        else:
            share = Environment(board, board.subjects[subject_id]).evaluate(node.if_zero)
        result[subject_id] = (share, {"own": value, "total": total})
    return result


def _team_total(board: Board, node: TeamTotal) -> Shared:
    column = board.columns[node.of]
    result: Shared = {}
    for subject_id in board.subjects:
        members = board.team.get(subject_id, ())
        values = [column[member] for member in members if member in column]
        known = [value for value in values if not isinstance(value, Missing)]
        total = sum(known, Fraction(0))
        notes = {"members": list(members), "known": len(known)}
        missing = next((value for value in values if isinstance(value, Missing)), None)
        outcome: Value
        if missing is not None:
            outcome = missing
        elif not known:
            outcome = Missing("not_defined", "nobody in the team")
        else:
            outcome = total if node.combine == "sum" else total / len(known)
        result[subject_id] = (outcome, notes)
    return result


def _population_total(board: Board, node: PopulationTotal) -> Shared:
    """Add up a column by population; one missing part makes the whole missing, never smaller."""
    groups: dict[str, list[str]] = defaultdict(list)
    for subject_id in board.subjects:
        groups[population_key(board, subject_id, node.within)].append(subject_id)
    result: Shared = {}
    for key, members in groups.items():
        values = [board.columns[node.of][member] for member in members]
        known = [value for value in values if not isinstance(value, Missing)]
        total = sum(known, Fraction(0))
        outcome: Value = total if node.combine == "sum" else total / len(members)
        missing = next((value for value in values if isinstance(value, Missing)), None)
        notes = {"size": len(members), "population": key}
        result |= dict.fromkeys(members, (missing or outcome, notes))
    return result
