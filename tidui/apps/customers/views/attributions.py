"""Attributions: the list, one over time, proposing, deciding, ending."""

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

from tidui.apps.customers.access import (
    attribution_read,
    attribution_write,
    attributions_in,
    may_hold,
)
from tidui.apps.customers.forms import DecisionForm, EndForm, ProposalForm
from tidui.apps.customers.models import Attribution
from tidui.apps.customers.queries.attributions import siblings_of, with_names
from tidui.apps.customers.queries.conflicts import waiting_count
from tidui.apps.customers.services.attributions import (
    approve,
    end,
    names_of_employees,
    propose,
    reject,
)
from tidui.apps.customers.shares import share_text
from tidui.apps.people.access import require
from tidui.apps.people.doors import actor_of
from tidui.apps.people.models.spells import valid_on
from tidui.ui.forms import first_error
from tidui.ui.pages import render_page, see_other
from tidui.ui.tables import Column, Filter, Listing, show_list

READ, WRITE = "attributions.read", "attributions.write"
TONES = {"proposed": "mid", "approved": "good", "rejected": "bad"}
MOST_AT_ONCE = 200
"""Proposals that one page offers for a common decision."""


def columns(link: str = "customers:attribution") -> tuple[Column, ...]:
    """Return the columns that every list of attributions has."""
    return (
        Column("what", _("Account or customer"), lambda row: row.account_no or row.customer_no,
               ("account_no", "customer_no"), link=lambda row: reverse(link, args=[row.public_id])),
        Column("level", _("Level"),
               lambda row: _("account") if row.account_no else _("customer"), narrow=False),
        Column("who", _("Counts as that of"), lambda row: f"{row.who_name} {row.who}",
               ("who",)),
        Column("share", _("Share"), lambda row: share_text(row.share_ppm), ("share_ppm",),
               "number"),
        Column("basis", _("Basis"), lambda row: row.basis, ("basis",), narrow=False),
        Column("role", _("Role"), lambda row: row.role, ("role",), narrow=False),
        Column("from", _("From"), lambda row: row.valid_from.isoformat(), ("valid_from",),
               narrow=False),
        Column("to", _("Before"), lambda row: row.valid_to.isoformat() if row.valid_to else "",
               ("valid_to",), narrow=False),
        Column("state", _("State"), lambda row: row.get_state_display(), ("state",), "badge",
               tone=lambda row: TONES[row.state]),
        Column("proposed", _("Proposed by"), lambda row: row.proposed_by, ("proposed_by",),
               narrow=False),
        Column("decided", _("Decided by"), lambda row: row.decided_by, ("decided_by",),
               narrow=False),
    )  # fmt: skip


def _listing(today: Any) -> Listing:
    days = {
        "now": valid_on(today), "ended": Q(valid_to__lte=today), "later": Q(valid_from__gt=today),
    }  # fmt: skip
    return Listing(
        "attributions", _("Attribution"), columns=columns(),
        filters=(
            Filter("state", _("State"), Attribution.State.choices, lambda value: Q(state=value)),
            Filter("days", _("Dates"), [("now", _("holds today")), ("ended", _("has ended")),
                                       ("later", _("begins later"))], lambda value: days[value]),
            Filter("level", _("Level"), [("account", _("account")), ("customer", _("customer"))],
                   lambda value: ~Q(**{f"{value}_no": ""})),
        ),
        search=("account_no", "customer_no", "who", "who_name", "customer_name"),
        default="-from", keep=("who", "import"),
    )  # fmt: skip


@require_GET
def attributions_list(request: HttpRequest) -> HttpResponse:
    """List the attributions to people whom the user may see."""
    asked = require(request, READ)
    visible = attributions_in(asked.scope(READ), asked.today)
    rows = with_names(visible)
    if request.GET.get("who"):
        rows = rows.filter(who=request.GET["who"])
    if request.GET.get("import"):
        known = _uuid(request.GET["import"])
        rows = rows.filter(imported__public_id=known) if known else rows.none()
    may_write = asked.may(WRITE)
    context = {
        "may_write": may_write,
        "may_import": may_write and asked.scope(WRITE).whole_bank,
        "waiting": waiting_count(visible, asked.user.username) if may_write else 0,
        "empty_hint": _("Import the bank's present attributions from Excel, or propose one."),
    }
    return show_list(request, "customers/attributions.html", _listing(asked.today), rows, context)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


