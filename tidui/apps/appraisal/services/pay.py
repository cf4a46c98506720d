"""Pay leaving the house: postings first, then the file made of them; corrections, clawbacks.

The posting in the catalogue is the effect and everything here is made from it, so that a worker
that dies between the two finds the posting and finishes.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from tidui.apps.appraisal.models import Cycle
from tidui.apps.appraisal.models.pay import Clawback, Correction, PayLine, PayRun, WageBudget
from tidui.apps.audit.services import Actor, record
from tidui.apps.files.models import StoredFile
from tidui.apps.files.services import file_path, store_bytes
from tidui.apps.people.models import Employee
from tidui.core.appraisal.corrections import Difference
from tidui.core.appraisal.pay.ledger import PayEntry
from tidui.core.calendar import Period, parse_period
from tidui.ledger import Entry, Ledger
from tidui.runs.closings import claw_back_pay
from tidui.runs.payroll import PayrollLine, payroll_file, payroll_reference
from tidui.runs.payroll_documents import read_payroll
from tidui.runs.payroll_returns import PayrollReturn, read_payroll_return
from tidui.runs.records import unpack


def unfiled_payments(ledger: Ledger) -> list[Entry]:
    """Return postings of payments from which no file was made yet."""
    known = set(PayRun.objects.values_list("entry", flat=True))
    return [
        entry
        for entry in ledger.entries("posting")
        if entry.payload["act"] == "pay_out" and entry.number not in known
    ]


def lines_of_payment(entry: Entry) -> list[PayrollLine]:
    """Return one line per person and currency of a payment's posting."""
    booked = str(entry.payload["about"])
    sums: dict[tuple[str, str], int] = defaultdict(int)
    for packed in entry.payload["entries"]:
        paid = unpack(PayEntry, packed)
        if paid.account == "paid":
            sums[paid.subject, paid.currency] += paid.amount
    names = dict(
        Employee.objects.filter(employee_no__in={subject for subject, _currency in sums})
        .values_list("employee_no", "name")
    )  # fmt: skip
    return [
        PayrollLine(
            payroll_reference(f"{entry.hash}:{currency}", booked, subject), subject,
            names.get(subject, subject), amount, currency, booked,
        )
        for (subject, currency), amount in sorted(sums.items())
        if amount > 0
    ]  # fmt: skip


def file_payment(*, by: Actor, entry: Entry, document_text: str) -> PayRun:
    """Make the payroll file of a payment and keep what was sent; the same payment once."""
    lines = lines_of_payment(entry)
    made = payroll_file(lines, read_payroll(document_text))
    with transaction.atomic():
        known = PayRun.objects.filter(entry=entry.number).first()
        if known is not None:
            return known
        stored = store_bytes(by=by, name=made.name, content=made.content)
        run = PayRun.objects.create(
            booked=str(entry.payload["about"]), entry=entry.number, document=document_text,
            file=stored, rows=made.rows, totals=dict(made.totals), sha256=made.sha256,
            made_by=by.name, made_at=by.at,
        )  # fmt: skip
        employees = Employee.objects.in_bulk(
            [line.employee_no for line in lines], field_name="employee_no"
        )
        PayLine.objects.bulk_create(
            PayLine(
                pay_run=run,
                reference=line.reference,
                subject=line.employee_no,
                employee=employees.get(line.employee_no),
                amount=line.amount,
                currency=line.currency,
            )
            for line in lines
        )
        after = {"rows": made.rows, "totals": dict(made.totals), "sha256": made.sha256}
        record(by, "appraisal.pay-filed", run, after=after)
    return run


def sent_lines(run: PayRun) -> list[PayrollLine]:
    """Return what was sent, as the matching of a returned file wants it."""
    return [
        PayrollLine(
            line.reference, line.subject, line.employee.name if line.employee else line.subject,
            line.amount, line.currency, run.booked,
        )
        for line in run.lines.select_related("employee")
    ]  # fmt: skip


def read_return(run: PayRun, upload: StoredFile) -> PayrollReturn:
    """Match a returned file with what was sent; nothing is stored."""
    path = Path(file_path(upload.sha256))
    return read_payroll_return(path, read_payroll(run.document), sent_lines(run), shown=upload.name)


