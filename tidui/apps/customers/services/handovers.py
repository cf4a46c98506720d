"""Hand-over: all attributions of one person pass to another from a day on."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from tidui.apps.audit.services import Actor, record
from tidui.apps.customers.models import Attribution, Handover
from tidui.apps.customers.services.attributions import is_holder, own_number, refuse_own


def held_from(who: str, day: date) -> QuerySet[Attribution]:
    """Return the approved attributions of somebody that hold on a day or later."""
    rows = Attribution.objects.filter(who=who, state=Attribution.State.APPROVED)
    return rows.filter(Q(valid_to=None) | Q(valid_to__gt=day))


@transaction.atomic
def propose_handover(*, by: Actor, from_who: str, to_who: str, day: date, reason: str) -> Handover:
    """Propose a hand-over.

    Raises
    ------
    ValidationError
        If there is nothing to hand over, nobody to take it, or one waits already.
    """
    if not held_from(from_who, day).exists():
        raise ValidationError(
            _("Nothing counts as %(who)s's from that day on.") % {"who": from_who}
        )
    if from_who == to_who or not is_holder(to_who, day):
        raise ValidationError(
            _("No unit has the number %(who)s, and nobody who has not left by that day.")
            % {"who": to_who}
        )
    if Handover.objects.filter(from_who=from_who, state=Handover.State.PROPOSED).exists():
        raise ValidationError(_("A hand-over of this person waits already."))
    made = Handover(
        from_who=from_who, to_who=to_who, day=day, reason=reason, proposed_by=by.name,
        proposed_at=by.at,
    )  # fmt: skip
    made.full_clean()
    made.save()
    record(by, "handover.proposed", made, after={"reason": reason, "day": day})
    return made


@transaction.atomic
def approve_handover(*, by: Actor, handover: Handover) -> int:
    """Move everything that holds on the day or later; return how many attributions moved.

    What holds already ends on the day and goes on as the other's; what was to begin later begins
    as the other's.
    """
    found = _claim(handover)
    refuse_own(by, found.proposed_by)
    if own_number(by) in (found.from_who, found.to_who):
        raise ValidationError(_("Nobody approves what counts as his own."))
    moved = []
    for row in held_from(found.from_who, found.day).select_for_update():
        starts, ends = max(row.valid_from, found.day), row.valid_to
        if row.valid_from < found.day:
            row.valid_to, row.ended_by, row.ended_at = found.day, by.name, by.at
        else:
            row.state, row.reason = Attribution.State.REJECTED, found.reason
        moved.append((row, starts, ends))
    for row, _starts, _ends in moved:
        row.save(update_fields=["valid_to", "ended_by", "ended_at", "state", "reason"])
    Attribution.objects.bulk_create([
        Attribution(
            account_no=row.account_no, customer_no=row.customer_no, who=found.to_who,
            basis=row.basis, role=row.role, share_ppm=row.share_ppm, valid_from=starts,
            valid_to=ends, state=Attribution.State.APPROVED, proposed_by=found.proposed_by,
            proposed_at=found.proposed_at, decided_by=by.name, decided_at=by.at,
            reason=found.reason, handover=found,
        )
        for row, starts, ends in moved
    ], 500)  # fmt: skip
    found.state, found.decided_by, found.decided_at = Handover.State.APPROVED, by.name, by.at
    found.save(update_fields=["state", "decided_by", "decided_at"])
    record(by, "handover.approved", found, after={
        "attributions": [str(row.public_id) for row, _starts, _ends in moved],
    })  # fmt: skip
    return len(moved)


@transaction.atomic
def reject_handover(*, by: Actor, handover: Handover, reason: str) -> None:
    """Reject a hand-over; the proposer may take his own back this way."""
    found = _claim(handover)
    found.state, found.refusal = Handover.State.REJECTED, reason
    found.decided_by, found.decided_at = by.name, by.at
    found.save(update_fields=["state", "refusal", "decided_by", "decided_at"])
    record(by, "handover.rejected", found, after={"reason": reason})


def _claim(handover: Handover) -> Handover:
    found = Handover.objects.select_for_update().get(pk=handover.pk)
    if found.state != Handover.State.PROPOSED:
        raise ValidationError(_("Somebody has decided this already. Load the page anew."))
    return found
