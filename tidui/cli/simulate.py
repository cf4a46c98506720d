"""tidui simulate: what another scheme would do with the same ledger."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import click

from tidui.cli.terminal import (
    FILE,
    TABLES_FILE,
    engine_option,
    faults_told,
    find_run,
    lang_option,
    print_sheet,
    progress_shown,
    read_scheme_file,
    refuse,
    run_option,
    tell,
)
from tidui.core.appraisal.compare import cost_change
from tidui.core.values import currency_exponent
from tidui.exchange.workbook import write_tables
from tidui.runs.results import comparison_sheet
from tidui.runs.simulations import simulate_scheme
from tidui.runs.texts import number_text


@click.command()
@run_option
@click.option("--scheme", "scheme_file", required=True, type=FILE)
@click.option("--out", type=TABLES_FILE)
@engine_option
@lang_option
@faults_told
def simulate(
    run_name: str,
    ledger_dir: Path | None,
    scheme_file: Path,
    out: Path | None,
    engine: str,
    lang: str,
) -> None:
    """Appraise a run's period under another scheme: cost, winners, losers, ranks, dead rows."""
    ledger, run = find_run(run_name, ledger_dir)
    scheme = read_scheme_file(scheme_file, lang)
    with progress_shown() as progress:
        simulation = simulate_scheme(ledger, run, scheme, engine=engine, progress=progress)
    comparison = simulation.comparison
    if comparison is None or simulation.run.path is None:
        refuse(simulation.run.computed.issues, lang)
        return
    pay = scheme.scheme.pay or run.scheme.scheme.pay
    currency = pay.currency if pay is not None else str(run.manifest["base_currency"])
    places = currency_exponent(currency)
    change = cost_change(comparison)
    sheet = comparison_sheet(comparison, currency, lang)
    print_sheet(sheet)
    tell(
        "cli.cost", lang, currency=currency,
        before=number_text(Fraction(comparison.cost_before, 10**places), places),
        after=number_text(Fraction(comparison.cost_after, 10**places), places),
        change="-" if change is None else number_text(change * 100, 2),
    )  # fmt: skip
    tell(
        "cli.winners", lang, winners=len(comparison.winners), losers=len(comparison.losers),
        promotions=", ".join(comparison.promotions) or "-",
    )  # fmt: skip
    for name, row in comparison.rows_nobody_hits:
        tell("cli.dead-row", lang, name=name, row=row + 1)
    if out is not None:
        write_tables(out, [sheet])
        tell("cli.written", lang, path=out)
    tell("cli.simulation", lang, path=simulation.run.path)
