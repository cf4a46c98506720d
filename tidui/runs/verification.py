"""Verifying a run: computed again from the ledger as it stood, and compared line by line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tidui.core.appraisal.chain import CALCULATION
from tidui.core.documents import canonical_json, sha256_text
from tidui.core.values import Issue, issue
from tidui.ledger import Ledger
from tidui.runs.appraisals import compute_run
from tidui.runs.closings import find_closing
from tidui.runs.folder import RunFolder, refuse_provisional, stage_files
from tidui.runs.past import read_past
from tidui.runs.stored import run_period

SHOWN = 20


@dataclass(frozen=True, slots=True)
class Verification:
    """What a verification compared and found.

    Attributes:
        lines: lines that were compared.
        issues: every difference found, the first of each file with its line.
    """

    lines: int
    issues: tuple[Issue, ...]


def verify_run(ledger: Ledger, run: RunFolder, *, engine: str = "duckdb") -> Verification:
    """Recompute a run from the ledger at the run's entry and compare every stored line.

    Under another number of the calculation the differences are what that change of numbers makes;
    the issue names the number that recomputes the period.
    """
    refuse_provisional(run)
    manifest = run.manifest
    issues = [found for found in ledger.verify() if found.severity == "error"]
    issues += _tampered(ledger, run)
    if manifest["calculation"] != CALCULATION:
        issues.append(
            issue("verify.other-calculation", run.name, "warning",
                  stored=manifest["calculation"], present=CALCULATION)
        )  # fmt: skip
    entry = int(manifest["ledger"]["entry"])
    period = run_period(run)
    past = read_past(ledger, period.text, entry)
    computed = compute_run(
        ledger.snapshot(entry), run.scheme, period, past, engine=engine,
        as_of=date.fromisoformat(manifest["as_of"]),
    )  # fmt: skip
    if computed.refused or computed.appraisal is None:
        return Verification(0, (*issues, *computed.issues))
    files = stage_files(
        computed.appraisal, computed.facts, computed.inputs, computed.questions.batches
    )
    lines = 0
    for name in sorted({*files, *manifest["results"]}):
        fresh = files.get(name, "").splitlines()
        stored = run.stored_text(name).splitlines() if name in manifest["results"] else []
        lines += len(fresh)
        issues.extend(_differences(name, stored, fresh))
    return Verification(lines, tuple(issues))


def _tampered(ledger: Ledger, run: RunFolder) -> list[Issue]:
    """Compare the stored files with the manifest, and the manifest with its closing."""
    issues = [
        issue("run.changed", run.name, file=name)
        for name, wanted in run.manifest["results"].items()
        if sha256_text(run.stored_text(name)) != wanted
    ]
    closing = find_closing(ledger, run.manifest["scheme"]["id"], run.manifest["period"])
    own = sha256_text(canonical_json(run.manifest))
    closed = closing is not None and closing.payload["run"] == run.name
    if closing is not None and closed and closing.payload["manifest"] != own:
        issues.append(issue("run.manifest-changed", run.name, entry=closing.number))
    return issues


def _differences(name: str, stored: list[str], fresh: list[str]) -> list[Issue]:
    issues = []
    for number in range(max(len(stored), len(fresh))):
        old = stored[number] if number < len(stored) else ""
        new = fresh[number] if number < len(fresh) else ""
        if old != new:
            issues.append(
                issue("verify.line-differs", f"{name}:{number + 1}", stored=old[:200],
                      fresh=new[:200])
            )  # fmt: skip
        if len(issues) == SHOWN:
            break
    return issues
