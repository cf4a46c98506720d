"""Measures: a maker enters, a checker confirms; a correction is a new row that supersedes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from tidui.apps.audit.services import Actor, record
from tidui.apps.measures.models import Measure, MeasureImport
from tidui.apps.measures.values import Value, value_text
from tidui.apps.people.models import User
from tidui.core.calendar import parse_period

NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,59}\Z")
"""How a scheme names a measure."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What somebody enters."""

    subject: str
    measure: str
    period: str
    value: Value
    unit: str
    source: str


@transaction.atomic
def enter(
    *, by: Actor, entries: Sequence[Entry], imported: MeasureImport | None = None
) -> list[Measure]:
    """Enter measures, all or none; what is confirmed already is superseded once this is confirmed.

    Raises
    ------
    ValidationError
        If a name or period is none, or something waits for a check already.
    """
    made = []
    for entry in entries:
        _refuse_unsound(entry)
        same = Measure.objects.filter(
            subject=entry.subject, measure=entry.measure, period=entry.period
        )
        if same.filter(state=Measure.State.ENTERED).exists():
            raise ValidationError(
                _("%(subject)s: a value waits for its check already; check or withdraw it first.")
                % {"subject": entry.subject}
            )
        before = same.filter(state=Measure.State.CONFIRMED, current=True).first()
        row = Measure(
            subject=entry.subject, measure=entry.measure, period=entry.period,
            value=entry.value.number, scale=entry.value.scale, unit=entry.unit,
            source=entry.source, maker=by.name, entered_at=by.at, supersedes=before,
            imported=imported,
        )  # fmt: skip
        row.full_clean(validate_constraints=False)
        row.save(force_insert=True)
        record(by, "measure.entered", row, after=fields_of(row))
        made.append(row)
    return made


def _refuse_unsound(entry: Entry) -> None:
    if not NAME.match(entry.measure):
        raise ValidationError(_("A measure is named in small letters, like quality_score."))
    if not is_period(entry.period):
        raise ValidationError(_("Write a period as 2025, 2025Q3 or 2025-07."))


def is_period(text: str) -> bool:
    """Tell whether a text names a period."""
    try:
        parse_period(text)
    except ValueError:
        return False
    return True


@transaction.atomic
def confirm(*, by: Actor, rows: Sequence[Measure]) -> int:
    """Confirm what others entered; all or none.

    Raises
    ------
    ValidationError
        If one doesn't wait, was entered by whoever confirms, or is about himself.
    """
    claimed = _claim(rows)
    own = _own_number(by)
    for row in claimed:
        if row.maker in (by.name, by.on_behalf_of):
            raise ValidationError(_("Somebody else than the maker checks."))
        if own and row.subject == own:
            raise ValidationError(_("Nobody checks what is about himself."))
    for row in claimed:
        before = row.supersedes
        if before is not None:
            Measure.objects.filter(pk=before.pk).update(current=False)
        row.state, row.checker, row.checked_at = Measure.State.CONFIRMED, by.name, by.at
        row.save(update_fields=["state", "checker", "checked_at"])
        record(by, "measure.confirmed", row, before=fields_of(before) if before else None,
               after=fields_of(row))  # fmt: skip
    return len(claimed)


@transaction.atomic
def reject(*, by: Actor, rows: Sequence[Measure], reason: str) -> int:
    """Reject what waits; a maker may withdraw his own this way.

    What it would have superseded stays in force and may be corrected anew.
    """
    claimed = _claim(rows)
    for row in claimed:
        row.state, row.refusal = Measure.State.REJECTED, reason
        row.checker, row.checked_at = by.name, by.at
        row.supersedes, row.current = None, False
        row.save(
            update_fields=["state", "refusal", "checker", "checked_at", "supersedes", "current"]
        )
        record(by, "measure.rejected", row, after={"reason": reason})
    return len(claimed)


def _claim(rows: Sequence[Measure]) -> list[Measure]:
    wanted = [row.pk for row in rows]
    found: list[Measure] = []
    for start in range(0, len(wanted), 500):
        some = Measure.objects.select_for_update(of=("self",)).select_related("supersedes")
        found += some.filter(pk__in=wanted[start : start + 500], state=Measure.State.ENTERED)
    if len(found) != len(set(wanted)) or not found:
        raise ValidationError(_("Somebody has decided this already. Load the page anew."))
    return found


def _own_number(by: Actor) -> str:
    user = User.objects.select_related("employee").filter(username=by.name).first()
    return user.employee.employee_no if user and user.employee else ""


def fields_of(row: Measure) -> dict[str, Any]:
    """Return what a measure says, for the audit log."""
    return {
        "subject": row.subject, "measure": row.measure, "period": row.period,
        "value": value_text(row.number), "unit": row.unit, "source": row.source,
    }  # fmt: skip
