"""The slip of one person: the same figures for the page and for paper."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from tidui.apps.appraisal.models import Decision, Publication, Result
from tidui.apps.appraisal.packing import Line
from tidui.apps.appraisal.queries.documents import run_folder
from tidui.apps.appraisal.queries.results import lines_shown
from tidui.apps.appraisal.words import class_word, grade_of_result, rule_word, total_text
from tidui.apps.people.models import EmployeeSpell
from tidui.exchange.capitals import yuan_in_capitals
from tidui.exchange.papers import (
    Column,
    Figure,
    IndicatorRow,
    PaySlip,
    Scorecard,
    Table,
    paper_words,
)
from tidui.runs.slips import pay_lines
from tidui.runs.stored import read_entries_of
from tidui.runs.texts import value_text
from tidui.ui.charts import band_of
from tidui.ui.numbers import amount_text, percent_text
from tidui.ui.pages import lang


@dataclass(frozen=True, slots=True)
class SlipLine:
    """One line of the pay: kind, words, and the amount as text, with its sign."""

    kind: str
    title: str
    amount: str


def slip_lines(result: Result) -> list[SlipLine]:
    """Return the lines of a person's pay, in the order in which they add up."""
    folder = run_folder(result.run)
    pay = read_entries_of(folder, result.subject).get(result.subject)
    if pay is None:
        return []
    return [
        SlipLine(kind, title, amount_text(minor, pay.currency))
        for kind, title, minor in pay_lines(folder, pay, lang())
    ]


def slip_paper(
    result: Result, publication: Publication | None, decision: Decision | None,
    place: EmployeeSpell | None,
) -> PaySlip:  # fmt: skip
    """Return the slip as paper."""
    lines = slip_lines(result)
    totals = {line.kind: line.amount for line in lines}
    unit = _("yuan") if result.currency == "CNY" else result.currency
    payable = result.payable or 0
    spelt = lang() == "zh" and result.currency == "CNY" and payable >= 0
    note = yuan_in_capitals(payable) if spelt else ""
    table = Table(
        (Column(_("Item"), share=1), Column(f"{_('Amount')} ({unit})", "right")),
        tuple((one.title, one.amount) for one in lines if one.kind != "payable"),
        title=_("Performance pay"), total=(_("Payable"), totals.get("payable", "")),
    )  # fmt: skip
    return PaySlip(
        **_head(result, place), title=_("Pay slip"), words=paper_words("slip", _lang()),
        figures=_figures(result, decision), tables=(_scores_table(result), table),
        payable=Figure(_("Payable"), totals.get("payable", ""), unit, note),
        objection=_objection(publication), foot=_foot(result, publication),
        signatures=(_("Employee"), _("Appraisal office")), classification=_("Internal"),
        mark="" if publication else _("not published"),
    )  # fmt: skip


def scorecard_paper(
    result: Result, publication: Publication | None, decision: Decision | None,
    place: EmployeeSpell | None,
) -> Scorecard:  # fmt: skip
    """Return the scorecard as paper."""
    shown = lines_shown(result, [])
    rows = tuple(_row(one.line, one.share) for one in shown if one.line.kind == "indicator")
    return Scorecard(
        **_head(result, place), title=_("Scorecard"), words=paper_words("scorecard", _lang()),
        figures=_figures(result, decision), rows=rows, total=total_text(result),
        foot=_foot(result, publication), signatures=(_("Employee"), _("Superior")),
        classification=_("Internal"), mark="" if publication else _("provisional"),
    )  # fmt: skip


def _lang() -> Any:
    return lang()


def _head(result: Result, place: EmployeeSpell | None) -> dict[str, Any]:
    facts = [(_("Number"), result.subject)]
    if place is not None:
        facts.append((_("Outlet"), str(place.sits_at or "–")))
        facts.append((_("Business line"), str(place.get_business_line_display())))
    scheme = result.run.cycle.scheme
    facts.append((_("Scheme"), scheme.title_en if lang() == "en" else scheme.title_zh))
    return {
        "lang": _lang(), "bank": settings.BANK_NAME[lang()], "facts": tuple(facts),
        "person": result.employee.name if result.employee else result.subject,
        "period": result.run.cycle.period, "badge": grade_of_result(result, result.grade),
    }  # fmt: skip


def _figures(result: Result, decision: Decision | None) -> tuple[Figure, ...]:
    grade = decision.grade if decision else result.proposed_grade
    word = _("Decided grade") if decision else _("Proposed grade")
    figures = [Figure(_("Total"), total_text(result), note=class_word(result))]
    if result.rank is not None:
        figures.append(Figure(_("Rank"), str(result.rank), f"/ {result.rank_size}"))
    if grade:
        figures.append(Figure(word, grade_of_result(result, grade), note=rule_word(result)))
    if result.earned is not None:
        figures.append(Figure(_("Earned"), amount_text(result.earned, result.currency)))
    return tuple(figures)


def _scores_table(result: Result) -> Table:
    rows = []
    for one in lines_shown(result, []):
        line = one.line
        if line.kind == "indicator":
            rows.append(
                (_title(line), _value(line.actual, line.unit), _value(line.target, line.unit),
                 percent_text(line.attainment) if line.attainment is not None else "–",
                 _value(line.points, line.points_unit), line.clause)
            )  # fmt: skip
    columns = (
        Column(_("Indicator"), share=1), Column(_("Actual"), "right"), Column(_("Target"), "right"),
        Column(_("Attainment"), "right"), Column(_("Points"), "right"), Column(_("Clause")),
    )  # fmt: skip
    return Table(columns, tuple(rows), title=_("What was measured"))


def _row(line: Line, share: Fraction | None) -> IndicatorRow:
    tone: Any = "plain" if share is None else _TONES[band_of(float(share))]
    return IndicatorRow(
        title=_title(line), actual=_value(line.actual, line.unit),
        points=_value(line.points, line.points_unit), clause=line.clause,
        weight=percent_text(line.weight, 0) if line.weight is not None else "",
        target=_value(line.target, line.unit) if line.target is not None else "",
        ratio=percent_text(share) if share is not None else "",
        ratio_ppm=int(share * 10**6) if share is not None else None, tone=tone,
    )  # fmt: skip


_TONES: dict[str, Any] = {
    "best": "good", "good": "good", "plain": "fair", "weak": "fair", "bad": "poor",
}  # fmt: skip


def _title(line: Line) -> str:
    return line.title[1] if lang() == "en" else line.title[0]


def _value(value: Fraction | None, unit: str) -> str:
    return "–" if value is None else value_text(value, unit, lang())


def _objection(publication: Publication | None) -> tuple[str, ...]:
    if publication is None:
        return (_("This is not published yet and may still change."),)
    until = publication.objections_until
    return (
        _("You may object to any figure until %(day)s: open your scorecard, press the figure, and "
          "file the objection there; you get an answer with reasons.") % {"day": until},
        _("You may ask for a decision by a person without the calculation."),
    )  # fmt: skip


def _foot(result: Result, publication: Publication | None) -> tuple[tuple[str, str], ...]:
    scheme = result.run.cycle.scheme
    foot = [(_("Scheme"), f"{scheme.scheme_id} v{scheme.version}"), (_("Run"), result.run.name)]
    if publication is not None:
        foot.append((_("Publication"), str(publication.version)))
    return tuple(foot)
