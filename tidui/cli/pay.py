"""tidui pay: vest, pay out, claw back, and the balances of the pay ledger."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from pathlib import Path

import click

from tidui.cli.terminal import (
    PERIOD,
    by_option,
    faults_told,
    lang_option,
    ledger_option,
    now,
    print_sheet,
    tell,
)
from tidui.core.appraisal.pay.ledger import ACCOUNTS, PayEntry, balances
from tidui.core.calendar import Period, day_number
from tidui.core.values import currency_exponent
from tidui.exchange.workbook import Cell, Sheet
from tidui.ledger import open_ledger
from tidui.runs.closings import all_entries, claw_back_pay, pay_everything, vest_due
from tidui.runs.texts import label


@click.group()
def pay() -> None:
    """The pay ledger: deferred, vested, paid, clawed back."""


@pay.command("balance")
@ledger_option
@click.option("--employee", "subject", default=None)
@lang_option
@faults_told
def balance(ledger_dir: Path, subject: str | None, lang: str) -> None:
    """Print what each account of the pay ledger holds, per subject."""
    entries = all_entries(open_ledger(ledger_dir), "0001")
    own = [entry for entry in entries if subject is None or entry.subject == subject]
    sums = balances(own)
    scale = 10 ** currency_exponent(own[0].currency) if own else 1
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (name, *(Fraction(sums.get((name, account), 0), scale) for account in ACCOUNTS))
        for name in sorted({entry.subject for entry in own})
    )
    header = (label("column.subject", lang), *(label(f"account.{a}", lang) for a in ACCOUNTS))
    print_sheet(Sheet("pay", "", header, rows, (None, *(2 for _ in ACCOUNTS))))


@pay.command("vest")
@ledger_option
@click.option("--on", "day", required=True, type=click.DateTime(["%Y-%m-%d"]))
@click.option("--booked", required=True, type=PERIOD)
@by_option
@lang_option
@faults_told
def vest(ledger_dir: Path, day: datetime, booked: Period, by: str, lang: str) -> None:
    """Vest every deferred tranche that is due on or before a day."""
    number = day_number(day.date())
    _say(vest_due(open_ledger(ledger_dir), number, booked, by=by, at=now()), "vested", lang)


@pay.command("out")
@ledger_option
@click.option("--booked", required=True, type=PERIOD)
@by_option
@lang_option
@faults_told
def out(ledger_dir: Path, booked: Period, by: str, lang: str) -> None:
    """Move everything payable and vested to paid."""
    _say(pay_everything(open_ledger(ledger_dir), booked, by=by, at=now()), "paid", lang)


@pay.command("claw-back")
@ledger_option
@click.option("--employee", "subject", required=True)
@click.option("--earned", required=True, type=PERIOD)
@click.option(
    "--share", required=True,
    help="Part of the period's pay clawed back in all, like 0.5; what was taken before counts.",
)  # fmt: skip
@click.option("--booked", required=True, type=PERIOD)
@click.option("--case", required=True, help="Which of the policy's cases it is.")
@click.option("--evidence", required=True)
@click.option("--approver", required=True, help="Somebody else than --by.")
@by_option
@lang_option
@faults_told
def claw_back(
    ledger_dir: Path,
    subject: str,
    earned: Period,
    share: str,
    booked: Period,
    case: str,
    evidence: str,
    approver: str,
    by: str,
    lang: str,
) -> None:
    """Claw back a share of what a period earned: deferred pay first, then what was paid."""
    try:
        part = Fraction(Decimal(share))
    except (InvalidOperation, ValueError) as error:
        raise click.BadParameter(f"{share!r} is not a number like 0.5") from error
    entries = claw_back_pay(
        open_ledger(ledger_dir), subject, earned, part, booked,
        decision={"case": case, "evidence": evidence, "approver": approver}, by=by, at=now(),
    )  # fmt: skip
    _say(entries, "clawed_back", lang)


def _say(entries: tuple[PayEntry, ...], account: str, lang: str) -> None:
    moved = [entry for entry in entries if entry.account == account]
    scale = 10 ** currency_exponent(moved[0].currency) if moved else 1
    rows = tuple(
        (entry.subject, entry.earned_period, entry.item, Fraction(entry.amount, scale))
        for entry in moved
    )
    names = ("subject", "earned_period", "item", "amount")
    header = tuple(label(f"column.{name}", lang) for name in names)
    if rows:
        print_sheet(Sheet("pay", "", header, rows, (None, None, None, 2)))
    tell("cli.moved", lang, count=len(rows), account=label(f"account.{account}", lang))
