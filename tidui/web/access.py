"""Who may see a job: whoever asked for it, and those whose role reads all jobs."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpRequest

from tidui.apps.jobs.models import Job
from tidui.apps.people.access import standing


def jobs_visible(request: HttpRequest) -> QuerySet[Job]:
    """Return the jobs that the user may see."""
    found = standing(request)
    if found.may("jobs.read"):
        return Job.objects.all()
    return Job.objects.filter(asked_by=found.user.username)


def job_read(request: HttpRequest, public_id: UUID) -> Job:
    """Return a job that the user may see, or 404."""
    job = jobs_visible(request).filter(public_id=public_id).first()
    if job is None:
        raise Http404
    return job
