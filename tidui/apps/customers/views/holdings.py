"""My accounts: what counts as mine, gained and lost first; and what the office answers."""

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

from tidui.apps.customers.forms import AnswerForm, ClaimForm
from tidui.apps.customers.models import HoldingConfirmation
from tidui.apps.customers.queries.holdings import (
    CHANGES,
    claims_in,
    first_of,
    holdings_of,
    month_of,
    said_for,
)
from tidui.apps.customers.services.attributions import names_of_employees
from tidui.apps.customers.services.holdings import answer_claim, claim_holdings, confirm_holdings
from tidui.apps.customers.shares import share_text
from tidui.apps.customers.views.attributions import READ, WRITE
from tidui.apps.people.access import require, standing
from tidui.apps.people.doors import actor_of
from tidui.apps.people.models import Employee
from tidui.core.calendar import add_months
from tidui.ui.pages import render_page, see_other
from tidui.ui.tables import Column, Filter, Listing, show_list

TONES = {"gained": "good", "lost": "bad", "changed": "mid", "kept": ""}


def _change(change: str) -> str:
    return {
        "gained": _("gained"), "lost": _("lost"), "changed": _("share changed"),
        "kept": _("unchanged"),
    }[change]  # fmt: skip


def _listing() -> Listing:
    return Listing(
        "my-accounts", _("My accounts"),
        columns=(
            Column("change", _("Since last month"), lambda one: _change(one.change),
                   ("rank", "number"), "badge", tone=lambda one: TONES[one.change]),
            Column("number", _("Account or customer"), lambda one: one.number, ("number",)),
            Column("customer", _("Customer"), lambda one: one.customer, ("customer",),
                   narrow=False),
            Column("level", _("Level"), lambda one: _("account") if one.level == "account"
                   else _("customer"), ("level",), narrow=False),
            Column("accounts", _("Open accounts"), lambda one: one.accounts, ("accounts",),
                   "number", narrow=False),
            Column("basis", _("Basis"), lambda one: one.basis, ("basis",), narrow=False),
            Column("before", _("A month ago"), lambda one: share_text(one.before) if one.before
                   else "", ("before",), "number"),
            Column("share", _("Share"), lambda one: share_text(one.share) if one.share else "",
                   ("share",), "number"),
        ),
        filters=(
            Filter("change", _("Since last month"), [(c, _change(c)) for c in CHANGES],
                   lambda value: lambda one: one.change == value),
        ),
        search=("number", "customer"), default="change", keep=("month",),
    )  # fmt: skip


def _me(request: HttpRequest) -> Employee:
    found = standing(request).user.employee
    if found is None:
        raise Http404
    return found


def _month(request: HttpRequest, told: str) -> str:
    """Return the month that is asked for, that of today by default; a later one isn't there."""
    today = month_of(standing(request).today)
    if not told:
        return today
    try:
        month = month_of(first_of(told))
    except ValueError as error:
        raise Http404 from error
    if month > today or month < "1990-01":
        raise Http404
    return month


@require_GET
def my_accounts(request: HttpRequest) -> HttpResponse:
    """Show whoever asks what counts as his on the first of a month."""
    me = _me(request)
    month = _month(request, request.GET.get("month", ""))
    today = month_of(standing(request).today)
    rows = holdings_of(me.employee_no, month)
    said = list(said_for(me.employee_no, month))
    counts = {change: sum(one.change == change for one in rows) for change in CHANGES}
    first = first_of(month)
    context: dict[str, Any] = {
        "month": month, "first": first, "ago": add_months(first, -1), "counts": counts,
        "held": sum(one.share > 0 for one in rows), "said": said,
        "confirmed": bool(said) and said[0].confirmed, "claim_form": ClaimForm(),
        "previous": month_of(add_months(first, -1)),
        "following": month_of(add_months(first, 1)) if month < today else "",
        "empty_hint": _("Nothing counts as yours this month. If that is wrong, say so above."),
    }  # fmt: skip
    return show_list(request, "customers/my_accounts.html", _listing(), rows, context)


