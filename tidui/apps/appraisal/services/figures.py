"""Figures that a form sends, put into the text of a draft at their places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from django.core.exceptions import ValidationError

from tidui.apps.appraisal.models import SchemeVersion
from tidui.apps.appraisal.queries.figures import Group, Table
from tidui.apps.appraisal.services.schemes import edit_scheme
from tidui.apps.audit.services import Actor
from tidui.core.appraisal.scheme.edits import EditError, add_value, set_rows, set_values
from tidui.library.messages import issue_text
from tidui.ui.pages import lang

Row = Mapping[str, str]


@dataclass(slots=True)
class FigureEdits:
    """What somebody changed on the page of figures.

    Attributes:
        values: path → new value.
        tables: path of a table → its rows as they should be.
        dated: path of a parameter's values → (date, value) to be added.
    """

    values: dict[str, str] = field(default_factory=dict)
    tables: dict[str, list[Row]] = field(default_factory=dict)
    dated: dict[str, tuple[str, str]] = field(default_factory=dict)


def read_edits(sent: Mapping[str, str], groups: Sequence[Group]) -> FigureEdits:
    """Read what a form sent against what the document holds; the same value is no change."""
    edits = FigureEdits()
    for group in groups:
        for figure in group.figures:
            new = sent.get(f"v:{figure.path}", figure.value).strip()
            if new and not _same(new, figure.value):
                edits.values[figure.path] = new
        for table in group.tables:
            if table.path.startswith("parameters."):
                _read_dated(sent, table, edits)
            else:
                _read_table(sent, table, edits)
    return edits


def _same(new: str, old: str) -> bool:
    plain = [text.replace("_", "").replace(",", "").replace("，", "") for text in (new, old)]
    return plain[0] == plain[1]


def _read_dated(sent: Mapping[str, str], table: Table, edits: FigureEdits) -> None:
    for row in table.rows:
        new = sent.get(f"v:{row[1].path}", row[1].value).strip()
        if new and not _same(new, row[1].value):
            edits.values[row[1].path] = new
    day = sent.get(f"n:{table.path}:date", "").strip()
    value = sent.get(f"n:{table.path}:value", "").strip()
    if day and value:
        edits.dated[table.path] = (day, value)


def _read_table(sent: Mapping[str, str], table: Table, edits: FigureEdits) -> None:
    rows: list[Row] = []
    touched = False
    for number, cells in enumerate(table.rows):
        if table.grows and sent.get(f"d:{table.path}[{number}]"):
            touched = True
            continue
        row = {}
        for cell in cells:
            new = cell.source if cell.fixed else sent.get(f"v:{cell.path}", cell.source).strip()
            touched = touched or (not cell.fixed and not _same(new, cell.source))
            if new:
                row[cell.key] = new
        rows.append(row)
    added = {key: sent.get(f"n:{table.path}:{key}", "").strip() for key, _ in table.columns}
    if table.grows and any(added.values()):
        rows = _in_order([*rows, {key: value for key, value in added.items() if value}])
        touched = True
    if touched:
        edits.tables[table.path] = rows


def _in_order(rows: list[Row]) -> list[Row]:
    """Put a new row among the others by its lower bound, in the direction that they have."""
    if not any("from" in row for row in rows):
        return rows
    bounds = [_bound(row) for row in rows[:-1]]
    return sorted(rows, key=_bound, reverse=len(bounds) > 1 and bounds[0] > bounds[-1])


def _bound(row: Row) -> Decimal:
    try:
        return Decimal(row["from"].replace("_", "").replace(",", ""))
    except (KeyError, InvalidOperation):
        return Decimal("-Infinity")


def apply_edits(text: str, edits: FigureEdits) -> str:
    """Return the text with the edits in their places; ``EditError`` for one that fits nowhere."""
    text = set_values(text, edits.values) if edits.values else text
    for path, rows in edits.tables.items():
        text = set_rows(text, path, rows)
    for path, (day, value) in edits.dated.items():
        text = add_value(text, path, day, value)
    return text


def edit_figures(
    *, by: Actor, version: SchemeVersion, edits: FigureEdits, lock: int
) -> SchemeVersion:
    """Save changed figures of a draft; everything else in its text stays as it was written."""
    try:
        text = apply_edits(version.text, edits)
    except EditError as error:
        raise ValidationError(issue_text(error.issue, lang())) from error
    return edit_scheme(by=by, version=version, text=text, lock=lock)
