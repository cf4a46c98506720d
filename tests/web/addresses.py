"""Every address of the product out of its URL table, with a sample object for each kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.apps.cast import Bank
from tidui.apps.appraisal.models import (
    Cycle,
    CycleRun,
    Objection,
    Publication,
    Result,
    SchemeVersion,
)
from tidui.apps.jobs.models import Job

LIBRARY = ("account_", "mfa_", "usersessions_", "static")
"""Pages of the login library, which asks for itself."""


@dataclass(frozen=True)
class Address:
    """One entry of the URL table."""

    name: str
    kwargs: tuple[str, ...]

    def url(self, samples: dict[str, Any]) -> str:
        """Return the address of the samples."""
        return reverse(self.name, kwargs={key: samples[key] for key in self.kwargs})


def addresses() -> list[Address]:
    """Return every named address of the product."""
    return sorted(_walk(get_resolver().url_patterns, "", ()), key=lambda one: one.name)


def _walk(patterns: list[Any], space: str, outer: tuple[str, ...]) -> Iterator[Address]:
    for entry in patterns:
        known = (*outer, *entry.pattern.converters)
        if isinstance(entry, URLResolver):
            inner = f"{space}{entry.namespace}:" if entry.namespace else space
            yield from _walk(entry.url_patterns, inner, known)
        elif isinstance(entry, URLPattern) and not (entry.name or "").startswith(LIBRARY):
            assert entry.name, f"{entry.pattern} has no name"
            yield Address(space + entry.name, known)


Make = Callable[[Bank], Any]
SAMPLES: dict[str, Make] = {}
"""Keyword of an address → makes an object of branch A and returns what stands in the address."""


def sample(name: str) -> Callable[[Make], Make]:
    """Register the sample of a keyword."""

    def enter(make: Make) -> Make:
        SAMPLES[name] = make
        return make

    return enter


def make_samples(bank: Bank) -> dict[str, Any]:
    """Make every sample."""
    return {name: make(bank) for name, make in SAMPLES.items()}


def make_scheme(**own: Any) -> SchemeVersion:
    """Store a scheme that nobody parses."""
    values = {
        "scheme_id": "plain", "version": 1, "title_zh": "办法", "title_en": "Scheme", "text": "x",
        "sha256": "0" * 64, "state": "adopted", "edited_by": "frank", "submitted_by": "frank",
        "adopted_by": "grace", "edited_at": datetime.now(UTC), **own,
    }  # fmt: skip
    known = SchemeVersion.objects.filter(
        scheme_id=values["scheme_id"], version=values["version"]
    ).first()
    return known or SchemeVersion.objects.create(**values)


def make_cycle(period: str = "2025", **own: Any) -> Cycle:
    """Store an open cycle."""
    known = Cycle.objects.filter(period=period).first()
    return known or Cycle.objects.create(
        scheme=make_scheme(), period=period, opened_by="frank", opened_at=datetime.now(UTC), **own
    )


def make_run(cycle: Cycle, **own: Any) -> CycleRun:
    """Store a run without a folder."""
    values = {
        "kind": "run", "name": f"{cycle.period}-plain-v1-0", "entry": 1,
        "data_on": date(2025, 12, 31), "computed_by": "frank", "computed_at": datetime.now(UTC),
        "subjects": 1, "total_name": "total", "total_title": ["总分", "Total"], **own,
    }  # fmt: skip
    known = cycle.runs.filter(name=values["name"]).first()
    return known or CycleRun.objects.create(cycle=cycle, **values)


def make_result(bank: Bank, who: str = "alice", **own: Any) -> Result:
    """Store a result of one of the cast."""
    employee = bank.employees[who]
    spell = employee.spells.get()
    run = own.pop("run", None) or make_run(make_cycle())
    values = {
        "subject": employee.employee_no, "employee": employee, "counted_days": 365,
        "belongs_to": spell.belongs_to_id, "sits_at": spell.sits_at_id,
        "business_line": spell.business_line, "total": "90", "total_sort": 90_000_000, "rank": 1,
        "rank_size": 1, "grade": "rm", "proposed_grade": "senior", "rule": "promoted",
        "currency": "CNY", "earned": 100_00, "deferred": 0, "payable": 100_00, **own,
    }  # fmt: skip
    known = run.results.filter(subject=values["subject"]).first()
    return known or Result.objects.create(run=run, **values)


def make_publication(cycle: Cycle, **own: Any) -> Publication:
    """Store a publication whose time for objections is far away."""
    values = {
        "version": 1, "run": make_run(cycle), "published_by": "frank",
        "published_at": datetime.now(UTC), "objections_until": date(2100, 1, 1), **own,
    }  # fmt: skip
    return Publication.objects.create(cycle=cycle, **values)


sample("employee")(lambda bank: bank.employees["alice"].public_id)
sample("unit")(lambda bank: bank.branch_a.public_id)
sample("user")(lambda bank: bank.users["alice"].public_id)
sample("grant")(lambda bank: bank.users["bob"].grants.get().public_id)
sample("cycle")(lambda bank: make_cycle().public_id)
sample("result")(lambda bank: make_result(bank).public_id)
sample("node")(lambda bank: "total")
sample("indicator")(lambda bank: "deposits")
sample("scheme")(lambda bank: make_scheme(state="draft", scheme_id="draft").public_id)
sample("login_token")(lambda bank: "nobody-knows-this")


@sample("audit_entry")
def _audit_entry(bank: Bank) -> Any:
    from tidui.apps.audit.models import AuditEntry

    entry = AuditEntry.objects.first()
    assert entry is not None
    return entry.public_id


@sample("job")
def _job(bank: Bank) -> Any:
    job = Job.objects.create(
        kind="cycle.compute", key="sample", title="sample", asked_by="frank",
        asked_at=datetime.now(UTC),
    )  # fmt: skip
    return job.public_id


@sample("objection")
def _objection(bank: Bank) -> Any:
    made = Objection.objects.create(
        cycle=make_cycle(), run=make_run(make_cycle()), employee=bank.employees["alice"],
        node="total", node_title="总分", shown_value="90", text="…", filed_at=datetime.now(UTC),
        answer_until=date(2100, 1, 1),
    )  # fmt: skip
    return made.public_id


sample("delivery")(lambda bank: 1)
sample("file")(lambda bank: 0)
sample("name")(lambda bank: "attributions")


@sample("draft")
def _draft(bank: Bank) -> Any:
    from tidui.apps.ledger.models import Draft

    return Draft.objects.create(
        table="balances", mapping_text="", made_by="frank", made_at=datetime.now(UTC)
    ).public_id


@sample("mapping")
def _mapping(bank: Bank) -> Any:
    from tidui.apps.ledger.models import SavedMapping

    return SavedMapping.objects.create(
        name="ours", version=1, table="balances", title_zh="余额", title_en="Balances", text="",
        saved_by="frank", saved_at=datetime.now(UTC),
    ).public_id  # fmt: skip


@sample("simulation")
def _simulation(bank: Bank) -> Any:
    from tidui.apps.appraisal.models.schemes import Simulation

    return Simulation.objects.create(
        scheme=make_scheme(), period="2025", against="", run="", made_by="frank",
        made_at=datetime.now(UTC), currency="CNY",
    ).public_id  # fmt: skip


@sample("attribution")
def _attribution(bank: Bank) -> Any:
    from tidui.apps.customers.models import Attribution

    return Attribution.objects.create(
        account_no="1", who="E001", share_ppm=10**6, valid_from=date(2025, 1, 1),
        proposed_by="frank", proposed_at=datetime.now(UTC),
    ).public_id  # fmt: skip


@sample("attribution_import")
def _attribution_import(bank: Bank) -> Any:
    from tidui.apps.customers.models import AttributionImport

    return AttributionImport.objects.create(
        file_name="a.csv", sha256="0" * 64, uploaded_by="frank", uploaded_at=datetime.now(UTC),
        rows=[], faults=[], count=0, fault_count=0,
    ).public_id  # fmt: skip


@sample("handover")
def _handover(bank: Bank) -> Any:
    from tidui.apps.customers.models import Handover

    return Handover.objects.create(
        from_who="E001", to_who="L001", day=date(2026, 1, 1), reason="…", proposed_by="frank",
        proposed_at=datetime.now(UTC),
    ).public_id  # fmt: skip


@sample("claim")
def _claim(bank: Bank) -> Any:
    from tidui.apps.customers.models import HoldingConfirmation

    return HoldingConfirmation.objects.create(
        employee_no="E001", month="2025-12", confirmed=False, claim="…", said_at=datetime.now(UTC)
    ).public_id


def make_plan() -> Any:
    """Store a plan that is being drafted."""
    from tidui.apps.appraisal.models import Plan

    known = Plan.objects.filter(period="2025").first()
    return known or Plan.objects.create(
        scheme=make_scheme(), period="2025", made_by="frank", made_at=datetime.now(UTC)
    )


sample("plan")(lambda bank: make_plan().public_id)


@sample("target")
def _target(bank: Bank) -> Any:
    from tidui.apps.appraisal.models import Target

    return Target.objects.create(
        plan=make_plan(), subject="E001", indicator="deposits", value=1, unit="CNY",
        maker="frank", typed_at=datetime.now(UTC),
    ).public_id  # fmt: skip


@sample("target_import")
def _target_import(bank: Bank) -> Any:
    from tidui.apps.appraisal.models import TargetImport

    return TargetImport.objects.create(
        plan=make_plan(), file_name="t.csv", sha256="0" * 64, uploaded_by="frank",
        uploaded_at=datetime.now(UTC),
    ).public_id  # fmt: skip


@sample("measure")
def _measure(bank: Bank) -> Any:
    from tidui.apps.measures.models import Measure

    return Measure.objects.create(
        subject="E001", measure="quality_score", period="2025", value=80, unit="point",
        source="rating", maker="bob", entered_at=datetime.now(UTC),
    ).public_id  # fmt: skip


@sample("measure_import")
def _measure_import(bank: Bank) -> Any:
    from tidui.apps.measures.models import MeasureImport

    return MeasureImport.objects.create(
        file_name="m.csv", sha256="0" * 64, uploaded_by="frank", uploaded_at=datetime.now(UTC),
        rows=[], faults=[], count=0, fault_count=0,
    ).public_id  # fmt: skip


@sample("pay_run")
def _pay_run(bank: Bank) -> Any:
    from tidui.apps.appraisal.models import PayRun
    from tidui.apps.files.models import StoredFile

    stored = StoredFile.objects.create(
        sha256="0" * 64, size=0, name="p.csv", content_type="text/csv", stored_by="frank",
        stored_at=datetime.now(UTC),
    )  # fmt: skip
    return PayRun.objects.create(
        booked="2025", entry=1, document="", file=stored, rows=0, sha256="0" * 64,
        made_by="frank", made_at=datetime.now(UTC),
    ).public_id  # fmt: skip


@sample("clawback")
def _clawback(bank: Bank) -> Any:
    from tidui.apps.appraisal.models import Clawback

    return Clawback.objects.create(
        subject="E001", employee=bank.employees["alice"], earned="2025", booked="2026",
        share_ppm=1, case="…", evidence="…", proposed_by="frank", proposed_at=datetime.now(UTC),
    ).public_id  # fmt: skip


@sample("api_token")
def _api_token(bank: Bank) -> Any:
    from tidui.api.models import ApiToken

    return ApiToken.objects.create(
        user=bank.users["alice"], name="sample", token_hash="0" * 64, scopes=["own"],
        made_at=datetime.now(UTC), ends_on=date(2100, 1, 1),
    ).public_id  # fmt: skip
