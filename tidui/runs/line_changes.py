"""What changed on one's scorecard between two provisional runs: last week's and today's."""

from __future__ import annotations

from dataclasses import dataclass

from tidui.core.values import Value
from tidui.runs.folder import RunFolder
from tidui.runs.scorecards import ScoreLine, read_scorecards

Words = tuple[str, str]


@dataclass(frozen=True, slots=True)
class LineChange:
    """A line of a scorecard that is not what it was; pairs are (before, after).

    Attributes:
        name: the indicator, or the score of a line without one.
        kind: ``indicator`` or ``score``.
        title: its name for people, Chinese and English.
        unit: unit of the actual values.
        entry: score entry that reads it, None where none does.
        actual: actual values; None on a side where the line doesn't stand or has none.
        attainment: attainments, likewise.
        points: points, likewise.
    """

    name: str
    kind: str
    title: Words
    unit: str
    entry: str | None
    actual: tuple[Value | None, Value | None]
    attainment: tuple[Value | None, Value | None]
    points: tuple[Value | None, Value | None]


def changes_since(before: RunFolder, after: RunFolder, subject: str) -> tuple[LineChange, ...]:
    """Return the lines of a subject that differ between two runs, in the order of the later one.

    One who is in one of the runs alone has all his lines changed.
    """
    old, new = _lines(before, subject), _lines(after, subject)
    changes = []
    for key in dict.fromkeys((*new, *old)):
        then, now = old.get(key), new.get(key)
        line = now or then
        if line is None:
            continue
        first, second = _figures(then), _figures(now)
        if first != second:
            actual, attainment, points = zip(first, second, strict=True)
            changes.append(
                LineChange(line.name, line.kind, line.title, line.unit, line.entry,
                           actual, attainment, points)
            )  # fmt: skip
    return tuple(changes)


def _figures(line: ScoreLine | None) -> tuple[Value | None, ...]:
    return (None, None, None) if line is None else (line.actual, line.attainment, line.points)


def _lines(run: RunFolder, subject: str) -> dict[tuple[str, str | None], ScoreLine]:
    cards = read_scorecards(run, subject)
    return {(line.name, line.entry): line for card in cards for line in card.lines}
