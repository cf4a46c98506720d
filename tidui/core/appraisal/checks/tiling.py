"""Do the rows of a table tile the line, so that every value falls in exactly one of them?"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from tidui.core.appraisal.scheme.document import Scheme
from tidui.core.values import Issue, decimal_text, issue


def known_number(scheme: Scheme, node: Any) -> Fraction | None:
    """Return a node's number where the document alone says it: a constant or a first parameter."""
    kind = getattr(node, "kind", None)
    if kind == "constant":
        value: Fraction = node.value
        return value
    if kind == "parameter" and node.of in scheme.parameters:
        values = scheme.parameters[node.of].values
        return None if values == "open" or not values else values[min(values)]
    return None


def check_rows(scheme: Scheme, path: str, rows: tuple[Any, ...]) -> Iterator[Issue]:
    """Name each hole, overlap and missing end of a table's rows (or a class's bands).

    Bounds that depend on a subject can't be checked here; the run finds them.
    """
    if rows[0].from_ is not None:
        low = known_number(scheme, rows[0].from_)
        if low is not None:
            yield issue("scheme.table-no-lower-end", f"{path}[0]", bound=decimal_text(low))
    for number, row in enumerate(rows):
        lower = None if row.from_ is None else known_number(scheme, row.from_)
        upper = None if row.to is None else known_number(scheme, row.to)
        if lower is not None and upper is not None and lower >= upper:
            yield issue("scheme.table-empty-row", f"{path}[{number}]", lower=decimal_text(lower),
                        upper=decimal_text(upper))  # fmt: skip
    for number, (row, following) in enumerate(itertools.pairwise(rows)):
        yield from _joint(scheme, f"{path}[{number + 1}]", row.to, following.from_)
    if rows[-1].to is not None:
        high = known_number(scheme, rows[-1].to)
        if high is not None:
            last = f"{path}[{len(rows) - 1}]"
            yield issue("scheme.table-no-upper-end", last, bound=decimal_text(high))


def _joint(scheme: Scheme, path: str, upper: Any, lower: Any) -> Iterator[Issue]:
    end = None if upper is None else known_number(scheme, upper)
    start = None if lower is None else known_number(scheme, lower)
    if upper is None or lower is None:
        yield issue("scheme.table-open-inside", path)
    elif end is not None and start is not None and end != start:
        code = "scheme.table-hole" if end < start else "scheme.table-overlap"
        yield issue(code, path, end=decimal_text(end), start=decimal_text(start))


def ascending(rows: tuple[Any, ...], scheme: Scheme) -> tuple[Any, ...]:
    """Return rows from the lowest to the highest; bands are often written best first."""
    first = None if rows[0].from_ is None else known_number(scheme, rows[0].from_)
    last = None if rows[-1].from_ is None else known_number(scheme, rows[-1].from_)
    descending = rows[0].to is None and rows[-1].to is not None
    if descending or (first is not None and last is not None and first > last):
        return tuple(reversed(rows))
    return rows
