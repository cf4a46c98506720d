"""Importing targets: template, upload with a dry run, applying, taking back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tidui.apps.appraisal.access_plans import (
    PlanScope,
    editable_people,
    import_read,
    plan_read,
    plan_scope,
)
from tidui.apps.appraisal.forms.plans import UploadForm
from tidui.apps.appraisal.models import Plan, TargetImport
from tidui.apps.appraisal.queries.targets import day_of_plan, needs_of, people_of_plan
from tidui.apps.appraisal.services.target_imports import (
    apply_import,
    stage_import,
    template_rows,
    undo_import,
)
from tidui.apps.appraisal.views.plans import plan_context
from tidui.apps.people.access import Standing, standing
from tidui.apps.people.doors import actor_of
from tidui.apps.people.models import Unit
from tidui.exchange.workbook import Sheet
from tidui.ui.pages import lang, render_page, see_other
from tidui.ui.tables import export_sheets


def _writable(request: HttpRequest, plan: UUID) -> tuple[Plan, Standing, PlanScope]:
    found, asked = plan_read(request, plan), standing(request)
    scope = plan_scope(asked)
    if not scope.writes or found.state == Plan.State.LOCKED:
        raise Http404
    return found, asked, scope


@require_GET
def plan_template(request: HttpRequest, plan: UUID) -> HttpResponse:
    """Give the table to fill in: one row for each of one's people and indicator."""
    found, asked, scope = _writable(request, plan)
    mine = editable_people(asked, scope).values("pk")
    people = people_of_plan(found, day_of_plan(found, asked.today)).filter(pk__in=mine)
    header, *rows = template_rows(found, people.order_by("sort_key"), lang() == "en")
    sheet = Sheet(_("Targets")[:31], "", tuple(header), tuple(tuple(row) for row in rows))
    return export_sheets([sheet], f"targets-{found.period}", "xlsx")


@require_http_methods(["GET", "POST"])
def plan_import(request: HttpRequest, plan: UUID) -> HttpResponse:
    """Upload a table of targets; it is checked and nothing is set yet."""
    found, asked, scope = _writable(request, plan)
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        units = [pk for pk in asked.tree.parents if scope.may_edit_unit(pk)]
        try:
            made = stage_import(
                by=actor_of(request, "plans.write"), plan=found,
                upload=form.cleaned_data["file"],
                people={one.employee_no: one for one in editable_people(asked, scope)},
                units={one.org_code: one for one in Unit.objects.filter(pk__in=units)},
            )  # fmt: skip
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return see_other(request, "appraisal:target_import", target_import=made.public_id)
    imports = found.imports.all()
    if not scope.writes_whole:
        imports = imports.filter(uploaded_by=asked.user.username)
    context = plan_context(found, scope, "import") | {"form": form, "imports": imports[:20]}
    return render_page(request, "appraisal/plans/import.html", context)


@require_GET
def target_import(request: HttpRequest, target_import: UUID) -> HttpResponse:
    """Show what a table would set, and what is wrong with it row by row."""
    staged = import_read(request, target_import)
    titles = {need.indicator: need.title for need in needs_of(staged.plan)}
    if request.GET.get("export") in ("xlsx", "csv"):
        rows = tuple((line, subject, problem) for line, subject, problem in staged.faults)
        header = (_("Line"), _("Number"), _("What is wrong"))
        return export_sheets(
            [Sheet(_("Faults")[:31], "", header, rows)], "faults", request.GET["export"]
        )
    rows_shown = [(line, subject, titles.get(name, (name, name)), value)
                  for line, subject, name, value in staged.rows[:200]]  # fmt: skip
    context = plan_context(staged.plan, plan_scope(standing(request)), "import") | {
        "staged": staged, "rows": rows_shown, "open": staged.plan.state != Plan.State.LOCKED,
    }  # fmt: skip
    return render_page(request, "appraisal/plans/import_checked.html", context)


@require_POST
def target_import_apply(request: HttpRequest, target_import: UUID) -> HttpResponse:
    """Apply a checked table."""
    return _act(request, import_read(request, target_import), apply_import)


@require_POST
def target_import_undo(request: HttpRequest, target_import: UUID) -> HttpResponse:
    """Take an applied table back."""
    return _act(request, import_read(request, target_import), undo_import)


def _act(request: HttpRequest, staged: TargetImport, service: Any) -> HttpResponse:
    try:
        count = service(by=actor_of(request, "plans.write"), staged=staged)
    except ValidationError as error:
        for line in error.messages[:5]:
            messages.error(request, line)
    else:
        messages.success(request, _("%(count)s targets changed.") % {"count": count})
    return see_other(request, "appraisal:target_import", target_import=staged.public_id)
