"""Parquet into a staging table, with its types."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb

from tidui.exchange.faults import FileError, fault
from tidui.exchange.sql import file_literal, name
from tidui.exchange.staging import PARQUET_MAGIC, StagedColumn, StagedFile, positions


def stage_parquet(
    connection: Any, path: Path, table: str, asked: Sequence[str], shown: str
) -> StagedFile:
    """Show the asked columns as a view, read when they are used; ``line`` counts rows from 1.

    A page that is broken shows only then: the caller asks ``broken_page``.
    """
    _check_ends(path, shown)
    source = f"read_parquet({file_literal(path)}, file_row_number = true)"
    try:
        described = connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()
        found = [row[0] for row in described if row[0] != "file_row_number"]
        types = {row[0]: str(row[1]) for row in described}
        at = positions(found, asked, shown)
        picked = [found[index] for index in at]
        for theirs in picked:
            if types[theirs].endswith("]") or types[theirs].startswith(("STRUCT", "MAP", "UNION")):
                raise fault("exchange.nested-column", shown, column=theirs, type=types[theirs][:80])
        fields = "".join(f", {name(column)} AS c{no}" for no, column in enumerate(picked))
        connection.execute(
            f"CREATE VIEW {name(table)} AS SELECT CAST(file_row_number + 1 AS BIGINT) AS line, "
            f"CAST(NULL AS VARCHAR) AS fault{fields} FROM {source}"
        )
        rows = connection.execute(f"SELECT count(*) FROM {name(table)}").fetchall()[0][0]
    except duckdb.Error as error:
        raise _broken(error, shown) from error
    columns = tuple(
        StagedColumn(theirs, f"c{no}", types[column])
        for no, (theirs, column) in enumerate(zip(asked, picked, strict=True))
    )
    return StagedFile(table, columns, rows, rows, "parquet")


def _check_ends(path: Path, shown: str) -> None:
    """Refuse a file without both signatures: a copy that broke off has lost its footer."""
    size = path.stat().st_size
    with path.open("rb") as stream:
        head = stream.read(4)
        stream.seek(max(size - 8, 0))
        tail = stream.read(8)
    length = int.from_bytes(tail[:4], "little")
    if size < 12 or head != PARQUET_MAGIC or tail[4:] != PARQUET_MAGIC or length + 12 > size:
        raise fault("exchange.broken-parquet", shown, detail="PAR1")


def broken_page(connection: Any, staged: StagedFile, shown: str) -> FileError | None:
    """Return the fault if the file can't be read to its end, None if the fault lies elsewhere."""
    read = ", ".join(f"max(CAST({column.sql} AS VARCHAR))" for column in staged.columns)
    try:
        connection.execute(f"SELECT {read} FROM {name(staged.table)}")
    except duckdb.Error as error:
        return _broken(error, shown)
    return None


def _broken(error: Exception, shown: str) -> FileError:
    return fault("exchange.broken-parquet", shown, detail=str(error).splitlines()[0][:200])
