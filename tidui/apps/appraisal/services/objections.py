"""Objections, and the wish to be judged by a person: filed, answered, never deleted."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from tidui.apps.appraisal.models import Cycle, Objection, Publication, Result, ReviewRequest
from tidui.apps.audit.services import Actor, record
from tidui.apps.people.models import Employee


@transaction.atomic
def file_objection(
    *, by: Actor, result: Result, publication: Publication, node: str, node_title: str,
    shown_value: str, text: str, answer_until: date,
) -> Objection:  # fmt: skip
    """File an objection to one figure of one's own published result, in its time."""
    if by.today > publication.objections_until:
        raise ValidationError(
            _("The time for objections ended on %(day)s.") % {"day": publication.objections_until}
        )
    if result.employee is None:
        raise ValidationError(_("Only a person can object."))
    open_one = Objection.objects.filter(
        cycle=result.run.cycle_id, employee=result.employee, node=node, state=Objection.State.FILED
    )
    if open_one.exists():
        raise ValidationError(_("Your objection to this figure waits for an answer already."))
    made = Objection(
        cycle=result.run.cycle, run=result.run, employee=result.employee, node=node,
        node_title=node_title[:200], shown_value=shown_value[:120], text=text.strip(),
        filed_at=by.at, answer_until=answer_until,
    )  # fmt: skip
    made.full_clean()
    made.save()
    record(by, "appraisal.objection-filed", made, after={"node": node, "value": shown_value})
    return made


@transaction.atomic
def answer_objection(*, by: Actor, objection: Objection, state: str, answer: str) -> None:
    """Answer an objection with reasons, once."""
    rows = Objection.objects.filter(pk=objection.pk, state=Objection.State.FILED)
    fields = {
        "state": state,
        "answer": answer.strip(),
        "answered_by": by.name,
        "answered_at": by.at,
    }
    if not rows.update(**fields):
        raise ValidationError(_("This objection has an answer already."))
    record(by, "appraisal.objection-answered", objection, after={"state": state, "answer": answer})


@transaction.atomic
def withdraw_objection(*, by: Actor, objection: Objection) -> None:
    """Take one's own objection back."""
    rows = Objection.objects.filter(pk=objection.pk, state=Objection.State.FILED)
    if not rows.update(state=Objection.State.WITHDRAWN, answered_by=by.name, answered_at=by.at):
        raise ValidationError(_("This objection has an answer already."))
    record(by, "appraisal.objection-withdrawn", objection)


@transaction.atomic
def ask_for_review(*, by: Actor, cycle: Cycle, employee: Employee, reason: str) -> ReviewRequest:
    """Ask that a person decides without the calculation (PIPL 24); asking twice is once."""
    if cycle.state == Cycle.State.CLOSED:
        raise ValidationError(_("The cycle is closed."))
    made, new = ReviewRequest.objects.get_or_create(
        cycle=cycle, employee=employee, defaults={"reason": reason, "asked_at": by.at}
    )
    if new:
        record(by, "appraisal.review-asked", cycle, after={"reason": reason})
    return made
