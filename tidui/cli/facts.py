"""tidui facts: the integers themselves, so that anybody can check the engine with his own SQL."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from tidui.cli.terminal import (
    TABLES_FILE,
    complain,
    engine_option,
    faults_told,
    ledger_option,
    refuse,
    say,
)
from tidui.core.appraisal.facts import FactRequest, Filter
from tidui.core.calendar import Span, day_number, day_text, month_spans
from tidui.core.values import Issue, issue
from tidui.engines import compute_facts, open_engine, prepare
from tidui.exchange.workbook import Cell, Sheet, csv_text, json_text, write_tables
from tidui.ledger import Snapshot, open_ledger

KINDS = ("balance_average", "balance_closing", "flow_sum", "flow_count")


@click.command()
@ledger_option
@click.option("--from", "from_on", required=True, type=click.DateTime(["%Y-%m-%d"]))
@click.option("--to", "to_on", required=True, type=click.DateTime(["%Y-%m-%d"]))
@click.option("--fact", type=click.Choice(KINDS), required=True)
@click.option(
    "--by", type=click.Choice(["employee", "account", "month"]), default="employee",
    show_default=True,
)  # fmt: skip
@click.option("--kind", multiple=True, help="Only accounts of these kinds.")
@click.option("--basis", default="main", show_default=True)
@click.option("--format", "shape", type=click.Choice(["csv", "json", "xlsx"]), default="csv")
@click.option("--out", type=TABLES_FILE, help="Needed for xlsx.")
@engine_option
@faults_told
def facts(
    ledger_dir: Path,
    from_on: datetime,
    to_on: datetime,
    fact: str,
    by: str,
    kind: tuple[str, ...],
    basis: str,
    shape: str,
    out: Path | None,
    engine: str,
) -> None:
    """Print a fact's integers: Σ minor units × ppm × days, account-days and rows, per holder.

    What nobody holds stands under ``unassigned``. The average of a period is the sum divided by
    1,000,000 × its days.
    """
    if from_on >= to_on:
        raise click.BadParameter("--to must be after --from: the last day is not counted")
    span = Span(day_number(from_on.date()), day_number(to_on.date()))
    request = _request(fact, by, kind, basis, span)
    snapshot = open_ledger(ledger_dir).snapshot()
    twice = snapshot.conflicts(span)
    if twice:
        refuse(twice, "en")
    complain(_not_delivered(snapshot, span, request), "en")
    with open_engine(engine) as opened:
        prepared = prepare(opened, snapshot, span=span, basis=basis)
        if prepared.issues:
            refuse(prepared.issues, "en")
        table = compute_facts(opened, prepared, (request,))
    header = (
        "holder", "currency", "account", "from", "to", "balance_days_ppm", "amount_ppm",
        "count_ppm", "account_days", "rows",
    )  # fmt: skip
    flow = request.kind == "flow"
    rows: list[tuple[Cell, ...]] = []
    for row in table.rows:
        part = request.slices[row.slice_no]
        rows.append(
            (
                row.subject, row.currency, row.account_no, day_text(part.from_day),
                day_text(part.to_day), None if flow else row.total, row.total if flow else None,
                row.count_ppm if flow else None, None if flow else row.days, row.rows,
            )
        )  # fmt: skip
    _print(Sheet(fact, "", header, tuple(rows)), shape, out)


def _request(fact: str, by: str, kind: tuple[str, ...], basis: str, span: Span) -> FactRequest:
    slices = tuple(month_spans(span)) if by == "month" else (span,)
    if fact == "balance_closing":
        slices = tuple(Span(part.to_day - 1, part.to_day) for part in slices)
    where = Filter((("kind", kind),)) if kind else Filter()
    name = "flow" if fact.startswith("flow") else "balance"
    return FactRequest(fact, name, slices, basis, where, by_account=by == "account")


def _not_delivered(snapshot: Snapshot, span: Span, request: FactRequest) -> list[Issue]:
    """Warn of days that no feed delivered: the sums hold nothing for them."""
    money = "flows" if request.kind == "flow" else "balances"
    found = []
    for table in (money, "accounts", "attributions"):
        if not snapshot.feeds(table):
            found.append(issue("coverage.no-delivery", table, "warning", period=table))
        for feed, first, end in snapshot.missing_days(table, span):
            found.append(
                issue("coverage.not-delivered", f"{table} {feed}", "warning", feed=feed,
                      first=day_text(first), end=day_text(end))
            )  # fmt: skip
    return found


def _print(sheet: Sheet, shape: str, out: Path | None) -> None:
    if out is not None:
        write_tables(out, [sheet])
    elif shape == "xlsx":
        raise click.UsageError("--format xlsx needs --out FILE.xlsx")
    else:
        say((csv_text(sheet) if shape == "csv" else json_text([sheet])).rstrip("\n"))
