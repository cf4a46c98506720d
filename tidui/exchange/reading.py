"""One door for all formats: look at the file, stage the asked columns."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tidui.exchange.csv_text import stage_csv
from tidui.exchange.excel import stage_excel
from tidui.exchange.faults import fault
from tidui.exchange.parquet import stage_parquet
from tidui.exchange.staging import (
    OLE_MAGIC,
    PARQUET_MAGIC,
    ZIP_MAGIC,
    FileLayout,
    StagedFile,
)


def stage_file(
    connection: Any, path: Path, table: str, asked: Sequence[str], layout: FileLayout, *,
    shown: str, scratch: Path,
) -> StagedFile:  # fmt: skip
    """Read one file into a new staging table.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        Where the table is made.
    path : Path
        The file.
    table : str
        Name of the table.
    asked : sequence of str
        Columns by their names in the file.
    layout : FileLayout
        What the mapping declares.
    shown : str
        Name of the file in messages.
    scratch : Path
        An existing folder for spools; the caller removes it.

    Raises
    ------
    FileError
        For anything that is wrong with the file as a whole.
    """
    with path.open("rb") as stream:
        magic = stream.read(4)
    if not magic:
        raise fault("exchange.empty-file", shown)
    if magic == PARQUET_MAGIC or shown.lower().endswith(".parquet"):
        staged = stage_parquet(connection, path, table, asked, shown)
    elif magic == ZIP_MAGIC:
        staged = stage_excel(connection, path, table, asked, layout, shown, scratch)
    elif magic == OLE_MAGIC or shown.lower().endswith((".xls", ".xlsb", ".ods", ".xlsx")):
        raise fault("exchange.excel-format", shown)
    else:
        staged = stage_csv(connection, path, table, asked, layout, shown, scratch)
    if staged.rows == 0:
        raise fault("exchange.no-rows", shown)
    return staged