@require_POST
def my_accounts_say(request: HttpRequest) -> HttpResponse:
    """Confirm what counts as mine, or say what is wrong."""
    me = _me(request)
    month = _month(request, request.POST.get("month", ""))
    by = actor_of(request)
    try:
        if request.POST.get("claim") is None:
            confirm_holdings(by=by, employee=me, month=month)
            messages.success(request, _("Confirmed. Thank you."))
        else:
            claim = request.POST["claim"][:1000]
            claim_holdings(by=by, employee=me, month=month, claim=claim)
            messages.success(request, _("Sent to the appraisal office; its answer appears here."))
    except ValidationError as error:
        messages.error(request, error.messages[0])
    response = see_other(request, "customers:my_accounts")
    if month != month_of(standing(request).today):
        header = "HX-Redirect" if "HX-Redirect" in response else "Location"
        response[header] = f"{response[header]}?month={month}"
    return response


@require_GET
def claims_list(request: HttpRequest) -> HttpResponse:
    """List what people say is wrong."""
    asked = require(request, READ)
    rows = claims_in(asked.scope(READ), asked.today)
    answered = Q(answered_at__isnull=False)
    listing = Listing(
        "claims", _("Claims"),
        columns=(
            Column("who", _("Who"), lambda one: one.employee_no, ("employee_no",),
                   link=lambda one: reverse("customers:claim", args=[one.public_id])),
            Column("month", _("Month"), lambda one: one.month, ("month",)),
            Column("claim", _("What is wrong"), lambda one: one.claim[:80]),
            Column("said", _("Said at"),
                   lambda one: timezone.localtime(one.said_at).strftime("%Y-%m-%d %H:%M"),
                   ("said_at",), narrow=False),
            Column("state", _("State"), lambda one: _("answered") if one.answered_at
                   else _("waits for an answer"), ("answered_at",), "badge",
                   tone=lambda one: "good" if one.answered_at else "mid"),
            Column("by", _("Answered by"), lambda one: one.answered_by, ("answered_by",),
                   narrow=False),
        ),
        filters=(
            Filter("state", _("State"), [("open", _("waits for an answer")),
                                         ("answered", _("answered"))],
                   lambda value: answered if value == "answered" else ~answered),
        ),
        search=("employee_no", "claim"), default="-said",
    )  # fmt: skip
    context = {"empty_hint": _("Nobody has said that something is wrong.")}
    return show_list(request, "customers/claims.html", listing, rows, context)


@require_http_methods(["GET", "POST"])
def claim(request: HttpRequest, claim: UUID) -> HttpResponse:
    """Show a claim, and answer it."""
    asked = require(request, READ)
    found = claims_in(asked.scope(READ), asked.today).filter(public_id=claim).first()
    if found is None:
        raise Http404
    may_answer = _may_answer(request, found)
    form = AnswerForm(request.POST or None)
    if request.method == "POST":
        if not may_answer:
            raise Http404
        if form.is_valid():
            try:
                answer_claim(by=actor_of(request, WRITE), claim=found, **form.cleaned_data)
            except ValidationError as error:
                messages.error(request, error.messages[0])
            return see_other(request, "customers:claim", claim=found.public_id)
    context = {
        "claim": found, "form": form, "may_answer": may_answer,
        "name": names_of_employees([found.employee_no]).get(found.employee_no, ""),
    }  # fmt: skip
    return render_page(request, "customers/claim.html", context)


def _may_answer(request: HttpRequest, found: HoldingConfirmation) -> bool:
    """Tell whether the user may answer: within his reach, and never his own claim."""
    asked = standing(request)
    if not asked.may(WRITE) or found.answered_at is not None:
        return False
    own = asked.user.employee is not None and asked.user.employee.employee_no == found.employee_no
    reach = claims_in(asked.scope(WRITE), asked.today).filter(pk=found.pk)
    return not own and reach.exists()
