"""Designing a scheme from goals: goal, indicators that serve it, then weights and standards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from tidui.apps.appraisal.models import SchemeVersion
from tidui.apps.appraisal.queries.indicator_library import LibraryIndicator, library_indicators
from tidui.apps.appraisal.services.schemes import draft_scheme, edit_scheme
from tidui.apps.audit.services import Actor
from tidui.core.appraisal.scheme.document import PART_PERIOD_CAUSES, load_scheme
from tidui.core.appraisal.scheme.edits import EditError, set_section
from tidui.core.documents import print_document


@dataclass(frozen=True, slots=True)
class GoalDraft:
    """A goal of the bank, and what serves it: library keys, or entries of the scheme."""

    zh: str
    en: str
    served_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Head:
    """What a new scheme says of itself."""

    scheme_id: str
    zh: str
    en: str
    effective_from: date
    effective_to: date | None
    period: str
    line: str


def compose_text(head: Head, goals: Sequence[GoalDraft]) -> str:
    """Return a scheme that scores each chosen indicator; targets, levels and weights are open."""
    known = {one.key: one for one in library_indicators()}
    chosen: dict[str, LibraryIndicator] = {}
    for goal in goals:
        for key in goal.served_by:
            if key in known:
                chosen.setdefault(key, known[key])
    named = _named(chosen)
    sections = [
        *_head_lines(head), "", goals_text(
            [GoalDraft(g.zh, g.en, tuple(named[k] for k in g.served_by if k in named))
             for g in goals]
        ), "", "indicators:",
        *(_renamed(one, named[key]) for key, one in chosen.items()), "", "scores:",
        *(_score_text(one, named[key]) for key, one in chosen.items()), *_total_text(named),
    ]  # fmt: skip
    return "\n".join(sections) + "\n"


def _named(chosen: dict[str, LibraryIndicator]) -> dict[str, str]:
    """Give each indicator a name of its own; two templates may use the same one."""
    named: dict[str, str] = {}
    for key, one in chosen.items():
        name, number = one.name, 2
        while name in named.values():
            name, number = f"{one.name}_{number}", number + 1
        named[key] = name
    return named


def _renamed(one: LibraryIndicator, name: str) -> str:
    return one.text.replace(f"  {one.name}:", f"  {name}:", 1)


def _head_lines(head: Head) -> list[str]:
    population = f"{{line: {head.line}}}" if head.line else "{}"
    rules = [f"  {cause}: {'full' if cause == 'changed_grade' else 'by_days'}"
             for cause in PART_PERIOD_CAUSES]  # fmt: skip
    feedback = {"zh": "反馈面谈", "en": "Feedback talk"}
    return [
        "format: scheme/1", f"id: {head.scheme_id}", "version: 1",
        f"title: {print_document({'zh': head.zh, 'en': head.en})}",
        f"effective: {{from: {head.effective_from}, to: {head.effective_to or 'null'}}}",
        "in_flight: finish_under_old", f"period: {head.period}", "subjects: employee",
        f"population: {population}", "part_periods:", *rules,
        f"feedback: {{title: {print_document(feedback)}, within_days: 15}}",
    ]  # fmt: skip


def goals_text(goals: Sequence[GoalDraft]) -> str:
    """Return the section of goals."""
    if not goals:
        return "goals: []"
    lines = ["goals:"]
    for goal in goals:
        lines.append(f"  - title: {print_document({'zh': goal.zh, 'en': goal.en})}")
        lines.append(f"    served_by: [{', '.join(goal.served_by)}]")
    return "\n".join(lines)


def _score_text(one: LibraryIndicator, name: str) -> str:
    """Return the score of an indicator; its standard is open, as only the bank can say it."""
    zh, en = one.title
    if one.fact == "measure" and one.unit == "point":
        value = f"{{rubric: {{of: {name}, levels: open}}}}"
    elif one.unit == "ratio" or one.fact in ("loan_quality", "customer_lost", "headcount"):
        value = f"{{step_table: {{of: {name}, mode: whole, rows: open}}}}"
    else:
        target = f"of: {name}, target: delivered, progress: none, floor: 0, cap: open"
        value = f"{{linear: {{of: {{attainment: {{{target}}}}}, per_unit: 100}}}}"
    title = print_document({"zh": f"{zh.removesuffix('得分')}得分", "en": f"Points: {en}"})
    return f"  {name}_points:\n    title: {title}\n    value: {value}"


def _total_text(named: dict[str, str]) -> list[str]:
    if not named:
        return []
    parts = [f"          - {{of: {name}_points, weight: open}}" for name in named.values()]
    return [
        "  total:", '    title: {"zh": "综合得分", "en": "Total"}', "    value:",
        "      weighted:", "        parts:", *parts, "        total: 100",
        "        missing: block", "    places: 2", "    rounding: half_up",
    ]  # fmt: skip


def design_scheme(*, by: Actor, head: Head, goals: Sequence[GoalDraft]) -> SchemeVersion:
    """Enter a scheme that starts from goals of the bank."""
    if not any(goal.served_by for goal in goals):
        raise ValidationError(_("Choose one indicator at least for one goal."))
    return draft_scheme(by=by, text=compose_text(head, goals), origin="goals")


def set_goals(
    *, by: Actor, version: SchemeVersion, goals: Sequence[GoalDraft], lock: int
) -> SchemeVersion:
    """Write the goals of a draft, and which entry serves which."""
    loaded, _issues = load_scheme(version.text)
    present = loaded.scheme if loaded is not None else None
    after = "part_periods" if present is not None and present.part_periods else "population"
    try:
        text = set_section(version.text, "goals", goals_text(goals), after=after)
    except EditError as error:
        raise ValidationError(_("Write the goals in the text: it is all in one line.")) from error
    return edit_scheme(by=by, version=version, text=text, lock=lock)
