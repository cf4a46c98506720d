"""Attributions: proposed by one, approved by another, ended by a day, never deleted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from tidui.apps.audit.services import Actor, record
from tidui.apps.customers.models import Attribution
from tidui.apps.customers.shares import Piece, above_whole, share_text
from tidui.apps.people.models import Employee, EmployeeSpell, Unit, User
from tidui.apps.people.models.employees import Status
from tidui.apps.people.models.spells import valid_on

Key = tuple[str, str, str]
"""Account, customer, basis: what shares are added up for."""


def key_of(row: Attribution) -> Key:
    """Return what an attribution is a share of."""
    return row.account_no, row.customer_no, row.basis


@transaction.atomic
def propose(
    *, by: Actor, account_no: str, customer_no: str, who: str, share_ppm: int, valid_from: date,
    valid_to: date | None = None, basis: str = "main", role: str = "", reason: str = "",
) -> Attribution:  # fmt: skip
    """Propose that a share of an account, or of all accounts of a customer, counts as somebody's.

    Raises
    ------
    ValidationError
        If nobody has that number on that day, or neither or both of account and customer are named.
    """
    made = Attribution(
        account_no=account_no.strip(), customer_no=customer_no.strip(), who=who.strip(),
        basis=basis.strip() or "main", role=role.strip(), share_ppm=share_ppm,
        valid_from=valid_from, valid_to=valid_to, proposed_by=by.name, proposed_at=by.at,
        reason=reason.strip(),
    )  # fmt: skip
    if bool(made.account_no) == bool(made.customer_no):
        raise ValidationError(_("Name an account or a customer, and only one of them."))
    if valid_to is not None and valid_to <= valid_from:
        raise ValidationError(_("The end comes after the beginning."))
    if not is_holder(made.who, valid_from):
        raise ValidationError(
            _("No unit has the number %(who)s, and nobody who has not left by that day.")
            % {"who": made.who}
        )
    made.full_clean()
    made.save(force_insert=True)
    record(by, "attribution.proposed", made, after=fields_of(made))
    return made


def is_holder(who: str, on: date) -> bool:
    """Tell whether a number is that of somebody who has not left by a day, or of a unit.

    A day before somebody's history begins here is no fault: what was attributed then counts.
    """
    if Employee.objects.filter(employee_no=who).exists():
        left = EmployeeSpell.objects.filter(valid_on(on), status=Status.LEFT)
        return not left.filter(employee__employee_no=who).exists()
    return Unit.objects.filter(org_code=who).exists()


@transaction.atomic
def approve(*, by: Actor, rows: Sequence[Attribution]) -> int:
    """Approve proposals of others; all of them or none.

    Raises
    ------
    ValidationError
        If one isn't waiting, was proposed by whoever approves or counts as his own, or would
        bring the sum of the shares above the whole on some day.
    """
    claimed = _claim(rows)
    own = own_number(by)
    for row in claimed:
        refuse_own(by, row.proposed_by)
        if own and row.who == own:
            raise ValidationError(_("Nobody approves what counts as his own."))
    refuse_excess(claimed)
    for row in claimed:
        row.state = Attribution.State.APPROVED
        row.decided_by, row.decided_at = by.name, by.at
    Attribution.objects.bulk_update(claimed, ["state", "decided_by", "decided_at"], 500)
    for row in claimed:
        record(by, "attribution.approved", row, after=fields_of(row))
    return len(claimed)


@transaction.atomic
def reject(*, by: Actor, rows: Sequence[Attribution], reason: str) -> int:
    """Reject proposals; the proposer may take back his own this way."""
    claimed = _claim(rows)
    for row in claimed:
        row.state, row.reason = Attribution.State.REJECTED, reason
        row.decided_by, row.decided_at = by.name, by.at
    Attribution.objects.bulk_update(claimed, ["state", "reason", "decided_by", "decided_at"], 500)
    for row in claimed:
        record(by, "attribution.rejected", row, after={"reason": reason})
    return len(claimed)


@transaction.atomic
def end(*, by: Actor, row: Attribution, day: date, reason: str) -> None:
    """End an approved attribution: from that day on it counts no more."""
    row.refresh_from_db()
    if row.state != Attribution.State.APPROVED:
        raise ValidationError(_("Only an approved attribution is ended."))
    if day <= row.valid_from or (row.valid_to is not None and day >= row.valid_to):
        raise ValidationError(_("The day lies within the days of the attribution."))
    before = row.valid_to
    row.valid_to, row.ended_by, row.ended_at = day, by.name, by.at
    row.save(update_fields=["valid_to", "ended_by", "ended_at"])
    record(by, "attribution.ended", row, before={"valid_to": before},
           after={"valid_to": day, "reason": reason})  # fmt: skip


def _claim(rows: Sequence[Attribution]) -> list[Attribution]:
    """Read the rows anew, locked where the database can, and want them waiting."""
    wanted = [row.pk for row in rows]
    found: list[Attribution] = []
    for start in range(0, len(wanted), 500):
        some = Attribution.objects.select_for_update().filter(pk__in=wanted[start : start + 500])
        found += some.filter(state=Attribution.State.PROPOSED)
    if len(found) != len(set(wanted)) or not found:
        raise ValidationError(_("Somebody has decided this already. Load the page anew."))
    return found


def refuse_own(by: Actor, proposer: str) -> None:
    """Refuse to let somebody approve what he proposed himself, or proposed for whom he acts."""
    if proposer in (by.name, by.on_behalf_of):
        raise ValidationError(_("Somebody else than the proposer approves."))


def own_number(by: Actor) -> str:
    """Return the employee number of whoever acts, empty where he is no employee."""
    user = User.objects.select_related("employee").filter(username=by.name).first()
    return user.employee.employee_no if user and user.employee else ""


def refuse_excess(rows: Iterable[Attribution]) -> None:
    """Refuse rows that would bring an account or customer above the whole on some day."""
    listed = list(rows)
    keys = {key_of(row) for row in listed}
    pieces = approved_pieces(keys)
    for row in listed:
        pieces[key_of(row)].append((row.valid_from, row.valid_to, row.share_ppm))
    for key in sorted(pieces):
        over = above_whole(pieces[key])
        if over:
            raise ValidationError(
                _("%(what)s: %(share)s would be attributed from %(day)s on, more than all of it.")
                % {"what": key[0] or key[1], "share": share_text(over[0].total),
                   "day": over[0].valid_from}
            )  # fmt: skip


def approved_pieces(keys: Iterable[Key]) -> dict[Key, list[Piece]]:
    """Return the approved shares of each key."""
    found: dict[Key, list[Piece]] = {key: [] for key in keys}
    numbers = sorted({key[0] or key[1] for key in found})
    for start in range(0, len(numbers), 500):
        some = numbers[start : start + 500]
        rows = Attribution.objects.filter(state=Attribution.State.APPROVED).filter(
            Q(account_no__in=some) | Q(customer_no__in=some)
        )
        fields = ("account_no", "customer_no", "basis", "valid_from", "valid_to", "share_ppm")
        for account, customer, basis, begins, ends, share in rows.values_list(*fields):
            if (account, customer, basis) in found:
                found[account, customer, basis].append((begins, ends, share))
    return found


def fields_of(row: Attribution) -> dict[str, Any]:
    """Return what an attribution says, for the audit log."""
    names = ("account_no", "customer_no", "who", "basis", "role", "share_ppm", "valid_from",
             "valid_to")  # fmt: skip
    return {name: getattr(row, name) for name in names}


def names_of_employees(numbers: Iterable[str]) -> dict[str, str]:
    """Return employee number → name."""
    rows = Employee.objects.filter(employee_no__in=set(numbers))
    return dict(rows.values_list("employee_no", "name"))
