"""Appraising: a snapshot and a scheme become a stored run."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Final

from tidui.core.appraisal.chain import Appraisal, Questions, appraise, prepare
from tidui.core.appraisal.checks.delivered import check_delivered_units
from tidui.core.appraisal.checks.static import check_scheme
from tidui.core.appraisal.facts import FactTable
from tidui.core.appraisal.inputs import Inputs
from tidui.core.appraisal.population import PopulationResult
from tidui.core.appraisal.questions import find_unknown_codes
from tidui.core.appraisal.scheme.document import LoadedScheme
from tidui.core.calendar import Period
from tidui.core.values import Issue
from tidui.ledger import Ledger, Snapshot
from tidui.runs.awaiting import as_warnings, await_rest
from tidui.runs.coverage import check_coverage, tables_read
from tidui.runs.doubts import check_holders, check_rejected_rows
from tidui.runs.folder import build_manifest, stage_files, write_run
from tidui.runs.gather import Progress, gather_facts
from tidui.runs.inputs import read_inputs
from tidui.runs.past import Past, check_past, read_past, with_closed

PLACES: Final = {"run": "runs", "simulation": "simulations", "provisional": "provisional"}
"""Where the folder keeps runs, by kind."""


@dataclass(frozen=True, slots=True)
class Computed:
    """A run before it is stored.

    Attributes:
        appraisal: the result; None where the run was refused before anything was computed.
        questions: subjects and requests.
        facts: the engine's answers.
        inputs: what was read beside the facts.
        issues: errors refuse the run.
    """

    appraisal: Appraisal | None
    questions: Questions
    facts: FactTable
    inputs: Inputs
    issues: tuple[Issue, ...]

    @property
    def refused(self) -> bool:
        """True where an error stops the run."""
        return any(found.severity == "error" for found in self.issues)


@dataclass(frozen=True, slots=True)
class Run:
    """A run that was computed and, unless it was refused, stored.

    Attributes:
        path: its folder, None where it was refused.
        computed: the result.
    """

    path: Path | None
    computed: Computed


def compute_run(
    snapshot: Snapshot,
    scheme: LoadedScheme,
    period: Period,
    past: Past,
    *,
    engine: str = "duckdb",
    as_of: date | None = None,
    booked_period: str | None = None,
    progress: Progress | None = None,
) -> Computed:
    """Compute a run over a snapshot; nothing is written.

    Coverage is checked before anything is computed: a day that was not delivered blocks.
    """
    body = scheme.scheme
    inputs = read_inputs(snapshot, as_of or period.to_on)
    inputs = replace(inputs, outcomes=with_closed(inputs.outcomes, past.outcomes))
    questions = prepare(body, period, inputs)
    nothing = FactTable(())
    if questions.issues:
        return Computed(None, questions, nothing, inputs, questions.issues)
    appraised = frozenset(row.id for row in questions.population.rows if row.appraised)
    issues = (
        *check_coverage(snapshot, period, tables_read(body, period, questions.batches)),
        *check_delivered_units(body, period, inputs, appraised),
    )
    if any(found.severity == "error" for found in issues):
        return Computed(None, questions, nothing, inputs, issues)
    gathered = gather_facts(engine, snapshot, questions.batches, progress)
    facts = gathered.facts
    unknown = find_unknown_codes(body, gathered.codes)
    issues = (*issues, *gathered.issues, *(as_warnings(unknown) if period.running else unknown))
    if any(item.severity == "error" for item in issues):
        return Computed(None, questions, facts, inputs, issues)
    result = appraise(
        body, period, inputs, questions.population, facts, past.entries, booked_period
    )
    if period.running:
        result = await_rest(result)
    return Computed(result, questions, facts, inputs, (*issues, *result.issues))


def _unsound(snapshot: Snapshot, scheme: LoadedScheme, period: Period) -> Computed | None:
    """Return the refusal of a scheme whose static checks fail, None for a sound one.

    A new run alone is refused: a closed one is verified and corrected under what it was closed
    with, whatever the checks have learned since.
    """
    faults = check_scheme(scheme.scheme)
    if not faults:
        return None
    inputs = read_inputs(snapshot, period.to_on)
    return Computed(
        None, Questions(PopulationResult((), ()), (), ()), FactTable(()), inputs, faults
    )


def run_appraisal(
    ledger: Ledger,
    scheme: LoadedScheme,
    period: Period,
    *,
    engine: str = "duckdb",
    as_of: date | None = None,
    entry: int | None = None,
    kind: str = "run",
    progress: Progress | None = None,
) -> Run:
    """Appraise a period and store the run in the place of its kind.

    Parameters
    ----------
    ledger : Ledger
        the folder.
    scheme : LoadedScheme
        with nothing open.
    period : Period
        a whole period of the scheme's length; a running one if provisional.
    entry : int, optional
        catalogue entry whose state is read; the newest if not given.
    kind : str
        ``run``, ``simulation`` or ``provisional``; only a run can be closed or posted.
    """
    if period.running != (kind == "provisional"):
        raise ValueError(f"kind: {kind} does not suit {period}")
    snapshot = ledger.snapshot(entry)
    past = read_past(ledger, period.text, entry)
    computed = _unsound(snapshot, scheme, period) or compute_run(
        snapshot, scheme, period, past, engine=engine, as_of=as_of, progress=progress
    )
    if computed.refused or computed.appraisal is None:
        return Run(None, computed)
    files = stage_files(
        computed.appraisal, computed.facts, computed.inputs, computed.questions.batches
    )
    manifest = build_manifest(
        period=period, scheme=scheme, snapshot=snapshot, inputs=computed.inputs, engine=engine,
        files=files, history=len(past.entries), kind=kind,
    )  # fmt: skip
    root = ledger.path / PLACES[kind]
    doubts = (
        *check_past(ledger, scheme.scheme, period, entry),
        *check_rejected_rows(ledger, snapshot, period),
        *check_holders(snapshot, computed.inputs, period),
    )
    told = replace(computed, issues=(*doubts, *computed.issues))
    return Run(write_run(root, manifest, scheme, files), told)
