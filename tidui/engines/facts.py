"""Answer requests: one scan of the ledger for all that ask for the same slices."""

from __future__ import annotations

from collections.abc import Sequence

from tidui.core.appraisal.facts import CustomerRow, FactRequest, FactRow, FactTable
from tidui.engines.customers import customer_rows
from tidui.engines.doors import Engine, run_steps
from tidui.engines.prepare import Prepared, blocked
from tidui.engines.requests import (
    Batch,
    ask_cells,
    batches_of,
    check_requests,
    elements_of,
    open_sources,
    register_flow_classes,
)
from tidui.engines.sql import scans
from tidui.engines.sql.scans import Element, Mark
from tidui.engines.sums import Sums


def compute_facts(engine: Engine, prepared: Prepared, requests: Sequence[FactRequest]) -> FactTable:
    """Add up what the requests ask for.

    Parameters
    ----------
    engine : Engine
        The engine that prepared.
    prepared : Prepared
        Cells of the requests' basis; its span holds their slices.
    requests : sequence of FactRequest
        Keys must differ.

    Returns
    -------
    FactTable
        Minor units × ppm × days as integers; no row where the ledger has none.

    Raises
    ------
    ValueError
        If a request does not fit what was prepared, or issues block it.
    """
    if blocked(prepared.issues):
        raise ValueError(f"prepared: {len(prepared.issues)} issues block its facts")
    check_requests(prepared, requests)
    rows: list[FactRow] = []
    for batch in batches_of(requests):
        rows += _scan_batch(engine, prepared, batch)
    customers: list[CustomerRow] = []
    asked = [request for request in requests if request.kind == "customer"]
    for slices in sorted({request.slices for request in asked}):
        same = [request for request in asked if request.slices == slices]
        customers += customer_rows(engine, prepared, same)
    return FactTable(
        tuple(requests),
        tuple(sorted(rows, key=_row_order)),
        tuple(
            sorted(
                customers,
                key=lambda r: (r.key, r.subject, r.customer_no, r.currency, r.slice_no),
            )
        ),
    )


def _scan_batch(engine: Engine, prepared: Prepared, batch: Batch) -> list[FactRow]:
    query = engine.fresh("q")
    if batch.kind == "flow":
        return _scan_flows(engine, prepared, batch, query)
    elements = elements_of(batch.slices)
    bundles = ask_cells(engine, prepared, query, batch.requests)
    marks = sorted(
        {Mark(r.worst_class, r.overdue_above) for r in batch.requests if r.kind == "loan_quality"},
        key=str,
    )
    read_from = elements if batch.base is None else (Element(0, batch.base),)
    sources = open_sources(engine, prepared, query, read_from)
    sums = Sums(prepared, batch, elements)
    if sources and batch.base is None:
        sql = scans.balance_scan(
            query,
            sources,
            marks,
            single=len(elements) == 1,
            key=batch.key,
            across=sums.across,
        )
        sums.add_balances(bundles, marks, engine.run(sql))
    elif sources:
        run_steps(engine, scans.account_sums(sources, f"{query}_base"))
        sql = scans.carried_scan(query, f"{query}_base", elements, key=batch.key)
        sums.add_balances(bundles, (), engine.run(sql))
    engine.drop([f"{query}_asked", f"{query}_base", *(source.table for source in sources)])
    return sums.rows()


def _scan_flows(engine: Engine, prepared: Prepared, batch: Batch, query: str) -> list[FactRow]:
    elements = elements_of(batch.slices)
    classes = register_flow_classes(engine, prepared, query, batch.requests)
    credits = [
        (prepared.credits("a"), "account_no", ""),
        (prepared.credits("c"), "customer_no", "f.account_no IS NULL AND "),
    ]
    flows = f"{prepared.prefix}_flows"
    sql = scans.flow_scan(query, flows, credits, elements, key=batch.by_account)
    sums = Sums(prepared, batch, elements)
    sums.add_flows(classes, engine.run(sql))
    engine.drop([f"{query}_classes"])
    return sums.rows()


def _row_order(row: FactRow) -> tuple[object, ...]:
    group = tuple((value is not None, value) for value in row.group)
    return row.key, row.subject, row.currency, group, row.slice_no, row.account_no or ""
