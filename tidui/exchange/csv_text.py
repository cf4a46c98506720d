"""CSV into a staging table: decoded strictly, split by DuckDB, numbered as an editor numbers."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, TextIO

import duckdb

from tidui.exchange.faults import fault
from tidui.exchange.sql import file_literal, literal, name
from tidui.exchange.staging import (
    NEWLINE_IN_FIELD,
    FileLayout,
    StagedColumn,
    StagedFile,
    positions,
)

CHUNK: Final = 1 << 20
UNIT: Final = "\x1f"
LONGEST_LINE: Final = 1_000_000
MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def stage_csv(
    connection: Any, path: Path, table: str, asked: Sequence[str], layout: FileLayout,
    shown: str, scratch: Path,
) -> StagedFile:  # fmt: skip
    """Read the asked columns of a CSV; ``line`` is the physical line, header and blanks counted."""
    spool = scratch / f"{table}.txt"
    encoding, quoted = _decode(path, spool, layout, shown)
    delimiter = layout.delimiter
    if quoted:
        plain = scratch / f"{table}.split.txt"
        _split_quoted(spool, plain, layout, shown)
        spool, delimiter = plain, UNIT
    header = _header(spool, layout.header, delimiter, quoted, shown)
    at = positions(header, asked, shown)
    first = 2 if quoted else 1
    fields = "".join(f", fields[{index + first}] AS c{no}" for no, index in enumerate(at))
    line = "CAST(fields[1] AS BIGINT)" if quoted else "line"
    wide = len(header) + first - 1
    source = _lines(spool)
    try:
        connection.execute(
            f"CREATE TABLE {name(table)} AS SELECT {line} AS line, "
            f"CASE WHEN len(fields) <> {wide} THEN left(text, 200) END AS fault{fields} FROM "
            f"(SELECT line, text, string_split(text, {literal(delimiter)}) AS fields FROM {source} "
            f"WHERE line > {1 if quoted else layout.header} AND trim(text) <> '')"
        )
        rows = connection.execute(f"SELECT count(*) FROM {name(table)}").fetchall()[0][0]
        lines = connection.execute(f"SELECT count(*) FROM {source}").fetchall()[0][0]
    except duckdb.Error as error:
        raise fault(
            "exchange.broken-csv", shown, detail=str(error).splitlines()[0][:200]
        ) from error
    columns = tuple(StagedColumn(theirs, f"c{no}") for no, theirs in enumerate(asked))
    return StagedFile(table, columns, rows, lines, "csv", encoding)


def _lines(spool: Path) -> str:
    """Return the spool as numbered lines: one column, so that a bad line can't shift the next."""
    return (
        f"(SELECT row_number() OVER () AS line, text FROM read_csv({file_literal(spool)}, "
        "auto_detect = false, header = false, delim = '\x01', quote = '', escape = '', "
        f"comment = '', parallel = false, new_line = '\\n', max_line_size = {LONGEST_LINE}, "
        "columns = {'text': 'VARCHAR'}))"
    )


def _decode(path: Path, spool: Path, layout: FileLayout, shown: str) -> tuple[str, bool]:
    """Write the text as UTF-8 and tell its encoding and whether anything is quoted."""
    with path.open("rb") as stream:
        head = stream.read(4)
    marked = next((encoding for mark, encoding in MARKS if head.startswith(mark)), None)
    if layout.encoding is not None:
        tried: tuple[str, ...] = (layout.encoding,)
        if marked == "utf-8-sig" and layout.encoding.lower().replace("-", "") == "utf8":
            tried = (marked,)
    else:
        tried = (marked,) if marked else ("utf-8", "gb18030")
    for encoding in tried:
        try:
            return encoding, _transcode(path, spool, encoding, layout.quote, shown)
        except (UnicodeDecodeError, UnicodeError):
            continue
        except LookupError as error:
            raise fault("exchange.unknown-encoding", shown, encoding=encoding) from error
    raise fault("exchange.undecodable", shown, encoding=", ".join(tried))


def _transcode(path: Path, spool: Path, encoding: str, quote: str, shown: str) -> bool:
    quoted = False
    with (
        path.open("r", encoding=encoding, errors="strict", newline=None) as source,
        spool.open("w", encoding="utf-8", newline="\n") as target,
    ):
        while chunk := source.read(CHUNK):
            if any(sign in chunk for sign in ("\x00", "\x01", UNIT, NEWLINE_IN_FIELD)):
                raise fault("exchange.binary", shown)
            quoted = quoted or (quote != "" and quote in chunk)
            target.write(chunk)
    return quoted


def _split_quoted(spool: Path, plain: Path, layout: FileLayout, shown: str) -> None:
    """Resolve quotes, the slower way: each record becomes one line, led by its line number.

    The lines before the header are dropped: they may be a title and no CSV at all.
    """
    with (
        spool.open("r", encoding="utf-8", newline="") as source,
        plain.open("w", encoding="utf-8", newline="\n") as target,
    ):
        for _ in range(layout.header - 1):
            source.readline()
        _write_records(source, target, layout, shown)


def _write_records(source: TextIO, target: TextIO, layout: FileLayout, shown: str) -> None:
    reader = csv.reader(source, delimiter=layout.delimiter, quotechar=layout.quote, strict=True)
    above = layout.header - 1
    begun = 0
    try:
        for record in reader:
            line, begun = above + begun + 1, reader.line_num
            if record:
                fields = (field.replace("\n", NEWLINE_IN_FIELD) for field in record)
                target.write(f"{line}{UNIT}{UNIT.join(fields)}\n")
    except csv.Error as error:
        line = above + reader.line_num
        raise fault("exchange.broken-csv", f"{shown}:{line}", detail=str(error)[:200]) from error


def _header(spool: Path, header: int, delimiter: str, quoted: bool, shown: str) -> list[str]:
    with spool.open("r", encoding="utf-8", newline="\n") as stream:
        for _ in range(1 if quoted else header):
            text = stream.readline(LONGEST_LINE)
    if not text.strip():
        raise fault("exchange.empty-file", shown)
    fields = text.rstrip("\n").split(delimiter)
    return fields[1:] if quoted else fields
