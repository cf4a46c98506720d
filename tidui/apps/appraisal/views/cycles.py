"""Cycles: the list, one cycle with its steps, and what moves it on."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Q, Sum
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tidui.apps.appraisal.access import cycle_read, cycle_write, results_in
from tidui.apps.appraisal.forms.cycles import CycleForm, NoteForm
from tidui.apps.appraisal.models import Cycle, CycleRun, Objection
from tidui.apps.appraisal.services.cycles import open_cycle, publish, undecided_results
from tidui.apps.jobs.models import Job
from tidui.apps.jobs.services import ask_for
from tidui.apps.people.access import require, standing
from tidui.apps.people.doors import actor_of
from tidui.core.values import Issue
from tidui.library.holidays import working_days
from tidui.ui.pages import lang, render_page, see_other
from tidui.ui.tables import Column, Filter, Listing, show_list

TONES = {"open": "info", "computed": "info", "review": "mid", "published": "good", "closed": ""}
STEPS = ("open", "computed", "review", "published", "closed")


def scheme_title(cycle: Cycle) -> str:
    """Return the title of a cycle's scheme in the reader's language."""
    return cycle.scheme.title_en if lang() == "en" else cycle.scheme.title_zh


def _listing() -> Listing:
    return Listing(
        "cycles", _("Cycles"),
        columns=(
            Column("scheme", _("Scheme"), scheme_title, ("scheme__title_zh",),
                   link=lambda cycle: reverse("appraisal:cycle", args=[cycle.public_id])),
            Column("version", _("Version"), lambda cycle: cycle.scheme.version, kind="number",
                   narrow=False),
            Column("period", _("Period"), lambda cycle: cycle.period, ("period",)),
            Column("state", _("State"), lambda cycle: cycle.get_state_display(), ("state",),
                   "badge", tone=lambda cycle: TONES[cycle.state]),
            Column("until", _("Objections until"), lambda cycle: cycle.objections_until,
                   ("objections_until",), narrow=False),
        ),
        filters=(Filter("state", _("State"), Cycle.State.choices, lambda v: Q(state=v)),),
        search=("scheme__title_zh", "scheme__title_en", "period"), default="-period",
    )  # fmt: skip


@require_GET
def cycles_list(request: HttpRequest) -> HttpResponse:
    """List all cycles."""
    asked = require(request, "cycles.read")
    context = {
        "may_write": asked.may("cycles.write"),
        "empty_hint": _("Open a cycle for an adopted scheme and a period."),
    }
    rows = Cycle.objects.select_related("scheme")
    return show_list(request, "appraisal/cycles.html", _listing(), rows, context)


@require_http_methods(["GET", "POST"])
def cycle_new(request: HttpRequest) -> HttpResponse:
    """Open a cycle."""
    require(request, "cycles.write")
    form = CycleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = open_cycle(by=actor_of(request, "cycles.write"), **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return see_other(request, "appraisal:cycle", cycle=made.public_id)
    return render_page(request, "appraisal/form.html", {"form": form, "title": _("Open a cycle")})


@require_GET
def cycle(request: HttpRequest, cycle: UUID) -> HttpResponse:
    """Show how far a cycle has come and what comes next."""
    found = cycle_read(request, cycle)
    asked = standing(request)
    run = found.runs.filter(kind=CycleRun.Kind.FULL, current=True).first()
    running = found.runs.filter(kind=CycleRun.Kind.PROVISIONAL, current=True).first()
    jobs = Job.objects.filter(arguments__cycle=found.pk, state__in=Job.OPEN)
    context: dict[str, Any] = {
        "cycle": found, "title": scheme_title(found), "run": run, "running": running,
        "steps": _steps(found), "jobs": jobs, "may_write": asked.may("cycles.write"),
        "publications": found.publications.select_related("run"),
        "objections": found.objections.filter(state=Objection.State.FILED).count(),
    }  # fmt: skip
    shown = run or running
    if shown is not None:
        context |= {
            "figures": shown.results.aggregate(
                people=Count("pk"), earned=Sum("earned"), payable=Sum("payable"),
                deferred=Sum("deferred"),
            ),
            "currency": _currency(shown),
            "undecided": undecided_results(run).count() if run else 0,
            "issues": [Issue(c, w, tuple(v.items()), s) for c, w, v, s in shown.issues],
            "visible": results_in(asked, "results.read").filter(run=shown).count(),
        }  # fmt: skip
    return render_page(request, "appraisal/cycle.html", context)


def _currency(run: CycleRun) -> str:
    """Return the currency of a run's pay."""
    rows = run.results.exclude(currency="").values_list("currency", flat=True)
    return rows.first() or "CNY"


def _steps(cycle: Cycle) -> list[tuple[str, str]]:
    names = dict(Cycle.State.choices)
    here = STEPS.index(cycle.state)
    return [
        (str(names[step]), "t-done" if place < here else "t-now" if place == here else "")
        for place, step in enumerate(STEPS)
    ]


@require_POST
def cycle_compute(request: HttpRequest, cycle: UUID) -> HttpResponse:
    """Ask for the computation of the whole period, or of the days delivered so far."""
    found = cycle_write(request, cycle)
    kind = "cycle.provisional" if request.POST.get("kind") == "provisional" else "cycle.compute"
    words = {
        "cycle.compute": _("Compute %(cycle)s"),
        "cycle.provisional": _("Provisional result of %(cycle)s"),
    }
    job = ask_for(
        by=actor_of(request, "cycles.write"), kind=kind, key=f"{kind}:{found.public_id}",
        title=words[kind] % {"cycle": f"{scheme_title(found)} {found.period}"},
        arguments={"cycle": found.pk},
    )  # fmt: skip
    return see_other(request, "jobs:job", job=job.public_id)


@require_http_methods(["GET", "POST"])
def cycle_publish(request: HttpRequest, cycle: UUID) -> HttpResponse:
    """Publish the current results as a new version."""
    found = cycle_write(request, cycle)
    today = standing(request).today
    until, provisional = working_days().after(today, found.objection_days)
    form = NoteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            publish(
                by=actor_of(request, "cycles.write"), cycle=found, objections_until=until,
                note=form.cleaned_data["note"],
            )  # fmt: skip
        except ValidationError as error:
            messages.error(request, error.messages[0])
        else:
            messages.success(request, _("Published."))
        return see_other(request, "appraisal:cycle", cycle=found.public_id)
    context = {"cycle": found, "form": form, "until": until, "provisional": provisional}
    return render_page(request, "appraisal/publish.html", context)


@require_POST
def cycle_close(request: HttpRequest, cycle: UUID) -> HttpResponse:
    """Ask for the closing of the period; objections must have been answered."""
    found = cycle_write(request, cycle)
    today = standing(request).today
    if found.objections.filter(state=Objection.State.FILED).exists():
        messages.error(request, _("Objections wait for an answer."))
    elif found.objections_until is None or found.objections_until >= today:
        messages.error(request, _("The time for objections has not passed."))
    else:
        job = ask_for(
            by=actor_of(request, "cycles.write"), kind="cycle.close",
            key=f"cycle.close:{found.public_id}", arguments={"cycle": found.pk},
            title=_("Close %(cycle)s") % {"cycle": f"{scheme_title(found)} {found.period}"},
        )  # fmt: skip
        return see_other(request, "jobs:job", job=job.public_id)
    return see_other(request, "appraisal:cycle", cycle=found.public_id)
