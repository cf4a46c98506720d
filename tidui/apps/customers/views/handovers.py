"""Hand-overs: proposing, looking through what would move, deciding."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tidui.apps.customers.access import handover_write, may_hold
from tidui.apps.customers.forms import DecisionForm, HandoverForm
from tidui.apps.customers.models import Handover
from tidui.apps.customers.queries.attributions import with_names
from tidui.apps.customers.services.attributions import names_of_employees
from tidui.apps.customers.services.handovers import (
    approve_handover,
    held_from,
    propose_handover,
    reject_handover,
)
from tidui.apps.customers.views.attributions import READ, TONES, WRITE, columns
from tidui.apps.people.access import employees_in, require
from tidui.apps.people.doors import actor_of
from tidui.ui.pages import render_page, see_other
from tidui.ui.tables import Column, Filter, Listing, show_list


@require_GET
def handovers_list(request: HttpRequest) -> HttpResponse:
    """List hand-overs from or to people whom the user may see."""
    asked = require(request, READ)
    scope = asked.scope(READ)
    rows = Handover.objects.all()
    if not scope.whole_bank:
        people = employees_in(scope, asked.today).values("employee_no")
        rows = rows.filter(Q(from_who__in=people) & Q(to_who__in=people))
    may_write = asked.may(WRITE)
    listing = Listing(
        "handovers", _("Hand-overs"),
        columns=(
            Column("from", _("From"), lambda one: one.from_who, ("from_who",),
                   link=lambda one: reverse("customers:handover", args=[one.public_id])
                   if may_write else ""),
            Column("to", _("To"), lambda one: one.to_who, ("to_who",)),
            Column("day", _("From this day on"), lambda one: one.day.isoformat(), ("day",)),
            Column("reason", _("Reason"), lambda one: one.reason, narrow=False),
            Column("state", _("State"), lambda one: one.get_state_display(), ("state",), "badge",
                   tone=lambda one: TONES[one.state]),
            Column("proposed", _("Proposed by"), lambda one: one.proposed_by, ("proposed_by",),
                   narrow=False),
            Column("decided", _("Decided by"), lambda one: one.decided_by, ("decided_by",),
                   narrow=False),
        ),
        filters=(Filter("state", _("State"), Handover.State.choices, lambda v: Q(state=v)),),
        search=("from_who", "to_who", "reason"), default="-day",
    )  # fmt: skip
    context = {
        "may_write": may_write,
        "empty_hint": _("When somebody leaves or moves, hand over all that counts as his at once."),
    }
    return show_list(request, "customers/handovers.html", listing, rows, context)


@require_http_methods(["GET", "POST"])
def handover_new(request: HttpRequest) -> HttpResponse:
    """Propose a hand-over."""
    asked = require(request, WRITE)
    initial = {"from_who": request.GET.get("from", ""), "day": asked.today}
    form = HandoverForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        scope = asked.scope(WRITE)
        data = form.cleaned_data
        for name in ("from_who", "to_who"):
            if not may_hold(scope, data[name], asked.today):
                form.add_error(name, _("Nobody within your reach has this number."))
        if not form.errors:
            try:
                made = propose_handover(by=actor_of(request, WRITE), **data)
            except ValidationError as error:
                form.add_error(None, error)
            else:
                return see_other(request, "customers:handover", handover=made.public_id)
    title = _("Hand over all attributions of one person")
    return render_page(request, "customers/form.html", {"form": form, "title": title})


@require_GET
def handover(request: HttpRequest, handover: UUID) -> HttpResponse:
    """Show a hand-over with what moves, or has moved."""
    found = handover_write(request, handover)
    asked = require(request, WRITE)
    waiting = found.state == Handover.State.PROPOSED
    rows = held_from(found.from_who, found.day) if waiting else found.attributions.all()
    names = names_of_employees([found.from_who, found.to_who])
    own = asked.user.employee.employee_no if asked.user.employee else ""
    context = {
        "handover": found, "tone": TONES[found.state], "waiting": waiting,
        "from_name": names.get(found.from_who, ""), "to_name": names.get(found.to_who, ""),
        "may_approve": waiting and found.proposed_by != asked.user.username
        and own not in (found.from_who, found.to_who),
    }  # fmt: skip
    listing = Listing(
        "handover", _("What moves"), columns=columns(), default="what",
        search=("account_no", "customer_no"),
    )  # fmt: skip
    return show_list(request, "customers/handover.html", listing, with_names(rows), context)


@require_POST
def handover_decide(request: HttpRequest, handover: UUID) -> HttpResponse:
    """Approve or reject a hand-over."""
    found = handover_write(request, handover)
    form = DecisionForm(request.POST)
    by = actor_of(request, WRITE)
    try:
        if not form.is_valid():
            raise ValidationError(_("State the reason."))
        if form.cleaned_data["decision"] == "approve":
            count = approve_handover(by=by, handover=found)
            messages.success(request, _("%(n)s attributions moved.") % {"n": count})
        else:
            reject_handover(by=by, handover=found, reason=form.cleaned_data["reason"])
            messages.success(request, _("Rejected."))
    except ValidationError as error:
        messages.error(request, error.messages[0])
    return see_other(request, "customers:handover", handover=found.public_id)
