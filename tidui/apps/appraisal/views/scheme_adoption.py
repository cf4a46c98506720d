"""Bringing a version into force: submission, assessment, adoption; who has read it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tidui.apps.appraisal.access_schemes import my_scheme_read, own_employee, scheme_read
from tidui.apps.appraisal.forms.schemes import AssessmentForm, ReasonForm, SubmitForm
from tidui.apps.appraisal.models import SchemeAcknowledgement, SchemeVersion
from tidui.apps.appraisal.queries.documents import loaded_scheme
from tidui.apps.appraisal.queries.readers import (
    acknowledged_by,
    concerns,
    day_of_reading,
    in_force_or_coming,
    people_of,
    plain_lines,
)
from tidui.apps.appraisal.services.adoption import (
    acknowledge_scheme,
    adopt_scheme,
    adoption_steps,
    assess_scheme,
    send_back,
    submit_scheme,
)
from tidui.apps.appraisal.services.schemes import withdraw_scheme
from tidui.apps.appraisal.views.schemes import page_context
from tidui.apps.people.access import employees_in, standing
from tidui.apps.people.doors import actor_of
from tidui.apps.people.queries import with_place
from tidui.ui.pages import lang, render_page, see_other
from tidui.ui.tables import Column, Filter, Listing, show_list

State = SchemeVersion.State


def _told(error: ValidationError, form: Any) -> None:
    for line in error.messages:
        form.add_error(None, line)


@require_http_methods(["GET", "POST"])
def scheme_adopt(request: HttpRequest, scheme: UUID) -> HttpResponse:
    """Show what adoption asks for; the second person adopts here."""
    found = scheme_read(request, scheme)
    context = page_context(request, found, "adopt")
    if request.method == "POST":
        if not standing(request).may("schemes.adopt"):
            raise Http404
        try:
            adopt_scheme(by=actor_of(request, "schemes.adopt"), version=found)
        except ValidationError as error:
            for line in error.messages:
                messages.error(request, line)
        else:
            messages.success(request, _("Adopted: it holds from its first day on."))
        return see_other(request, "appraisal:scheme_adopt", scheme=found.public_id)
    context |= _adopt_context(found)
    return render_page(request, "appraisal/schemes/adopt.html", context)


def _adopt_context(version: SchemeVersion, **forms: Any) -> dict[str, Any]:
    initial = {"lock": version.lock, "consulted_on": version.consulted_on,
               "consultation": version.consultation,
               "published_on": version.published_on}  # fmt: skip
    steps = adoption_steps(version)
    return {
        "steps": steps, "ready": all(step.done for step in steps[:-1]),
        "submit_form": SubmitForm(initial=initial), "assess_form": AssessmentForm(),
        "reason_form": ReasonForm(), **forms,
    }  # fmt: skip


def _again(request: HttpRequest, version: SchemeVersion, **forms: Any) -> HttpResponse:
    context = page_context(request, version, "adopt") | _adopt_context(version, **forms)
    return render_page(request, "appraisal/schemes/adopt.html", context, status=400)


@require_POST
def scheme_submit(request: HttpRequest, scheme: UUID) -> HttpResponse:
    """Submit a draft."""
    found = scheme_read(request, scheme, "schemes.write")
    form = SubmitForm(request.POST)
    if not form.is_valid():
        return _again(request, found, submit_form=form)
    try:
        submit_scheme(by=actor_of(request, "schemes.write"), version=found, **form.cleaned_data)
    except ValidationError as error:
        _told(error, form)
        return _again(request, found, submit_form=form)
    return see_other(request, "appraisal:scheme_adopt", scheme=found.public_id)


@require_POST
def scheme_assess(request: HttpRequest, scheme: UUID) -> HttpResponse:
    """Record the impact assessment."""
    found = scheme_read(request, scheme, "schemes.assess")
    form = AssessmentForm(request.POST)
    if not form.is_valid():
        return _again(request, found, assess_form=form)
    try:
        assess_scheme(by=actor_of(request, "schemes.assess"), version=found, **form.cleaned_data)
    except ValidationError as error:
        _told(error, form)
        return _again(request, found, assess_form=form)
    return see_other(request, "appraisal:scheme_adopt", scheme=found.public_id)


@require_POST
def scheme_send_back(request: HttpRequest, scheme: UUID) -> HttpResponse:
    """Send a submitted version back, by whoever could adopt or assess it, or its office."""
    found = scheme_read(request, scheme, "schemes.adopt", "schemes.assess", "schemes.write")
    return _with_reason(request, found, send_back)


@require_POST
def scheme_withdraw(request: HttpRequest, scheme: UUID) -> HttpResponse:
    """Give a version up."""
    found = scheme_read(request, scheme, "schemes.write")
    return _with_reason(request, found, withdraw_scheme)


def _with_reason(request: HttpRequest, version: SchemeVersion, service: Any) -> HttpResponse:
    form = ReasonForm(request.POST)
    try:
        reason = form.cleaned_data["reason"] if form.is_valid() else ""
        service(by=actor_of(request), version=version, reason=reason)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    return see_other(request, "appraisal:scheme_adopt", scheme=version.public_id)


@require_GET
def my_schemes(request: HttpRequest) -> HttpResponse:
    """List the schemes by which the user is appraised, or will be."""
    employee, asked = own_employee(request), standing(request)
    known = acknowledged_by(employee)
    found = [
        (version, known.get(version.pk))
        for version in in_force_or_coming(asked.today).order_by("-effective_from")
        if concerns(loaded_scheme(version), version, employee, asked.today)
    ]
    return render_page(
        request, "appraisal/schemes/mine.html", {"found": found, "today": asked.today}
    )


@require_http_methods(["GET", "POST"])
def my_scheme(request: HttpRequest, scheme: UUID) -> HttpResponse:
    """Show a scheme in plain words to whoever it appraises, and let him say that he read it."""
    found = my_scheme_read(request, scheme)
    employee = own_employee(request)
    if request.method == "POST":
        acknowledge_scheme(by=actor_of(request), version=found, employee=employee)
        messages.success(request, _("Recorded. You can come back here at any time."))
        return see_other(request, "appraisal:my_scheme", scheme=found.public_id)
    loaded = loaded_scheme(found)
    context = {
        "scheme": found, "body": loaded.scheme, "lines": plain_lines(loaded, lang()),
        "read": found.acknowledgements.filter(employee=employee).first(),
    }  # fmt: skip
    return render_page(request, "appraisal/schemes/my_scheme.html", context)


@require_GET
def scheme_readers(request: HttpRequest, scheme: UUID) -> HttpResponse:
    """List whom a version appraises, and who of them has read it."""
    found = scheme_read(request, scheme, "schemes.read")
    asked = standing(request)
    if not asked.may("people.read", "results.read"):
        raise Http404
    capability = "people.read" if asked.may("people.read") else "results.read"
    rows = people_of(loaded_scheme(found), day_of_reading(found, asked.today))
    rows = rows.filter(pk__in=employees_in(asked.scope(capability), asked.today).values("pk"))
    read = dict(SchemeAcknowledgement.objects.filter(scheme=found).values_list("employee_id", "at"))
    context = page_context(request, found, "readers") | {
        "read": rows.filter(pk__in=read).count(), "all": rows.count(),
        "empty_hint": _("Nobody belongs to the population of this scheme today."),
    }  # fmt: skip
    return show_list(
        request, "appraisal/schemes/readers.html", _readers(found, read),
        with_place(rows, asked.today), context,
    )  # fmt: skip


def _readers(version: SchemeVersion, read: dict[int, Any]) -> Listing:
    def moment(one: Any) -> str:
        at = read.get(one.pk)
        return timezone.localtime(at).strftime("%Y-%m-%d %H:%M") if at else ""

    return Listing(
        f"readers-{version.scheme_id}-v{version.version}", _("Who has read it"),
        columns=(
            Column("name", _("Name"), lambda one: one.name, ("sort_key",),
                   link=lambda one: reverse("people:employee", args=[one.public_id])),
            Column("number", _("Number"), lambda one: one.employee_no, ("employee_no",)),
            Column("outlet", _("Outlet"),
                   lambda one: one.present[0].sits_at if one.present else "", ("now_outlet",)),
            Column("state", _("State"),
                   lambda one: _("read") if one.pk in read else _("not yet"), kind="badge",
                   tone=lambda one: "good" if one.pk in read else "mid"),
            Column("at", _("On"), moment, narrow=False),
        ),
        filters=(
            Filter("read", _("State"), (("yes", _("read")), ("no", _("not yet"))),
                   lambda value: Q(pk__in=read) if value == "yes" else ~Q(pk__in=read)),
        ),
        search=("name", "sort_key", "employee_no"), default="name",
    )  # fmt: skip
