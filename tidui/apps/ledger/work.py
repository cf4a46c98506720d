"""The work of the ledger's jobs: dry run, load, revert. Each may begin anew after a kill."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from tidui.apps.audit.services import Actor, record
from tidui.apps.jobs.registry import Outcome, Progress, register
from tidui.apps.jobs.services import pack_issue
from tidui.apps.ledger.folder import the_ledger
from tidui.apps.ledger.models import Draft
from tidui.apps.ledger.services.parcels import Parcel, unpack
from tidui.apps.ledger.services.sync import sync_customers
from tidui.apps.people.models import User
from tidui.ledger import LedgerError, LoadReport
from tidui.ledger.deliveries import COUNTS

PROJECTED: Final = ("customers", "accounts")
"""Tables that the database shows a projection of."""


def register_work() -> None:
    """Make the ledger's kinds of job known to the worker."""
    register("ledger.check", check)
    register("ledger.load", load)
    register("ledger.revert", revert)


def check(arguments: dict[str, Any], by: Actor, progress: Progress) -> Outcome:
    """Try a delivery; the ledger stays as it was."""
    parcel = unpack(arguments)
    address = reverse("ledger:draft", args=[parcel.draft])
    with _language_of(by):
        try:
            report = _run(parcel, by, progress, dry_run=True)
        except LedgerError as error:
            return Outcome({"address": address}, tuple(error.issues))
    return Outcome({"address": address, **_told(report)})


def load(arguments: dict[str, Any], by: Actor, progress: Progress) -> Outcome:
    """Load a delivery; where a killed worker has loaded it already, only tell so."""
    parcel = unpack(arguments)
    with _language_of(by):
        try:
            report = _run(parcel, by, progress, dry_run=False)
        except LedgerError as error:
            return Outcome(
                {"address": reverse("ledger:draft", args=[parcel.draft])}, tuple(error.issues)
            )
        if report.table in PROJECTED:
            sync_customers(by=by, progress=_translated(progress))
    number = int(report.delivery or 0)

    def finish() -> None:
        Draft.objects.filter(public_id=parcel.draft).update(delivery=number)
        about = ("ledger.delivery", str(number), f"{report.table} {report.feed} #{number}")
        record(by, "ledger.loaded", about, after={w: str(getattr(report, w)) for w in COUNTS})

    address = reverse("ledger:delivery", args=[number])
    return Outcome({"address": address, **_told(report)}, finish=finish)


def revert(arguments: dict[str, Any], by: Actor, progress: Progress) -> Outcome:
    """Take a delivery back; where that has happened already, only tell so."""
    number = int(arguments["delivery"])
    ledger = the_ledger()
    reverted = [int(e.payload["delivery"]) for e in ledger.entries("revert")]
    with _language_of(by):
        _translated(progress)(0, 1, "write")
        if number not in reverted:
            ledger.revert(number, reason=arguments["reason"], by=by.name, at=by.moment)
        entry = next(e for e in ledger.entries("delivery") if e.number == number)
        if entry.payload["table"] in PROJECTED:
            sync_customers(by=by, progress=_translated(progress))
    about = ("ledger.delivery", str(number), f"{entry.payload['table']} #{number}")

    def finish() -> None:
        record(by, "ledger.reverted", about, after={"reason": arguments["reason"]})

    return Outcome({"address": reverse("ledger:delivery", args=[number])}, finish=finish)


def _run(parcel: Parcel, by: Actor, progress: Progress, *, dry_run: bool) -> LoadReport:
    with parcel.paths() as paths:
        return the_ledger().load(
            paths, table=parcel.table, mapping_text=parcel.mapping_text, at=by.moment, by=by.name,
            coverage=parcel.days, controls=parcel.controls, progress=_translated(progress),
            dry_run=dry_run, threads=settings.ENGINE_THREADS,
        )  # fmt: skip


def _told(report: LoadReport) -> dict[str, Any]:
    """Return what a page tells of a load; JSON holds 53 bits, so figures go as text."""
    return {
        "counts": {word: str(getattr(report, word)) for word in COUNTS},
        "told": [pack_issue(found) for found in report.issues],
        "already": report.already_loaded, "delivery": report.delivery, "feed": report.feed,
        "table": report.table,
    }  # fmt: skip


def _stage(word: str) -> str:
    return {
        "copy": _("copying"), "read": _("reading"), "check": _("checking"),
        "shape": _("ordering"), "write": _("writing"), "commit": _("entering"),
        "customers": _("customers"), "accounts": _("accounts"),
    }.get(word, word)  # fmt: skip


def _translated(progress: Progress) -> Progress:
    return lambda done, total, stage: progress(done, total, _stage(stage))


@contextmanager
def _language_of(by: Actor) -> Iterator[None]:
    """Speak the language of whoever asked: he reads the progress."""
    chosen = User.objects.filter(username=by.name).values_list("language", flat=True).first()
    with translation.override(chosen or settings.LANGUAGE_CODE):
        yield
