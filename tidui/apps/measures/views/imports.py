"""Importing measures: template, dry run with faults per row, entering, taking back."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tidui.apps.measures.access import ENTER, import_write, subjects_to_enter_for
from tidui.apps.measures.forms import TableForm
from tidui.apps.measures.models import MeasureImport
from tidui.apps.measures.services.imports import (
    COLUMNS,
    FAULTS,
    Fault,
    apply_import,
    stage_import,
    undo_import,
)
from tidui.apps.people.access import require, standing
from tidui.apps.people.doors import actor_of
from tidui.exchange.workbook import Sheet
from tidui.ui.pages import lang, see_other
from tidui.ui.staging import faults_listing
from tidui.ui.tables import Column, Listing, export_sheets, show_list

TONES = {"checked": "mid", "applied": "good", "undone": "bad"}
SAMPLE = (
    ("E001", "quality_score", "2025", "87.5", "point", "rating 2025"),
    ("E002", "quality_score", "2025", "–", "point", "rating 2025"),
    ("E003", "quality_score", "2025", "", "point", "rating 2025"),
)


def heading(column: str) -> str:
    """Return a column's heading in the reader's language."""
    zh, en = COLUMNS[column]
    return en if lang() == "en" else zh


@require_http_methods(["GET", "POST"])
def imports_list(request: HttpRequest) -> HttpResponse:
    """List one's own imports, and take a new table."""
    asked = require(request, ENTER)
    form = TableForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = stage_import(
                by=actor_of(request, ENTER), upload=form.cleaned_data["file"],
                reach=subjects_to_enter_for(asked),
            )  # fmt: skip
        except ValidationError as error:
            form.add_error("file", error)
        else:
            return see_other(request, "measures:import", measure_import=made.public_id)
    listing = Listing(
        "measure-imports", _("Imports of measures"),
        columns=(
            Column("file", _("File"), lambda one: one.file_name, ("file_name",),
                   link=lambda one: reverse("measures:import", args=[one.public_id])),
            Column("count", _("Rows"), lambda one: one.count, ("count",), "number"),
            Column("faults", _("Rows with faults"), lambda one: one.fault_count,
                   ("fault_count",), "number"),
            Column("state", _("State"), lambda one: one.get_state_display(), ("state",), "badge",
                   tone=lambda one: TONES[one.state]),
            Column("at", _("At"),
                   lambda one: timezone.localtime(one.uploaded_at).strftime("%Y-%m-%d %H:%M"),
                   ("uploaded_at",), narrow=False),
        ),
        search=("file_name",), default="-at",
    )  # fmt: skip
    context = {"form": form, "empty_hint": _("Download the template, fill it in, upload it.")}
    rows = MeasureImport.objects.filter(uploaded_by=standing(request).user.username)
    return show_list(
        request, "measures/imports.html", listing, rows.defer("rows", "faults"), context
    )


@require_GET
def import_template(request: HttpRequest) -> HttpResponse:
    """Hand out the empty table with three examples: a value, an unknown one, none."""
    require(request, ENTER)
    header = tuple(heading(column) for column in COLUMNS)
    return export_sheets([Sheet("measures", "", header, SAMPLE)], "measures", "xlsx")


@require_GET
def measure_import(request: HttpRequest, measure_import: UUID) -> HttpResponse:
    """Show a staged table: its faults row by row, and what may be done with it."""
    found = import_write(request, measure_import)
    faults: list[Fault] = [tuple(one) for one in found.faults]
    listing = faults_listing(heading, FAULTS)
    context = {
        "staged": found, "tone": TONES[found.state],
        "waiting": found.measures.filter(state="entered").count(),
        "sound": len(found.rows), "empty_hint": _("No row has a fault."),
    }  # fmt: skip
    return show_list(request, "measures/import.html", listing, faults, context)


@require_POST
def import_apply(request: HttpRequest, measure_import: UUID) -> HttpResponse:
    """Enter the rows of a table."""
    found = import_write(request, measure_import)
    try:
        count = apply_import(by=actor_of(request, ENTER), staged=found)
        told = _("%(n)s entered. Somebody else checks them before they count.")
        messages.success(request, told % {"n": count})
    except ValidationError as error:
        messages.error(request, error.messages[0])
    return see_other(request, "measures:import", measure_import=found.public_id)


@require_POST
def import_undo(request: HttpRequest, measure_import: UUID) -> HttpResponse:
    """Withdraw the rows of a table."""
    found = import_write(request, measure_import)
    reason = request.POST.get("reason", "").strip()[:200]
    try:
        if not reason:
            raise ValidationError(_("State the reason."))
        count = undo_import(by=actor_of(request, ENTER), staged=found, reason=reason)
        messages.success(request, _("%(n)s taken back.") % {"n": count})
    except ValidationError as error:
        messages.error(request, error.messages[0])
    return see_other(request, "measures:import", measure_import=found.public_id)
