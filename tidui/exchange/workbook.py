"""Tables for people: sheets written as Excel, CSV or JSON, exact figures in every one."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import xlsxwriter

from tidui.core.documents import canonical_json

Cell = str | int | Fraction | None
MAX_EXCEL_DIGITS: Final = 15
SUFFIXES: Final = (".xlsx", ".csv", ".json")
"""Kinds of file that tables are written to."""
FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")
_NUMBER: Final = re.compile(r"[-+]?[0-9][0-9.,/]*")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table.

    Attributes:
        name: name of the sheet or file, at most 31 characters.
        title: line above the table, in the reader's language; empty for none.
        header: column titles.
        rows: text, integers and exact numbers; None is an empty cell.
        places: decimals that a column's numbers are printed with, None for as many as it has.
    """

    name: str
    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    places: tuple[int | None, ...] = ()


def write_tables(path: Path, sheets: Sequence[Sheet]) -> None:
    """Write sheets to a file, by its suffix: ``.xlsx``, ``.json``, or ``.csv`` for the first one.

    A cell that begins like a formula is written as text, never run.

    Raises
    ------
    ValueError
        If the suffix is none of these.
    """
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise ValueError(f"path: {suffix!r} is none of {', '.join(SUFFIXES)}")
    writers = {".xlsx": _write_excel, ".json": _write_json, ".csv": _write_csv}
    writers[suffix](path, sheets)


def plain_cell(cell: Cell, places: int | None = None) -> Any:
    """Return a cell as text or integer; a fraction as its decimal, or as n/d if it has no end."""
    if isinstance(cell, Fraction):
        if cell.denominator == 1 and places is None:
            return cell.numerator
        return _decimal(cell) if _ends(cell.denominator) else str(cell)
    return cell


def _decimal(cell: Fraction) -> str:
    """Print a fraction that ends, with all of its digits."""
    places = max(_power(cell.denominator, 2), _power(cell.denominator, 5))
    digits = str(abs(cell.numerator) * 10**places // cell.denominator).rjust(places + 1, "0")
    whole = f"{digits[:-places]}.{digits[-places:]}" if places else digits
    return f"-{whole}" if cell < 0 else whole


def _power(number: int, prime: int) -> int:
    count = 0
    while number % prime == 0:
        number, count = number // prime, count + 1
    return count


def _ends(denominator: int) -> bool:
    for prime in (2, 5):
        while denominator % prime == 0:
            denominator //= prime
    return denominator == 1


def csv_text(sheet: Sheet) -> str:
    """Print a sheet as CSV with a header."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(map(_inert, sheet.header))
    for row in sheet.rows:
        writer.writerow(["" if cell is None else _inert(plain_cell(cell)) for cell in row])
    return buffer.getvalue()


def _inert(cell: Any) -> Any:
    """Keep a spreadsheet from running text that looks like a formula."""
    if isinstance(cell, str) and cell[:1] in FORMULA_STARTS and not _NUMBER.fullmatch(cell):
        return "'" + cell
    return cell


def json_text(sheets: Sequence[Sheet]) -> str:
    """Print sheets as JSON: name → list of rows by column."""
    body = {
        sheet.name: [
            dict(zip(sheet.header, (plain_cell(cell) for cell in row), strict=True))
            for row in sheet.rows
        ]
        for sheet in sheets
    }
    return canonical_json(body) + "\n"


def _write_json(path: Path, sheets: Sequence[Sheet]) -> None:
    path.write_text(json_text(sheets), encoding="utf-8")


def _write_csv(path: Path, sheets: Sequence[Sheet]) -> None:
    path.write_text(csv_text(sheets[0]), encoding="utf-8-sig", newline="")


def _write_excel(path: Path, sheets: Sequence[Sheet]) -> None:
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        title = book.add_format({"bold": True, "font_size": 14})
        for sheet in sheets:
            _write_sheet(book, sheet, head, title)


def _write_sheet(book: Any, sheet: Sheet, head: Any, title: Any) -> None:
    page = book.add_worksheet(sheet.name[:31])
    top = 0
    if sheet.title:
        page.write_string(0, 0, sheet.title, title)
        top = 2
    places = sheet.places or (None,) * len(sheet.header)
    formats = {p: book.add_format({"num_format": _number_format(p)}) for p in set(places)}
    for column, text in enumerate(sheet.header):
        page.write_string(top, column, text, head)
        width = max([len(text) * 2, *(len(str(row[column] or "")) for row in sheet.rows[:50])])
        page.set_column(column, column, min(40, max(8, width)))
    for number, row in enumerate(sheet.rows, start=top + 1):
        for column, cell in enumerate(row):
            _write_cell(page, number, column, cell, formats[places[column]])
    page.freeze_panes(top + 1, 1)
    if sheet.rows:
        page.autofilter(top, 0, top + len(sheet.rows), len(sheet.header) - 1)


def _number_format(places: int | None) -> str:
    if places is None:
        return "General"
    return "#,##0" + ("." + "0" * places if places else "")


def _write_cell(page: Any, row: int, column: int, cell: Cell, style: Any) -> None:
    """Write numbers that Excel can hold exactly as numbers, and all others as text."""
    if cell is None:
        return
    plain = plain_cell(cell)
    if isinstance(cell, str):
        page.write_string(row, column, cell)
    elif isinstance(plain, int | str) and _fits(str(plain)):
        page.write_number(row, column, float(plain), style)
    elif isinstance(cell, Fraction):
        page.write_number(row, column, cell.numerator / cell.denominator, style)
    else:
        page.write_string(row, column, str(plain))


def _fits(text: str) -> bool:
    digits = text.replace("-", "").replace(".", "")
    return digits.isdigit() and len(digits.lstrip("0")) <= MAX_EXCEL_DIGITS
