"""Jobs: the list, one job with its progress, cancelling it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tidui.apps.jobs.models import Job
from tidui.apps.jobs.services import cancel
from tidui.apps.people.access import require
from tidui.apps.people.doors import actor_of
from tidui.core.values import Issue
from tidui.ui.pages import render_page, see_other
from tidui.ui.tables import Column, Filter, Listing, show_list
from tidui.web.access import job_read, jobs_visible

TONES = {"done": "good", "failed": "bad", "running": "info", "cancelled": "mid"}


def _listing() -> Listing:
    return Listing(
        "jobs", _("Jobs"),
        columns=(
            Column("title", _("Work"), lambda job: job.title,
                   link=lambda job: reverse("jobs:job", args=[job.public_id])),
            Column("state", _("State"), lambda job: job.get_state_display(), ("state",), "badge",
                   tone=lambda job: TONES.get(job.state, "")),
            Column("asked_by", _("Asked by"), lambda job: job.asked_by, ("asked_by",)),
            Column("asked_at", _("Asked at"),
                   lambda job: timezone.localtime(job.asked_at).strftime("%Y-%m-%d %H:%M"),
                   ("asked_at",), narrow=False),
            Column("took", _("Seconds"), lambda job: round((job.ended_at - job.started_at)
                   .total_seconds()) if job.ended_at and job.started_at else None, kind="number",
                   narrow=False),
        ),
        filters=(
            Filter("state", _("State"), Job.State.choices, lambda value: Q(state=value)),
        ),
        search=("title", "asked_by"), default="-asked_at",
    )  # fmt: skip


@require_GET
def jobs_list(request: HttpRequest) -> HttpResponse:
    """List jobs."""
    require(request, "jobs.read")
    return show_list(request, "jobs/jobs.html", _listing(), jobs_visible(request))


@require_GET
def job(request: HttpRequest, job: UUID) -> HttpResponse:
    """Show one job; the fragment ``progress`` is asked for again until it has ended."""
    found = job_read(request, job)
    problems = [Issue(c, w, tuple(v.items()), s) for c, w, v, s in found.issues]
    context = {"job": found, "issues": problems, "tone": TONES.get(found.state, "")}
    return render_page(request, "jobs/job.html", context, fragment="progress")


@require_POST
def job_cancel(request: HttpRequest, job: UUID) -> HttpResponse:
    """Ask a job to stop."""
    found = job_read(request, job)
    try:
        cancel(by=actor_of(request), job=found)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    return see_other(request, "jobs:job", job=found.public_id)
