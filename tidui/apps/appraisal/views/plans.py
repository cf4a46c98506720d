"""Performance plans: the list, a new one, the grid of a unit, sharing out, sending, locking."""

from __future__ import annotations

from fractions import Fraction
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tidui.apps.appraisal.access_plans import (
    PlanScope,
    editable_people,
    plan_of_office,
    plan_read,
    plan_scope,
    targets_seen,
)
from tidui.apps.appraisal.forms.plans import CascadeForm, PlanForm, read_number
from tidui.apps.appraisal.models import Plan, Target
from tidui.apps.appraisal.queries.documents import loaded_scheme
from tidui.apps.appraisal.queries.target_grid import (
    Grid,
    GridCell,
    GridRow,
    build_grid,
    first_unit,
    may_open,
    part_weights,
    read_facts,
)
from tidui.apps.appraisal.queries.targets import needs_of, target_counts
from tidui.apps.appraisal.services.plans import (
    Typed,
    cascade_targets,
    confirm_unit,
    lock_plan,
    open_plan,
    send_plan,
    shares,
    type_targets,
)
from tidui.apps.people.access import Standing, require, standing
from tidui.apps.people.doors import actor_of
from tidui.apps.people.models import Employee, Unit
from tidui.core.appraisal.targets import TargetNeed
from tidui.ui.pages import lang, render_page, see_other
from tidui.ui.tables import Column, Filter, Listing, show_list
from tidui.ui.templatetags.ui import exact

State = Plan.State
TONES = {State.DRAFTING: "", State.CONFIRMING: "mid", State.LOCKED: "good"}


def _listing(scope: PlanScope) -> Listing:
    columns = [
        Column("period", _("Period"), lambda one: one.period, ("period",),
               link=lambda one: reverse("appraisal:plan", args=[one.public_id])),
        Column("scheme", _("Scheme"), lambda one: one.scheme.title[lang()], ("scheme__scheme_id",)),
        Column("version", _("Version"), lambda one: one.scheme.version, ("scheme__version",),
               "number", narrow=False),
        Column("state", _("State"), lambda one: one.get_state_display(), ("state",), "badge",
               tone=lambda one: TONES[one.state]),
    ]  # fmt: skip
    if scope.whole_bank:
        columns += [
            Column("confirmed", _("Targets confirmed"), lambda one: one.confirmed, ("confirmed",),
                   "number"),
            Column("targets", _("Targets of people"), lambda one: one.people, ("people",),
                   "number"),
        ]  # fmt: skip
    return Listing(
        "plans", _("Performance plans"), columns=tuple(columns),
        filters=(Filter("state", _("State"), State.choices, lambda value: Q(state=value)),),
        search=("period", "scheme__scheme_id", "scheme__title_zh", "scheme__title_en"),
        default="-period",
    )  # fmt: skip


