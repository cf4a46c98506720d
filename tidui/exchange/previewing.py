"""The first rows of a file as a person sees them, and small tables read whole as text."""

from __future__ import annotations

import codecs
import csv
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final

import duckdb
import python_calamine

from tidui.exchange.csv_text import MARKS
from tidui.exchange.excel import cell_text
from tidui.exchange.excel_package import check_package
from tidui.exchange.faults import fault
from tidui.exchange.reading import stage_file
from tidui.exchange.sql import file_literal, name
from tidui.exchange.staging import (
    NEWLINE_IN_FIELD,
    OLE_MAGIC,
    PARQUET_MAGIC,
    ZIP_MAGIC,
    FileLayout,
    tidy,
)

SHOWN: Final = 8
"""Rows of a preview."""
HEAD: Final = 1 << 18
"""Bytes of a text file that a preview decodes."""
LONGEST_CELL: Final = 80


@dataclass(frozen=True, slots=True)
class Preview:
    """How a file begins.

    Attributes:
        header: names of its columns.
        rows: its first data rows, cut to the length of the header.
        sheets: names of its sheets, empty where it has none.
    """

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    sheets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TextRow:
    """A row of a small table.

    Attributes:
        line: as a person counts it in the file.
        cells: column → text, trimmed; what the file doesn't have is empty.
        spoilt: columns whose number Excel has already rounded.
    """

    line: int
    cells: dict[str, str]
    spoilt: frozenset[str] = frozenset()


def preview_file(path: Path, layout: FileLayout, shown: str) -> Preview:
    """Read the header and the first rows of a file.

    Raises
    ------
    FileError
        If it can't be read as far as that.
    """
    with path.open("rb") as stream:
        magic = stream.read(4)
    if not magic:
        raise fault("exchange.empty-file", shown)
    if magic == PARQUET_MAGIC:
        return _parquet(path, shown)
    if magic == ZIP_MAGIC:
        return _excel(path, layout, shown)
    if magic == OLE_MAGIC:
        raise fault("exchange.excel-format", shown)
    rows = list(islice(_csv_rows(path, layout, shown), SHOWN + 1))
    if not rows:
        raise fault("exchange.empty-file", shown)
    return _made(rows)


def read_rows(path: Path, columns: Mapping[str, Sequence[str]], shown: str) -> list[TextRow]:
    """Read a small table whole: column of ours → headings under which it may stand.

    A column that the file doesn't have is empty in each row; the caller says what it needs.

    Raises
    ------
    FileError
        If the file can't be read, or has none of the columns.
    """
    layout = FileLayout()
    header = [tidy(word) for word in preview_file(path, layout, shown).header]
    found = {
        ours: heading
        for ours, headings in columns.items()
        if (heading := next((h for h in headings if tidy(h) in header), None)) is not None
    }
    if not found:
        wanted = "、".join(headings[0] for headings in columns.values())
        raise fault("exchange.missing-column", shown, column=wanted, found=", ".join(header)[:500])
    with (
        tempfile.TemporaryDirectory(prefix="tidui-rows-") as scratch,
        closing(duckdb.connect(":memory:")) as connection,
    ):
        staged = stage_file(
            connection, path, "rows", list(found.values()), layout, shown=shown,
            scratch=Path(scratch),
        )  # fmt: skip
        fields = ", ".join(
            f"CAST({column.sql} AS VARCHAR), {column.cells or 'NULL'}" for column in staged.columns
        )
        rows = connection.execute(f"SELECT line, {fields} FROM rows ORDER BY line").fetchall()
    return [_text_row(row, list(found), list(columns)) for row in rows]


def _text_row(row: tuple[Any, ...], found: Sequence[str], columns: Sequence[str]) -> TextRow:
    cells = dict.fromkeys(columns, "")
    spoilt = set()
    for number, ours in enumerate(found):
        text, kind = row[1 + 2 * number], row[2 + 2 * number]
        cells[ours] = tidy(text or "")
        if kind in ("long", "error", "formula", "hollow"):
            spoilt.add(ours)
    return TextRow(int(row[0]), cells, frozenset(spoilt))


def _made(rows: Sequence[Sequence[str]], sheets: Sequence[str] = ()) -> Preview:
    header = tuple(tidy(cell) for cell in rows[0])
    wide = len(header)
    shown = tuple(
        tuple(cell[:LONGEST_CELL] for cell in (*row, *[""] * wide)[:wide]) for row in rows[1:]
    )
    return Preview(header, shown, tuple(sheets))


def _csv_rows(path: Path, layout: FileLayout, shown: str) -> Iterator[list[str]]:
    with path.open("rb") as stream:
        head = stream.read(HEAD)
    lines = _decoded(head, layout, shown).splitlines(keepends=True)
    if len(head) == HEAD and len(lines) > 1:
        lines.pop()
    lines = lines[layout.header - 1 :]
    quoted: dict[str, Any] = {"quoting": csv.QUOTE_NONE}
    if layout.quote:
        quoted = {"quotechar": layout.quote}
    reader = csv.reader(lines, delimiter=layout.delimiter, **quoted)
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                yield [cell.replace("\n", NEWLINE_IN_FIELD) for cell in row]
    except csv.Error as error:
        raise fault("exchange.broken-csv", shown, detail=str(error)[:200]) from error


def _decoded(head: bytes, layout: FileLayout, shown: str) -> str:
    """Decode as the reader of whole files does; a character cut in two at the end is dropped."""
    marked = next((encoding for mark, encoding in MARKS if head.startswith(mark)), None)
    tried = (layout.encoding,) if layout.encoding else (marked,) if marked else ("utf-8", "gb18030")
    for encoding in tried:
        try:
            return codecs.getincrementaldecoder(str(encoding))("strict").decode(head)
        except UnicodeError:
            continue
        except LookupError as error:
            raise fault("exchange.unknown-encoding", shown, encoding=str(encoding)) from error
    raise fault("exchange.undecodable", shown, encoding=", ".join(map(str, tried)))


def _excel(path: Path, layout: FileLayout, shown: str) -> Preview:
    check_package(path, shown)
    try:
        book = python_calamine.load_workbook(str(path))
        sheets = list(book.sheet_names)
        wanted = layout.sheet if layout.sheet in sheets else sheets[0]
        rows = book.get_sheet_by_name(wanted).to_python(
            skip_empty_area=False, nrows=layout.header + SHOWN
        )
    except python_calamine.CalamineError as error:
        raise fault("exchange.broken-excel", shown, detail=str(error)[:200]) from error
    texts = [[cell_text(cell)[0] for cell in row] for row in rows[layout.header - 1 :]]
    if not texts:
        raise fault("exchange.no-rows", shown)
    return _made(texts, sheets)


def _parquet(path: Path, shown: str) -> Preview:
    try:
        with closing(duckdb.connect(":memory:")) as connection:
            source = f"read_parquet({file_literal(path)})"
            described = connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()
            header = [str(row[0]) for row in described]
            fields = ", ".join(f"CAST({name(word)} AS VARCHAR)" for word in header)
            rows = connection.execute(f"SELECT {fields} FROM {source} LIMIT {SHOWN}").fetchall()
    except duckdb.Error as error:
        detail = str(error).splitlines()[0][:200]
        raise fault("exchange.broken-parquet", shown, detail=detail) from error
    return _made([header, *[[cell or "" for cell in row] for row in rows]])