@transaction.atomic
def book_return(*, by: Actor, run: PayRun, returned: PayrollReturn) -> None:
    """Store what the paying system said; a file with an error changes nothing."""
    if any(found.severity == "error" for found in returned.issues):
        raise ValidationError(_("The returned file has errors; nothing was stored."))
    paid = [line.reference for line in returned.paid]
    run.lines.filter(reference__in=paid).update(
        state=PayLine.State.PAID, reason="", answered_at=by.at
    )
    for one in returned.rejected:
        run.lines.filter(reference=one.line.reference).update(
            state=PayLine.State.REJECTED, reason=one.reason[:300], answered_at=by.at
        )
    after = {"paid": len(paid), "rejected": len(returned.rejected)}
    record(by, "appraisal.pay-returned", run, after=after)


def unknown_corrections(ledger: Ledger, run_name: str) -> list[Entry]:
    """Return corrections of a run that stand in the catalogue and not here."""
    known = set(Correction.objects.exclude(entry=None).values_list("entry", flat=True))
    found = []
    for entry in ledger.entries("posting"):
        corrects = entry.payload["act"] == "correction" and entry.number not in known
        if corrects and json.loads(entry.payload["about"])["run"] == run_name:
            found.append(entry)
    return found


def store_correction(
    *, by: Actor, cycle: Cycle, booked: Period, reason: str, entry: int | None,
    differences: Iterable[Difference], currency: str,
) -> Correction:  # fmt: skip
    """Store what a correction found, in the transaction of the caller."""
    made, _new = Correction.objects.get_or_create(
        entry=entry,
        defaults={
            "cycle": cycle, "booked": booked.text, "reason": reason, "made_by": by.name,
            "made_at": by.at, "currency": currency,
            "differences": [[d.subject, d.item, d.loan, d.booked, d.correct] for d in differences],
        },
    )  # fmt: skip
    record(by, "appraisal.corrected", cycle, after={"entry": entry, "reason": reason})
    return made


@transaction.atomic
def propose_clawback(
    *, by: Actor, employee: Employee, earned: str, booked: str, share_ppm: int, case: str,
    evidence: str,
) -> Clawback:  # fmt: skip
    """Propose to take back a share of what a period earned."""
    parse_period(earned)
    parse_period(booked)
    made = Clawback(
        subject=employee.employee_no, employee=employee, earned=earned, booked=booked,
        share_ppm=share_ppm, case=case, evidence=evidence, proposed_by=by.name, proposed_at=by.at,
    )  # fmt: skip
    made.full_clean()
    made.save()
    after = {"earned": earned, "share_ppm": share_ppm, "case": case}
    record(by, "appraisal.clawback-proposed", made, after=after)
    return made


def decide_clawback(*, by: Actor, ledger: Ledger, clawback: Clawback, approve: bool) -> None:
    """Approve or refuse a clawback, by another person than whoever proposed it.

    The posting is made inside the claim of the row: a second click finds it decided.
    """
    if clawback.proposed_by in (by.name, by.on_behalf_of):
        raise ValidationError(_("A second person has to decide on this."))
    state = Clawback.State.APPROVED if approve else Clawback.State.REFUSED
    with transaction.atomic():
        rows = Clawback.objects.filter(pk=clawback.pk, state=Clawback.State.PROPOSED)
        if not rows.update(state=state, decided_by=by.name, decided_at=by.at):
            raise ValidationError(_("This is decided already."))
        if approve:
            decision = {"case": clawback.case, "evidence": clawback.evidence, "approver": by.name,
                        "clawback": str(clawback.public_id)}  # fmt: skip
            entries = claw_back_pay(
                ledger, clawback.subject, parse_period(clawback.earned),
                Fraction(clawback.share_ppm, 10**6), parse_period(clawback.booked),
                decision=decision, by=clawback.proposed_by, at=by.moment,
            )  # fmt: skip
            taken = [entry for entry in entries if entry.account == "clawed_back"]
            currency = taken[0].currency if taken else ""
            Clawback.objects.filter(pk=clawback.pk).update(
                amount=sum(entry.amount for entry in taken), currency=currency
            )
        record(by, "appraisal.clawback-decided", clawback, after={"state": str(state)})


@transaction.atomic
def set_budget(*, by: Actor, unit_code: str, period: str, amount: int, currency: str) -> WageBudget:
    """Enter what a unit may spend in a period."""
    parse_period(period)
    known = WageBudget.objects.filter(unit_code=unit_code, period=period).first()
    before: dict[str, Any] = {"amount": known.amount if known else None}
    made, _new = WageBudget.objects.update_or_create(
        unit_code=unit_code,
        period=period,
        defaults={
            "amount": amount,
            "currency": currency,
            "entered_by": by.name,
            "entered_at": by.at,
        },
    )
    record(by, "appraisal.budget-set", made, before=before, after={"amount": amount})
    return made
