"""Load a delivery: copy, stage, check, shape, write; then one commit, the only moment of change."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any, Final

import duckdb

from tidui.core.calendar import day_number
from tidui.core.values import Issue, decimal_text, issue
from tidui.exchange import FileError, stage_file
from tidui.exchange.parquet import broken_page
from tidui.ledger.catalogue import Entry
from tidui.ledger.checks import (
    DeliveredFile,
    asked_columns,
    parse_files,
    reject_rows,
    row_rules,
)
from tidui.ledger.faults import LedgerError, refusal
from tidui.ledger.folder import Folder, copy_file, open_duckdb, writing_in
from tidui.ledger.mapping import Controls, MappingDocument, read_mapping
from tidui.ledger.parts import effective_rows, write_effective_parts, write_own_parts
from tidui.ledger.references import check_references
from tidui.ledger.rejects import place_rejects, reject_issues, write_rejects
from tidui.ledger.shapes import Shaped, shape_rows
from tidui.ledger.supersession import (
    Delivery,
    active_deliveries,
    plan_parts,
    touched_months,
    write_spans,
)
from tidui.ledger.tables import TABLES, Table

Progress = Callable[[int, int, str], None]
STAGES: Final = ("copy", "read", "check", "shape", "write", "commit")


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What became of a delivery.

    Attributes:
        delivery: number of its entry; None for a dry run.
        table: table it went into.
        feed: feed it belongs to.
        rows_in: data rows of the files; always ``rows_used + rows_rejected``.
        rows_used: rows that the ledger holds.
        rows_rejected: rows that it doesn't.
        amount_in: control figure: minor units of all readable amounts, currencies added alike.
        amount_used: of the used rows.
        amount_rejected: of the rejected rows.
        rejects_path: reject file, None if every row is used.
        already_loaded: whether the very same delivery was there; nothing changed then.
        issues: the first rejects, and notes on days missing or filled.
    """

    delivery: int | None
    table: str
    feed: str
    rows_in: int
    rows_used: int
    rows_rejected: int
    amount_in: int
    amount_used: int
    amount_rejected: int
    rejects_path: Path | None
    already_loaded: bool
    issues: tuple[Issue, ...]


@dataclass(slots=True)
class _Load:
    """A load under way: what is known so far."""

    folder: Folder
    table: Table
    mapping: MappingDocument
    scratch: Path
    connection: Any
    progress: Progress
    copies: list[tuple[Path, str, str]]
    files: list[DeliveredFile]
    shaped: Shaped
    counts: Mapping[str, int]

    def told(self, stage: str) -> None:
        self.progress(STAGES.index(stage), len(STAGES), stage)


def load_delivery(
    folder: Folder, files: Sequence[Path], *, table: str, mapping_text: str, at: str, by: str,
    coverage: tuple[date, date] | None = None,
    controls: Mapping[str, Any] | None = None, master: str = "files",
    progress: Progress | None = None, dry_run: bool = False,
    threads: int | None = None, memory: str = "2GB",
) -> LoadReport:  # fmt: skip
    """Load the files of one delivery; see ``Ledger.load``."""
    mapping = read_mapping(mapping_text, table=table, coverage=coverage)
    if folder.masters.get(table, "files") != master:
        raise refusal("ledger.other-master", table, table=table, master=folder.masters[table])
    if not files:
        raise refusal("exchange.empty-file", "")
    with writing_in(folder) as scratch:
        connection = open_duckdb(scratch, threads=threads, memory=memory)
        try:
            load = _Load(
                folder, TABLES[table], mapping, scratch, connection,
                progress or (lambda *_: None), [], [], Shaped(), {},
            )  # fmt: skip
            _copy(load, files)
            known = _already_loaded(load, folder.catalogue.entries())
            if known is not None:
                return known
            _convert(load, _controls(mapping, controls))
            return _report(load, None) if dry_run else _commit(load, at, by)
        except FileError as error:
            raise LedgerError(error.issue) from error
        finally:
            connection.close()


def _controls(mapping: MappingDocument, given: Mapping[str, Any] | None) -> Controls:
    return mapping.controls if given is None else Controls.model_validate(dict(given))


def _copy(load: _Load, files: Sequence[Path]) -> None:
    """Copy each file first: it can't change under our hands, and it is kept as it came."""
    load.told("copy")
    for number, path in enumerate(files):
        target = load.scratch / f"original_{number}"
        try:
            size = max(path.stat().st_size, 1)
            digest = copy_file(path, target, partial(_copied, load.progress, size))
        except OSError as error:
            detail = error.strerror or ""
            raise refusal("exchange.no-file", str(path), detail=detail) from error
        load.copies.append((target, path.name, digest))


def _copied(progress: Progress, size: int, done: int) -> None:
    progress(done, size, "copy")


