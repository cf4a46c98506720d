"""Results of many: the list of a cycle, the team board, decisions that wait."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from fractions import Fraction
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tidui.apps.appraisal.access import cycle_of_results, results_in, units_in
from tidui.apps.appraisal.models import Cycle, CycleRun, Decision, Result
from tidui.apps.appraisal.queries.results import HeatRow, heat_columns, mean, shares_of
from tidui.apps.appraisal.views.cycles import scheme_title
from tidui.apps.appraisal.words import class_word, grade_of_result, rule_word, total_text
from tidui.apps.people.access import require
from tidui.apps.people.models import Unit
from tidui.ui import charts
from tidui.ui.numbers import amount_text
from tidui.ui.pages import lang, render_page
from tidui.ui.tables import Column, Filter, Listing, show_list

BOARD_PEOPLE = 80
BANDS = ("<70%", "70–85%", "85–100%", "100–110%", "≥110%")


def _money(name: str) -> Any:
    def shown(result: Result) -> str:
        minor = getattr(result, name)
        return "" if minor is None else amount_text(minor, result.currency)

    return shown


def results_listing(run: CycleRun) -> Listing:
    """Return the list of a run's results."""
    return Listing(
        "results", _("Results"),
        columns=(
            Column("rank", _("Rank"), lambda r: r.rank, ("rank",), "number"),
            Column("name", _("Name"), lambda r: r.employee.name if r.employee else r.subject,
                   ("employee__sort_key",),
                   link=lambda r: reverse("appraisal:scorecard", args=[r.public_id])),
            Column("subject", _("Number"), lambda r: r.subject, ("subject",), narrow=False),
            Column("total", _("Total"), lambda r: r.total_value, ("total_sort",), "number",
                   shown=total_text, places=2),
            Column("class", _("Class"), class_word, kind="badge"),
            Column("grade", _("Present grade"), lambda r: grade_of_result(r, r.grade),
                   narrow=False),
            Column("proposed", _("Proposed grade"), lambda r: grade_of_result(r, r.proposed_grade),
                   kind="badge", tone=_tone),
            Column("rule", _("Rule"), rule_word, narrow=False),
            Column("earned", _("Earned"), _money("earned"), ("earned",), "number"),
            Column("deferred", _("Deferred"), _money("deferred"), ("deferred",), "number",
                   narrow=False),
            Column("payable", _("Payable"), _money("payable"), ("payable",), "number",
                   narrow=False),
        ),
        filters=(
            Filter("move", _("Proposal"), [("up", _("other grade")), ("same", _("same grade")),
                   ("person", _("a person decides"))], _moves),
        ),
        search=("employee__name", "employee__sort_key", "subject"), default="rank",
    )  # fmt: skip


def _cycle_words(result: Result) -> str:
    return f"{scheme_title(result.run.cycle)} {result.run.cycle.period}"


def _tone(result: Result) -> str:
    if not result.proposed_grade or result.proposed_grade == result.grade:
        return ""
    return "good" if result.rule in ("promoted", "streak", "probation_passed") else "mid"


def _moves(value: str) -> Q:
    same = Q(proposed_grade=F("grade"))
    return {"up": ~same & ~Q(proposed_grade=""), "same": same, "person": Q(person_decides=True)}[
        value
    ]


@require_GET
def cycle_results(request: HttpRequest, cycle: UUID) -> HttpResponse:
    """List the results of a cycle that the user may see."""
    found = cycle_of_results(request, cycle)
    asked = require(request, "results.read")
    run = shown_run(found)
    rows = (
        results_in(asked, "results.read")
        .filter(run=run or 0)
        .select_related("employee", "run__cycle__scheme")
    )
    rows = rows.defer("lines", "run__cycle__scheme__text")
    context = {
        "cycle": found, "title": scheme_title(found), "run": run,
        "may_open": asked.may("cycles.read"),
    }  # fmt: skip
    listing = results_listing(run) if run else results_listing(CycleRun())
    return show_list(request, "appraisal/results.html", listing, rows, context)


def shown_run(cycle: Cycle) -> CycleRun | None:
    """Return the full run of a cycle, or while there is none the provisional one."""
    rows = cycle.runs.filter(current=True)
    return rows.filter(kind=CycleRun.Kind.FULL).first() or rows.first()


@require_GET
def decisions(request: HttpRequest) -> HttpResponse:
    """List the proposals on which the user has to decide, those that wait first."""
    asked = require(request, "results.decide")
    rows = results_in(asked, "results.decide").filter(
        run__kind=CycleRun.Kind.FULL, run__current=True
    )
    rows = rows.exclude(run__cycle__state=Cycle.State.CLOSED)
    rows = rows.exclude(employee_id=asked.user.employee_id or 0)
    rows = rows.exclude(proposed_grade="", person_decides=False)
    decided = Decision.objects.filter(
        cycle=OuterRef("run__cycle"), subject=OuterRef("subject"), current=True, run=OuterRef("run")
    )
    rows = rows.annotate(decided=Exists(decided)).select_related("employee", "run__cycle__scheme")
    cycles = Cycle.objects.filter(runs__results__in=rows.values("pk")).distinct()
    listing = Listing(
        "decisions", _("Decisions"),
        columns=(
            Column("name", _("Name"), lambda r: r.employee.name if r.employee else r.subject,
                   ("employee__sort_key",),
                   link=lambda r: reverse("appraisal:decide", args=[r.public_id])),
            Column("cycle", _("Cycle"), _cycle_words, narrow=False),
            Column("total", _("Total"), lambda r: r.total_value, ("total_sort",), "number",
                   shown=total_text, places=2),
            Column("rank", _("Rank"), lambda r: r.rank, ("rank",), "number"),
            Column("grade", _("Present grade"), lambda r: grade_of_result(r, r.grade),
                   narrow=False),
            Column("proposed", _("Proposed grade"), lambda r: grade_of_result(r, r.proposed_grade)
                   or _("a person decides"), kind="badge", tone=_tone),
            Column("rule", _("Rule"), rule_word, narrow=False),
            Column("decided", _("State"), lambda r: _("decided") if r.decided else _("waits"),
                   ("decided",), "badge", tone=lambda r: "good" if r.decided else "mid"),
        ),
        filters=(
            Filter("decided", _("State"), [("no", _("waits")), ("yes", _("decided"))],
                   lambda value: Q(decided=value == "yes")),
            Filter("cycle", _("Cycle"), [(str(c.public_id), str(c)) for c in cycles],
                   lambda value: Q(run__cycle__public_id=value)),
        ),
        search=("employee__name", "employee__sort_key", "subject"), default="decided",
    )  # fmt: skip
    rows = rows.defer("lines", "run__cycle__scheme__text")
    return show_list(request, "appraisal/decisions.html", listing, rows)