@require_GET
def attribution(request: HttpRequest, attribution: UUID) -> HttpResponse:
    """Show an attribution beside the others of the same account or customer."""
    found = attribution_read(request, attribution)
    asked = require(request, READ)
    visible = attributions_in(asked.scope(READ), asked.today).values("pk")
    siblings = siblings_of(found).filter(pk__in=visible)
    writable = _writable(request, found)
    waiting = found.state == Attribution.State.PROPOSED
    own = asked.user.employee is not None and asked.user.employee.employee_no == found.who
    context = {
        "row": found, "share": share_text(found.share_ppm), "siblings": [
            (one, share_text(one.share_ppm), TONES[one.state]) for one in siblings
        ],
        "who_name": names_of_employees([found.who]).get(found.who, ""),
        "tone": TONES[found.state], "may_decide": writable and waiting,
        "may_approve": writable and waiting and not own
        and found.proposed_by != asked.user.username,
        "end_form": EndForm(initial={"day": asked.today}) if writable
        and found.state == Attribution.State.APPROVED else None,
    }  # fmt: skip
    return render_page(request, "customers/attribution.html", context)


def _writable(request: HttpRequest, found: Attribution) -> bool:
    asked = require(request, READ)
    if not asked.may(WRITE):
        return False
    return attributions_in(asked.scope(WRITE), asked.today).filter(pk=found.pk).exists()


@require_http_methods(["GET", "POST"])
def attribution_new(request: HttpRequest) -> HttpResponse:
    """Propose an attribution."""
    asked = require(request, WRITE)
    initial = {
        "valid_from": asked.today, "account_no": request.GET.get("account", ""),
        "customer_no": request.GET.get("customer", ""),
    }  # fmt: skip
    form = ProposalForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        if not may_hold(asked.scope(WRITE), data["who"].strip(), asked.today):
            form.add_error("who", _("Nobody within your reach has this number."))
        else:
            try:
                made = propose(by=actor_of(request, WRITE), share_ppm=data.pop("share"), **data)
            except ValidationError as error:
                form.add_error(None, error)
            else:
                messages.success(request, _("Proposed. Somebody else approves it."))
                return see_other(request, "customers:attribution", attribution=made.public_id)
    title = _("Propose an attribution")
    return render_page(request, "customers/form.html", {"form": form, "title": title})


@require_POST
def attribution_decide(request: HttpRequest, attribution: UUID) -> HttpResponse:
    """Approve or reject a proposal."""
    found = attribution_write(request, attribution)
    decide(request, [found])
    return see_other(request, "customers:attribution", attribution=found.public_id)


def decide(request: HttpRequest, rows: list[Attribution]) -> None:
    """Approve or reject rows as the posted form says, and tell the user what came of it."""
    form = DecisionForm(request.POST)
    if not form.is_valid():
        messages.error(request, first_error(form))
        return
    by = actor_of(request, WRITE)
    try:
        if form.cleaned_data["decision"] == "approve":
            count = approve(by=by, rows=rows)
            messages.success(request, _("%(n)s approved.") % {"n": count})
        else:
            count = reject(by=by, rows=rows, reason=form.cleaned_data["reason"])
            messages.success(request, _("%(n)s rejected.") % {"n": count})
    except ValidationError as error:
        messages.error(request, error.messages[0])


@require_POST
def attribution_end(request: HttpRequest, attribution: UUID) -> HttpResponse:
    """End an attribution by a day."""
    found = attribution_write(request, attribution)
    form = EndForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("State the day and the reason."))
    else:
        try:
            end(by=actor_of(request, WRITE), row=found, **form.cleaned_data)
            messages.success(request, _("Ended."))
        except ValidationError as error:
            messages.error(request, error.messages[0])
    return see_other(request, "customers:attribution", attribution=found.public_id)


@require_http_methods(["GET", "POST"])
def attributions_waiting(request: HttpRequest) -> HttpResponse:
    """Decide proposals of others, many at once."""
    asked = require(request, WRITE)
    rows = attributions_in(asked.scope(WRITE), asked.today).filter(state=Attribution.State.PROPOSED)
    rows = rows.exclude(proposed_by=asked.user.username)
    if asked.user.employee is not None:
        rows = rows.exclude(who=asked.user.employee.employee_no)
    staged = _uuid(request.GET.get("import", ""))
    if staged:
        rows = rows.filter(imported__public_id=staged)
    if request.method == "POST":
        chosen = rows
        if request.POST.get("all") is None:
            wanted = [_uuid(text) for text in request.POST.getlist("row")]
            chosen = rows.filter(public_id__in=[found for found in wanted if found])
        listed = list(chosen)
        if listed:
            decide(request, listed)
        else:
            messages.error(request, _("Tick at least one row."))
        return see_other(request, "customers:attributions_waiting")
    shown = with_names(rows).order_by("who", "account_no", "customer_no")[:MOST_AT_ONCE]
    context = {
        "rows": [(row, share_text(row.share_ppm)) for row in shown], "total": rows.count(),
        "staged": staged,
    }  # fmt: skip
    return render_page(request, "customers/waiting.html", context)
