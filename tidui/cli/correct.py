"""tidui correct: recompute a closed period and post the difference."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import click

from tidui.cli.terminal import (
    PERIOD,
    by_option,
    engine_option,
    faults_told,
    find_run,
    lang_option,
    now,
    run_option,
    tell,
)
from tidui.core.calendar import Period
from tidui.core.values import currency_exponent
from tidui.runs.closings import correct_closed
from tidui.runs.texts import number_text


@click.command()
@run_option
@click.option("--booked", required=True, type=PERIOD, help="Period in which it is booked.")
@click.option("--reason", required=True)
@click.option("--dry-run", is_flag=True, help="Show the differences, post nothing.")
@engine_option
@by_option
@lang_option
@faults_told
def correct(
    run_name: str,
    ledger_dir: Path | None,
    booked: Period,
    reason: str,
    dry_run: bool,
    engine: str,
    by: str,
    lang: str,
) -> None:
    """Recompute a closed run's period with what is known now, under its own scheme.

    The closed period stays as it is; the once-rounded difference is posted in the booked period.
    """
    ledger, run = find_run(run_name, ledger_dir)
    correction = correct_closed(
        ledger, run, booked, reason=reason, by=by, at=now(), dry_run=dry_run, engine=engine
    )
    pay = run.scheme.scheme.pay
    currency = pay.currency if pay is not None else "CNY"
    places = currency_exponent(currency)
    for found in correction.differences:
        tell(
            "cli.difference", lang, subject=found.subject, item=found.item, loan=found.loan or "-",
            booked=number_text(Fraction(found.booked, 10**places), places),
            correct=number_text(Fraction(found.correct, 10**places), places), currency=currency,
        )  # fmt: skip
    if not correction.differences:
        tell("cli.nothing-to-correct", lang)
    elif correction.entry is None:
        tell("cli.not-posted", lang)
    else:
        tell("cli.corrected", lang, entry=correction.entry.number, period=booked.text)
