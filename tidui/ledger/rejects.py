"""The reject file: each row that was not used, with the reason and the remedy in both languages."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from tidui.core.values import Issue, issue
from tidui.exchange.sql import literal
from tidui.ledger.checks import DeliveredFile
from tidui.ledger.folder import Folder
from tidui.library.messages import messages

SHOWN: Final = 20
"""Rejects that a report names one by one; the file holds all."""
COLUMNS: Final = (
    "file", "line", "column", "value", "code", "reason_zh", "reason_en", "remedy_zh", "remedy_en",
)  # fmt: skip


def place_rejects(connection: Any, files: Sequence[DeliveredFile]) -> None:
    """Give each reject its file and the line there."""
    for file in files:
        last = file.offset + file.staged.lines
        connection.execute(
            f"UPDATE rejects SET file = {literal(file.shown)}, row_line = line - {file.offset} "
            f"WHERE file = '' AND line > {file.offset} AND line <= {last}"
        )


def reject_issues(connection: Any) -> tuple[Issue, ...]:
    """Return the first rejects as issues."""
    rows = connection.execute(
        "SELECT file, row_line, column_name, value, code FROM rejects "
        f"ORDER BY line, column_name, code LIMIT {SHOWN}"
    ).fetchall()
    return tuple(
        issue(code, f"{file}:{line}", column=column, value=value or "", line=line)
        for file, line, column, value, code in rows
    )


def write_rejects(connection: Any, folder: Folder, scratch: Path) -> str | None:
    """Write the reject file and return its SHA-256, None if every row is used."""
    codes = [row[0] for row in connection.execute("SELECT DISTINCT code FROM rejects").fetchall()]
    if not codes:
        return None
    known = messages()
    texts = ", ".join(
        "(" + ", ".join(
            literal(text)
            for text in (
                code, known[code].sentence["zh"], known[code].sentence["en"],
                known[code].remedy["zh"], known[code].remedy["en"],
            )
        ) + ")"
        for code in codes
    )  # fmt: skip
    sentences = ", ".join(f"{_filled(word)} AS {word}" for word in COLUMNS[5:])
    body = scratch / "rejects.body.csv"
    connection.execute(
        f"COPY (SELECT {_safe('file')} AS file, row_line AS line, column_name AS column, "
        f"{_safe('shown')} AS value, code, {sentences} FROM (SELECT *, "
        "replace(coalesce(value, ''), chr(30), ' ') AS shown FROM rejects) r "
        f"JOIN (VALUES {texts}) t(code, {', '.join(COLUMNS[5:])}) USING (code) "
        f"ORDER BY r.line, column_name, code) TO {literal(str(body))} (FORMAT csv, HEADER)"
    )
    whole = scratch / "rejects.csv"
    with body.open("rb") as source, whole.open("wb") as target:
        target.write(b"\xef\xbb\xbf")
        while piece := source.read(1 << 20):
            target.write(piece)
    return folder.store("rejects", whole)


def _filled(word: str) -> str:
    text = f"replace({word}, '{{column}}', column_name)"
    text = f"replace({text}, '{{line}}', CAST(row_line AS VARCHAR))"
    return f"replace({text}, '{{value}}', shown)"


def _safe(word: str) -> str:
    """Return the SQL of a text that a spreadsheet won't take for a formula."""
    risky = f"regexp_matches({word}, '^[-=+@\\t\\r]')"
    risky += f" AND NOT regexp_full_match({word}, '[-+]?[0-9][0-9., ]*')"
    return f"CASE WHEN {risky} THEN '''' || {word} ELSE {word} END"