@require_GET
def board(request: HttpRequest) -> HttpResponse:
    """Show the team board: a heat map of indicators by people or by units, and the ranking."""
    asked = require(request, "results.read")
    reached = results_in(asked, "results.read").filter(run__current=True)
    runs = list(
        CycleRun.objects.filter(pk__in=reached.order_by().values("run"))
        .select_related("cycle__scheme")
        .order_by("-data_on", "-kind")
    )
    chosen = next((r for r in runs if str(r.public_id) == request.GET.get("run")), None)
    run = chosen or (runs[0] if runs else None)
    units = units_in(asked, "results.read")
    unit = next((u for u in units if u.org_code == request.GET.get("unit")), None)
    context: dict[str, Any] = {"runs": runs, "run": run, "units": units, "unit": unit}
    if run is not None:
        rows = reached.filter(run=run)
        if unit is not None:
            inside = asked.tree.below(unit.pk)
            rows = rows.filter(Q(belongs_to__in=inside) | Q(sits_at__in=inside))
        context |= _board(request, run, rows)
    return render_page(request, "appraisal/board.html", context)


def _board(request: HttpRequest, run: CycleRun, rows: QuerySet[Result]) -> dict[str, Any]:
    results = list(rows.select_related("employee").order_by("rank", "subject"))
    for one in results:
        one.run = run
    columns = heat_columns(results[:1])
    names = [name for name, _title in columns]
    by_unit = len(results) > BOARD_PEOPLE or request.GET.get("by") == "unit"
    heat = _unit_rows(results, names) if by_unit else _people_rows(results, names)
    totals = [one.total_value for one in results]
    shares = [share for row in heat for share in row.cells if share is not None]
    titles = [title[1] if lang() == "en" else title[0] for _name, title in columns]
    cells = [
        (x, y, round(float(share) * 100, 1))
        for y, row in enumerate(heat)
        for x, share in enumerate(row.cells)
        if share is not None
    ]
    bands = {
        "bad": "<70%",
        "weak": "70–85%",
        "plain": "85–100%",
        "good": "100–110%",
        "best": "≥110%",
    }
    ranked = sorted(
        (row for row in heat if row.total is not None), key=lambda row: row.total or 0, reverse=True
    )
    return {
        "by_unit": by_unit, "titles": titles, "heat": heat, "people": len(results),
        "mean": mean(totals), "met": sum(share >= 1 for share in shares), "cells": len(shares),
        "low": sum(share < Fraction(7, 10) for share in shares), "ranked": _bars(ranked[:15]),
        "best": ranked[0] if ranked else None,
        "chart": charts.heat_map(titles, [row.name for row in heat], cells, bands),
        "links_json": json.dumps([row.address for row in heat]),
        "chart_height": 150 + 28 * len(heat),
    }  # fmt: skip


def _bars(rows: Sequence[HeatRow]) -> list[dict[str, Any]]:
    """Return rows with the width of a bar, which begins below the lowest so that they differ."""
    totals = [row.total for row in rows if row.total is not None]
    if not totals:
        return []
    top, low = max(totals), min(totals)
    floor = max(Fraction(0), low - (top - low) / 2)
    span = (top - floor) or Fraction(1)
    return [
        {"name": row.name, "address": row.address, "total": row.total,
         "width": f"{float(((row.total or floor) - floor) / span) * 100:.1f}"}
        for row in rows
    ]  # fmt: skip


def _people_rows(results: Sequence[Result], names: Sequence[str]) -> list[HeatRow]:
    return [
        HeatRow(
            one.employee.name if one.employee else one.subject,
            reverse("appraisal:scorecard", args=[one.public_id]), shares_of(one, names),
            one.total_value, one.rank,
        )
        for one in results
    ]  # fmt: skip


def _unit_rows(results: Sequence[Result], names: Sequence[str]) -> list[HeatRow]:
    groups: dict[int, list[Result]] = defaultdict(list)
    for one in results:
        groups[one.sits_at or 0].append(one)
    units = Unit.objects.in_bulk(groups)
    found = []
    for key, members in groups.items():
        columns = zip(*(shares_of(one, names) for one in members), strict=True)
        unit = units.get(key)
        found.append(
            HeatRow(
                unit.name if unit else "–",
                f"?unit={unit.org_code}&run={members[0].run.public_id}" if unit else "",
                tuple(mean(column) for column in columns),
                mean(one.total_value for one in members), None,
            )
        )  # fmt: skip
    return sorted(found, key=lambda row: row.total or Fraction(0), reverse=True)
