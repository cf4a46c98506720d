"""What a reader is told and what it leaves behind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from unicodedata import normalize

from tidui.exchange.faults import fault

ZIP_MAGIC: Final = b"PK\x03\x04"
OLE_MAGIC: Final = b"\xd0\xcf\x11\xe0"
PARQUET_MAGIC: Final = b"PAR1"
NEWLINE_IN_FIELD: Final = "\x1e"
"""Stands in the staging table for a line break inside a quoted field or a cell."""


@dataclass(frozen=True, slots=True)
class FileLayout:
    """How to read a file, as its mapping declares it.

    Attributes:
        encoding: of a CSV, None: byte order mark, else strict UTF-8, else GB18030.
        delimiter: of a CSV.
        quote: quoting sign of a CSV, empty if a quote is a character like any other.
        header: 1-based line of the header in CSV and Excel.
        sheet: name of the Excel sheet, None: the only one.
        accept_formulas: whether the stored value of a formula counts.
    """

    encoding: str | None = None
    delimiter: str = ","
    quote: str = '"'
    header: int = 1
    sheet: str | None = None
    accept_formulas: bool = False


@dataclass(frozen=True, slots=True)
class StagedColumn:
    """A column of the staging table.

    Attributes:
        theirs: its name in the file.
        sql: its name in the staging table.
        type: its DuckDB type, VARCHAR for CSV and Excel.
        cells: name of the column that holds the kind of each cell (Excel), else None: ``text``,
            ``number``, ``long`` (above 15 digits), ``date``, ``time``, ``bool``, ``error``,
            ``formula``, ``hollow`` (a formula without stored value), ``empty``.
    """

    theirs: str
    sql: str
    type: str = "VARCHAR"
    cells: str | None = None


@dataclass(frozen=True, slots=True)
class StagedFile:
    """A file in a staging table with ``line`` BIGINT and ``fault`` VARCHAR (wrong field count).

    Attributes:
        table: name of the staging table.
        columns: the asked columns.
        rows: data rows, blank lines not counted.
        lines: lines of the file, the header and blank ones included.
        format: ``csv``, ``excel`` or ``parquet``.
        encoding: what a CSV was read with.
    """

    table: str
    columns: tuple[StagedColumn, ...]
    rows: int
    lines: int
    format: str
    encoding: str | None = None


def tidy(text: str) -> str:
    """Return a name as people see it: NFKC, trimmed."""
    return normalize("NFKC", text).strip()


def positions(found: Sequence[str], asked: Sequence[str], shown: str) -> tuple[int, ...]:
    """Return where the asked columns stand in a header; each must stand there exactly once."""
    header = [tidy(word) for word in found]
    result = []
    for word in asked:
        times = header.count(tidy(word))
        if times != 1:
            code = "exchange.missing-column" if times == 0 else "exchange.duplicate-column"
            names = ", ".join(header[:40])
            raise fault(code, shown, column=word, found=names[:500])
        result.append(header.index(tidy(word)))
    return tuple(result)
