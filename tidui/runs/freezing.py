"""Freezing: the tables whose master is the database become deliveries of the ledger folder.

A run reads the folder and nothing else. A table is frozen whole: all its rows, for all days. Two
freezes of the same rows, in whatever order they come, are one delivery; no row is lost silently.
"""

from __future__ import annotations

import csv
import re
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

from tidui.core.documents import print_document
from tidui.core.values import Issue, issue
from tidui.ledger import TABLES, Entry, Ledger, LedgerError, Table, read_mapping
from tidui.ledger.folder import hash_file

FEED: Final = "tidui"
ALL_DAYS: Final = (date(1900, 1, 1), date(9999, 12, 31))
MOST_PLACES: Final = 9
"""Decimals that the ledger can hold of a number."""
_BREAKS: Final = re.compile(r"[\t\r\n\v\f]+")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")

Rows = Sequence[Mapping[str, object]]


@dataclass(frozen=True, slots=True)
class Frozen:
    """What became of a table.

    Attributes:
        table: its name.
        rows: rows that the ledger now holds of feed ``tidui``.
        delivery: entry that holds them; None for a table without rows.
        changed: whether anything was entered; False where the ledger held the same rows already.
    """

    table: str
    rows: int
    delivery: int | None
    changed: bool


@dataclass(frozen=True, slots=True)
class _Ready:
    """A table as the file and the mapping that deliver it."""

    table: Table
    path: Path
    columns: dict[str, dict[str, Any]]
    keys: tuple[str, ...]

    def mapping(self, version: int) -> str:
        """Print the mapping; a version of its own makes a return to old rows a new delivery."""
        document = {
            "format": "mapping/1", "id": f"{FEED}-{self.table.name}", "version": version,
            "title": {"zh": self.table.name, "en": self.table.name}, "table": self.table.name,
            "feed": FEED, "coverage": {"from": ALL_DAYS[0], "to": ALL_DAYS[1]}, "complete": True,
            "columns": self.columns,
        }  # fmt: skip
        return print_document(document)


def freeze(ledger: Ledger, tables: Mapping[str, Rows], *, at: str, by: str) -> tuple[Frozen, ...]:
    """Bring the rows of the database into the ledger folder.

    All tables are checked before the first is entered. A freeze that was killed is finished by
    doing it again.

    Parameters
    ----------
    ledger : Ledger
        its ``ledger.toml`` must name the database as master of each table.
    tables : mapping
        table → all its rows, each a mapping of the words of ``TABLES[table].columns`` to text,
        date, int, Decimal, Fraction or None. A share or rate is a fraction of one (60 % is
        ``Decimal("0.6")``), money is minor units. Line breaks in texts become blanks.
    at, by : str
        moment (UTC) and person, for the catalogue.

    Raises
    ------
    LedgerError
        If a row can't be frozen: each is named with its reason, and nothing has changed.
    """
    for name in tables:
        if ledger.folder.masters.get(name, "files") != "database":
            master = ledger.folder.masters.get(name, "files")
            raise LedgerError(issue("ledger.other-master", name, table=name, master=master))
    with tempfile.TemporaryDirectory(prefix="tidui-freeze-") as scratch:
        issues: list[Issue] = []
        ready: list[_Ready] = []
        for name, rows in tables.items():
            table, faults = _write(Path(scratch), TABLES[name], rows)
            ready.append(table)
            issues += faults or _rejects(ledger, table, at, by)
        if issues:
            raise LedgerError(*issues)
        return tuple(_enter(ledger, table, at, by) for table in ready)


def _write(scratch: Path, table: Table, rows: Rows) -> tuple[_Ready, list[Issue]]:
    """Write a table's file, its rows in one order whatever order they came in."""
    if table.grain == "balances":
        raise ValueError(f"tables: {table.name} is never the database's")
    known = {column.name: column.kind for column in table.columns}
    issues: list[Issue] = []
    lines: list[tuple[str, ...]] = []
    for row in rows:
        unknown = set(row) - set(known)
        if unknown:
            raise ValueError(f"tables: {table.name} has no column {sorted(unknown)[0]}")
        texts = {name: _text(kind, row.get(name)) for name, kind in known.items()}
        lines.append(tuple(texts.values()))
        issues += _faults(table, row, texts)
    lines.sort()
    path = scratch / f"{table.name}.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(known)
        writer.writerows(lines)
    numbers = [place for place, kind in enumerate(known.values()) if kind == "number"]
    places = max((_places(line[n]) for line in lines for n in numbers), default=0)
    columns = {name: _rule(name, kind, places) for name, kind in known.items()}
    words = _key_words(table)
    keys = tuple(_key(words, dict(zip(known, line, strict=True))) for line in lines)
    return _Ready(table, path, columns, keys), issues


def _key_words(table: Table) -> list[str]:
    """Return the columns that name a row for people: those of its key, and when it begins."""
    names = [column.name for column in table.columns if column.physical in table.key]
    return [*names, "valid_from"] if table.grain == "interval" else names


def _key(words: list[str], texts: Mapping[str, str]) -> str:
    return " ".join(texts[word] for word in words if texts[word])


