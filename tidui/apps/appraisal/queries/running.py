"""What a running period shows: the way to the next grade, today's pace, what a week changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from typing import Any

from tidui.apps.appraisal.models import CycleRun, Result
from tidui.apps.appraisal.packing import read_line, unpack_value
from tidui.runs.texts import label, value_text
from tidui.ui.pages import lang

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class NeedShown:
    """One condition of the next grade for the eye.

    Attributes:
        title: what is asked.
        kind: ``compare``, ``rank``, ``tenure`` and so on, as in ``runs.next_grades``.
        held, wanted, distance: with their unit, empty where there is none.
        holds: whether it holds.
        known: False where that can't be told.
        negated: the condition must not hold.
        group: alternatives share one.
        share: how much of what is wanted is held, for a bar.
    """

    title: tuple[str, str] | None
    kind: str
    name: str
    bound: str
    held: str
    wanted: str
    distance: str
    holds: bool
    known: bool
    negated: bool
    group: str
    share: Fraction | None


@dataclass(frozen=True, slots=True)
class NextGradeShown:
    """The way to the next grade."""

    title: tuple[str, str]
    clause: str
    holds: bool
    posts: int | None
    needs: tuple[NeedShown, ...]

    @property
    def met(self) -> int:
        """How many conditions hold."""
        return sum(need.holds for need in self.needs)


def next_grade_shown(result: Result) -> NextGradeShown | None:
    """Return the way to the next grade; None at the top."""
    packed = result.next_grade
    if not packed:
        return None
    return NextGradeShown(
        (packed["title"][0], packed["title"][1]), packed["clause"], packed["holds"],
        packed["posts"], tuple(_need(need) for need in packed["needs"]),
    )  # fmt: skip


def _need(packed: dict[str, Any]) -> NeedShown:
    unit = packed["unit"]
    held, wanted = _figure(packed["held"]), _figure(packed["wanted"])
    distance = unpack_value(packed["distance"])
    share = None
    if isinstance(held, Fraction) and isinstance(wanted, Fraction) and wanted > 0:
        share = held / wanted
        if packed["bound"] in ("at_most", "below"):
            share = wanted / held if held > 0 else Fraction(1)
    return NeedShown(
        title=(packed["title"][0], packed["title"][1]) if packed["title"] else None,
        kind=packed["kind"], name=_name(packed), bound=packed["bound"],
        held=_text(held, unit), wanted=_text(wanted, unit),
        distance=_text(abs(distance), unit) if isinstance(distance, Fraction) and distance else "",
        holds=packed["holds"], known=packed["known"], negated=packed["negated"],
        group=packed["group"], share=share,
    )  # fmt: skip


def _name(packed: dict[str, Any]) -> str:
    """Return what a condition without a title is about: classes by their words."""
    name = str(packed["name"])
    if packed["kind"] != "streak":
        return name
    words = [label(f"class.{one.strip()}", lang()) for one in name.split(",")]
    return (" / " if lang() == "en" else "、").join(words)


def _figure(packed: Any) -> Any:
    if isinstance(packed, dict) and "word" in packed:
        return packed["word"]
    return unpack_value(packed)


def _text(value: Any, unit: str | None) -> str:
    if value is None:
        return "–"
    return value_text(value, unit, lang())


@dataclass(frozen=True, slots=True)
class PaceShown:
    """Where an indicator ends at today's pace."""

    title: tuple[str, str]
    so_far: str
    projected: str
    target: str
    way: str
    attainment: Fraction | None


def paces_of(result: Result) -> list[PaceShown]:
    """Return the paces of a provisional result."""
    shown = []
    for packed in result.paces:
        unit = packed["unit"]
        attainment = unpack_value(packed["attainment"])
        shown.append(
            PaceShown(
                (packed["title"][0], packed["title"][1]),
                _text(unpack_value(packed["so_far"]), unit),
                _text(unpack_value(packed["projected"]), unit),
                _text(unpack_value(packed["target"]), unit), packed["way"],
                attainment if isinstance(attainment, Fraction) else None,
            )
        )  # fmt: skip
    return shown


@dataclass(frozen=True, slots=True)
class ChangeShown:
    """A line that isn't what it was a week ago."""

    title: tuple[str, str]
    before: str
    after: str
    better: bool | None


def week_changes(result: Result) -> tuple[Result, list[ChangeShown]] | None:
    """Return the provisional result of a week or more ago and what changed since then."""
    run = result.run
    rows = Result.objects.filter(
        run__cycle=run.cycle_id, run__kind=CycleRun.Kind.PROVISIONAL, subject=result.subject,
        run__data_on__lte=run.data_on - WEEK,
    )  # fmt: skip
    before = rows.select_related("run").order_by("-run__data_on", "-run__pk").first()
    if before is None:
        return None
    old = {(one["name"], one["entry"]): read_line(one) for one in before.lines}
    changes = []
    for packed in result.lines:
        line = read_line(packed)
        was = old.get((line.name, line.entry))
        now_value, then_value = _main(line), _main(was) if was else None
        if now_value != then_value:
            unit = line.unit if line.kind == "indicator" else line.points_unit
            better = _better(line, was)
            changes.append(
                ChangeShown(line.title, _text(then_value, unit), _text(now_value, unit), better)
            )
    return before, changes


def _main(line: Any) -> Fraction | None:
    value: Fraction | None = line.actual if line.kind == "indicator" else line.points
    return value


def _better(line: Any, was: Any) -> bool | None:
    """Tell by points whether a change is for the better; None where points say nothing."""
    if was is None or line.points is None or was.points is None or line.points == was.points:
        return None
    return bool(line.points > was.points)
