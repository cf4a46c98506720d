"""The explanation as text: a tree that a person can read and check with a pocket calculator."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from tidui.core.calendar import day_text
from tidui.core.trace import TraceNode
from tidui.core.values import currency_exponent, decimal_text
from tidui.runs.explanations import Leaf
from tidui.runs.texts import label, number_text, title_text, value_text


def tree_lines(
    node: TraceNode, lang: str, unit: str | None = None, depth: int = 0
) -> Iterator[str]:
    """Yield one line per node: title, value, clause, and the figures it was computed from."""
    own_unit = node.unit or unit
    inner = node.kind in ("entry", "named", "pay_item")
    if node.kind == "named" and node.inputs:
        for child in node.inputs:
            yield from tree_lines(child, lang, None, depth)
        return
    text = node_text(node, lang, own_unit if node.unit or inner or _keeps_unit(node) else None)
    yield "  " * depth + text
    for child in node.inputs:
        yield from tree_lines(child, lang, own_unit if _keeps_unit(node) else None, depth + 1)


def _keeps_unit(node: TraceNode) -> bool:
    """Tell whether what a node is computed from has the node's unit."""
    return node.kind in ("entry", "sum", "difference", "minimum", "maximum", "capped", "part")


def node_text(node: TraceNode, lang: str, unit: str | None) -> str:
    """Return the line of one node."""
    parts = [title_text(node, lang)]
    if node.kind == "named":
        parts = [f"{label('node.named', lang)} {node.document.name}"]
    if node.kind == "parameter":
        parts = [f"{node.notes.get('name', '')} ({node.notes.get('source', '')})"]
        unit = None
    if node.value is not None:
        parts.append(f"= {value_text(node.value, unit, lang)}")
    if node.clause:
        parts.append(f"[{node.clause}]")
    figures = list(_figures(node, lang))
    if figures:
        parts.append("· " + "; ".join(figures))
    return " ".join(part for part in parts if part)


_SHOWN = (
    "target", "counted_share", "elapsed", "rank", "size", "places", "population", "better",
    "equal", "customers", "bar", "share", "excess", "grade", "word", "months", "unrounded",
    "lower", "upper", "present", "proposed", "rule", "detail", "found", "loan", "act", "basis",
    "zero_because", "without_posts", "vetoed_from", "rounding", "adjustment", "own", "total",
    "unit_price",
)  # fmt: skip


def _figures(node: TraceNode, lang: str) -> Iterator[str]:
    notes = node.notes
    if "parts" in notes:
        parts: list[Any] = notes["parts"]
        days = notes["divisor"]
        total = sum((part[0] * part[1] for part in parts), Fraction(0))
        yield label("figure.sum", lang, total=decimal_text(total), divisor=f"{days:,}",
                    rows=notes.get("rows", 0))  # fmt: skip
    for name in _SHOWN:
        if name in notes and notes[name] not in ("", None):
            yield f"{label(f'figure.{name}', lang)} {_figure(notes[name], name, lang)}"
    if "due_day" in notes:
        yield f"{label('figure.due', lang)} {day_text(notes['due_day'])}"
    distance = notes.get("distance")
    if isinstance(distance, Fraction) and distance != 0 and node.value is not True:
        yield label("figure.distance", lang, distance=number_text(distance, 2))


def _figure(value: Any, name: str, lang: str) -> str:
    if isinstance(value, Fraction):
        return number_text(value, 2) if value.denominator != 1 else f"{value.numerator:,}"
    if name in ("rule", "act", "zero_because"):
        kind = {"rule": "rule", "act": "act", "zero_because": "missing"}[name]
        return label(f"{kind}.{value}", lang)
    if name in ("found", "vetoed_from", "word"):
        known = label(f"class.{value}", lang)
        return str(value) if known == f"class.{value}" else known
    return str(value)


def leaf_lines(leaf: Leaf, lang: str, limit: int | None) -> Iterator[str]:
    """Yield the ledger rows of a leaf, and whether they reproduce the run's figure."""
    yield label("leaf.head", lang, key=leaf.request.key, rows=len(leaf.rows))
    shown = leaf.rows if limit is None else leaf.rows[:limit]
    for row in shown:
        exponent = currency_exponent(row.currency)
        yield label(
            "leaf.row", lang, account=row.account_no, start=day_text(row.from_day),
            end=day_text(row.to_day), days=row.to_day - row.from_day,
            amount=number_text(Fraction(row.amount, 10**exponent), exponent),
            currency=row.currency, share=number_text(Fraction(row.share_ppm, 10_000), 2),
            delivery=row.delivery, line=row.line,
        )  # fmt: skip
    if len(shown) < len(leaf.rows):
        yield label("leaf.more", lang, rows=len(leaf.rows) - len(shown))
    code = "leaf.reproduced" if leaf.reproduced else "leaf.differs"
    yield label(code, lang, total=f"{leaf.total:,}", stored=f"{leaf.stored:,}")