def _text(kind: str, value: object) -> str:
    """Print a value as the ledger reads it; a value of another type is a programming error."""
    if value is None:
        return ""
    if kind in ("text", "currency", "period") and isinstance(value, str):
        return _BREAKS.sub(" ", value).strip()
    if kind == "day" and isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    numeric = kind in ("share", "rate", "number", "money", "integer", "class")
    if numeric and isinstance(value, int | Decimal | Fraction) and not isinstance(value, bool):
        return _decimal(Fraction(value))
    raise TypeError(f"value: {type(value).__name__} in a column of kind {kind}")


def _decimal(value: Fraction) -> str:
    """Print a fraction in full; one that never ends stays a fraction, which is then a fault."""
    raised = value * 10**MOST_PLACES
    if raised.denominator != 1:
        return str(value)
    whole, rest = divmod(abs(raised.numerator), 10**MOST_PLACES)
    digits = f"{rest:0{MOST_PLACES}}".rstrip("0")
    return ("-" if value < 0 else "") + f"{whole}" + (f".{digits}" if digits else "")


def _places(text: str) -> int:
    return len(text.partition(".")[2])


def _faults(table: Table, row: Mapping[str, object], texts: Mapping[str, str]) -> list[Issue]:
    """Name what the file could not carry: control characters, numbers without an end."""
    found = []
    for name, text in texts.items():
        endless = "/" in text and isinstance(row[name], Fraction)
        if endless or _CONTROL.search(text):
            code = "freeze.endless-number" if endless else "freeze.control-character"
            where = f"{table.name} {_key(_key_words(table), texts)}"
            shown = _CONTROL.sub("?", text)[:200]
            found.append(Issue(code, where, (("column", name), ("value", shown))))
    return found


def _rule(name: str, kind: str, places: int) -> dict[str, Any]:
    """Say how a column of the file is read; all numbers of a table have the same decimals."""
    rule: dict[str, Any] = {"column": name}
    if kind in ("share", "rate"):
        rule["unit"] = "fraction"
    if kind == "money":
        rule["unit"] = "minor"
    if kind == "number":
        rule["decimals"] = places
    if kind in ("money", "number", "rate"):
        rule["negative"] = ["leading"]
    return rule


def _rejects(ledger: Ledger, ready: _Ready, at: str, by: str) -> list[Issue]:
    """Try the delivery and return what would be rejected, each row by its key and not its line."""
    in_force = _in_force(ledger, _deliveries(ledger, ready.table.name))
    if not ready.keys or (in_force and _same(in_force[-1], ready)):
        return []
    try:
        report = ledger.load(
            ready.path, table=ready.table.name, mapping_text=ready.mapping(1), at=at, by=by,
            master="database", dry_run=True,
        )  # fmt: skip
    except LedgerError as error:
        if error.issue.code != "ledger.nothing-usable":
            raise
        rejected, told = len(ready.keys), list(error.issues[1:])
    else:
        rejected, told = report.rows_rejected, list(report.issues)
    if not rejected:
        return []
    name = ready.table.name
    named = [
        Issue(found.code, f"{name} {ready.keys[int(dict(found.values)['line']) - 2]}", found.values)
        for found in told
        if "line" in dict(found.values)
    ]
    return [issue("freeze.rejected", name, table=name, rows=rejected), *named]


def _enter(ledger: Ledger, ready: _Ready, at: str, by: str) -> Frozen:
    """Load a table unless the ledger holds just this; one without rows takes back what it had."""
    name = ready.table.name
    entries = _deliveries(ledger, name)
    in_force = _in_force(ledger, entries)
    if not ready.keys:
        # A delivery without a row can't be loaded. From the oldest on, so that no freeze of
        # earlier comes back into force if this is killed on its way.
        for entry in in_force:
            ledger.revert(entry.number, reason="frozen without rows", by=by, at=at)
        return Frozen(name, 0, None, bool(in_force))
    if in_force and _same(in_force[-1], ready):
        return Frozen(name, len(ready.keys), in_force[-1].number, False)
    version = 1 + max((int(entry.payload["mapping"]["version"]) for entry in entries), default=0)
    report = ledger.load(
        ready.path, table=name, mapping_text=ready.mapping(version), at=at, by=by,
        master="database",
    )  # fmt: skip
    return Frozen(name, report.rows_used, report.delivery, not report.already_loaded)


def _deliveries(ledger: Ledger, table: str) -> list[Entry]:
    """Return every freeze of a table, oldest first, those taken back too."""
    found = (e for e in ledger.entries("delivery") if e.payload["table"] == table)
    return [entry for entry in found if entry.payload["feed"] == FEED]


def _in_force(ledger: Ledger, entries: Sequence[Entry]) -> list[Entry]:
    active = {item.number for item in ledger.snapshot().deliveries}
    return [entry for entry in entries if entry.number in active]


def _same(entry: Entry, ready: _Ready) -> bool:
    mapping = entry.payload["mapping"]
    own = read_mapping(ready.mapping(int(mapping["version"])), table=ready.table.name)
    files = [file["sha256"] for file in entry.payload["files"]]
    return bool(own.hash == mapping["sha256"] and files == [hash_file(ready.path)])
