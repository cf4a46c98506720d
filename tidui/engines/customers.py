"""Facts by customer: what a subject holds of him, what he has in all, and who still holds him."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from tidui.core.appraisal.facts import CustomerRow, FactRequest
from tidui.core.values import PPM
from tidui.engines.doors import Engine, run_steps
from tidui.engines.prepare import Prepared
from tidui.engines.requests import (
    Batch,
    Bundles,
    ask_cells,
    elements_of,
    open_sources,
)
from tidui.engines.sql import scans
from tidui.engines.sql.scans import Element, Source
from tidui.engines.sums import Sums, integer

Place = tuple[str, str, str, str, int]
"""Key of the request, subject, customer, currency, number of the slice."""


def customer_rows(
    engine: Engine, prepared: Prepared, requests: Sequence[FactRequest]
) -> list[CustomerRow]:
    """Return a row for each customer of whom a subject held anything in a slice.

    Parameters
    ----------
    engine : Engine
        The engine that prepared.
    prepared : Prepared
        Cells of the requests' basis.
    requests : sequence of FactRequest
        Of kind ``customer``, all with the same slices.

    Returns
    -------
    list of CustomerRow
        Minor units × ppm × days. ``whole`` and ``products`` leave the role out of the filter:
        they tell what the customer has, whoever holds him; ``products`` counts over all
        currencies.
    """
    query = engine.fresh("q")
    slices = requests[0].slices
    plain = [replace(request, split=(), by_account=False) for request in requests]
    elements = elements_of(slices)
    bundles = ask_cells(engine, prepared, query, plain)
    sources = open_sources(engine, prepared, query, elements)
    sums = Sums(prepared, Batch("customer", slices, None, False, tuple(plain)), elements)
    if sources:
        sql = scans.balance_scan(
            query,
            sources,
            (),
            single=len(elements) == 1,
            key="customer_no",
            across=sums.across,
        )
        sums.add_balances(bundles, (), engine.run(sql))
    totals = {
        (row.key, row.subject, row.account_no or "", row.currency, row.slice_no): row
        for row in sums.rows()
    }
    held = _held(engine, prepared, query, plain, bundles)
    last = _last_shares(engine, prepared, plain)
    whole, products = _whole(engine, prepared, query, plain, elements, sources)
    engine.drop([f"{query}_asked", *(source.table for source in sources)])
    rows = []
    for at in held:
        key, subject, customer_no, currency, slice_no = at
        added = totals.get(at)
        rows.append(
            CustomerRow(
                key=key,
                subject=subject,
                customer_no=customer_no,
                currency=currency,
                slice_no=slice_no,
                total=added.total if added else 0,
                whole=whole.get((key, customer_no, currency, slice_no), 0),
                products=len(products.get((key, customer_no, slice_no), ())),
                last_share_ppm=last.get(at, 0),
                rows=added.rows if added else 0,
            )
        )
    return rows


def _held(
    engine: Engine,
    prepared: Prepared,
    query: str,
    requests: Sequence[FactRequest],
    bundles: Bundles,
) -> set[Place]:
    numbered = [Element(number, span) for number, span in enumerate(requests[0].slices)]
    held: set[Place] = set()
    for slice_no, subject_no, class_no, customer_no in engine.run(
        scans.held_customers(query, numbered)
    ):
        subject = prepared.subjects[integer(subject_no)]
        for request, filed in zip(requests, bundles.classes[integer(class_no)], strict=True):
            if filed is not None:
                at = (request.key, subject, str(customer_no), filed[0])
                held.add((*at, integer(slice_no)))
    return held


def _last_shares(
    engine: Engine, prepared: Prepared, requests: Sequence[FactRequest]
) -> dict[Place, int]:
    # Alone, a request tells nothing apart but currencies, so that an account has one class and
    # its shares add up whatever their roles.
    last: dict[Place, int] = {}
    for request in requests:
        query = engine.fresh("q")
        bundles = ask_cells(engine, prepared, query, [request])
        days = [(number, span.to_day - 1) for number, span in enumerate(request.slices)]
        for slice_no, subject_no, class_no, customer_no, share in engine.run(
            scans.shares_on_days(query, days)
        ):
            (filed,) = bundles.classes[integer(class_no)]
            if filed is not None:
                subject = prepared.subjects[integer(subject_no)]
                at = (request.key, subject, str(customer_no), filed[0])
                last[(*at, integer(slice_no))] = integer(share)
        engine.drop([f"{query}_asked"])
    return last


def _whole(
    engine: Engine,
    prepared: Prepared,
    query: str,
    requests: Sequence[FactRequest],
    elements: Sequence[Element],
    sources: Sequence[Source],
) -> tuple[dict[tuple[str, str, str, int], int], dict[tuple[str, str, int], set[str]]]:
    whole: dict[tuple[str, str, str, int], int] = defaultdict(int)
    products: dict[tuple[str, str, int], set[str]] = defaultdict(set)
    if not sources:
        return whole, products
    wanted = [
        [request for request in requests if matches_in_any_role(prepared, request, number)]
        for number in range(len(prepared.attributes))
    ]
    engine.rows(
        f"{query}_wanted",
        (("attribute_no", "INTEGER"),),
        [(number,) for number, same in enumerate(wanted) if same],
    )
    run_steps(engine, scans.wanted_states(query, f"{prepared.prefix}a_states", requests[0].slices))
    for element_no, customer_no, attribute_no, total, highest in engine.run(
        scans.state_scan(query, sources, single=len(elements) == 1)
    ):
        attributes = prepared.attributes[integer(attribute_no)]
        span = elements[integer(element_no)].span
        for request in wanted[integer(attribute_no)]:
            for slice_no, slice_span in enumerate(request.slices):
                if slice_span.meet(span) is None:
                    continue
                at = (request.key, str(customer_no))
                whole[(*at, attributes.currency or "", slice_no)] += integer(total) * PPM
                if integer(highest) > 0 and attributes.product is not None:
                    products[(*at, slice_no)].add(attributes.product)
    engine.drop([f"{query}_wanted", f"{query}_states"])
    return whole, products


def matches_in_any_role(prepared: Prepared, request: FactRequest, attribute_no: int) -> bool:
    """Tell whether an account counts for a request when its holder has the right role."""
    attributes = prepared.attributes[attribute_no]
    return any(request.where.matches(replace(attributes, role=role)) for role in prepared.roles)
