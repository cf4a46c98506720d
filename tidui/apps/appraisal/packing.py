"""Scorecards as rows: exact values as text, so that a page never computes anything again."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from tidui.core.values import Missing, Value
from tidui.runs.next_grades import NextGrade
from tidui.runs.paces import Pace
from tidui.runs.scorecards import ScoreLine


def pack_value(value: Value | None) -> Any:
    """Turn a value into what JSON carries: ``n/d``, a missing one with its reason, or nothing."""
    if isinstance(value, Missing):
        return {"missing": value.reason, "what": value.what}
    return None if value is None else str(value)


def unpack_value(packed: Any) -> Value | None:
    """Return the value that ``pack_value`` packed."""
    if isinstance(packed, dict):
        return Missing(packed["missing"], packed["what"])
    return None if packed is None else Fraction(packed)


def pack_line(line: ScoreLine) -> dict[str, Any]:
    """Turn a line of a scorecard into what JSON carries."""
    return {
        "name": line.name, "kind": line.kind, "title": list(line.title), "unit": line.unit,
        "actual": pack_value(line.actual), "target": pack_value(line.target),
        "attainment": pack_value(line.attainment), "entry": line.entry,
        "points": pack_value(line.points), "points_unit": line.points_unit,
        "most": pack_value(line.most), "weight": pack_value(line.weight),
        "clause": line.clause or "",
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """A stored line with its values as numbers; a missing one is None and ``why`` says it.

    Attributes:
        name, kind, title, unit, entry, points_unit, clause: as in ``ScoreLine``.
        actual, target, attainment, points, most, weight: exact, None where there is none.
        why: reason of a missing actual, empty where it is known.
    """

    name: str
    kind: str
    title: tuple[str, str]
    unit: str
    entry: str | None
    points_unit: str
    clause: str
    actual: Fraction | None
    target: Fraction | None
    attainment: Fraction | None
    points: Fraction | None
    most: Fraction | None
    weight: Fraction | None
    why: str

    @property
    def node(self) -> str:
        """Name of the entry that a press on the line explains."""
        return self.entry or self.name


def read_line(packed: dict[str, Any]) -> Line:
    """Return a stored line."""

    def known(name: str) -> Fraction | None:
        value = unpack_value(packed[name])
        return None if isinstance(value, Missing) else value

    actual = packed["actual"]
    return Line(
        packed["name"], packed["kind"], (packed["title"][0], packed["title"][1]), packed["unit"],
        packed["entry"], packed["points_unit"], packed["clause"], known("actual"), known("target"),
        known("attainment"), known("points"), known("most"), known("weight"),
        actual["missing"] if isinstance(actual, dict) else "",
    )  # fmt: skip


def pack_next_grade(found: NextGrade | None) -> dict[str, Any]:
    """Turn the way to the next grade into what JSON carries; empty at the top."""
    if found is None:
        return {}
    return {
        "grade": found.grade, "title": list(found.title), "clause": found.clause or "",
        "holds": found.holds is True, "posts": found.posts,
        "needs": [
            {
                "kind": need.kind, "name": need.name,
                "title": list(need.title) if need.title else None, "unit": need.unit,
                "bound": need.bound, "held": _held(need.held), "wanted": _held(need.wanted),
                "distance": pack_value(need.distance), "holds": need.holds is True,
                "known": isinstance(need.holds, bool), "negated": need.negated,
                "group": need.group,
            }
            for need in found.needs
        ],
    }  # fmt: skip


def _held(value: Value | str | None) -> Any:
    return {"word": value} if isinstance(value, str) else pack_value(value)


def pack_pace(pace: Pace) -> dict[str, Any]:
    """Turn a pace into what JSON carries."""
    return {
        "name": pace.indicator, "title": list(pace.title), "unit": pace.unit, "way": pace.way,
        "so_far": pack_value(pace.so_far), "projected": pack_value(pace.projected),
        "target": pack_value(pace.target), "attainment": pack_value(pace.attainment),
    }  # fmt: skip
