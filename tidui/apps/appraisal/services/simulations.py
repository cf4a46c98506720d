"""Simulating a version: asked for as a job, computed beside a run, stored as rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from tidui.apps.appraisal.models import SchemeVersion, Simulation, SimulationRow
from tidui.apps.appraisal.queries.documents import loaded_scheme
from tidui.apps.appraisal.services.freezing import freeze_database
from tidui.apps.audit.services import Actor, record
from tidui.apps.jobs import registry
from tidui.apps.jobs.models import Job
from tidui.apps.jobs.registry import Outcome, Progress
from tidui.apps.jobs.services import ask_for
from tidui.apps.ledger.folder import the_ledger
from tidui.apps.people.models import Employee
from tidui.core.appraisal.compare import Comparison, SubjectChange, compare_appraisals
from tidui.core.calendar import parse_period
from tidui.core.values import Issue, issue
from tidui.ledger import Ledger
from tidui.runs.appraisals import run_appraisal
from tidui.runs.folder import RunFolder, read_run
from tidui.runs.simulations import as_if_in_force, simulate_scheme
from tidui.runs.stored import run_period

BATCH = 500


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What a simulation found, before it is stored."""

    run: str
    period: str
    against: str
    comparison: Comparison | None
    issues: tuple[Issue, ...]


def ask_simulation(*, by: Actor, version: SchemeVersion, against: str, period: str) -> Job:
    """Ask for a simulation beside a stored run, or beside another version in a period."""
    kind, _colon, name = against.partition(":")
    if kind == "version":
        try:
            parsed = parse_period(period)
        except ValueError as error:
            raise ValidationError(_("Give a period like 2025, 2025Q3 or 2025-07.")) from error
        if parsed.to_on > by.today:
            raise ValidationError(_("Only a period that has ended can be simulated."))
    elif kind != "run" or not name:
        raise ValidationError(_("Choose what to compare with."))
    return ask_for(
        by=by, kind="scheme.simulate", title=_("Simulate %(scheme)s") % {"scheme": version},
        key=f"simulate:{version.pk}:{version.sha256[:12]}:{against}:{period}"[:200],
        arguments={"scheme": version.pk, "against": against, "period": period},
    )  # fmt: skip


def simulate(arguments: dict[str, Any], by: Actor, progress: Progress) -> Outcome:
    """Appraise under the version and compare; the same question answered twice is one answer."""
    version = SchemeVersion.objects.get(pk=arguments["scheme"])
    address = reverse("appraisal:scheme_simulate", args=[version.public_id])
    kind, _colon, name = str(arguments["against"]).partition(":")
    ledger = the_ledger()
    if kind == "run":
        found = _beside_run(ledger, version, name, progress)
    else:
        found = _beside_version(ledger, version, int(name), str(arguments["period"]), by, progress)
    comparison = found.comparison
    if comparison is None:
        issues = found.issues or (issue("simulation.refused", str(version)),)
        return Outcome({"address": address}, issues)

    def finish() -> None:
        store_simulation(
            by=by, version=version, run=found.run, period=found.period, against=found.against,
            comparison=comparison,
        )  # fmt: skip

    address = reverse(
        "appraisal:simulation", args=[simulation_id(version, found.run, found.against)]
    )
    told = tuple(one for one in found.issues if one.severity != "error")
    return Outcome({"address": address}, told, finish)


def _beside_run(ledger: Ledger, version: SchemeVersion, name: str, progress: Progress) -> _Outcome:
    run = read_run(ledger.path / "runs" / name)
    made = simulate_scheme(ledger, run, loaded_scheme(version), progress=progress)
    path = made.run.path
    return _Outcome(
        path.name if path else "", run_period(run).text, _label(run), made.comparison,
        made.run.computed.issues,
    )  # fmt: skip


def _label(run: RunFolder) -> str:
    scheme = run.manifest["scheme"]
    return f"{scheme['id']} v{scheme['version']}"


def _beside_version(
    ledger: Ledger, version: SchemeVersion, other: int, period: str, by: Actor, progress: Progress
) -> _Outcome:
    """Appraise the period under both versions, over the same state of the ledger."""
    against = SchemeVersion.objects.get(pk=other)
    asked = parse_period(period)
    freeze_database(ledger, by=by)
    entry = ledger.snapshot().number
    before = run_appraisal(
        ledger,
        as_if_in_force(loaded_scheme(against), asked),
        asked,
        kind="simulation",
        entry=entry,
        progress=progress,
    )
    if before.path is None or before.computed.appraisal is None:
        return _Outcome("", period, str(against), None, before.computed.issues)
    after = run_appraisal(
        ledger,
        as_if_in_force(loaded_scheme(version), asked),
        asked,
        kind="simulation",
        entry=entry,
        progress=progress,
    )
    if after.path is None or after.computed.appraisal is None:
        return _Outcome("", period, str(against), None, after.computed.issues)
    comparison = compare_appraisals(before.computed.appraisal, after.computed.appraisal)
    return _Outcome(after.path.name, period, str(against), comparison, after.computed.issues)


def simulation_id(version: SchemeVersion, run: str, against: str) -> UUID:
    """Return the id of a simulation: the same question has the same one, however often asked."""
    return uuid5(version.public_id, f"{run} {against}")


@transaction.atomic
def store_simulation(
    *, by: Actor, version: SchemeVersion, run: str, period: str, against: str,
    comparison: Comparison,
) -> Simulation:  # fmt: skip
    """Store a comparison as rows; that of the same run is stored once."""
    public_id = simulation_id(version, run, against)
    known = Simulation.objects.filter(public_id=public_id).first()
    if known is not None:
        return known
    body = loaded_scheme(version).scheme
    made = Simulation.objects.create(
        public_id=public_id, scheme=version, period=period, against=against, run=run,
        made_by=by.name, made_at=by.at,
        currency=body.pay.currency if body.pay is not None else "CNY", sha256=version.sha256,
        dead_rows=[list(row) for row in comparison.rows_nobody_hits],
        rank_names={name: [r.title.zh, r.title.en] for name, r in body.ranks.items()},
    )  # fmt: skip
    numbers = [change.subject for change in comparison.changes]
    people = dict(Employee.objects.filter(employee_no__in=numbers).values_list("employee_no", "pk"))
    rows = [_row(made, change, people.get(change.subject)) for change in comparison.changes]
    SimulationRow.objects.bulk_create(rows, batch_size=BATCH)
    record(by, "scheme.simulated", version, after={"run": run, "against": against})
    return made


def _row(simulation: Simulation, change: SubjectChange, employee: int | None) -> SimulationRow:
    name, old, new = change.ranks[0] if change.ranks else ("", None, None)
    return SimulationRow(
        simulation=simulation, subject=change.subject, employee_id=employee,
        pay_before=change.pay_before, pay_after=change.pay_after,
        change=(change.pay_after or 0) - (change.pay_before or 0), ranking=name, rank_before=old,
        rank_after=new, rank_gain=old - new if old and new else None,
        grade_before=change.grade_before or "", grade_after=change.grade_after or "",
    )  # fmt: skip


def register() -> None:
    """Tell the worker what this can do."""
    registry.register("scheme.simulate", simulate)
