"""The organisation: tree of a day, founding, moving and closing units."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from tidui.apps.people.access import require
from tidui.apps.people.doors import actor_of
from tidui.apps.people.forms import UnitForm, UnitMoveForm
from tidui.apps.people.models import Unit
from tidui.apps.people.models.units import UnitKind
from tidui.apps.people.queries import units_of
from tidui.apps.people.services.units import found_unit, move_unit
from tidui.exchange.workbook import Sheet
from tidui.ui.pages import render_page, see_other
from tidui.ui.tables import EXPORT_TYPES, export_sheets


@require_GET
def units_list(request: HttpRequest) -> HttpResponse:
    """Show the tree of a day with head-counts."""
    asked = require(request, "people.read")
    try:
        on = date.fromisoformat(request.GET.get("on", "") or asked.today.isoformat())
    except ValueError as error:
        raise Http404 from error
    rows = units_of(on)
    kinds = dict(UnitKind.choices)
    kind = request.GET.get("export", "")
    if kind in EXPORT_TYPES:
        header = (_("Code"), _("Name"), _("Kind"), _("Level"), _("People"))
        cells = tuple((u.org_code, u.name, str(kinds[k]), d + 1, n) for u, k, d, n in rows)
        return export_sheets([Sheet("units", _("Organisation"), header, cells)], "units", kind)
    shown = [(unit, kinds[code], depth, depth * 22, count) for unit, code, depth, count in rows]
    context = {"rows": shown, "on": on, "may_write": asked.may("people.write")}
    return render_page(request, "people/units.html", context)


@require_http_methods(["GET", "POST"])
def unit_new(request: HttpRequest) -> HttpResponse:
    """Enter a new unit."""
    require(request, "people.write")
    form = UnitForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        found_unit(by=actor_of(request, "people.write"), **form.cleaned_data)
        return see_other(request, "people:units")
    return render_page(request, "people/form.html", {"form": form, "title": _("New unit")})


@require_http_methods(["GET", "POST"])
def unit_move(request: HttpRequest, unit: UUID) -> HttpResponse:
    """Hang a unit elsewhere from a day on."""
    require(request, "people.write")
    found = get_object_or_404(Unit, public_id=unit)
    form = UnitMoveForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            move_unit(by=actor_of(request, "people.write"), unit=found, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Entered."))
            return see_other(request, "people:units")
    title = _("Move %(name)s") % {"name": found.name}
    return render_page(request, "people/form.html", {"form": form, "title": title})
