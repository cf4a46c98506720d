"""The appraisal's long work: compute, compute provisionally, close. Each is idempotent.

A run's name says what it was made from, so a run that was computed before the worker died is found
again and not made twice; a closing that is in the catalogue already is only marked here.
"""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from tidui.apps.appraisal.models import Cycle
from tidui.apps.appraisal.queries.documents import loaded_scheme
from tidui.apps.appraisal.services.cycles import mark_closed, read_findings, store_run
from tidui.apps.appraisal.services.freezing import freeze_database
from tidui.apps.audit.services import Actor
from tidui.apps.jobs import registry
from tidui.apps.jobs.registry import Outcome, Progress
from tidui.apps.ledger.folder import the_ledger
from tidui.core.calendar import parse_period
from tidui.core.values import issue
from tidui.runs.appraisals import Run, run_appraisal
from tidui.runs.closings import close_period, find_closing
from tidui.runs.folder import read_run
from tidui.runs.provisional import run_provisional


def compute(arguments: dict[str, Any], by: Actor, progress: Progress) -> Outcome:
    """Freeze the database, appraise the whole period, store what was found."""
    cycle = Cycle.objects.select_related("scheme").get(pk=arguments["cycle"])
    if cycle.state == Cycle.State.CLOSED:
        return Outcome({}, (issue("cycle.closed", str(cycle)),))
    ledger = the_ledger()
    freeze_database(ledger, by=by)
    run = run_appraisal(
        ledger, loaded_scheme(cycle.scheme), parse_period(cycle.period), progress=progress
    )
    return _stored(cycle, run, by)


def compute_provisional(arguments: dict[str, Any], by: Actor, progress: Progress) -> Outcome:
    """Freeze the database, appraise the days delivered so far, store what was found."""
    cycle = Cycle.objects.select_related("scheme").get(pk=arguments["cycle"])
    ledger = the_ledger()
    freeze_database(ledger, by=by)
    run = run_provisional(
        ledger, loaded_scheme(cycle.scheme), parse_period(cycle.period), progress=progress
    )
    return _stored(cycle, run, by)


def _stored(cycle: Cycle, run: Run, by: Actor) -> Outcome:
    address = reverse("appraisal:cycle", args=[cycle.public_id])
    issues = run.computed.issues
    if run.path is None:
        return Outcome({"address": address}, issues)
    folder = read_run(run.path)
    found = read_findings(folder, issues)

    def finish() -> None:
        store_run(by=by, cycle=cycle, found=found)

    told = tuple(found for found in issues if found.severity != "error")
    return Outcome({"address": address, "run": folder.name}, told, finish)


def close(arguments: dict[str, Any], by: Actor, progress: Progress) -> Outcome:
    """Close the period with the run that was published last, and post its pay."""
    cycle = Cycle.objects.select_related("scheme").get(pk=arguments["cycle"])
    address = reverse("appraisal:cycle", args=[cycle.public_id])
    published = cycle.publications.select_related("run").first()
    if published is None:
        return Outcome({"address": address}, (issue("cycle.not-published", str(cycle)),))
    ledger = the_ledger()
    run = read_run(ledger.path / "runs" / published.run.name)
    progress(0, 1, "close")
    entry = find_closing(ledger, cycle.scheme.scheme_id, cycle.period)
    if entry is None or entry.payload["run"] != run.name:
        entry = close_period(ledger, run, by=by.name, at=by.moment)
    number = entry.number
    return Outcome(
        {"address": address, "entry": number},
        finish=lambda: mark_closed(by=by, cycle=cycle, entry=number),
    )


def register() -> None:
    """Tell the worker what this app can do."""
    registry.register("cycle.compute", compute)
    registry.register("cycle.provisional", compute_provisional)
    registry.register("cycle.close", close)
