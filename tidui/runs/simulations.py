"""Simulating: the production function with another scheme, in a place of its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tidui.core.appraisal.compare import Comparison, compare_appraisals
from tidui.core.appraisal.scheme.document import LoadedScheme, load_scheme
from tidui.core.calendar import Period
from tidui.core.documents import parse_document, print_document
from tidui.ledger import Ledger, LedgerError
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
    """Appraise the run's period and ledger under another scheme and compare.

    A scheme that holds from later on is simulated as if it had been in force.
    """
    refuse_provisional(run)
    period = run_period(run)
    simulated = run_appraisal(
        ledger, as_if_in_force(scheme, period), period, engine=engine, kind="simulation",
        entry=int(run.manifest["ledger"]["entry"]), progress=progress,
        as_of=date.fromisoformat(run.manifest["as_of"]),
    )  # fmt: skip
    after = simulated.computed.appraisal
    if simulated.computed.refused or after is None:
        return Simulation(simulated, None)
    return Simulation(simulated, compare_appraisals(read_appraisal(run), after))


def as_if_in_force(scheme: LoadedScheme, period: Period) -> LoadedScheme:
    """Return a scheme as if it had held in a period; one that did is returned as it is.

    A new version is tried on the past before it holds. Its days are moved, and so is the first
    value of each parameter that starts later; nothing else of it changes.
    """
    raw = parse_document(scheme.text)
    effective = raw["effective"]
    start, end = effective["from"], effective["to"]
    if start <= period.from_on and (end is None or end > period.from_on):
        return scheme
    raw["effective"] = {"from": min(start, period.from_on), "to": None}
    for parameter in raw.get("parameters", {}).values():
        values = parameter["values"]
        if isinstance(values, dict) and values and min(values) > period.from_on:
            first = min(values)
            parameter["values"] = {
                period.from_on if day == first else day: value for day, value in values.items()
            }
    moved, issues = load_scheme(print_document(raw))
    if moved is None:
        raise LedgerError(*issues)
    return moved
