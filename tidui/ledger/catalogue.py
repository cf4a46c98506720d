"""The catalogue: what happened to the ledger, in order, each entry chained to the one before.

``catalogue.sqlite`` is the only mutable file of the folder, and it only grows: triggers refuse
UPDATE and DELETE, and an entry that doesn't follow the last one. Committing an entry is the one
moment at which anything changes.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tidui.core.documents import canonical_json, sha256_text
from tidui.core.values import Issue, issue

GENESIS: Final = "0" * 64
"""Hash before the first entry."""
PATIENCE: Final = 600.0
"""Seconds that a writer waits for another one's commit."""

_SCHEMA: Final = f"""
CREATE TABLE entries (
    number INTEGER PRIMARY KEY, kind TEXT NOT NULL, at TEXT NOT NULL, payload TEXT NOT NULL,
    previous TEXT NOT NULL, hash TEXT NOT NULL UNIQUE
) STRICT;
CREATE TRIGGER no_update BEFORE UPDATE ON entries
BEGIN SELECT RAISE(ABORT, 'the catalogue only grows'); END;
CREATE TRIGGER no_delete BEFORE DELETE ON entries
BEGIN SELECT RAISE(ABORT, 'the catalogue only grows'); END;
CREATE TRIGGER in_order BEFORE INSERT ON entries
WHEN NEW.number <> (SELECT coalesce(max(number), 0) + 1 FROM entries)
  OR NEW.previous <> coalesce(
    (SELECT hash FROM entries ORDER BY number DESC LIMIT 1), '{GENESIS}')
BEGIN SELECT RAISE(ABORT, 'the entry does not follow the last one'); END;
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the catalogue.

    Attributes:
        number: 1, 2, 3 …
        kind: ``delivery``, ``revert``, or a kind of ``runs`` (posting, closing, correction).
        at: moment in UTC as its writer passed it in.
        payload: what happened, as a document.
        previous: hash of the entry before.
        hash: SHA-256 of ``previous`` and the canonical JSON of the rest.
    """

    number: int
    kind: str
    at: str
    payload: Mapping[str, Any]
    previous: str
    hash: str


def entry_hash(number: int, kind: str, at: str, payload: Any, previous: str) -> str:
    """Return the hash that chains an entry to the one before."""
    rest = canonical_json({"number": number, "kind": kind, "at": at, "payload": payload})
    return sha256_text(previous + rest)


def create_catalogue(path: Path) -> None:
    """Make an empty catalogue; an existing file raises ``FileExistsError``."""
    path.touch(exist_ok=False)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.executescript(_SCHEMA)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The catalogue of one folder.

    Attributes:
        path: of the SQLite file.
    """

    path: Path

    def head(self) -> tuple[int, str]:
        """Return number and hash of the last entry, 0 and zeros if there is none."""
        with closing(self._connect()) as connection:
            return _head(connection)

    def entries(self, kind: str | None = None, after: int = 0) -> tuple[Entry, ...]:
        """Return the entries after a number, of one kind or all."""
        with closing(self._connect()) as connection:
            rows = connection.execute(
                "SELECT number, kind, at, payload, previous, hash FROM entries "
                "WHERE number > ? AND (? IS NULL OR kind = ?) ORDER BY number",
                (after, kind, kind),
            )
            return tuple(Entry(n, k, a, json.loads(p), prev, h) for n, k, a, p, prev, h in rows)

    @contextmanager
    def writing(self) -> Iterator[Writer]:
        """Hold the write lock: what is read inside can't change before the commit."""
        with closing(self._connect()) as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield Writer(connection)
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")

    def broken_links(self) -> tuple[Issue, ...]:
        """Return one issue for each entry whose number, link or hash is not what it must be."""
        problems = []
        previous, expected = GENESIS, 1
        for entry in self.entries():
            where = f"entry {entry.number}"
            if entry.number != expected:
                problems.append(issue("ledger.chain-gap", where, expected=expected))
            if entry.previous != previous:
                problems.append(issue("ledger.chain-link", where, number=entry.number))
            made = entry_hash(entry.number, entry.kind, entry.at, entry.payload, entry.previous)
            if entry.hash != made:
                problems.append(issue("ledger.chain-hash", where, number=entry.number))
            previous, expected = entry.hash, entry.number + 1
        return tuple(problems)

    def _connect(self) -> sqlite3.Connection:
        uri = f"{self.path.absolute().as_uri()}?mode=rw"
        connection = sqlite3.connect(uri, uri=True, isolation_level=None, timeout=PATIENCE)
        connection.execute("PRAGMA synchronous = EXTRA")
        return connection


@dataclass(frozen=True, slots=True)
class Writer:
    """The right to write, inside ``Catalogue.writing``."""

    connection: sqlite3.Connection

    def head(self) -> tuple[int, str]:
        """Return number and hash of the last entry."""
        return _head(self.connection)

    def append(self, kind: str, payload: Mapping[str, Any], at: str) -> Entry:
        """Add an entry; it exists once the lock is let go without an error."""
        last, previous = self.head()
        text = canonical_json(payload)
        plain = json.loads(text)
        digest = entry_hash(last + 1, kind, at, plain, previous)
        self.connection.execute(
            "INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?)",
            (last + 1, kind, at, text, previous, digest),
        )
        return Entry(last + 1, kind, at, plain, previous, digest)


def _head(connection: sqlite3.Connection) -> tuple[int, str]:
    row = connection.execute(
        "SELECT number, hash FROM entries ORDER BY number DESC LIMIT 1"
    ).fetchone()
    return (int(row[0]), str(row[1])) if row else (0, GENESIS)