@require_GET
def plans_list(request: HttpRequest) -> HttpResponse:
    """List plans."""
    scope = plan_scope(standing(request))
    held = Q(targets__state__in=Target.STANDING, targets__employee__isnull=False)
    rows = Plan.objects.select_related("scheme").annotate(
        people=Count("targets", filter=held),
        confirmed=Count("targets", filter=held & Q(targets__state=Target.State.CONFIRMED)),
    )
    hint = _("Open the plan of a period once its scheme is adopted.")
    return show_list(
        request, "appraisal/plans/list.html", _listing(scope), rows,
        {"may_open": scope.writes_whole, "empty_hint": hint},
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def plan_new(request: HttpRequest) -> HttpResponse:
    """Open a plan."""
    if not plan_scope(require(request, "plans.write")).writes_whole:
        raise Http404
    form = PlanForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = open_plan(by=actor_of(request, "plans.write"), **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return see_other(request, "appraisal:plan", plan=made.public_id)
    context = {"form": form, "title": _("New performance plan")}
    return render_page(request, "appraisal/form.html", context)


def unit_shown(request: HttpRequest, asked: Standing, scope: PlanScope) -> Unit | None:
    """Return the unit that the address names, 404 for one that the reader may not open."""
    code = request.GET.get("unit") or request.POST.get("unit", "")
    if not code:
        return first_unit(asked, scope)
    unit = get_object_or_404(Unit, org_code=code)
    if not may_open(scope, unit.pk):
        raise Http404
    return unit


def plan_context(plan: Plan, scope: PlanScope, tab: str) -> dict[str, Any]:
    """Return what every page of a plan shows around its matter."""
    order = [str(one) for one in (State.DRAFTING, State.CONFIRMING, State.LOCKED)]
    at = order.index(plan.state)
    words = [_("targets set"), _("confirmed by each person"), _("locked")]
    done = plan.state == State.LOCKED
    return {
        "plan": plan, "tab": tab, "tone": TONES[State(plan.state)], "may_write": scope.writes,
        "may_send": scope.writes_whole and plan.state == State.DRAFTING,
        "may_lock": scope.writes_whole and plan.state == State.CONFIRMING,
        "may_type": scope.writes and plan.state != State.LOCKED,
        "steps": [(word, "t-done" if i < at or done else "t-now" if i == at else "")
                  for i, word in enumerate(words)],
    }  # fmt: skip


@require_http_methods(["GET", "POST"])
def plan(request: HttpRequest, plan: UUID) -> HttpResponse:
    """Show the grid of a unit: the whole, its parts, their sum and the gap; type targets."""
    found, asked = plan_read(request, plan), standing(request)
    scope = plan_scope(asked)
    unit = unit_shown(request, asked, scope)
    context = plan_context(found, scope, "grid")
    if unit is None:
        return render_page(request, "appraisal/plans/plan.html", context)
    grid = build_grid(found, unit, asked, scope)
    context |= {"may_confirm": _may_confirm(grid, scope, asked),
                "counts": target_counts(found, targets_seen(asked, scope))}  # fmt: skip
    sent: dict[str, str] = {}
    status = 200
    if request.method == "POST":
        if not grid.editable:
            raise Http404
        try:
            entries = read_grid(request.POST, grid)
            count = type_targets(by=actor_of(request, "plans.write"), plan=found, entries=entries)
        except ValidationError as error:
            status = 400
            context["problems"] = error.messages
            sent = {key: str(value) for key, value in request.POST.items()}
        else:
            messages.success(request, _("%(count)s targets changed.") % {"count": count})
            return _back(request, found, unit)
    context |= _grid_context(grid, sent)
    return render_page(request, "appraisal/plans/plan.html", context, status=status)


def _grid_context(grid: Grid, sent: dict[str, str]) -> dict[str, Any]:
    """Return the grid as rows of cells; what somebody sent stands in its field again."""

    def shown(row: GridRow) -> list[tuple[GridCell, TargetNeed, str]]:
        return [
            (cell, need, sent.get(f"t:{cell.name}", exact(cell.value)))
            for cell, need in zip(row.cells, grid.needs, strict=True)
        ]

    return {
        "grid": grid, "columns": list(zip(grid.needs, grid.reaches, strict=True)),
        "whole_cells": shown(grid.whole), "part_cells": [(row, shown(row)) for row in grid.parts],
    }  # fmt: skip


def _may_confirm(grid: Grid, scope: PlanScope, asked: Standing) -> bool:
    """Tell whether the reader heads the unit and its targets wait for his word."""
    heads = grid.unit.pk in scope.tops or scope.writes_whole
    waiting = [cell.target for cell in grid.whole.cells
               if cell.target and cell.target.state in ("typed", "disputed")]  # fmt: skip
    name = asked.user.username
    return heads and bool(waiting) and all(target.maker != name for target in waiting)


def read_grid(sent: QueryDict, grid: Grid) -> list[Typed]:
    """Read the cells that a form sent; what the reader may not set is left out."""
    entries, faults = [], []
    for row in (grid.whole, *grid.parts):
        for need, cell in zip(grid.needs, row.cells, strict=True):
            text = sent.get(f"t:{cell.name}")
            if text is None or not cell.editable:
                continue
            try:
                value = read_number(text)
                was = read_number(sent.get(f"w:{cell.name}", ""))
            except ValueError:
                faults.append(_("%(name)s: %(text)s is no number.")
                              % {"name": row.holder, "text": text[:40]})  # fmt: skip
                continue
            if value != was:
                entries.append(Typed(row.holder, need.indicator, value, was))
    if faults:
        raise ValidationError(faults)
    return entries


def _back(request: HttpRequest, found: Plan, unit: Unit) -> HttpResponse:
    response = see_other(request, "appraisal:plan", plan=found.public_id)
    target = "HX-Redirect" if "HX-Redirect" in response else "Location"
    response[target] += f"?unit={unit.org_code}"
    return response


@require_http_methods(["GET", "POST"])
def plan_cascade(request: HttpRequest, plan: UUID) -> HttpResponse:
    """Share the target of a unit out to its parts: shown first, written when asked for."""
    found, asked = plan_read(request, plan), standing(request)
    scope = plan_scope(asked)
    unit = unit_shown(request, asked, scope)
    if unit is None or not scope.writes or found.state == State.LOCKED:
        raise Http404
    facts = read_facts(found, asked)
    grid = build_grid(found, unit, asked, scope)
    sent = request.POST if request.method == "POST" else request.GET
    form = CascadeForm(
        sent if sent.get("indicator") else None,
        needs=[(need.indicator, need.title[lang() == "en"]) for need in grid.needs],
        figures=_figures(found, facts.last),
    )  # fmt: skip
    context = plan_context(found, scope, "cascade") | {"form": form, "grid": grid, "unit": unit}
    if form.is_bound and form.is_valid():
        try:
            whole, weights = _asked(form.cleaned_data, grid, facts)
            indicator = form.cleaned_data["indicator"]
            if request.method == "POST":
                cascade_targets(by=actor_of(request, "plans.write"), plan=found,
                                indicator=indicator, whole=whole, weights=weights,
                                step=int(form.cleaned_data["step"]))  # fmt: skip
                messages.success(request, _("Shared out: the parts add up to the whole."))
                return _back(request, found, unit)
            parts = shares(found, indicator, whole, weights, int(form.cleaned_data["step"]))
            context |= {
                "whole": whole, "parts": [
                    (h, weights[h], v, v / whole if whole else None) for h, v in parts.items()
                ],
                "need": next(n for n in grid.needs if n.indicator == indicator),
                "asked": form.cleaned_data,
            }  # fmt: skip
        except ValidationError as error:
            form.add_error(None, error)
    return render_page(request, "appraisal/plans/cascade.html", context)


def _figures(found: Plan, last: Any) -> list[tuple[str, str]]:
    indicators = loaded_scheme(found.scheme).scheme.indicators
    return [
        (name, str(getattr(indicators[name].title, lang()))) for name in last if name in indicators
    ]


def _asked(
    data: dict[str, Any], grid: Grid, facts: Any
) -> tuple[Fraction, dict[Employee | Unit, Fraction]]:
    """Return the whole and the weights that a form asks for."""
    number = next(i for i, n in enumerate(grid.needs) if n.indicator == data["indicator"])
    whole = data["whole"] if data["whole"] is not None else grid.whole.cells[number].value
    if whole is None:
        raise ValidationError(_("The unit has no target yet: state the whole."))
    yardstick = data["yardstick"] if data["method"] == "stock" else data["indicator"]
    weights = part_weights(grid, facts, data["method"], yardstick)
    if not weights:
        raise ValidationError(_("There is no part whose target you may set."))
    return whole, weights


@require_POST
def plan_send(request: HttpRequest, plan: UUID) -> HttpResponse:
    """Send the targets out to be confirmed."""
    return _act(request, plan_of_office(request, plan), send_plan, _("Sent: each person confirms."))


@require_POST
def plan_lock(request: HttpRequest, plan: UUID) -> HttpResponse:
    """Lock the plan."""
    return _act(request, plan_of_office(request, plan), lock_plan, _("Locked."))


def _act(request: HttpRequest, found: Plan, service: Any, said: str) -> HttpResponse:
    try:
        service(by=actor_of(request, "plans.write"), plan=found)
    except ValidationError as error:
        for line in error.messages:
            messages.error(request, line)
    else:
        messages.success(request, said)
    return see_other(request, "appraisal:plan", plan=found.public_id)


@require_POST
def plan_confirm_unit(request: HttpRequest, plan: UUID) -> HttpResponse:
    """Let the head of a unit confirm its targets."""
    found, asked = plan_read(request, plan), standing(request)
    scope = plan_scope(asked)
    unit = unit_shown(request, asked, scope)
    if unit is None or not (unit.pk in scope.tops or scope.writes_whole):
        raise Http404
    try:
        confirm_unit(by=actor_of(request, "plans.write"), plan=found, unit=unit)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    return _back(request, found, unit)


@require_GET
def plan_targets(request: HttpRequest, plan: UUID) -> HttpResponse:
    """List every target that the reader may see, with its state; sorts, filters, exports."""
    found, asked = plan_read(request, plan), standing(request)
    scope = plan_scope(asked)
    rows = found.targets.select_related("employee", "org_unit", "plan").filter(
        targets_seen(asked, scope)
    )
    context = plan_context(found, scope, "targets")
    context["empty_hint"] = _("Type targets in the grid, share a whole out, or import a table.")
    editable = set(editable_people(asked, scope).values_list("pk", flat=True))
    return show_list(
        request, "appraisal/plans/targets.html", targets_listing(found, editable, scope), rows,
        context,
    )  # fmt: skip


def targets_listing(found: Plan, editable: set[int], scope: PlanScope) -> Listing:
    """Return the list of targets of a plan."""
    titles = {need.indicator: need.title[lang() == "en"] for need in needs_of(found)}

    def link(one: Target) -> str:
        mine = one.employee_id in editable if one.employee_id else scope.may_edit_unit(
            one.org_unit_id or 0)  # fmt: skip
        return reverse("appraisal:target", args=[one.public_id]) if mine else ""

    return Listing(
        f"targets-{found.period}", _("Targets"),
        columns=(
            Column("name", _("Name"), lambda one: str(one.employee.name if one.employee else
                   one.org_unit or one.subject), ("employee__sort_key", "subject"), link=link),
            Column("subject", _("Number"), lambda one: one.subject, ("subject",), narrow=False),
            Column("indicator", _("Indicator"), lambda one: titles.get(one.indicator,
                   one.indicator), ("indicator",)),
            Column("value", _("Target"), lambda one: one.number, ("value",), "number",
                   shown=lambda one: _plain(one.number)),
            Column("unit", _("Unit of measure"), lambda one: one.unit, ("unit",), narrow=False),
            Column("state", _("State"), lambda one: one.get_state_display(), ("state",), "badge",
                   tone=lambda one: TARGET_TONES.get(one.state, "")),
            Column("confirmed", _("Confirmed on"), lambda one: one.confirmed_on or "",
                   ("confirmed_on",), narrow=False),
            Column("from", _("From"), lambda one: one.valid_from or "", ("valid_from",),
                   narrow=False),
            Column("words", _("Comment or reason"), lambda one: one.comment or one.reason,
                   narrow=False),
        ),
        filters=(
            Filter("state", _("State"), Target.State.choices, lambda value: Q(state=value)),
            Filter("indicator", _("Indicator"), list(titles.items()),
                   lambda value: Q(indicator=value)),
        ),
        search=("subject", "employee__name", "employee__sort_key", "org_unit__name"),
        default="name",
    )  # fmt: skip


TARGET_TONES = {"typed": "mid", "confirmed": "good", "disputed": "bad", "proposed": "info"}


def _plain(value: Fraction) -> str:
    """Print a target with thousands, and with decimals only where it has some."""
    if value.denominator == 1:
        return f"{value.numerator:,}"
    return f"{float(value):,.6f}".rstrip("0")
