"""Asking for long work, taking it by lease, telling how far it is, ending it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from tidui.apps.audit.services import Actor, record
from tidui.apps.jobs.models import Job
from tidui.apps.jobs.registry import CancelledError, Outcome

LEASE = timedelta(seconds=30)
RENEW_SECONDS = 10


def ask_for(*, by: Actor, kind: str, key: str, title: str, arguments: dict[str, Any]) -> Job:
    """Enter a job; where the same work is open already, return that."""
    try:
        with transaction.atomic():
            job = Job.objects.create(
                kind=kind, key=key, title=title, arguments=arguments, asked_by=by.name,
                asked_at=by.at, address=by.address,
            )  # fmt: skip
            record(by, "job.asked", job, after={"kind": kind, "key": key})
            return job
    except IntegrityError:
        return Job.objects.get(key=key, state__in=Job.OPEN)


def take_job(now: datetime) -> Job | None:
    """Take the oldest waiting job, or one whose worker died; None where there is nothing."""
    with transaction.atomic():
        free = Q(state=Job.State.WAITING)
        free |= Q(state=Job.State.RUNNING, leased_until__lt=now)
        rows = Job.objects.filter(free).order_by("id")
        if connection.features.has_select_for_update_skip_locked:
            rows = rows.select_for_update(skip_locked=True)
        job = rows.first()
        if job is None:
            return None
        job.state = Job.State.RUNNING
        job.attempt += 1
        job.started_at = job.started_at or now
        job.leased_until = now + LEASE
        job.done = job.total = 0
        job.stage = ""
        job.save()
    return job


def renew(job: Job, now: datetime, done: int, total: int, stage: str) -> None:
    """Tell how far the work is and renew the lease.

    Raises
    ------
    CancelledError
        If somebody asked to cancel it, or another worker has taken it.
    """
    held = _held(job).filter(cancel_asked=False)
    figures = {"done": max(done, 0), "total": max(total, 0), "stage": stage[:80]}
    if not held.update(leased_until=now + LEASE, **figures):
        raise CancelledError


def _held(job: Job) -> Any:
    return Job.objects.filter(pk=job.pk, attempt=job.attempt, state=Job.State.RUNNING)


def end_job(job: Job, now: datetime, outcome: Outcome) -> bool:
    """Mark a job as done together with its effect; False where another worker has taken it."""
    failed = any(found.severity == "error" for found in outcome.issues)
    with transaction.atomic():
        ended = _held(job).update(
            state=Job.State.FAILED if failed else Job.State.DONE, ended_at=now, leased_until=None,
            result=outcome.result, issues=[pack_issue(found) for found in outcome.issues],
            done=F("total"),
        )  # fmt: skip
        if not ended:
            return False
        if outcome.finish is not None and not failed:
            outcome.finish()
    return True


def stop_job(job: Job, now: datetime) -> None:
    """Mark a job as cancelled, if it is still ours."""
    _held(job).update(state=Job.State.CANCELLED, ended_at=now, leased_until=None)


def break_job(job: Job, now: datetime, problem: str) -> None:
    """Mark a job as failed by a fault of the product."""
    issues = [["job.broken", "", {"problem": problem[:300]}, "error"]]
    _held(job).update(
        state=Job.State.FAILED, ended_at=now, leased_until=None, issues=issues
    )  # fmt: skip


@transaction.atomic
def cancel(*, by: Actor, job: Job) -> None:
    """Ask a job to stop: a waiting one ends at once, a running one at its next step."""
    waiting = Job.objects.filter(pk=job.pk, state=Job.State.WAITING)
    if not waiting.update(state=Job.State.CANCELLED, ended_at=by.at, cancel_asked=True):
        running = Job.objects.filter(pk=job.pk, state=Job.State.RUNNING)
        if not running.update(cancel_asked=True):
            raise ValidationError(_("This job has ended already."))
    record(by, "job.cancelled", job)


def pack_issue(found: Any) -> list[Any]:
    """Turn an issue into what JSON carries."""
    return [found.code, found.where, dict(found.values), found.severity]
