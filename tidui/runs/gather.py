"""Asking an engine: every batch of a run, prepared, conserved and answered."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tidui.core.appraisal.facts import CustomerRow, FactRequest, FactRow, FactTable
from tidui.core.appraisal.questions import FILTERED, Batch
from tidui.core.calendar import Span
from tidui.core.values import Issue
from tidui.engines import (
    Engine,
    Prepared,
    check_conservation,
    compute_facts,
    open_engine,
    prepare,
    release,
)
from tidui.engines.prepare import blocked
from tidui.engines.sql.scans import flow_types
from tidui.ledger import Snapshot

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class Gathered:
    """What the engine answered.

    Attributes:
        facts: the sums.
        codes: column → the codes that occur in the ledger.
        issues: errors mean that the facts are not complete.
    """

    facts: FactTable
    codes: Mapping[str, frozenset[str]]
    issues: tuple[Issue, ...]


def gather_facts(
    engine_name: str,
    snapshot: Snapshot,
    batches: tuple[Batch, ...],
    progress: Progress | None = None,
    *,
    threads: int = 2,
    memory: str = "4GiB",
) -> Gathered:
    """Answer the requests of all batches; issues of the ledger block and answer nothing.

    That the holders' parts add up to the ledger is checked on the last day of each batch, before
    anything is computed from them.
    """
    requests: list[FactRequest] = []
    rows: list[FactRow] = []
    customers: list[CustomerRow] = []
    issues: list[Issue] = []
    seen: dict[str, set[str]] = {}
    with open_engine(engine_name, threads=threads, memory=memory) as engine:
        for done, batch in enumerate(batches):
            if progress is not None:
                progress(done, len(batches), "facts")
            prepared = prepare(
                engine, snapshot, span=batch.span, basis=batch.basis, members=batch.memberships
            )
            issues.extend(prepared.issues)
            _note_codes(engine, prepared, seen)
            if not blocked(prepared.issues):
                last = Span(batch.span.to_day - 1, batch.span.to_day)
                issues.extend(check_conservation(engine, prepared, last))
                table = compute_facts(engine, prepared, batch.requests)
                requests.extend(table.requests)
                rows.extend(table.rows)
                customers.extend(table.customers)
            release(engine, prepared)
    if progress is not None:
        progress(len(batches), len(batches), "facts")
    return Gathered(
        FactTable(tuple(requests), tuple(rows), tuple(customers)),
        {column: frozenset(codes) for column, codes in seen.items()},
        tuple(issues),
    )


def _note_codes(engine: Engine, prepared: Prepared, seen: dict[str, set[str]]) -> None:
    """Collect the codes that occur among accounts, customers, holders and flows."""
    for column in FILTERED:
        codes = {getattr(combo, column) for combo in prepared.combos}
        seen.setdefault(column, set()).update(code for code in codes if code is not None)
    flows = engine.run(flow_types(f"{prepared.prefix}_flows"))
    seen.setdefault("flow", set()).update(str(kind) for kind, _ in flows)
