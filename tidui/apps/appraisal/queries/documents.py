"""Scheme documents and stored runs, parsed once per process: neither ever changes."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from tidui.apps.appraisal.models import CycleRun, SchemeVersion
from tidui.apps.ledger.folder import the_ledger
from tidui.core.appraisal.scheme.document import LoadedScheme, load_scheme
from tidui.ledger import LedgerError
from tidui.runs.folder import RunFolder, read_run


def loaded_scheme(version: SchemeVersion) -> LoadedScheme:
    """Return the document of a version.

    Raises
    ------
    LedgerError
        If the text is no sound scheme; an adopted one always is.
    """
    return _loaded(version.text, str(version))


@lru_cache(maxsize=64)
def _loaded(text: str, where: str) -> LoadedScheme:
    loaded, issues = load_scheme(text, where)
    if loaded is None:
        raise LedgerError(*issues)
    return loaded


def run_folder(run: CycleRun) -> RunFolder:
    """Return the folder of a stored run."""
    kind = "runs" if run.kind == CycleRun.Kind.FULL else "provisional"
    return _read(str(the_ledger().path / kind / run.name))


@lru_cache(maxsize=64)
def _read(path: str) -> RunFolder:
    return read_run(Path(path))
