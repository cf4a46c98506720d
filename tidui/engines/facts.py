"""Answer requests: one scan of the ledger for all that ask for the same slices."""

from __future__ import annotations

from collections.abc import Sequence

from tidui.core.appraisal.facts import CustomerRow, FactRequest, FactRow, FactTable
from tidui.engines.customers import customer_rows
from tidui.engines.doors import Engine, Row, run_steps
from tidui.engines.prepare import Prepared, blocked
from tidui.engines.requests import (
    Batch,
    Class,
    batches_of,
    check_requests,
    elements_of,
    open_sources,
    register_classes,
    register_flow_classes,
)
from tidui.engines.sql import scans
from tidui.engines.sql.scans import Element, Mark
from tidui.engines.sums import Sums, integer, integers


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
    elements = elements_of(batch.slices)
    if batch.kind == "flow":
        classes = register_flow_classes(engine, prepared, query, batch.requests)
        credits = [
            (prepared.credits("a"), "account_no", ""),
            (prepared.credits("c"), "customer_no", "f.account_no IS NULL AND "),
        ]
        flows = f"{prepared.prefix}_flows"
        found = engine.run(scans.flow_scan(query, flows, credits, elements, batch.keys))
        filed = _file_flows(prepared, batch, elements, classes, found)
        engine.drop([f"{query}_classes"])
        return filed
    classes = register_classes(engine, prepared, query, batch.requests)
    run_steps(engine, scans.asked_cells(query, prepared.credits("a"), batch.slices))
    marks = sorted(
        {Mark(r.worst_class, r.overdue_above) for r in batch.requests if r.kind == "loan_quality"},
        key=str,
    )
    if batch.base is None:
        sources = open_sources(engine, prepared, query, elements)
        found = engine.run(scans.balance_scan(query, sources, marks, batch.keys)) if sources else []
    else:
        sources = open_sources(engine, prepared, query, (Element(0, batch.base),))
        found = []
        if sources:
            run_steps(engine, scans.account_sums(sources, f"{query}_base"))
            found = engine.run(scans.carried_scan(query, f"{query}_base", elements, batch.keys))
    names = ("asked", "classes", "base")
    engine.drop([*(f"{query}_{name}" for name in names), *(s.table for s in sources)])
    return _file_balances(prepared, batch, elements, classes, marks, found)


def _file_balances(
    prepared: Prepared,
    batch: Batch,
    elements: Sequence[Element],
    classes: Sequence[Class],
    marks: Sequence[Mark],
    found: Sequence[Row],
) -> list[FactRow]:
    mark_place = {
        request.key: marks.index(Mark(request.worst_class, request.overdue_above))
        for request in batch.requests
        if request.kind == "loan_quality"
    }
    width = 4 + len(batch.keys)
    sums = Sums(prepared, batch, elements)
    for row in found:
        total, *marked = integers(row[width - 1 : width + len(marks)])
        days, added, begun = integers(row[width + len(marks) :])
        for place, request in enumerate(batch.requests):
            mark = mark_place.get(request.key)
            sums.add(
                row,
                place,
                classes[integer(row[2])][place],
                (total, days, 0, 0 if mark is None else marked[mark]),
                (added, begun),
            )
    return sums.rows()


def _file_flows(
    prepared: Prepared,
    batch: Batch,
    elements: Sequence[Element],
    classes: Sequence[Class],
    found: Sequence[Row],
) -> list[FactRow]:
    sums = Sums(prepared, batch, elements)
    for row in found:
        total, entries, added = integers(row[3 + len(batch.keys) :])
        for place in range(len(batch.requests)):
            filed = classes[integer(row[2])][place]
            sums.add(row, place, filed, (total, 0, entries, 0), (added, added))
    return sums.rows()


def _row_order(row: FactRow) -> tuple[object, ...]:
    group = tuple((value is not None, str(value).rjust(20)) for value in row.group)
    return row.key, row.subject, row.currency, group, row.slice_no, row.account_no or ""