def _identity(load: _Load) -> tuple[list[str], str]:
    return [digest for _, _, digest in load.copies], load.mapping.hash


def _already_loaded(load: _Load, entries: Sequence[Entry]) -> LoadReport | None:
    """Return the report of the same delivery if it is in the catalogue and not reverted."""
    digests, mapping = _identity(load)
    active = active_deliveries(entries)
    for entry in entries:
        payload = entry.payload
        if (
            entry.number in active
            and payload["mapping"]["sha256"] == mapping
            and [file["sha256"] for file in payload["files"]] == digests
        ):
            return report_of(load.folder, entry, already_loaded=True)
    return None


def report_of(folder: Folder, entry: Entry, *, already_loaded: bool = False) -> LoadReport:
    """Return the report of a delivery that the catalogue holds."""
    payload, rejects = entry.payload, entry.payload["rejects"]
    path = None if rejects is None else folder.stored("rejects", rejects)
    return _made(entry.number, payload["table"], payload["feed"], payload, path, (), already_loaded)


def _made(
    number: int | None, table: str, feed: str, counts: Mapping[str, Any], path: Path | None,
    issues: tuple[Issue, ...], already_loaded: bool = False,
) -> LoadReport:  # fmt: skip
    figures = {word: int(counts[word]) for word in COUNTS}
    return LoadReport(
        delivery=number, table=table, feed=feed, rejects_path=path, issues=issues,
        already_loaded=already_loaded, **figures,
    )  # fmt: skip


COUNTS: Final = (
    "rows_in", "rows_used", "rows_rejected", "amount_in", "amount_used", "amount_rejected",
)  # fmt: skip


def _convert(load: _Load, controls: Controls) -> None:
    """Bring the files into ``rows`` and ``rejects``, and check what the sender says of them."""
    connection, table, mapping = load.connection, load.table, load.mapping
    load.told("read")
    offset = 0
    for number, (copy, shown, _) in enumerate(load.copies):
        staged = stage_file(
            connection, copy, f"staged_{number}", asked_columns(mapping), mapping.layout,
            shown=shown, scratch=load.scratch,
        )  # fmt: skip
        load.files.append(DeliveredFile(staged, shown, offset))
        offset += staged.lines
    load.told("check")
    if mapping.coverage is None:
        raise refusal("mapping.no-coverage", "coverage")
    span = mapping.coverage.span
    try:
        parse_files(connection, table, mapping, load.files, tuple(controls.sums))
    except duckdb.Error as error:
        for file in load.files:
            found = broken_page(connection, file.staged, file.shown)
            if found is not None:
                raise found from error
        raise
    reject_rows(connection, row_rules(table, mapping, span))
    check_references(connection, load.folder, table, mapping)
    _check_controls(load, controls)
    load.told("shape")
    load.shaped = shape_rows(connection, table, mapping, span)
    place_rejects(connection, load.files)
    load.counts = _count(load)
    if load.counts["rows_used"] == 0:
        raise LedgerError(
            issue("ledger.nothing-usable", load.files[0].shown, rows=load.counts["rows_in"]),
            *reject_issues(connection),
        )


def _check_controls(load: _Load, controls: Controls) -> None:
    """Compare rows and sums with the sender's; a difference stops the whole delivery."""
    shown = load.files[0].shown
    rows = sum(file.staged.rows for file in load.files)
    problems = []
    if controls.rows is not None and controls.rows != rows:
        problems.append(issue("ledger.control-rows", shown, told=controls.rows, found=rows))
    for word, told in controls.sums.items():
        found = _delivered_sum(load, word)
        if found != Fraction(told):
            figures = {"told": format(Decimal(told), "f"), "found": decimal_text(found, 9)}
            problems.append(issue("ledger.control-sum", shown, column=word, **figures))
    if problems:
        raise LedgerError(*problems)


def _delivered_sum(load: _Load, word: str) -> Fraction:
    """Add up a column in the unit of the file."""
    column = load.table.column(word)
    groups = load.connection.execute(
        f'SELECT "p_{word}", CAST(sum(CAST("{column.physical}" AS HUGEINT)) AS VARCHAR) '
        f'FROM parsed WHERE "{column.physical}" IS NOT NULL GROUP BY ALL'
    ).fetchall()
    sign = -1 if load.mapping.columns[word].invert else 1
    return sum((Fraction(sign * int(total), 10**power) for power, total in groups), Fraction(0))


