"""Hand-entered measures: the list, one over time, checking, correcting."""

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

from tidui.apps.measures.access import (
    CHECK,
    ENTER,
    measure_check,
    measure_enter,
    measure_read,
    measures_to_check,
    measures_visible,
    subjects_to_enter_for,
)
from tidui.apps.measures.forms import CorrectionForm, DecisionForm
from tidui.apps.measures.models import Measure
from tidui.apps.measures.queries import history_of, known_measures, known_periods, with_names
from tidui.apps.measures.services.measures import Entry, confirm, enter, reject
from tidui.apps.measures.values import value_text
from tidui.apps.people.access import standing
from tidui.apps.people.doors import actor_of
from tidui.ui.forms import first_error
from tidui.ui.pages import render_page, see_other
from tidui.ui.tables import Column, Filter, Listing, show_list

TONES = {"entered": "mid", "confirmed": "good", "rejected": "bad"}
MOST_AT_ONCE = 200
"""Measures that one page offers for a common check."""


def state_words(row: Measure) -> str:
    """Return what became of a measure, in words."""
    superseded = row.state == Measure.State.CONFIRMED and not row.current
    return _("superseded") if superseded else str(row.get_state_display())


def tone(row: Measure) -> str:
    """Return the tone of a state."""
    return "" if row.state == Measure.State.CONFIRMED and not row.current else TONES[row.state]


def _listing(rows: Any) -> Listing:
    return Listing(
        "measures", _("Hand-entered measures"),
        columns=(
            Column("subject", _("About"), lambda row: f"{row.subject_name} {row.subject}",
                   ("subject",),
                   link=lambda row: reverse("measures:measure", args=[row.public_id])),
            Column("measure", _("Measure"), lambda row: row.measure, ("measure",)),
            Column("period", _("Period"), lambda row: row.period, ("period",)),
            Column("value", _("Value"), lambda row: value_text(row.number), ("value",), "number"),
            Column("unit", _("Unit of the value"), lambda row: row.unit, ("unit",),
                   narrow=False),
            Column("source", _("Source"), lambda row: row.source, ("source",), narrow=False),
            Column("state", _("State"), state_words, ("state", "current"), "badge", tone=tone),
            Column("maker", _("Entered by"), lambda row: row.maker, ("maker",), narrow=False),
            Column("checker", _("Checked by"), lambda row: row.checker, ("checker",),
                   narrow=False),
        ),
        filters=(
            Filter("state", _("State"), [*Measure.State.choices, ("superseded", _("superseded"))],
                   lambda value: Q(state="confirmed", current=False) if value == "superseded"
                   else Q(state=value) & (Q(current=True) | ~Q(state="confirmed"))),
            Filter("measure", _("Measure"), [(name, name) for name in known_measures(rows)],
                   lambda value: Q(measure=value)),
            Filter("period", _("Period"), [(name, name) for name in known_periods(rows)],
                   lambda value: Q(period=value)),
        ),
        search=("subject", "subject_name", "measure", "source"), default="-period",
    )  # fmt: skip


@require_GET
def measures_list(request: HttpRequest) -> HttpResponse:
    """List the measures that the user may read, enter or check."""
    rows = measures_visible(request)
    asked = standing(request)
    waiting = measures_to_check(request).count() if asked.may(CHECK) else 0
    context = {
        "may_enter": asked.may(ENTER),
        "waiting": waiting,
        "empty_hint": _("Enter the values of a period for the people of a unit, or import them."),
    }
    return show_list(request, "measures/measures.html", _listing(rows), with_names(rows), context)


@require_GET
def measure(request: HttpRequest, measure: UUID) -> HttpResponse:
    """Show a measure with everything that was ever entered in its place."""
    found = measure_read(request, measure)
    asked = standing(request)
    waits = found.state == Measure.State.ENTERED
    mine = found.maker == asked.user.username
    named = with_names(Measure.objects.filter(pk=found.pk)).get()
    correctable = (
        found.state == Measure.State.CONFIRMED and found.current and asked.may(ENTER)
        and found.subject in subjects_to_enter_for(asked)
    )  # fmt: skip
    context = {
        "row": named, "value": value_text(found.number), "state": state_words(found),
        "tone": tone(found), "may_withdraw": waits and mine,
        "may_check": waits and not mine and asked.may(CHECK)
        and measures_to_check(request).filter(pk=found.pk).exists(),
        "history": [
            (one, value_text(one.number), state_words(one), tone(one))
            for one in history_of(found)
        ],
        "correction": CorrectionForm(initial={"source": found.source}) if correctable else None,
    }  # fmt: skip
    return render_page(request, "measures/measure.html", context)


def decide(request: HttpRequest, rows: list[Measure]) -> None:
    """Confirm or reject rows as the posted form says, and tell the user what came of it."""
    form = DecisionForm(request.POST)
    if not form.is_valid():
        messages.error(request, first_error(form))
        return
    try:
        if form.cleaned_data["decision"] == "confirm":
            count = confirm(by=actor_of(request, CHECK), rows=rows)
            messages.success(request, _("%(n)s confirmed.") % {"n": count})
        else:
            reason = form.cleaned_data["reason"]
            count = reject(by=actor_of(request), rows=rows, reason=reason)
            messages.success(request, _("%(n)s rejected.") % {"n": count})
    except ValidationError as error:
        messages.error(request, error.messages[0])


@require_POST
def measure_decide(request: HttpRequest, measure: UUID) -> HttpResponse:
    """Confirm, reject or withdraw a measure that waits."""
    found = measure_check(request, measure)
    decide(request, [found])
    return see_other(request, "measures:measure", measure=found.public_id)


@require_POST
def measure_correct(request: HttpRequest, measure: UUID) -> HttpResponse:
    """Enter a new value in the place of a confirmed one."""
    found = measure_enter(request, measure)
    form = CorrectionForm(request.POST)
    if not form.is_valid():
        messages.error(request, first_error(form))
        return see_other(request, "measures:measure", measure=found.public_id)
    entry = Entry(
        found.subject, found.measure, found.period, form.cleaned_data["value"], found.unit,
        form.cleaned_data["source"],
    )  # fmt: skip
    try:
        made = enter(by=actor_of(request, ENTER), entries=[entry])[0]
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return see_other(request, "measures:measure", measure=found.public_id)
    messages.success(request, _("Entered. Somebody else checks it before it counts."))
    return see_other(request, "measures:measure", measure=made.public_id)


@require_http_methods(["GET", "POST"])
def measures_check(request: HttpRequest) -> HttpResponse:
    """Check what others entered, many at once."""
    rows = measures_to_check(request)
    if request.method == "POST":
        chosen = rows
        if request.POST.get("all") is None:
            chosen = rows.filter(public_id__in=_uuids(request.POST.getlist("row")))
        listed = list(chosen)
        if listed:
            decide(request, listed)
        else:
            messages.error(request, _("Tick at least one row."))
        return see_other(request, "measures:check")
    shown = with_names(rows).select_related("supersedes").order_by("measure", "period", "subject")
    context = {
        "rows": [
            (row, value_text(row.number),
             value_text(row.supersedes.number) if row.supersedes else "")
            for row in shown[:MOST_AT_ONCE]
        ],
        "total": rows.count(),
    }  # fmt: skip
    return render_page(request, "measures/check.html", context)


def _uuids(texts: list[str]) -> list[UUID]:
    found = []
    for text in texts:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found
