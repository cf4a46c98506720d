"""Excel into a staging table: every cell as text with its kind, nothing rounded, nothing guessed.

An Excel number is a double: it becomes ``Decimal(repr(x))`` here and has at most 15 digits, or its
cell is marked ``long``. Formulas, errors and merged cells are looked up in the sheet's own XML,
because the reader returns 0 or nothing for them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import python_calamine

from tidui.exchange.csv_text import LONGEST_LINE, UNIT
from tidui.exchange.excel_package import MarkedCells, check_package, marked_cells
from tidui.exchange.faults import fault
from tidui.exchange.sql import file_literal, name
from tidui.exchange.staging import (
    NEWLINE_IN_FIELD,
    FileLayout,
    StagedColumn,
    StagedFile,
    positions,
)

DIGITS: Final = 15
"""Significant digits that a double holds for certain."""


def stage_excel(
    connection: Any, path: Path, table: str, asked: Sequence[str], layout: FileLayout,
    shown: str, scratch: Path,
) -> StagedFile:  # fmt: skip
    """Read the asked columns of one sheet; ``line`` is the row number that Excel shows."""
    check_package(path, shown)
    sheet_name, rows = _sheet(path, layout, shown)
    if len(rows) < layout.header:
        raise fault("exchange.no-rows", shown)
    at = positions([str(cell) for cell in rows[layout.header - 1]], asked, shown)
    marks = marked_cells(path, sheet_name, shown)
    spool = scratch / f"{table}.cells.txt"
    count = _write_cells(spool, rows, at, layout, marks)
    fields = "".join(f", 'c{no}': 'VARCHAR', 'k{no}': 'VARCHAR'" for no in range(len(at)))
    connection.execute(
        f"CREATE TABLE {name(table)} AS SELECT line, CAST(NULL AS VARCHAR) AS fault, "
        f"* EXCLUDE (line) FROM read_csv({file_literal(spool)}, auto_detect = false, "
        f"header = false, delim = '{UNIT}', quote = '', escape = '', comment = '', "
        f"new_line = '\\n', max_line_size = {LONGEST_LINE}, "
        f"columns = {{'line': 'BIGINT'{fields}}})"
    )
    columns = tuple(
        StagedColumn(theirs, f"c{no}", "VARCHAR", f"k{no}") for no, theirs in enumerate(asked)
    )
    return StagedFile(table, columns, count, len(rows), "excel")


def _sheet(path: Path, layout: FileLayout, shown: str) -> tuple[str, list[list[Any]]]:
    try:
        book = python_calamine.load_workbook(str(path))
        sheets = list(book.sheet_names)
        if layout.sheet is None and len(sheets) != 1:
            raise fault("exchange.name-the-sheet", shown, found=", ".join(sheets)[:300])
        wanted = sheets[0] if layout.sheet is None else layout.sheet
        if wanted not in sheets:
            found = ", ".join(sheets)[:300]
            raise fault("exchange.missing-sheet", shown, sheet=wanted, found=found)
        sheet = book.get_sheet_by_name(wanted)
        merged = sheet.merged_cell_ranges
        if merged:
            (row, column), _ = merged[0]
            raise fault("exchange.merged-cells", shown, cell=cell_name(row, column))
        return wanted, sheet.to_python(skip_empty_area=False)
    except python_calamine.CalamineError as error:
        raise fault("exchange.broken-excel", shown, detail=str(error)[:200]) from error


def _write_cells(
    spool: Path, rows: Sequence[Sequence[Any]], at: Sequence[int], layout: FileLayout,
    marks: MarkedCells,
) -> int:  # fmt: skip
    count = 0
    with spool.open("w", encoding="utf-8", newline="\n") as target:
        for number, row in enumerate(rows[layout.header :], layout.header + 1):
            cells = []
            for index in at:
                mark = marks.get((number, index))
                if mark == "formula" and layout.accept_formulas:
                    mark = None
                text, kind = cell_text(row[index] if index < len(row) else "")
                cells += [_one_line(text), mark or kind]
            if any(kind != "empty" for kind in cells[1::2]):
                count += 1
                target.write(f"{number}{UNIT}{UNIT.join(cells)}\n")
    return count


def cell_text(value: Any) -> tuple[str, str]:
    """Return the text of a cell and its kind; a number with more than 15 digits is ``long``.

    >>> cell_text(0.1), cell_text(1234567890123456789.0), cell_text(3.0)
    (('0.1', 'number'), ('1234567890123456800', 'long'), ('3', 'number'))
    """
    if value is None or value == "":
        return "", "empty"
    if isinstance(value, str):
        return value, "text"
    if isinstance(value, bool):
        return str(value).upper(), "bool"
    if isinstance(value, int | float):
        return _number_text(value)
    if isinstance(value, datetime):
        midnight = value.time() == time(0)
        return (value.date().isoformat(), "date") if midnight else (value.isoformat(), "time")
    if isinstance(value, date):
        return value.isoformat(), "date"
    return str(value), "time"


def _number_text(value: float) -> tuple[str, str]:
    exact = Decimal(repr(value))
    if not exact.is_finite():
        return str(value), "error"
    text = format(exact, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    digits = text.replace(".", "").lstrip("-0").rstrip("0")
    return text, "long" if len(digits) > DIGITS or abs(exact) >= 10**DIGITS else "number"


def _one_line(text: str) -> str:
    for sign in ("\r\n", "\r", "\n", "\x00", UNIT):
        text = text.replace(sign, NEWLINE_IN_FIELD)
    return text


def cell_name(row: int, column: int) -> str:
    """Return the name of a cell from its zero-based row and column.

    >>> cell_name(0, 0), cell_name(9, 27)
    ('A1', 'AB10')
    """
    letters = ""
    number = column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"
