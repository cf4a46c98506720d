"""tidui close: close a period with a run, and post its pay."""

from __future__ import annotations

from pathlib import Path

import click

from tidui.cli.terminal import (
    by_option,
    complain,
    faults_told,
    find_run,
    lang_option,
    now,
    run_option,
    tell,
)
from tidui.core.values import issue
from tidui.runs.closings import close_period, closed_before_it, deliveries_since


@click.command()
@run_option
@by_option
@lang_option
@faults_told
def close(run_name: str, ledger_dir: Path | None, by: str, lang: str) -> None:
    """Close the period of a run: its results stand, and later changes are corrections."""
    ledger, run = find_run(run_name, ledger_dir)
    later = deliveries_since(ledger, run)
    if later:
        complain([issue("close.ledger-moved", run.name, "warning", count=later)], lang)
    unaware = closed_before_it(ledger, run)
    if unaware:
        periods = ", ".join(unaware)
        complain([issue("close.out-of-order", run.name, "warning", periods=periods)], lang)
    entry = close_period(ledger, run, by=by, at=now())
    tell("cli.closed", lang, period=run.manifest["period"], entry=entry.number,
         hash=entry.hash[:12])  # fmt: skip
