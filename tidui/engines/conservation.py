"""The sum over holders is the ledger: a check that a run can afford."""

from __future__ import annotations

from collections.abc import Sequence

from tidui.core.calendar import Span
from tidui.core.values import PPM, Issue, issue
from tidui.engines.doors import LEDGER_SCHEMAS, Engine, Row
from tidui.engines.prepare import Prepared, parts_in
from tidui.engines.sql import checks


def check_conservation(engine: Engine, prepared: Prepared, span: Span) -> tuple[Issue, ...]:
    """Compare what all holders hold with the ledger, to the minor unit.

    Parameters
    ----------
    engine : Engine
        The engine that prepared.
    prepared : Prepared
        Cells of any basis; memberships do not matter here.
    span : Span
        Days inside the prepared span; one day is the sharpest check.

    Returns
    -------
    tuple of Issue
        Empty when Σ balance × share × days (in all currencies together, minor units × ppm ×
        days), Σ share × days and Σ amount × share agree, else ``facts.not-conserved``.
    """
    if not (prepared.span.from_day <= span.from_day and span.to_day <= prepared.span.to_day):
        raise ValueError("span: reaches out of the prepared days")
    query = engine.fresh("q")
    paths = [part.path for part in parts_in(prepared.snapshot, "balances", (span,))]
    engine.parquet(f"{query}_balances", LEDGER_SCHEMAS["balances"], paths)
    cells, flows = f"{prepared.prefix}a_cells", f"{prepared.prefix}_flows"
    balances = f"{query}_balances"
    found = _compare(
        "balances",
        ("total", "days"),
        engine.run(checks.ledger_total(balances, span)),
        engine.run(checks.holders_total(cells, balances, span)),
    )
    found += _compare(
        "flows",
        ("total", "entries"),
        engine.run(checks.ledger_flows(flows, span)),
        engine.run(checks.holders_flows(prepared.prefix, flows, span)),
    )
    engine.drop([balances])
    return tuple(found)


def _compare(
    table: str, names: Sequence[str], ledger: Sequence[Row], by_share: Sequence[Row]
) -> list[Issue]:
    found = []
    for place, name in enumerate(names):
        expected = int(ledger[0][place] or 0) * PPM
        held = sum(int(row[0] or 0) * int(row[place + 1] or 0) for row in by_share)
        if held != expected:
            found.append(
                issue("facts.not-conserved", table, sum=name, ledger=expected, holders=held)
            )
    return found
