"""A table of measures: checked row by row, entered whole, taken back whole."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tidui.apps.audit.services import Actor, record
from tidui.apps.files.services import file_path, store_upload
from tidui.apps.measures.models import Measure, MeasureImport
from tidui.apps.measures.services.measures import NAME, Entry, enter, is_period, reject
from tidui.apps.measures.values import Value, read_value
from tidui.exchange import FileError
from tidui.exchange.previewing import TextRow, read_rows
from tidui.library.messages import sentence
from tidui.ui.pages import lang

MOST_ROWS: Final = 20_000
COLUMNS: Final[dict[str, Sequence[str]]] = {
    "subject": ("对象", "subject"), "measure": ("指标", "measure"), "period": ("期间", "period"),
    "value": ("分值", "value"), "unit": ("单位", "unit"), "source": ("来源", "source"),
}  # fmt: skip
"""Column of ours → headings under which it may stand, Chinese and English."""

FAULTS: Final = {
    "spoilt": gettext_lazy("Excel has rounded this number; format the column as text."),
    "foreign": gettext_lazy("Nobody within your reach has this number."),
    "bad-name": gettext_lazy("A measure is named in small letters, like quality_score."),
    "bad-period": gettext_lazy("Write a period as 2025, 2025Q3 or 2025-07."),
    "bad-value": gettext_lazy("Write a plain number, a dash for unknown, or nothing."),
    "missing": gettext_lazy("This has to be filled in."),
    "twice": gettext_lazy("The same subject, measure and period stand in the file twice."),
    "waits": gettext_lazy("A value waits for its check already; check or withdraw it first."),
}
"""What may be wrong with a row, in the reader's language."""

Fault = tuple[int, str, str, str]
"""Line, column, value, code."""


def stage_import(*, by: Actor, upload: Any, reach: Collection[str]) -> MeasureImport:
    """Read and check a table; nothing is entered yet.

    ``reach`` holds everybody for whom the maker may enter: who is foreign to him is a fault like
    any other, and he doesn't learn whether the number is known.
    """
    stored = store_upload(by=by, upload=upload, kinds=(".csv", ".xlsx"))
    try:
        rows = read_rows(file_path(stored.sha256), dict(COLUMNS), stored.name)
    except FileError as error:
        found = error.issue
        raise ValidationError(sentence(found.code, lang(), found.values)) from error
    if len(rows) > MOST_ROWS:
        raise ValidationError(_("At most %(n)s rows are taken at once.") % {"n": MOST_ROWS})
    parsed, faults, empty = check_rows(rows, reach)
    with transaction.atomic():
        made = MeasureImport.objects.create(
            file_name=stored.name, sha256=stored.sha256, uploaded_by=by.name, uploaded_at=by.at,
            rows=parsed, faults=faults, count=len(rows), empty=empty,
            fault_count=len({fault[0] for fault in faults}),
        )  # fmt: skip
        told = {"sha256": stored.sha256, "rows": made.count, "faults": made.fault_count}
        record(by, "measure.import-checked", made, after=told)
    return made


def check_rows(
    rows: Sequence[TextRow], reach: Collection[str]
) -> tuple[list[dict[str, Any]], list[Fault], int]:
    """Return the rows as they would be entered, what is wrong, and how many deliver nothing."""
    parsed: list[dict[str, Any]] = []
    faults: list[Fault] = []
    empty = 0
    seen: set[tuple[str, str, str]] = set()
    waiting = set(
        Measure.objects.filter(
            state=Measure.State.ENTERED, measure__in={row.cells["measure"] for row in rows}
        ).values_list("subject", "measure", "period")
    )
    for row in rows:
        cells = row.cells
        if not cells["value"] and not row.spoilt:
            empty += 1
            continue
        key = (cells["subject"], cells["measure"], cells["period"])
        found = list(_faults(row, key[0] in reach))
        if key in seen:
            found.append((row.line, "subject", key[0], "twice"))
        if key in waiting:
            found.append((row.line, "subject", key[0], "waits"))
        seen.add(key)
        faults += found
        if not found:
            value = read_value(cells["value"]) or Value(None)
            parsed.append({**cells, "value": value.number, "scale": value.scale})
    return parsed, sorted(faults), empty


def _faults(row: TextRow, known: bool) -> Iterator[Fault]:
    cells = row.cells

    def fault(column: str, code: str) -> Fault:
        return row.line, column, cells[column][:200], code

    for column in sorted(row.spoilt):
        yield fault(column, "spoilt")
    if not known:
        yield fault("subject", "foreign")
    if not NAME.match(cells["measure"]):
        yield fault("measure", "bad-name")
    if not is_period(cells["period"]):
        yield fault("period", "bad-period")
    for column, longest in (("unit", 20), ("source", 200)):
        if not cells[column] or len(cells[column]) > longest:
            yield fault(column, "missing")
    try:
        read_value(cells["value"])
    except ValueError:
        yield fault("value", "bad-value")


@transaction.atomic
def apply_import(*, by: Actor, staged: MeasureImport) -> int:
    """Enter the rows of a checked table; it has to be free of faults."""
    found = _claim(staged, MeasureImport.State.CHECKED)
    if found.fault_count:
        raise ValidationError(_("Correct the rows with faults first, and upload the file again."))
    entries = [
        Entry(
            row["subject"], row["measure"], row["period"], Value(row["value"], row["scale"]),
            row["unit"], row["source"],
        )
        for row in found.rows
    ]  # fmt: skip
    made = enter(by=by, entries=entries, imported=found)
    found.state, found.applied_at = MeasureImport.State.APPLIED, by.at
    found.save(update_fields=["state", "applied_at"])
    record(by, "measure.import-applied", found, after={"rows": len(made)})
    return len(made)


@transaction.atomic
def undo_import(*, by: Actor, staged: MeasureImport, reason: str) -> int:
    """Withdraw the rows of a table, as long as none is confirmed."""
    found = _claim(staged, MeasureImport.State.APPLIED)
    if found.measures.filter(state=Measure.State.CONFIRMED).exists():
        raise ValidationError(_("Some of its rows are confirmed. Correct those by new values."))
    waiting = list(found.measures.filter(state=Measure.State.ENTERED))
    taken = reject(by=by, rows=waiting, reason=reason) if waiting else 0
    found.state = MeasureImport.State.UNDONE
    found.save(update_fields=["state"])
    record(by, "measure.import-undone", found, after={"rows": taken, "reason": reason})
    return taken


def _claim(staged: MeasureImport, state: str) -> MeasureImport:
    found = MeasureImport.objects.select_for_update().get(pk=staged.pk)
    if found.state != state:
        raise ValidationError(_("Somebody has done this already. Load the page anew."))
    return found
