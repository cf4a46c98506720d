"""The explanation as text: a tree that a person can read and check with a pocket calculator."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from tidui.core.calendar import day_text
from tidui.core.trace import TraceNode
from tidui.core.values import currency_exponent, decimal_text
from tidui.runs.explanations import Leaf
from tidui.runs.texts import label, number_text, title_text, value_text


@dataclass(frozen=True, slots=True)
class ShownNode:
    """One node of an explanation as a person reads it.

    Attributes:
        path: names from the root down, as ``walk`` gives them.
        kind: kind of the node, for an icon or a class.
        name: name of the entry, empty inside one.
        title: words.
        value: the value with its unit, empty where there is none.
        clause: clause of the written rule, empty where there is none.
        figures: what it was computed from, one text each.
        inputs: the nodes below.
    """

    path: str
    kind: str
    name: str
    title: str
    value: str
    clause: str
    figures: tuple[str, ...]
    inputs: tuple[ShownNode, ...]

    @property
    def constants(self) -> tuple[str, ...]:
        """The constants of the document among the inputs."""
        return tuple(node.value for node in self.inputs if node.kind == "constant")

    @property
    def branches(self) -> tuple[ShownNode, ...]:
        """The inputs that were computed or measured."""
        return tuple(node for node in self.inputs if node.kind != "constant")


def shown_tree(
    node: TraceNode, lang: str, unit: str | None = None, path: str = ""
) -> tuple[ShownNode, ...]:
    """Return a node for people; a name that only stands for what is below it is left out."""
    own_unit = node.unit or unit
    inner = node.kind in ("entry", "named", "pay_item")
    steps = [
        f"{path}/{child.name or f'{child.kind}{place}'}" for place, child in enumerate(node.inputs)
    ]
    if node.kind == "named" and node.inputs:
        below = (
            shown_tree(c, lang, None, step) for c, step in zip(node.inputs, steps, strict=True)
        )
        return tuple(found for part in below for found in part)
    passed = own_unit if _keeps_unit(node) else None
    inputs = (shown_tree(c, lang, passed, step) for c, step in zip(node.inputs, steps, strict=True))
    title, shown_unit = title_text(node, lang), own_unit
    if node.kind == "named":
        title = f"{label('node.named', lang)} {node.document.name}"
    if node.kind == "parameter":
        title = f"{node.notes.get('name', '')} ({node.notes.get('source', '')})"
        shown_unit = None
    elif not (node.unit or inner or _keeps_unit(node)):
        shown_unit = None
    value = "" if node.value is None else value_text(node.value, shown_unit, lang)
    return (
        ShownNode(
            path.strip("/"), node.kind, node.name, title, value, node.clause or "",
            tuple(_figures(node, lang)), tuple(found for part in inputs for found in part),
        ),
    )  # fmt: skip


def tree_lines(node: TraceNode, lang: str) -> Iterator[str]:
    """Yield one line per node: title, value, clause, and the figures it was computed from."""
    for shown in shown_tree(node, lang):
        yield from _lines(shown, 0)


def _lines(shown: ShownNode, depth: int) -> Iterator[str]:
    parts = [shown.title]
    parts += [f"= {shown.value}"] if shown.value else []
    parts += [f"[{shown.clause}]"] if shown.clause else []
    parts += ["· " + "; ".join(shown.figures)] if shown.figures else []
    yield "  " * depth + " ".join(part for part in parts if part)
    for child in shown.inputs:
        yield from _lines(child, depth + 1)


def _keeps_unit(node: TraceNode) -> bool:
    """Tell whether what a node is computed from has the node's unit."""
    return node.kind in ("entry", "sum", "difference", "minimum", "maximum", "capped", "part")


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
