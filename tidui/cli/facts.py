"""tidui facts: the integers themselves, so that anybody can check the engine with his own SQL."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import click

from tidui.cli.terminal import (
    TABLES_FILE,
    complain,
    engine_option,
    faults_told,
    lang_option,
    ledger_option,
    refuse,
    say,
)
from tidui.core.appraisal.facts import FactRequest, FactTable, Filter
from tidui.core.calendar import Span, day_number, day_text, month_spans
from tidui.core.values import Issue, issue
from tidui.engines import compute_facts, open_engine, prepare
from tidui.exchange.workbook import Cell, Sheet, csv_text, json_text, write_tables
from tidui.ledger import Snapshot, open_ledger

KINDS = {
    "balance_average": "balance",
    "balance_closing": "balance",
    "balance_base": "carried_base",
    "loan_quality": "loan_quality",
    "flow_sum": "flow",
    "flow_count": "flow",
    "customers": "customer",
}
DAY = click.DateTime(["%Y-%m-%d"])


@click.command()
@ledger_option
@click.option("--from", "from_on", required=True, type=DAY)
@click.option("--to", "to_on", required=True, type=DAY)
@click.option("--fact", type=click.Choice(list(KINDS)), required=True)
@click.option(
    "--by", type=click.Choice(["employee", "account", "month"]), default="employee",
    show_default=True,
)  # fmt: skip
@click.option("--kind", multiple=True, help="Only accounts of these kinds.")
@click.option("--worst-class", type=click.IntRange(2, 5), default=3, show_default=True,
              help="loan_quality: balances of this class and worse are marked.")  # fmt: skip
@click.option("--base-from", type=DAY, help="balance_base: first day of the base.")
@click.option("--base-to", type=DAY, help="balance_base: first day after it.")
@click.option("--basis", default="main", show_default=True)
@click.option("--format", "shape", type=click.Choice(["csv", "json", "xlsx"]), default="csv")
@click.option("--out", type=TABLES_FILE, help="Needed for xlsx.")
@engine_option
@lang_option
@faults_told
def facts(
    ledger_dir: Path,
    from_on: datetime,
    to_on: datetime,
    fact: str,
    by: str,
    kind: tuple[str, ...],
    worst_class: int,
    base_from: datetime | None,
    base_to: datetime | None,
    basis: str,
    shape: str,
    out: Path | None,
    engine: str,
    lang: str,
) -> None:
    """Print a fact's integers: Σ minor units × ppm × days, account-days and rows, per holder.

    What nobody holds stands under ``unassigned``. The average of a period is the sum divided by
    1,000,000 × its days. Increases are balance_average less balance_base: the account's Σ balance
    × days of the base, × ppm × days of who holds it now. customers lists what the counts of
    customers are made of; loan_quality has the marked part beside the whole.
    """
    span = _span(from_on, to_on, "--from", "--to")
    base = None
    if fact == "balance_base":
        if base_from is None or base_to is None:
            raise click.UsageError("--fact balance_base needs --base-from and --base-to")
        base = _span(base_from, base_to, "--base-from", "--base-to")
    request = replace(_request(fact, by, kind, basis, span), base=base)
    if fact == "loan_quality":
        request = replace(request, worst_class=worst_class)
    table = _ask(open_ledger(ledger_dir).snapshot(), request, base, span, engine, lang)
    sheet = _customers(table) if fact == "customers" else _sums(fact, request, table)
    _print(sheet, shape, out)


def _span(first: datetime, end: datetime, one: str, other: str) -> Span:
    if first >= end:
        raise click.BadParameter(f"{other} must be after {one}: the last day is not counted")
    return Span(day_number(first.date()), day_number(end.date()))


def _ask(
    snapshot: Snapshot,
    request: FactRequest,
    base: Span | None,
    span: Span,
    engine: str,
    lang: str,
) -> FactTable:
    """Answer a request; two feeds that both deliver a day refuse, undelivered days are told."""
    for part in (span, *((base,) if base else ())):
        twice = snapshot.conflicts(part)
        if twice:
            refuse(twice, lang)
        complain(_not_delivered(snapshot, part, request), lang)
    start = min(span.from_day, base.from_day) if base else span.from_day
    whole = Span(start, span.to_day)
    with open_engine(engine) as opened:
        prepared = prepare(opened, snapshot, span=whole, basis=request.basis)
        if prepared.issues:
            refuse(prepared.issues, lang)
        return compute_facts(opened, prepared, (request,))


def _sums(fact: str, request: FactRequest, table: FactTable) -> Sheet:
    header = (
        "holder", "currency", "account", "from", "to", "balance_days_ppm", "amount_ppm",
        "count_ppm", "account_days", "rows", "marked",
    )  # fmt: skip
    flow = request.kind == "flow"
    marked = request.kind == "loan_quality"
    rows: list[tuple[Cell, ...]] = []
    for row in table.rows:
        part = request.slices[row.slice_no]
        rows.append(
            (
                row.subject, row.currency, row.account_no, day_text(part.from_day),
                day_text(part.to_day), None if flow else row.total, row.total if flow else None,
                row.count_ppm if flow else None, None if flow else row.days, row.rows,
                row.marked if marked else None,
            )
        )  # fmt: skip
    return Sheet(fact, "", header, tuple(rows))


def _customers(table: FactTable) -> Sheet:
    header = (
        "holder", "customer", "currency", "balance_days_ppm", "whole_balance_days_ppm", "products",
        "last_share_ppm", "rows",
    )  # fmt: skip
    rows = tuple(
        (row.subject, row.customer_no, row.currency, row.total, row.whole, row.products,
         row.last_share_ppm, row.rows)
        for row in table.customers
    )  # fmt: skip
    return Sheet("customers", "", header, rows)


def _request(fact: str, by: str, kind: tuple[str, ...], basis: str, span: Span) -> FactRequest:
    slices = tuple(month_spans(span)) if by == "month" else (span,)
    if fact == "balance_closing":
        slices = tuple(Span(part.to_day - 1, part.to_day) for part in slices)
    where = Filter((("kind", kind),)) if kind else Filter()
    return FactRequest(fact, KINDS[fact], slices, basis, where, by_account=by == "account")


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