def _count(load: _Load) -> dict[str, int]:
    """Count rows and amounts three times over, each from its own side."""
    connection, money = load.connection, load.table.money
    amount = "0" if money is None else f"coalesce(sum(CAST({money} AS HUGEINT)), 0)"
    used = "sorted" if load.table.spans else "rows"
    used_rows, used_amount = connection.execute(
        f"SELECT count(*), {amount} FROM {used}"
    ).fetchall()[0]
    all_amount = connection.execute(f"SELECT {amount} FROM parsed").fetchall()[0][0]
    lost = "line IN (SELECT line FROM rejects)"
    lost_rows, lost_amount = connection.execute(
        f"SELECT count(*), {amount} FROM parsed WHERE {lost}"
    ).fetchall()[0]
    rows = sum(file.staged.rows for file in load.files)
    figures = (rows, used_rows, lost_rows, all_amount, used_amount, lost_amount)
    counts = dict(zip(COUNTS, map(int, figures), strict=True))
    balanced = rows == used_rows + lost_rows and all_amount == used_amount + lost_amount
    if not balanced:
        raise RuntimeError(f"rows or amounts got lost: {counts}")
    return counts


def _commit(load: _Load, at: str, by: str) -> LoadReport:
    """Write files outside the lock, enter them inside; after another commit write them anew."""
    load.told("write")
    folder = load.folder
    rejects = write_rejects(load.connection, folder, load.scratch)
    for path, _, digest in load.copies:
        folder.store("originals", path, digest)
    catalogue = folder.catalogue
    entries = catalogue.entries()
    payload = _payload(load, by, rejects, entries)
    load.told("commit")
    with catalogue.writing() as writer:
        now = catalogue.entries()
        known = _already_loaded(load, now)
        if known is not None:
            return known
        if len(now) != len(entries):
            payload = _payload(load, by, rejects, now)
        entry = writer.append("delivery", payload, at)
    load.progress(len(STAGES), len(STAGES), "commit")
    return _report(load, entry)


def _payload(load: _Load, by: str, rejects: str | None, entries: Sequence[Entry]) -> dict[str, Any]:
    """Write the parts for the entry that follows ``entries``, and return what it says."""
    mapping, table, number = load.mapping, load.table, len(entries) + 1
    if mapping.coverage is None:
        raise refusal("mapping.no-coverage", "coverage")
    span = mapping.coverage.span
    parts = write_own_parts(load.connection, load.folder, load.scratch, table, span, number)
    since = None if mapping.since is None else day_number(mapping.since)
    delivery = Delivery(
        number, table.name, mapping.feed, span, mapping.complete, since,
        load.shaped.missing, load.shaped.filled, parts,
    )  # fmt: skip
    effective = effective_after(load.connection, load.folder, load.scratch, [
        *(d for d in active_deliveries(entries).values()
          if (d.table, d.feed) == (table.name, mapping.feed)),
        delivery,
    ], delivery)  # fmt: skip
    load.folder.sync()
    return {
        "table": table.name, "feed": mapping.feed, "by": by,
        "coverage": write_spans([span])[0], "complete": mapping.complete,
        "since": None if mapping.since is None else mapping.since.isoformat(),
        "missing": write_spans(load.shaped.missing), "filled": write_spans(load.shaped.filled),
        "mapping": {
            "id": mapping.id, "version": mapping.version, "sha256": mapping.hash,
            "document": mapping.model_dump(by_alias=True, exclude_defaults=True),
        },
        "files": [
            {"name": file.shown, "sha256": digest, "lines_before": file.offset,
             "lines": file.staged.lines, "format": file.staged.format,
             "encoding": file.staged.encoding}
            for file, (_, _, digest) in zip(load.files, load.copies, strict=True)
        ],
        "rejects": rejects, **load.counts,
        "parts": [{"month": p.month, "sha256": p.sha256, "rows": p.rows} for p in parts],
        "effective": effective,
    }  # fmt: skip


def effective_after(
    connection: Any, folder: Folder, scratch: Path, deliveries: Sequence[Delivery],
    changed: Delivery,
) -> list[dict[str, Any]]:  # fmt: skip
    """Make the effective parts of the months that a delivery touches, out of those that count."""
    table = TABLES[changed.table]
    months = touched_months(changed.span, table.monthly)
    plan = plan_parts(deliveries, months)
    return effective_rows(write_effective_parts(connection, folder, scratch, table, plan))


def _report(load: _Load, entry: Entry | None) -> LoadReport:
    notes = list(reject_issues(load.connection))
    for code, spans in (("ledger.days-missing", load.shaped.missing),
                        ("ledger.days-filled", load.shaped.filled)):  # fmt: skip
        for first, last in write_spans(spans):
            severity = "warning" if code.endswith("missing") else "note"
            where = f"{load.table.name}/{load.mapping.feed}"
            notes.append(issue(code, where, severity, first=first, last=last))
    rejects = entry.payload["rejects"] if entry else None
    path = None if rejects is None else load.folder.stored("rejects", rejects)
    number = entry.number if entry else None
    return _made(number, load.table.name, load.mapping.feed, load.counts, path, tuple(notes))
