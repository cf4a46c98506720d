"""The folder on disk: content-addressed files, scratch space, and who may sweep.

A file is written under a temporary name, synced, and renamed to the SHA-256 of its content; a file
that no entry names does not exist. A writer holds a shared lock, so that a sweep, which wants it
alone, never takes the file that another writer is about to enter.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import tempfile
import tomllib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import duckdb

from tidui.ledger.catalogue import Catalogue, create_catalogue
from tidui.ledger.faults import refusal
from tidui.ledger.tables import TABLES

CHUNK: Final = 1 << 20
STORES: Final = {"files": ".parquet", "originals": "", "rejects": ".csv"}


@dataclass(frozen=True, slots=True)
class Folder:
    """A ledger folder.

    Attributes:
        path: of the folder.
        base_currency: ISO 4217.
        masters: who may deliver a table, ``files`` or ``database``.
    """

    path: Path
    base_currency: str
    masters: Mapping[str, str]

    @property
    def catalogue(self) -> Catalogue:
        """Its catalogue."""
        return Catalogue(self.path / "catalogue.sqlite")

    def stored(self, store: str, sha256: str) -> Path:
        """Return where a content-addressed file lies."""
        return self.path / store / f"{sha256}{STORES[store]}"

    def store(self, store: str, written: Path, digest: str | None = None) -> str:
        """Sync a finished temporary file and rename it to its SHA-256, which is returned.

        The names survive a loss of power only after ``sync``, which comes before the entry.
        """
        digest = digest or hash_file(written)
        target = self.stored(store, digest)
        if target.exists():
            written.unlink()
            return digest
        with written.open("rb") as stream:
            os.fsync(stream.fileno())
        written.replace(target)
        return digest

    def sync(self) -> None:
        """Make the names of all stored files survive a loss of power."""
        for store in STORES:
            sync_folder(self.path / store)


def create_folder(path: Path, base_currency: str, masters: Mapping[str, str] | None) -> Folder:
    """Make an empty ledger folder; a folder that holds something is refused."""
    path.mkdir(parents=True, exist_ok=True)
    if any(path.iterdir()):
        raise refusal("ledger.not-empty", str(path))
    for store in STORES:
        (path / store).mkdir()
    create_catalogue(path / "catalogue.sqlite")
    chosen = dict.fromkeys(TABLES, "files") | dict(masters or {})
    lines = ['format = "ledger/1"', f'base_currency = "{base_currency}"', "", "[masters]"]
    lines += [f'{table} = "{master}"' for table, master in sorted(chosen.items())]
    (path / "ledger.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return open_folder(path)


def open_folder(path: Path) -> Folder:
    """Open an existing ledger folder."""
    try:
        settings: dict[str, Any] = tomllib.loads((path / "ledger.toml").read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise refusal("ledger.no-folder", str(path), detail=str(error)[:200]) from error
    if settings.get("format") != "ledger/1" or not (path / "catalogue.sqlite").is_file():
        raise refusal("ledger.no-folder", str(path), detail=str(settings.get("format")))
    return Folder(path, settings["base_currency"], settings.get("masters", {}))


def hash_file(path: Path) -> str:
    """Return the SHA-256 of a file's content."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def copy_file(source: Path, target: Path, told: Callable[[int], None]) -> str:
    """Copy a file and return the SHA-256 of what was copied; ``told`` hears the bytes."""
    digest, done = hashlib.sha256(), 0
    with source.open("rb") as reader, target.open("wb") as writer:
        while piece := reader.read(CHUNK):
            digest.update(piece)
            writer.write(piece)
            done += len(piece)
            told(done)
    return digest.hexdigest()


def sync_folder(path: Path) -> None:
    """Make a rename survive a loss of power."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def writing_in(folder: Folder) -> Iterator[Path]:
    """Hold the writers' lock and a scratch folder; sweep first where nobody else writes."""
    with (folder.path / "writers.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            sweep(folder)
        except BlockingIOError:
            pass
        fcntl.flock(lock, fcntl.LOCK_SH)
        root = folder.path / "scratch"
        root.mkdir(exist_ok=True)
        scratch = Path(tempfile.mkdtemp(dir=root))
        try:
            yield scratch
        finally:
            shutil.rmtree(scratch, ignore_errors=True)


def named_files(folder: Folder) -> set[Path]:
    """Return every file that an entry of the catalogue names."""
    found: set[Path] = set()
    for entry in folder.catalogue.entries():
        if entry.kind not in ("delivery", "revert"):
            continue
        payload = entry.payload
        for part in (*payload.get("parts", ()), *payload["effective"]):
            if part["sha256"] is not None:
                found.add(folder.stored("files", part["sha256"]))
        found |= {folder.stored("originals", file["sha256"]) for file in payload.get("files", ())}
        if payload.get("rejects") is not None:
            found.add(folder.stored("rejects", payload["rejects"]))
    return found


def stray_files(folder: Folder) -> tuple[Path, ...]:
    """Return files that no entry names: left by a load that was killed."""
    named = named_files(folder)
    lying = (path for store in STORES for path in (folder.path / store).iterdir())
    return tuple(sorted(path for path in lying if path not in named))


def sweep(folder: Folder) -> None:
    """Remove what no entry names; only under the lock that no writer holds."""
    for path in stray_files(folder):
        path.unlink()
    shutil.rmtree(folder.path / "scratch", ignore_errors=True)


def open_duckdb(scratch: Path | None, *, threads: int | None = None, memory: str = "2GB") -> Any:
    """Open DuckDB in memory, with a bound, and without anything that it would fetch by itself."""
    settings: dict[str, Any] = {
        "autoinstall_known_extensions": False, "autoload_known_extensions": False,
        "memory_limit": memory,
    }  # fmt: skip
    if scratch is not None:
        settings["temp_directory"] = str(scratch / "spill")
    if threads is not None:
        settings["threads"] = threads
    connection = duckdb.connect(":memory:", config=settings)
    connection.execute("SET TimeZone = 'UTC'")
    # Progress is shown by the command line, on a terminal alone.
    connection.execute("SET enable_progress_bar = false")
    return connection
