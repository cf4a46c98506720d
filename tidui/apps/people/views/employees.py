"""Employees: the list, one person over time, changes of place."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tidui.apps.people.access import employee_read, employee_write, require, standing
from tidui.apps.people.doors import actor_of
from tidui.apps.people.forms import HireForm, PlaceForm, ReasonForm
from tidui.apps.people.models import Employee, EmployeeSpell, Unit
from tidui.apps.people.models.employees import BusinessLine, Status
from tidui.apps.people.models.spells import valid_on
from tidui.apps.people.queries import employees_visible, place_on
from tidui.apps.people.services.employees import PLACE_FIELDS, change_place, hire, take_back
from tidui.apps.people.titles import grade_title, post_title
from tidui.ui import panels
from tidui.ui.pages import render_page, see_other
from tidui.ui.tables import Column, Filter, Listing, show_list

LINES = dict(BusinessLine.choices)
STATUSES = dict(Status.choices)
TONES = {"active": "good", "left": "bad"}


def _present(employee: Employee, name: str) -> Any:
    spell = employee.present[0] if employee.present else None  # type: ignore[attr-defined]
    return getattr(spell, name) if spell else None


def listing(today: Any) -> Listing:
    """Return the list of employees."""

    def spell(condition: Q) -> Q:
        return Q(spells__in=_spells(today, condition))

    return Listing(
        "employees", _("Employees"),
        columns=(
            Column("name", _("Name"), lambda one: one.name, ("sort_key",),
                   link=lambda one: reverse("people:employee", args=[one.public_id])),
            Column("number", _("Number"), lambda one: one.employee_no, ("employee_no",)),
            Column("outlet", _("Outlet"), lambda one: _present(one, "sits_at"), ("now_outlet",)),
            Column("unit", _("Belongs to"), lambda one: _present(one, "belongs_to"), ("now_unit",),
                   narrow=False),
            Column("line", _("Business line"),
                   lambda one: str(LINES.get(one.now_line, one.now_line or "")),
                   ("now_line",), narrow=False),
            Column("post", _("Post"), lambda one: post_title(one.now_post), ("now_post",),
                   narrow=False),
            Column("grade", _("Grade"),
                   lambda one: grade_title(_present(one, "ladder"), one.now_grade), ("now_grade",)),
            Column("status", _("Status"),
                   lambda one: str(STATUSES.get(one.now_status, "–")), ("now_status",), "badge",
                   tone=lambda one: TONES.get(one.now_status, "mid")),
        ),
        filters=(
            Filter("line", _("Business line"), BusinessLine.choices,
                   lambda value: spell(Q(business_line=value))),
            Filter("status", _("Status"), Status.choices, lambda value: spell(Q(status=value))),
        ),
        search=("name", "sort_key", "employee_no"), default="name", keep=("unit",),
    )  # fmt: skip


def _spells(today: Any, condition: Q) -> Any:
    return EmployeeSpell.objects.filter(valid_on(today)).filter(condition)


@require_GET
def employees_list(request: HttpRequest) -> HttpResponse:
    """List the employees whom the user may see."""
    asked = require(request, "people.read")
    rows = employees_visible(asked.scope("people.read"), asked.today)
    code = request.GET.get("unit", "")
    if code:
        top = Unit.objects.filter(org_code=code).first()
        below = asked.tree.below(top.pk) if top else frozenset()
        inside = Q(belongs_to__in=below) | Q(sits_at__in=below)
        rows = rows.filter(spells__in=_spells(asked.today, inside))
    return show_list(
        request, "people/employees.html", listing(asked.today), rows,
        {"may_write": asked.may("people.write")},
    )  # fmt: skip


@require_GET
def employee(request: HttpRequest, employee: UUID) -> HttpResponse:
    """Show one person: where he is, how he came there, and what other rooms know."""
    found = employee_read(request, employee)
    asked = standing(request)
    writable = asked.may("people.write") and asked.user.employee_id != found.pk
    spells = found.spells.select_related("belongs_to", "sits_at").order_by("-valid_from")
    context = {
        "employee": found, "present": place_on(found, asked.today), "spells": spells,
        "may_write": writable, "panels": panels.shown("employee", request, found),
    }  # fmt: skip
    return render_page(request, "people/employee.html", context)


@require_http_methods(["GET", "POST"])
def employee_hire(request: HttpRequest) -> HttpResponse:
    """Enter a new employee."""
    require(request, "people.write")
    form = HireForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        number, name = data.pop("employee_no"), data.pop("name")
        made = hire(
            by=actor_of(request, "people.write"), employee_no=number, name=name,
            valid_from=data.pop("valid_from"), place=data,
        )  # fmt: skip
        return see_other(request, "people:employee", employee=made.public_id)
    return render_page(request, "people/form.html", {"form": form, "title": _("New employee")})


@require_http_methods(["GET", "POST"])
def employee_place(request: HttpRequest, employee: UUID) -> HttpResponse:
    """Enter a transfer, a leave, a change of grade or the leaving of an employee."""
    found = employee_write(request, employee)
    today = standing(request).today
    present = place_on(found, today) or found.spells.order_by("-valid_from").first()
    initial = {name: getattr(present, name, "") for name in PLACE_FIELDS if present}
    initial |= {"version": found.version, "valid_from": today}
    form = PlaceForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        since, reason, version = (data.pop(n) for n in ("valid_from", "reason", "version"))
        try:
            change_place(
                by=actor_of(request, "people.write"), employee=found, valid_from=since,
                changes=data, reason=reason, version=version,
            )  # fmt: skip
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Entered."))
            return see_other(request, "people:employee", employee=found.public_id)
    title = _("Change of place, grade or status: %(name)s") % {"name": found.name}
    return render_page(request, "people/form.html", {"form": form, "title": title})


@require_POST
def employee_take_back(request: HttpRequest, employee: UUID) -> HttpResponse:
    """Take the last change back."""
    found = employee_write(request, employee)
    form = ReasonForm(request.POST)
    if form.is_valid():
        try:
            take_back(
                by=actor_of(request, "people.write"), employee=found,
                reason=form.cleaned_data["reason"],
            )  # fmt: skip
        except ValidationError as error:
            messages.error(request, error.messages[0])
    else:
        messages.error(request, _("State the reason."))
    return see_other(request, "people:employee", employee=found.public_id)
