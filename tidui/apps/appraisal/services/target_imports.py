"""Importing targets: a table is checked row by row, applied once, and taken back whole."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from tidui.apps.appraisal.forms.plans import read_number
from tidui.apps.appraisal.models import Plan, Target, TargetImport
from tidui.apps.appraisal.queries.targets import (
    day_of_plan,
    needs_of,
    people_of_plan,
    standing_targets,
)
from tidui.apps.appraisal.services.plans import Typed, open_to_typing, scaled, type_targets
from tidui.apps.audit.services import Actor, record
from tidui.apps.files.services import file_path, store_upload
from tidui.apps.people.models import Employee, Unit
from tidui.core.appraisal.targets import TargetNeed
from tidui.exchange.faults import FileError
from tidui.exchange.previewing import TextRow, read_rows
from tidui.library.messages import sentence
from tidui.ui.pages import lang

COLUMNS = {
    "subject": ("工号或机构号", "Employee or unit number", "对象", "subject"),
    "indicator": ("指标", "Indicator", "indicator"),
    "value": ("目标", "Target", "value"),
    "unit": ("单位", "Unit", "unit"),
}
KINDS = (".xlsx", ".csv")
LIMIT = 20 * 2**20


def template_rows(plan: Plan, people: Iterable[Employee], english: bool) -> list[list[str]]:
    """Return the header and a row for each person and indicator, to be filled in."""
    header = [words[1 if english else 0] for words in COLUMNS.values()]
    needs = needs_of(plan)
    rows = [[one.employee_no, need.title[english], "", need.unit]
            for one in people for need in needs]  # fmt: skip
    return [header, *rows]


@transaction.atomic
def stage_import(
    *, by: Actor, plan: Plan, upload: Any, people: dict[str, Employee], units: dict[str, Unit]
) -> TargetImport:
    """Read and check a table; nothing is set yet.

    Parameters
    ----------
    people, units : mapping
        number → whoever the importer may set a target for; others are faults, as if unknown.
    """
    open_to_typing(plan)
    stored = store_upload(by=by, upload=upload, kinds=KINDS, limit=LIMIT)
    try:
        rows = read_rows(Path(file_path(stored.sha256)), COLUMNS, stored.name)
    except FileError as error:
        told = error.issue
        raise ValidationError(sentence(told.code, lang(), told.values)) from error
    good, faults = _check(plan, rows, people, units, by.today)
    made = TargetImport.objects.create(
        plan=plan, file_name=stored.name, sha256=stored.sha256, uploaded_by=by.name,
        uploaded_at=by.at, rows=good, faults=faults,
    )  # fmt: skip
    record(by, "target.import-checked", made, after={"rows": len(good), "faults": len(faults)})
    return made


def _check(
    plan: Plan,
    rows: list[TextRow],
    people: dict[str, Employee],
    units: dict[str, Unit],
    today: date,
) -> tuple[list[Any], list[Any]]:
    needs = {word: need for need in needs_of(plan) for word in (need.indicator, *need.title)}
    appraised = set(
        people_of_plan(plan, day_of_plan(plan, today)).values_list("employee_no", flat=True)
    )
    good: list[Any] = []
    faults: list[Any] = []
    seen: dict[tuple[str, str], int] = {}
    for row in rows:
        problem, entry = _read(row, needs, people, units, appraised)
        if entry is not None:
            key = (entry[0], entry[1])
            if key in seen:
                problem = _("stands in line %(line)s already") % {"line": seen[key]}
            seen.setdefault(key, row.line)
        if problem or entry is None:
            faults.append([row.line, row.cells["subject"][:60], problem])
        else:
            good.append([row.line, *entry])
    return good, faults


def _read(
    row: TextRow, needs: dict[str, TargetNeed], people: dict[str, Employee],
    units: dict[str, Unit], appraised: set[str],
) -> tuple[str, list[str] | None]:  # fmt: skip
    subject = row.cells["subject"]
    need = needs.get(row.cells["indicator"])
    if row.spoilt & {"subject", "value"}:
        return _("Excel has changed a long number: format the column as text"), None
    if subject not in people and subject not in units:
        return _("nobody of this number is yours to set a target for"), None
    if need is None:
        return _("no such indicator"), None
    if subject in people and subject not in appraised:
        return _("is not appraised by this scheme"), None
    if row.cells["unit"] not in ("", need.unit):
        return _("the unit must be %(unit)s") % {"unit": need.unit}, None
    try:
        value = read_number(row.cells["value"])
    except ValueError:
        return _("the target is no number"), None
    if value is None:
        return _("the target is missing"), None
    try:
        scaled(value, need.unit)
    except ValidationError as error:
        return str(error.messages[0]), None
    return "", [subject, need.indicator, str(value)]


@transaction.atomic
def apply_import(*, by: Actor, staged: TargetImport) -> int:
    """Set the targets of a checked table; return how many changed."""
    held = TargetImport.objects.select_for_update(of=("self",)).get(pk=staged.pk)
    if held.state != TargetImport.State.CHECKED:
        raise ValidationError(_("This table was applied already."))
    if held.faults:
        raise ValidationError(_("Correct the rows with faults and upload it again."))
    holders = _holders([row[1] for row in held.rows])
    known = standing_targets(held.plan, list(holders))
    held.undo = [
        [subject, indicator, _old(known, subject, indicator), value]
        for _line, subject, indicator, value in held.rows
    ]
    entries = [
        Typed(holders[subject], indicator, Fraction(value), check=False)
        for _line, subject, indicator, value in held.rows
    ]
    count = type_targets(by=by, plan=held.plan, entries=entries, how="imported")
    held.state, held.applied_at = TargetImport.State.APPLIED, by.at
    held.save()
    record(by, "target.import-applied", held, after={"changed": count})
    return count


def _old(known: dict[tuple[str, str], Target], subject: str, indicator: str) -> str | None:
    old = known.get((subject, indicator))
    return None if old is None else str(old.number)


def _holders(subjects: list[str]) -> dict[str, Employee | Unit]:
    found: dict[str, Employee | Unit] = {
        unit.org_code: unit for unit in Unit.objects.filter(org_code__in=subjects)
    }
    return found | {
        one.employee_no: one for one in Employee.objects.filter(employee_no__in=subjects)
    }


@transaction.atomic
def undo_import(*, by: Actor, staged: TargetImport) -> int:
    """Take an applied table back; where somebody has changed a target since, nothing is undone."""
    held = TargetImport.objects.select_for_update(of=("self",)).get(pk=staged.pk)
    if held.state != TargetImport.State.APPLIED:
        raise ValidationError(_("Only an applied table can be taken back."))
    holders = _holders([row[0] for row in held.undo])
    entries = [
        Typed(holders[subject], indicator, None if old is None else Fraction(old), Fraction(new))
        for subject, indicator, old, new in held.undo
    ]
    count = type_targets(by=by, plan=held.plan, entries=entries, how="import-undone")
    held.state = TargetImport.State.UNDONE
    held.save(update_fields=["state"])
    record(by, "target.import-undone", held, after={"changed": count})
    return count
