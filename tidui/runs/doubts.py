"""What a run is computed in spite of and nobody should overlook: rejected rows, unknown people."""

from __future__ import annotations

from typing import Final

from tidui.core.appraisal.inputs import Inputs
from tidui.core.calendar import Period
from tidui.core.values import Issue, issue
from tidui.exchange.sql import file_literal
from tidui.ledger import Ledger, Snapshot
from tidui.ledger.folder import open_duckdb
from tidui.ledger.tables import TABLES

SHOWN: Final = 10
"""Numbers that are named one by one."""


def check_rejected_rows(ledger: Ledger, snapshot: Snapshot, period: Period) -> tuple[Issue, ...]:
    """Warn of each delivery that speaks for days of the period and had rows rejected.

    What they said is not in the figures: an account without its line may stand at an old balance.
    """
    rejected = {
        entry.number: int(entry.payload["rows_rejected"])
        for entry in ledger.entries("delivery")
        if entry.payload["rows_rejected"]
    }
    found: dict[int, Issue] = {}
    for table in TABLES if rejected else ():
        for covered in snapshot.coverage(table):
            inside = covered.from_day < period.span.to_day and covered.to_day > period.span.from_day
            if inside and covered.delivery in rejected:
                found[covered.delivery] = issue(
                    "coverage.rejected-rows", f"{table} {covered.feed}", "warning",
                    delivery=covered.delivery, rows=rejected[covered.delivery],
                )  # fmt: skip
    return tuple(found[number] for number in sorted(found))


def check_holders(snapshot: Snapshot, inputs: Inputs, period: Period) -> tuple[Issue, ...]:
    """Warn of holders in attributions who are neither people nor units: what they hold is lost."""
    paths = [file_literal(part.path) for part in snapshot.parts("attributions")]
    if not paths:
        return ()
    known = {spell.employee_no for spell in inputs.employees}
    known |= {unit.org_code for unit in inputs.units}
    connection = open_duckdb(None)
    try:
        rows = connection.execute(
            f"SELECT DISTINCT who FROM read_parquet([{', '.join(paths)}])"
            f" WHERE from_day < {period.span.to_day} AND to_day > {period.span.from_day}"
        ).fetchall()
    finally:
        connection.close()
    unknown = sorted(str(who) for (who,) in rows if who not in known)
    if not unknown:
        return ()
    listed = ", ".join(unknown[:SHOWN]) + ("…" if len(unknown) > SHOWN else "")
    return (
        issue("coverage.unknown-holders", "attributions", "warning", holders=listed,
              number=len(unknown)),
    )  # fmt: skip
