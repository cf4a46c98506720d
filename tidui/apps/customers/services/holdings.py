"""What people say about the accounts that count as theirs, and what the office answers."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from tidui.apps.audit.services import Actor, record
from tidui.apps.customers.models import HoldingConfirmation
from tidui.apps.people.models import Employee


@transaction.atomic
def confirm_holdings(*, by: Actor, employee: Employee, month: str) -> HoldingConfirmation:
    """Confirm what counts as one's own in a month.

    Raises
    ------
    ValidationError
        If it is confirmed already.
    """
    newest = HoldingConfirmation.objects.filter(employee_no=employee.employee_no, month=month)
    last = newest.order_by("-id").first()
    if last is not None and last.confirmed:
        raise ValidationError(_("This month is confirmed already."))
    made = _said(by, employee, month, confirmed=True)
    record(by, "holdings.confirmed", made)
    return made


@transaction.atomic
def claim_holdings(*, by: Actor, employee: Employee, month: str, claim: str) -> HoldingConfirmation:
    """Say that something is wrong with what counts as one's own."""
    if not claim.strip():
        raise ValidationError(_("Say what is wrong."))
    made = _said(by, employee, month, confirmed=False, claim=claim.strip())
    record(by, "holdings.claimed", made, after={"claim": made.claim})
    return made


def _said(by: Actor, employee: Employee, month: str, **said: object) -> HoldingConfirmation:
    made = HoldingConfirmation(
        employee_no=employee.employee_no, month=month, said_at=by.at, **said
    )  # fmt: skip
    made.full_clean()
    made.save()
    return made


@transaction.atomic
def answer_claim(*, by: Actor, claim: HoldingConfirmation, answer: str) -> None:
    """Answer a claim; an answer is not changed afterwards.

    Raises
    ------
    ValidationError
        If it is answered already, or is one's own.
    """
    found = HoldingConfirmation.objects.select_for_update().get(pk=claim.pk)
    if found.answered_at is not None:
        raise ValidationError(_("This claim is answered already."))
    own = Employee.objects.filter(user__username=by.name, employee_no=found.employee_no)
    if own.exists():
        raise ValidationError(_("Nobody answers his own claim."))
    found.answer, found.answered_by, found.answered_at = answer.strip(), by.name, by.at
    found.full_clean()
    found.save(update_fields=["answer", "answered_by", "answered_at"])
    record(by, "holdings.answered", found, after={"answer": found.answer})
