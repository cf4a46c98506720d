"""Simulating: the production function with another scheme, in a place of its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tidui.core.appraisal.compare import Comparison, compare_appraisals
from tidui.core.appraisal.scheme.document import LoadedScheme
from tidui.ledger import Ledger
from tidui.runs.appraisals import Run, run_appraisal
from tidui.runs.folder import RunFolder, refuse_provisional
from tidui.runs.gather import Progress
from tidui.runs.stored import read_appraisal, run_period


@dataclass(frozen=True, slots=True)
class Simulation:
    """A simulated run beside the run that it departs from.

    Attributes:
        run: the simulated run; it can't be closed or posted.
        comparison: None where the simulation was refused.
    """

    run: Run
    comparison: Comparison | None


def simulate_scheme(
    ledger: Ledger,
    run: RunFolder,
    scheme: LoadedScheme,
    *,
    engine: str = "duckdb",
    progress: Progress | None = None,
) -> Simulation:
    """Appraise the run's period and ledger under another scheme and compare."""
    refuse_provisional(run)
    simulated = run_appraisal(
        ledger, scheme, run_period(run), engine=engine, kind="simulation",
        entry=int(run.manifest["ledger"]["entry"]), progress=progress,
        as_of=date.fromisoformat(run.manifest["as_of"]),
    )  # fmt: skip
    after = simulated.computed.appraisal
    if simulated.computed.refused or after is None:
        return Simulation(simulated, None)
    return Simulation(simulated, compare_appraisals(read_appraisal(run), after))
