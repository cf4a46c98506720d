"""The ledger folder as its callers see it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from tidui.core.values import CURRENCY_EXPONENTS, Issue, issue
from tidui.ledger.catalogue import GENESIS, Entry
from tidui.ledger.deliveries import LoadReport, Progress, effective_after, load_delivery
from tidui.ledger.faults import refusal
from tidui.ledger.folder import (
    Folder,
    create_folder,
    hash_file,
    named_files,
    open_duckdb,
    open_folder,
    stray_files,
    writing_in,
)
from tidui.ledger.snapshots import Snapshot, file_of_line
from tidui.ledger.supersession import active_deliveries, delivery_of, effective_parts
from tidui.ledger.tables import TABLES

OWN_KINDS: Final = ("delivery", "revert")


@dataclass(frozen=True, slots=True)
class Ledger:
    """A ledger folder, open.

    Attributes:
        folder: where it lies and what it is set to.
    """

    folder: Folder

    @property
    def path(self) -> Path:
        """The folder."""
        return self.folder.path

    @property
    def base_currency(self) -> str:
        """ISO 4217 of the currency into which exchange rates lead."""
        return self.folder.base_currency

    def load(
        self, files: Path | Sequence[Path], *, table: str, mapping_text: str, at: str, by: str,
        coverage: tuple[date, date] | None = None, controls: Mapping[str, Any] | None = None,
        master: str = "files", progress: Progress | None = None, dry_run: bool = False,
        threads: int | None = None, memory: str = "2GB",
    ) -> LoadReport:  # fmt: skip
        """Load one delivery, of one file or several, into a table.

        Parameters
        ----------
        files : path or sequence of paths
            CSV, Excel or Parquet. Several files are one delivery with one coverage.
        table : str
            One of ``TABLES``.
        mapping_text : str
            The mapping document.
        at : str
            Moment of loading, UTC, for the catalogue.
        by : str
            Who loads.
        coverage : pair of dates, optional
            Replaces the coverage of the mapping, half-open.
        controls : mapping, optional
            ``rows`` and ``sums`` of the sender; replaces the mapping's.
        master : str
            Who delivers: ``files`` or ``database``.
        progress : callable, optional
            Called with (done, total, stage).
        dry_run : bool
            Check everything and leave the ledger as it is.
        threads, memory
            Bounds for DuckDB.

        Raises
        ------
        LedgerError
            If the mapping or a file as a whole is wrong; nothing has changed then.
        """
        several = [files] if isinstance(files, Path) else [Path(file) for file in files]
        return load_delivery(
            self.folder, several, table=table, mapping_text=mapping_text, at=at, by=by,
            coverage=coverage, controls=controls, master=master, progress=progress,
            dry_run=dry_run, threads=threads, memory=memory,
        )  # fmt: skip

    def revert(self, number: int, *, reason: str, by: str, at: str) -> Entry:
        """Take a delivery back: its feed becomes what it would be without it.

        Nothing is removed: the entry of the delivery, its file and its rows stay readable.
        """
        with writing_in(self.folder) as scratch, self.folder.catalogue.writing() as writer:
            entries = self.folder.catalogue.entries()
            named = next((entry for entry in entries if entry.number == number), None)
            if named is None or named.kind != "delivery":
                raise refusal("ledger.no-such-delivery", f"entry {number}", number=number)
            active = active_deliveries(entries)
            if number not in active:
                raise refusal("ledger.already-reverted", f"entry {number}", number=number)
            taken = delivery_of(named)
            rest = [
                item for item in active.values()
                if (item.table, item.feed) == (taken.table, taken.feed) and item.number != number
            ]  # fmt: skip
            connection = open_duckdb(scratch)
            try:
                effective = effective_after(connection, self.folder, scratch, rest, taken)
            finally:
                connection.close()
            self.folder.sync()
            payload = {
                "delivery": number, "table": taken.table, "feed": taken.feed, "reason": reason,
                "by": by, "effective": effective,
            }  # fmt: skip
            return writer.append("revert", payload, at)

    def append(
        self, kind: str, payload: Mapping[str, Any], *, at: str, since: int | None = None
    ) -> Entry:
        """Enter something that ``runs`` decides: a posting, a closing, a correction.

        Parameters
        ----------
        since : int, optional
            The last entry that the decision knows. Where ``runs`` entered anything after it, this
            is refused: two clerks who pay out at once would pay twice.
        """
        if kind in OWN_KINDS:
            raise ValueError(f"kind: {kind} entries are written by load and revert")
        with self.folder.catalogue.writing() as writer:
            for entry in self.entries(after=since) if since is not None else ():
                if entry.kind not in OWN_KINDS:
                    raise refusal("ledger.moved", f"entry {entry.number}", number=entry.number)
            return writer.append(kind, payload, at)

    def entries(self, kind: str | None = None, after: int = 0) -> tuple[Entry, ...]:
        """Return the entries after a number, of one kind or all."""
        return self.folder.catalogue.entries(kind, after)

    def head(self) -> tuple[int, str]:
        """Return number and hash of the last entry, 0 and zeros if there is none."""
        return self.folder.catalogue.head()

    def snapshot(self, at: int | None = None) -> Snapshot:
        """Return the state after entry ``at``, the last one if it isn't given."""
        entries = self.entries()
        if at is not None:
            if not 0 <= at <= len(entries):
                raise refusal("ledger.no-such-entry", f"entry {at}", number=at)
            entries = entries[:at]
        number, digest = (entries[-1].number, entries[-1].hash) if entries else (0, GENESIS)
        effective = tuple(
            (table, feed, tuple(part for _, part in sorted(months.items())))
            for (table, feed), months in sorted(effective_parts(entries).items())
        )
        deliveries = tuple(active_deliveries(entries).values())
        return Snapshot(self.folder, number, digest, deliveries, effective)

    def locate(self, delivery: int, line: int) -> tuple[str, int]:
        """Return the delivered file and the line there of a row of the ledger."""
        entry = next((e for e in self.entries("delivery") if e.number == delivery), None)
        if entry is None:
            raise refusal("ledger.no-such-delivery", f"entry {delivery}", number=delivery)
        return file_of_line(entry.payload["files"], line)

    def verify(self) -> tuple[Issue, ...]:
        """Check the chain and the content of every file; name strays, remove nothing."""
        problems = list(self.folder.catalogue.broken_links())
        for path in sorted(named_files(self.folder)):
            where = str(path.relative_to(self.path))
            if not path.is_file():
                problems.append(issue("ledger.file-lost", where))
            elif hash_file(path) != path.name.partition(".")[0]:
                problems.append(issue("ledger.file-changed", where))
        for path in stray_files(self.folder):
            where = str(path.relative_to(self.path))
            problems.append(issue("ledger.stray-file", where, "note"))
        return tuple(problems)


def create_ledger(
    path: Path, *, base_currency: str = "CNY", masters: Mapping[str, str] | None = None
) -> Ledger:
    """Make an empty ledger folder and open it."""
    if base_currency not in CURRENCY_EXPONENTS:
        raise refusal("ledger.unknown-currency", str(path), value=base_currency)
    for table, master in (masters or {}).items():
        if table not in TABLES or master not in ("files", "database"):
            raise ValueError(f"masters: {table} = {master}")
    return Ledger(create_folder(Path(path), base_currency, masters))


def open_ledger(path: Path) -> Ledger:
    """Open an existing ledger folder."""
    return Ledger(open_folder(Path(path)))
