"""Importing attributions: template, dry run with faults per row, proposing, taking back."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tidui.apps.customers.access import import_write, require_whole
from tidui.apps.customers.forms import TableForm
from tidui.apps.customers.models import AttributionImport
from tidui.apps.customers.services.imports import (
    COLUMNS,
    FAULTS,
    Fault,
    apply_import,
    stage_import,
    undo_import,
)
from tidui.apps.people.doors import actor_of
from tidui.exchange.workbook import Sheet
from tidui.ui.pages import lang, see_other
from tidui.ui.staging import faults_listing
from tidui.ui.tables import Column, Listing, export_sheets, show_list

WRITE = "attributions.write"
TONES = {"checked": "mid", "applied": "good", "undone": "bad"}
SAMPLE = (
    ("", "C00001", "E001", "60%", "", "", "2025-01-01", ""),
    ("6100000000001", "", "E002", "100%", "main", "", "2025-01-01", "2025-07-01"),
)


def heading(column: str) -> str:
    """Return a column's heading in the reader's language."""
    zh, en = COLUMNS[column]
    return en if lang() == "en" else zh


@require_http_methods(["GET", "POST"])
def imports_list(request: HttpRequest) -> HttpResponse:
    """List what was imported, and take a new table."""
    require_whole(request)
    form = TableForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = stage_import(by=actor_of(request, WRITE), upload=form.cleaned_data["file"])
        except ValidationError as error:
            form.add_error("file", error)
        else:
            return see_other(request, "customers:import", attribution_import=made.public_id)
    listing = Listing(
        "attribution-imports", _("Imports of attributions"),
        columns=(
            Column("file", _("File"), lambda one: one.file_name, ("file_name",),
                   link=lambda one: reverse("customers:import", args=[one.public_id])),
            Column("count", _("Rows"), lambda one: one.count, ("count",), "number"),
            Column("faults", _("Rows with faults"), lambda one: one.fault_count,
                   ("fault_count",), "number"),
            Column("state", _("State"), lambda one: one.get_state_display(), ("state",), "badge",
                   tone=lambda one: TONES[one.state]),
            Column("by", _("By"), lambda one: one.uploaded_by, ("uploaded_by",), narrow=False),
            Column("at", _("At"),
                   lambda one: timezone.localtime(one.uploaded_at).strftime("%Y-%m-%d %H:%M"),
                   ("uploaded_at",), narrow=False),
        ),
        search=("file_name", "uploaded_by"), default="-at",
    )  # fmt: skip
    context = {"form": form, "empty_hint": _("Download the template, fill it in, upload it.")}
    rows = AttributionImport.objects.defer("rows", "faults")
    return show_list(request, "customers/imports.html", listing, rows, context)


@require_GET
def import_template(request: HttpRequest) -> HttpResponse:
    """Hand out the empty table with two examples."""
    require_whole(request)
    header = tuple(heading(column) for column in COLUMNS)
    return export_sheets([Sheet("attributions", "", header, SAMPLE)], "attributions", "xlsx")


@require_GET
def attribution_import(request: HttpRequest, attribution_import: UUID) -> HttpResponse:
    """Show a staged table: its faults row by row, and what may be done with it."""
    found = import_write(request, attribution_import)
    faults: list[Fault] = [tuple(one) for one in found.faults]
    listing = faults_listing(heading, FAULTS)
    context = {
        "staged": found, "tone": TONES[found.state],
        "waiting": found.attributions.filter(state="proposed").count(),
        "empty_hint": _("No row has a fault."),
    }  # fmt: skip
    return show_list(request, "customers/import.html", listing, faults, context)


@require_POST
def import_apply(request: HttpRequest, attribution_import: UUID) -> HttpResponse:
    """Propose the rows of a table."""
    found = import_write(request, attribution_import)
    try:
        count = apply_import(by=actor_of(request, WRITE), staged=found)
        messages.success(request, _("%(n)s proposed. Somebody else approves them.") % {"n": count})
    except ValidationError as error:
        messages.error(request, error.messages[0])
    return see_other(request, "customers:import", attribution_import=found.public_id)


@require_POST
def import_undo(request: HttpRequest, attribution_import: UUID) -> HttpResponse:
    """Take the proposals of a table back."""
    found = import_write(request, attribution_import)
    reason = request.POST.get("reason", "").strip()[:200]
    try:
        if not reason:
            raise ValidationError(_("State the reason."))
        count = undo_import(by=actor_of(request, WRITE), staged=found, reason=reason)
        messages.success(request, _("%(n)s taken back.") % {"n": count})
    except ValidationError as error:
        messages.error(request, error.messages[0])
    return see_other(request, "customers:import", attribution_import=found.public_id)
