"""The folder of a run: manifest, scheme, and one canonical JSON-lines file per stage."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tidui.core.appraisal.chain import CALCULATION, Appraisal
from tidui.core.appraisal.facts import FactTable
from tidui.core.appraisal.inputs import Inputs
from tidui.core.appraisal.questions import Batch
from tidui.core.appraisal.scheme.document import LoadedScheme, load_scheme
from tidui.core.calendar import Period
from tidui.core.documents import canonical_json, sha256_text
from tidui.core.values import issue
from tidui.ledger import LedgerError, Snapshot
from tidui.runs.records import pack, print_lines

FORMAT: Final = "run/1"


@dataclass(frozen=True, slots=True)
class RunFolder:
    """A stored run.

    Attributes:
        path: its folder.
        manifest: what it was made from and what came out, by name and hash.
        scheme: the scheme that it ran.
    """

    path: Path
    manifest: dict[str, Any]
    scheme: LoadedScheme

    @property
    def name(self) -> str:
        """Name of the run, also that of its folder."""
        return self.path.name

    def text(self, file: str) -> str:
        """Return the text of one of its files; a changed one raises ``LedgerError``."""
        text = self.stored_text(file)
        if sha256_text(text) != self.manifest["results"].get(file):
            raise LedgerError(issue("run.changed", self.name, file=file))
        return text

    def stored_text(self, file: str) -> str:
        """Return the text of one of its files as it stands there, empty if it is gone."""
        path = self.path / file
        return path.read_text(encoding="utf-8") if path.exists() else ""


def refuse_provisional(run: RunFolder) -> None:
    """Refuse what only a run of a whole period may be used for.

    Raises
    ------
    LedgerError
        If the run is one of a running period.
    """
    if run.manifest["kind"] == "provisional":
        period, as_of = str(run.manifest["period"]), str(run.manifest["as_of"])
        raise LedgerError(issue("run.provisional", run.name, period=period, as_of=as_of))


def stage_files(
    appraisal: Appraisal, facts: FactTable, inputs: Inputs, batches: tuple[Batch, ...]
) -> dict[str, str]:
    """Print every stage of an appraisal: file name → text, sorted by subject within each."""
    board = appraisal.board
    files = {
        "subjects.jsonl": print_lines(appraisal.subjects),
        "batches.jsonl": print_lines(batches),
        "facts.jsonl": print_lines(facts.rows),
        "customers.jsonl": print_lines(facts.customers),
    }
    for stage in ("indicators", "scores", "pay"):
        names = [name for name, entry in board.entries.items() if entry.stage == stage]
        rows = ([s, name, board.columns[name][s]] for s in board.subjects for name in names)
        files[f"{stage}.jsonl"] = print_lines(rows)
    files["ranks.jsonl"] = print_lines(
        [s, name, places[s]] for s in board.subjects for name, places in board.places.items()
    )
    files["classes.jsonl"] = print_lines(
        [s, name, found[s]] for s in board.subjects for name, found in board.classes.items()
    )
    files["shared.jsonl"] = print_lines(
        [s, name, shared[s]] for s in board.subjects for name, shared in board.shared.items()
    )
    files["grades.jsonl"] = print_lines(appraisal.grades[s] for s in sorted(appraisal.grades))
    files["payslips.jsonl"] = print_lines(appraisal.pay[s] for s in sorted(appraisal.pay))
    for name in ("employees", "measures", "targets", "outcomes", "rates", "loan_events"):
        files[f"inputs-{name}.jsonl"] = print_lines(_known(getattr(inputs, name), appraisal, name))
    return files


def _known(rows: Iterable[Any], appraisal: Appraisal, name: str) -> list[Any]:
    """Keep what the run's subjects and period read; rates and people are kept whole."""
    period = appraisal.board.period.text
    kept = list(rows)
    if name in ("measures", "targets"):
        kept = [row for row in kept if row.period == period]
    return sorted(kept, key=lambda row: canonical_json(pack(row)))


def build_manifest(
    *,
    period: Period,
    scheme: LoadedScheme,
    snapshot: Snapshot,
    inputs: Inputs,
    engine: str,
    files: dict[str, str],
    history: int,
    kind: str,
) -> dict[str, Any]:
    """State what a run was made from and the hash of each of its results.

    The engine is named but changes nothing: every engine gives the same facts.
    """
    body = scheme.scheme
    return {
        "format": FORMAT,
        "kind": kind,
        "calculation": CALCULATION,
        "period": period.text,
        "as_of": inputs.as_of,
        "base_currency": inputs.base_currency,
        "scheme": {"id": body.id, "version": body.version, "sha256": scheme.sha256},
        "ledger": {"entry": snapshot.number, "hash": snapshot.hash},
        "history": history,
        "engine": engine,
        "readings": {
            key: text if isinstance(text, str) else {"zh": text.zh, "en": text.en}
            for key, text in body.readings.items()
        },
        "results": {name: sha256_text(text) for name, text in sorted(files.items())},
    }


def run_name(manifest: dict[str, Any]) -> str:
    """Name a run after its period, scheme and the hash of what it was made from.

    The same inputs give the same name, whatever engine computed it.
    """
    made_from = {key: value for key, value in manifest.items() if key not in ("engine", "results")}
    scheme = manifest["scheme"]
    short = sha256_text(canonical_json(made_from))[:10]
    return f"{manifest['period']}-{scheme['id']}-v{scheme['version']}-{short}"


def write_run(
    root: Path, manifest: dict[str, Any], scheme: LoadedScheme, files: dict[str, str]
) -> Path:
    """Write a run under a temporary name and rename it: it is there whole or not at all.

    Raises
    ------
    LedgerError
        If the same run is stored already and its files are not what was computed now.
    """
    target = root / run_name(manifest)
    if target.exists():
        stored = read_run(target)
        for name, text in files.items():
            if stored.text(name) != text:
                raise LedgerError(issue("run.changed", target.name, file=name))
        return target
    root.mkdir(parents=True, exist_ok=True)
    making = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=root))
    texts = {**files, "scheme.yaml": scheme.text + "\n"}
    texts["manifest.json"] = canonical_json(manifest) + "\n"
    for name, text in texts.items():
        with (making / name).open("w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
    try:
        making.rename(target)
    except OSError:
        # Somebody stored the same run in the meantime: the same name means the same content.
        shutil.rmtree(making)
        if not target.exists():
            raise
    return target


def read_run(path: Path) -> RunFolder:
    """Read a run's manifest and scheme.

    Raises
    ------
    LedgerError
        If the folder holds no run, or its scheme is not the one that its manifest names.
    """
    try:
        manifest = json.loads((path / "manifest.json").read_text(encoding="utf-8"))
        text = (path / "scheme.yaml").read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise LedgerError(issue("run.not-found", str(path))) from error
    loaded, faults = load_scheme(text, "scheme.yaml")
    if loaded is None:
        raise LedgerError(faults[0])
    if loaded.sha256 != manifest["scheme"]["sha256"]:
        raise LedgerError(issue("run.scheme-changed", str(path)))
    return RunFolder(path, manifest, loaded)
