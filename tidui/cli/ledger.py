"""tidui ledger: create, load, list and revert; rebuild what the database shows of it."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import click

from tidui.cli.terminal import (
    FILE,
    by_option,
    complain,
    faults_told,
    lang_option,
    ledger_option,
    now,
    progress_shown,
    read_text_file,
    say,
    tell,
)
from tidui.cli.web import start_django
from tidui.core.calendar import day_text
from tidui.ledger import TABLES, LoadReport, create_ledger, open_ledger


@click.group()
def ledger() -> None:
    """The ledger folder: deliveries, rejects, coverage."""


@ledger.command()
@ledger_option
@click.option("--base-currency", default="CNY", show_default=True)
@lang_option
@faults_told
def init(ledger_dir: Path, base_currency: str, lang: str) -> None:
    """Create an empty ledger folder."""
    create_ledger(ledger_dir, base_currency=base_currency)
    tell("cli.created", lang, path=ledger_dir)


@ledger.command()
@click.argument("files", nargs=-1, required=True, type=FILE)
@click.option("--as", "table", required=True, type=click.Choice(sorted(TABLES)))
@click.option("--mapping", required=True, type=FILE, help="How the file's columns are read.")
@ledger_option
@click.option("--from", "from_on", type=click.DateTime(["%Y-%m-%d"]), help="Coverage begins.")
@click.option("--to", "to_on", type=click.DateTime(["%Y-%m-%d"]), help="Coverage ends before.")
@click.option("--rows", type=int, help="Control: data rows that the sender counted.")
@click.option(
    "--sum",
    "sums",
    multiple=True,
    metavar="COLUMN=AMOUNT",
    help="Control: sum of a column that the sender states, in the unit of the file.",
)
@click.option("--dry-run", is_flag=True, help="Check everything, change nothing.")
@by_option
@lang_option
@faults_told
def load(
    files: tuple[Path, ...],
    table: str,
    mapping: Path,
    ledger_dir: Path,
    from_on: datetime | None,
    to_on: datetime | None,
    rows: int | None,
    sums: tuple[str, ...],
    dry_run: bool,
    by: str,
    lang: str,
) -> None:
    """Load a delivery of one or more FILES into a table."""
    coverage = None
    if (from_on is None) != (to_on is None):
        raise click.UsageError("--from and --to belong together")
    if from_on is not None and to_on is not None:
        coverage = (from_on.date(), to_on.date())
    with progress_shown() as progress:
        report = open_ledger(ledger_dir).load(
            files, table=table, mapping_text=read_text_file(mapping, lang), at=now(), by=by,
            coverage=coverage, dry_run=dry_run, progress=progress, controls=_controls(rows, sums),
        )  # fmt: skip
    print_report(report, lang)


def _controls(rows: int | None, sums: tuple[str, ...]) -> dict[str, Any] | None:
    """Return the sender's control totals, None where the command names none."""
    if rows is None and not sums:
        return None
    listed: dict[str, Decimal] = {}
    for item in sums:
        column, _, amount = item.partition("=")
        try:
            listed[column] = Decimal(amount)
        except InvalidOperation as error:
            raise click.BadParameter(f"{item!r} is not like balance=1234.56") from error
    return {"rows": rows, "sums": listed}


def print_report(report: LoadReport, lang: str) -> None:
    """Say what became of a delivery: in = used + rejected, rows and amounts."""
    if report.already_loaded:
        tell("cli.already-loaded", lang, delivery=report.delivery)
        return
    tell(
        "cli.loaded", lang, table=report.table, feed=report.feed, delivery=report.delivery or "-",
        rows_in=f"{report.rows_in:,}", used=f"{report.rows_used:,}",
        rejected=f"{report.rows_rejected:,}",
    )  # fmt: skip
    if TABLES[report.table].money is not None:
        tell(
            "cli.amounts", lang, amount_in=f"{report.amount_in:,}", used=f"{report.amount_used:,}",
            rejected=f"{report.amount_rejected:,}",
        )  # fmt: skip
    complain(report.issues, lang)
    if report.rejects_path is not None:
        tell("cli.rejects", lang, path=report.rejects_path)


@ledger.command("list")
@ledger_option
@lang_option
@faults_told
def list_entries(ledger_dir: Path, lang: str) -> None:
    """List the catalogue and what each feed covers."""
    opened = open_ledger(ledger_dir)
    for entry in opened.entries():
        say(f"{entry.number:>5}  {entry.at}  {entry.kind:<10} {entry.hash[:12]}")
    snapshot = opened.snapshot()
    for table in TABLES:
        for cover in snapshot.coverage(table):
            tell(
                "cli.coverage", lang, table=table, feed=cover.feed, delivery=cover.delivery,
                start=day_text(cover.from_day), end=day_text(cover.to_day),
                filled=cover.filled_days,
            )  # fmt: skip


@ledger.command()
@click.argument("delivery", type=int)
@click.option("--reason", required=True)
@ledger_option
@by_option
@lang_option
@faults_told
def revert(delivery: int, reason: str, ledger_dir: Path, by: str, lang: str) -> None:
    """Revert DELIVERY: the feed is what it would be without it."""
    entry = open_ledger(ledger_dir).revert(delivery, reason=reason, by=by, at=now())
    tell("cli.reverted", lang, delivery=delivery, entry=entry.number)


@ledger.command()
@click.argument("delivery", type=int)
@click.argument("line", type=int)
@ledger_option
@faults_told
def locate(delivery: int, line: int, ledger_dir: Path) -> None:
    """Print the delivered file and its row behind DELIVERY and LINE of a ledger row."""
    file, row = open_ledger(ledger_dir).locate(delivery, line)
    say(f"{file}:{row}")


@ledger.command()
@by_option
@lang_option
@faults_told
def sync(by: str, lang: str) -> None:
    """Rebuild the installation's list of customers and accounts from the newest ledger."""
    start_django()
    from django.utils import timezone

    from tidui.apps.audit.services import Actor
    from tidui.apps.ledger.services.sync import sync_customers

    with progress_shown() as progress:
        made = sync_customers(by=Actor(by, timezone.now()), progress=progress)
    tell(
        "cli.synced", lang, entry=made.entry, customers=f"{made.customers:,}",
        accounts=f"{made.accounts:,}", removed=f"{made.removed:,}",
    )  # fmt: skip
