"""What each line of a scorecard shows, read once out of a scheme: what reads an indicator, and how.

Nothing is computed here but bounds that stand in the document.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from tidui.core.appraisal.evaluation.board import Board
from tidui.core.appraisal.evaluation.entries import Entry, children, node_names
from tidui.core.appraisal.scheme import nodes
from tidui.core.values import Missing


@dataclass(frozen=True, slots=True)
class LinePlan:
    """One line of every scorecard of a scheme.

    Attributes:
        shown: the indicator, or the score entry of a line without one.
        entry: score entry that reads the indicator alone, or the one that weights it among
            others; None where no score reads it.
        sole: whether the entry's own value are the line's points.
        part: the weighted node of ``entry`` that reads the indicator, where ``entry`` reads others
            too; its value are the points.
        attainment: node that sets the indicator against its target.
        most: most points that the document allows; None where it sets no bound.
        weight: part of the sum in which the points are weighted, 0 to 1; None where they aren't.
    """

    shown: Entry
    entry: Entry | None
    sole: bool
    part: Any
    attainment: nodes.Attainment | None
    most: Fraction | None
    weight: Fraction | None


def plan_lines(board: Board) -> tuple[LinePlan, ...]:
    """Return a line per indicator and score that reads it alone, then the other scores."""
    entries = board.entries.values()
    indicators = {entry.name: entry for entry in entries if entry.stage == "indicators"}
    scores = [entry for entry in entries if entry.stage == "scores"]
    readers: dict[str, list[Entry]] = {}
    for score in scores:
        read = sole_indicator(score, indicators)
        if read is not None:
            readers.setdefault(read, []).append(score)
    weights = {score.name: _weight(board, scores, score.name) for score in scores}
    lines = []
    for name, entry in indicators.items():
        for score in readers.get(name, ()):
            attained = _attainment(name, [score, *entries])
            most = most_points(score.node, board)
            lines.append(LinePlan(entry, score, True, None, attained, most, weights[score.name]))
        if name not in readers:
            lines.append(_weighted_line(board, entry, scores, indicators))
    alone = {score.name for found in readers.values() for score in found}
    lines += [
        LinePlan(
            score, score, True, None, None, most_points(score.node, board), weights[score.name]
        )
        for score in scores
        if score.name not in alone
    ]
    return tuple(lines)


def sole_indicator(score: Entry, indicators: dict[str, Entry]) -> str | None:
    """Return the indicator that a score reads and nothing else; what it is set against may differ.

    A score that other scores enter belongs to no indicator.
    """
    against: set[str] = set()
    for node in _walk(score.node):
        if isinstance(node, nodes.Attainment) and node.target != "delivered":
            against |= set(node_names(node.target))
    read = {name for name in node_names(score.node) if ":" not in name}
    read = read - against or read
    return read.pop() if len(read) == 1 and read <= set(indicators) else None


def _weighted_line(
    board: Board, shown: Entry, scores: list[Entry], indicators: dict[str, Entry]
) -> LinePlan:
    """Plan the line of an indicator that a sum weights itself, or that no score reads alone."""
    attained = _attainment(shown.name, list(board.entries.values()))
    for score in scores:
        for node in _walk(score.node):
            for part in node.parts if isinstance(node, nodes.Weighted) else ():
                if set(node_names(part.of)) == {shown.name}:
                    most = most_points(part.cap or part.of, board)
                    weight = _ratio(board, part.weight, node.total)
                    return LinePlan(shown, score, False, part, attained, most, weight)
    reader = next((score for score in scores if shown.name in node_names(score.node)), None)
    return LinePlan(shown, reader, False, None, attained, None, None)


def _attainment(name: str, entries: list[Entry]) -> nodes.Attainment | None:
    for entry in entries:
        for node in _walk(entry.node):
            of_it = isinstance(node, nodes.Attainment) and getattr(node.of, "name", "") == name
            if of_it:
                found: nodes.Attainment = node
                return found
    return None


def _walk(node: Any) -> Iterator[Any]:
    yield node
    for child in children(node):
        yield from _walk(child)


def _weight(board: Board, scores: list[Entry], name: str) -> Fraction | None:
    """Return the weight with which a score enters the first sum that weights it."""
    for score in scores:
        for node in _walk(score.node):
            for part in node.parts if isinstance(node, nodes.Weighted) else ():
                if getattr(part.of, "name", "") == name:
                    return _ratio(board, part.weight, node.total)
    return None


def _ratio(board: Board, weight: Any, total: Fraction) -> Fraction | None:
    found = _figure(board, weight)
    return None if found is None else found / total


def _figure(board: Board, node: Any) -> Fraction | None:
    """Return a figure that is the same for everybody: a constant, or a dated parameter."""
    if isinstance(node, nodes.Constant):
        return node.value
    if isinstance(node, nodes.Parameter):
        value = board.parameter(node.of)
        return None if isinstance(value, Missing) else value
    return None


def most_points(node: Any, board: Board) -> Fraction | None:
    """Return the greatest value that a node can have by its document, None where it is open.

    Bounds that differ by subject (a lookup, a named value) are not known here.
    """
    cap = getattr(node, "cap", None)
    own = None if cap is None else _figure(board, cap)
    if own is not None:
        return own
    if isinstance(node, nodes.Constant | nodes.Parameter):
        return _figure(board, node)
    if isinstance(node, nodes.Linear):
        return _most_linear(node, board)
    if isinstance(node, nodes.Bonus):
        return None if node.at_most is None else _figure(board, node.at_most)
    if isinstance(node, nodes.Deduct):
        return Fraction(0)
    if isinstance(node, nodes.Minimum):
        known = [most for part in node.of if (most := most_points(part, board)) is not None]
        return min(known, default=None)
    if isinstance(node, nodes.Sum):
        return _together(sum, [most_points(part, board) for part in node.of])
    return _together(max, [most_points(part, board) for part in _alternatives(node)])


def _alternatives(node: Any) -> list[Any]:
    """Return the nodes one of whose values a node takes."""
    if isinstance(node, nodes.When):
        return [node.then, node.otherwise]
    if isinstance(node, nodes.Maximum):
        return list(node.of)
    marginal = isinstance(node, nodes.StepTable) and node.mode == "marginal"
    if isinstance(node, nodes.StepTable | nodes.ByRank) and not marginal and node.rows != "open":
        return [row.value for row in node.rows]
    return []


def _together(combine: Any, parts: list[Fraction | None]) -> Fraction | None:
    known = [part for part in parts if part is not None]
    return combine(known) if known and len(known) == len(parts) else None


def _most_linear(node: nodes.Linear, board: Board) -> Fraction | None:
    most, rate = most_points(node.of, board), _figure(board, node.per_unit)
    start = _figure(board, node.from_)
    if most is None or rate is None or start is None or rate < 0:
        return None
    return (most - start) * rate
