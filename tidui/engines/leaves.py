"""The rows of a leaf: which ledger rows a sum was added from, and how much of each."""

from __future__ import annotations

from collections.abc import Sequence

from tidui.core.appraisal.facts import FactRequest, LeafRow
from tidui.core.calendar import Span
from tidui.engines.doors import Engine, run_steps
from tidui.engines.prepare import Prepared
from tidui.engines.requests import answer, check_requests, flow_answers, open_sources
from tidui.engines.sql import leaves
from tidui.engines.sql.scans import Element
from tidui.engines.sums import integer


def leaf_rows(
    engine: Engine,
    prepared: Prepared,
    request: FactRequest,
    subject: str,
    slice_no: int | None = None,
) -> list[LeafRow]:
    """Return the ledger rows behind a subject's sums, which they reproduce.

    Parameters
    ----------
    engine : Engine
        The engine that prepared.
    prepared : Prepared
        What the facts were computed from.
    request : FactRequest
        The request that was answered.
    subject : str
        Whose sums.
    slice_no : int, optional
        One of the request's slices; all of them, one after another, when left out.

    Returns
    -------
    list of LeafRow
        Sorted by account, day and origin. Their number and ``leaf_total`` are the sums of
        ``rows`` and ``total`` over the subject's facts. For ``carried_base`` the amount is a
        row's balance times its days in the base (minor units × days), for ``flow`` the day is
        the booking day.
    """
    check_requests(prepared, [request])
    if subject not in prepared.subjects:
        return []
    subject_no = prepared.subjects.index(subject)
    slices = request.slices if slice_no is None else (request.slices[slice_no],)
    rows: list[LeafRow] = []
    for span in slices:
        query = engine.fresh("q")
        for item in "ac":
            run_steps(
                engine,
                leaves.subject_cells(query, prepared.credits(item), item, subject_no, span),
            )
        if request.kind == "flow":
            found = _flow_rows(engine, prepared, query, request, span)
        else:
            found = _balance_rows(engine, prepared, query, request, span)
        rows += sorted(found, key=_order)
        engine.drop([f"{query}_a", f"{query}_c"])
    return rows


def _balance_rows(
    engine: Engine, prepared: Prepared, query: str, request: FactRequest, span: Span
) -> Sequence[LeafRow]:
    sources = open_sources(engine, prepared, query, (Element(0, request.base or span),))
    if not sources:
        return []
    if request.base is None:
        sql = leaves.balance_leaves(query, sources)
    else:
        sql = leaves.carried_leaves(query, sources, span)
    rows = []
    for _, account_no, from_day, to_day, amount, share, combo_no, delivery, line in engine.run(sql):
        combo = prepared.combo(integer(combo_no))
        filed = answer(request, combo)
        if filed is not None:
            rows.append(
                LeafRow(
                    account_no=str(account_no),
                    from_day=integer(from_day),
                    to_day=integer(to_day),
                    amount=integer(amount),
                    currency=filed[0],
                    share_ppm=integer(share),
                    product=combo.product,
                    entry_id=None,
                    delivery=integer(delivery),
                    line=integer(line),
                )
            )
    engine.drop([source.table for source in sources])
    return rows


def _flow_rows(
    engine: Engine, prepared: Prepared, query: str, request: FactRequest, span: Span
) -> Sequence[LeafRow]:
    sql = leaves.flow_leaves(query, f"{prepared.prefix}_flows", (Element(0, span),))
    rows = []
    for (
        _,
        account_no,
        day,
        amount,
        share,
        combo_no,
        kind,
        currency,
        entry,
        delivery,
        line,
    ) in engine.run(sql):
        combo = prepared.combo(integer(combo_no))
        (filed,) = flow_answers([request], combo, str(kind), str(currency))
        if filed is not None:
            rows.append(
                LeafRow(
                    account_no=str(account_no),
                    from_day=integer(day),
                    to_day=integer(day) + 1,
                    amount=integer(amount),
                    currency=filed[0],
                    share_ppm=integer(share),
                    product=combo.product,
                    entry_id=None if entry is None else str(entry),
                    delivery=integer(delivery),
                    line=integer(line),
                )
            )
    return rows


def _order(row: LeafRow) -> tuple[str | int, ...]:
    return (
        row.account_no, row.from_day, row.to_day, row.entry_id or "", row.delivery, row.line,
        row.share_ppm, row.amount,
    )  # fmt: skip
