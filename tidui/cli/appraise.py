"""tidui appraise: a period under a scheme, stored as a run."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from tidui.cli.terminal import (
    FILE,
    PERIOD,
    TABLES_FILE,
    complain,
    engine_option,
    faults_told,
    lang_option,
    ledger_option,
    print_sheet,
    progress_shown,
    read_scheme_file,
    refuse,
    tell,
)
from tidui.core.calendar import Period
from tidui.exchange.workbook import write_tables
from tidui.ledger import open_ledger
from tidui.runs.appraisals import run_appraisal
from tidui.runs.folder import read_run
from tidui.runs.results import result_sheets, summary_sheet


@click.command()
@ledger_option
@click.option("--scheme", "scheme_file", required=True, type=FILE)
@click.option("--period", required=True, type=PERIOD, help="2025, 2025Q3 or 2025-07.")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="Targets count up to this day.")
@click.option("--entry", type=int, help="The ledger as it stood after this catalogue entry.")
@click.option(
    "--out", type=TABLES_FILE,
    help="Write the results: .xlsx (a sheet per stage), .csv (the summary) or .json.",
)  # fmt: skip
@engine_option
@lang_option
@faults_told
def appraise(
    ledger_dir: Path,
    scheme_file: Path,
    period: Period,
    as_of: datetime | None,
    entry: int | None,
    out: Path | None,
    engine: str,
    lang: str,
) -> None:
    """Appraise a period: indicators, scores, ranks, grades and pay, as a stored run.

    A run with a missing or unconfirmed target, an open rate or an unknown code refuses, and names
    what and whom.
    """
    scheme = read_scheme_file(scheme_file, lang)
    with progress_shown() as progress:
        run = run_appraisal(
            open_ledger(ledger_dir), scheme, period, engine=engine, entry=entry,
            as_of=as_of.date() if as_of else None, progress=progress,
        )  # fmt: skip
    if run.path is None:
        refuse(run.computed.issues, lang)
        return
    complain(run.computed.issues, lang)
    stored = read_run(run.path)
    print_sheet(summary_sheet(stored, lang))
    if out is not None:
        write_tables(out, result_sheets(stored, lang))
        tell("cli.written", lang, path=out)
    tell("cli.run", lang, name=stored.name, path=run.path)
