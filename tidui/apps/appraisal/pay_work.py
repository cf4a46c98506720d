"""Long work on pay: paying out, correcting a closed cycle."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from tidui.apps.appraisal.models import Cycle
from tidui.apps.appraisal.queries.documents import run_folder
from tidui.apps.appraisal.services.freezing import freeze_database
from tidui.apps.appraisal.services.pay import (
    file_payment,
    store_correction,
    unfiled_payments,
    unknown_corrections,
)
from tidui.apps.audit.services import Actor
from tidui.apps.jobs import registry
from tidui.apps.jobs.registry import Outcome, Progress
from tidui.apps.ledger.folder import the_ledger
from tidui.core.calendar import day_number, parse_period
from tidui.core.values import issue
from tidui.library import texts
from tidui.runs.closings import correct_closed, pay_everything, vest_due


def pay_out(arguments: dict[str, Any], by: Actor, progress: Progress) -> Outcome:
    """Vest what is due, move everything payable to paid, and make the payroll file.

    A payment that was posted by an attempt that died is found in the catalogue and filed.
    """
    ledger, booked = the_ledger(), parse_period(arguments["booked"])
    address = reverse("appraisal:pay")
    if not unfiled_payments(ledger):
        progress(0, 3, "vest")
        vest_due(ledger, day_number(by.today), booked, by=by.name, at=by.moment)
        progress(1, 3, "pay")
        pay_everything(ledger, booked, by=by.name, at=by.moment)
    waiting = unfiled_payments(ledger)
    if not waiting:
        return Outcome(
            {"address": address}, (issue("pay.nothing-payable", booked.text, "warning"),)
        )
    document = texts("payrolls", arguments["document"])

    def finish() -> None:
        for entry in waiting:
            file_payment(by=by, entry=entry, document_text=document)

    return Outcome({"address": address}, finish=finish)


def correct(arguments: dict[str, Any], by: Actor, progress: Progress) -> Outcome:
    """Compute a closed cycle anew with what is known now; post the difference, or only show it."""
    cycle = Cycle.objects.select_related("scheme").get(pk=arguments["cycle"])
    address = reverse("appraisal:cycle_correct", args=[cycle.public_id])
    published = cycle.publications.select_related("run").first()
    if published is None or cycle.closing_entry is None:
        return Outcome({"address": address}, (issue("cycle.not-closed", str(cycle)),))
    ledger, run = the_ledger(), run_folder(published.run)
    freeze_database(ledger, by=by)
    booked, reason = parse_period(arguments["booked"]), str(arguments["reason"])
    dry = bool(arguments["dry_run"])
    progress(0, 1, "compute")
    left = [] if dry else unknown_corrections(ledger, run.name)
    found = correct_closed(
        ledger, run, booked, reason=reason, by=by.name, at=by.moment, dry_run=dry or bool(left)
    )
    entry = left[0].number if left else found.entry.number if found.entry else None
    pay = run.scheme.scheme.pay
    currency = pay.currency if pay is not None else "CNY"
    shown = [[d.subject, d.item, d.loan, d.booked, d.correct] for d in found.differences]

    def finish() -> None:
        if entry is not None:
            store_correction(
                by=by, cycle=cycle, booked=booked, reason=reason, entry=entry, currency=currency,
                differences=found.differences,
            )  # fmt: skip

    result = {"address": address, "differences": shown, "currency": currency, "dry_run": dry}
    return Outcome(result, finish=finish)


def register() -> None:
    """Tell the worker what this app can do."""
    registry.register("pay.out", pay_out)
    registry.register("cycle.correct", correct)
