"""The ledger rows behind one subject's sum."""

from __future__ import annotations

from collections.abc import Sequence

from tidui.core.calendar import Span
from tidui.engines.doors import Step
from tidui.engines.sql.scans import Element, Source


def subject_cells(query: str, credits: str, item: str, subject_no: int, span: Span) -> list[Step]:
    """Keep the cells of one subject that reach into a span."""
    sql = (
        "SELECT c.account_no, c.customer_no, c.combo_no, c.share_ppm, c.from_day, c.to_day"
        f" FROM {credits} c WHERE c.subject_no = {subject_no}"
        f" AND c.from_day < {span.to_day} AND c.to_day > {span.from_day}"
    )
    return [(f"{query}_{item}", sql)]


def balance_leaves(query: str, sources: Sequence[Source]) -> str:
    """Return the query of the rows of balances under the subject's cells, piece by piece.

    Columns: element_no, account_no, from_day, to_day, balance, share_ppm, combo_no, delivery,
    line.
    """
    return " UNION ALL ".join(
        f"SELECT {e.number} AS element_no, b.account_no,"
        f" greatest(b.from_day, c.from_day, {e.span.from_day}) AS from_day,"
        f" least(b.to_day, c.to_day, {e.span.to_day}) AS to_day,"
        f" b.balance, c.share_ppm, c.combo_no, b.delivery, b.line"
        f" FROM {source.table} b JOIN {query}_a c ON c.account_no = b.account_no"
        " AND c.from_day < b.to_day AND b.from_day < c.to_day"
        f" WHERE b.from_day < {e.span.to_day} AND b.to_day > {e.span.from_day}"
        f" AND c.from_day < {e.span.to_day} AND c.to_day > {e.span.from_day}"
        for source in sources
        for e in source.elements
    )


def carried_leaves(query: str, sources: Sequence[Source], slice_span: Span) -> str:
    """Return the query of the rows of the base, each credited on the days of a cell.

    Columns as of ``balance_leaves``; the balance is that of a row times its days in the base.
    """
    return " UNION ALL ".join(
        "SELECT 0 AS element_no, b.account_no,"
        f" greatest(c.from_day, {slice_span.from_day}) AS from_day,"
        f" least(c.to_day, {slice_span.to_day}) AS to_day,"
        f" b.balance * (least(b.to_day, {e.span.to_day}) - greatest(b.from_day, {e.span.from_day}))"
        " AS balance, c.share_ppm, c.combo_no, b.delivery, b.line"
        f" FROM {source.table} b JOIN {query}_a c ON c.account_no = b.account_no"
        f" WHERE b.from_day < {e.span.to_day} AND b.to_day > {e.span.from_day}"
        f" AND c.from_day < {slice_span.to_day} AND c.to_day > {slice_span.from_day}"
        for source in sources
        for e in source.elements
    )


def flow_leaves(query: str, flows: str, elements: Sequence[Element]) -> str:
    """Return the query of the entries under the subject's cells.

    Columns: element_no, account or customer, day, amount, share_ppm, combo_no, kind, currency,
    entry_id, delivery, line.
    """
    return " UNION ALL ".join(
        f"SELECT {e.number} AS element_no, f.{key} AS account_no, f.day, f.amount, c.share_ppm,"
        " c.combo_no, f.kind, f.currency, f.entry_id, f.delivery, f.line"
        f" FROM {flows} f JOIN {query}_{item} c ON c.account_no = f.{key}"
        " AND c.from_day <= f.day AND f.day < c.to_day"
        f" WHERE {condition}f.day >= {e.span.from_day} AND f.day < {e.span.to_day}"
        for item, key, condition in (
            ("a", "account_no", ""),
            ("c", "customer_no", "f.account_no IS NULL AND "),
        )
        for e in elements
    )
