"""Explaining a stored run: the tree of one subject, and the ledger rows of one leaf."""

from __future__ import annotations

from dataclasses import dataclass

from tidui.core.appraisal.evaluation.board import Board
from tidui.core.appraisal.explain import Explanation, explain_subject
from tidui.core.appraisal.facts import FactRequest, LeafRow, leaf_total
from tidui.core.appraisal.questions import Batch
from tidui.core.trace import TraceNode, walk
from tidui.core.values import Missing, issue
from tidui.engines import leaf_rows, open_engine, prepare, release
from tidui.ledger import Ledger, LedgerError
from tidui.runs.folder import RunFolder
from tidui.runs.stored import (
    read_batches,
    read_board,
    read_entries_of,
    read_facts,
    read_grades,
)


@dataclass(frozen=True, slots=True)
class StoredExplanation:
    """The tree of one subject of a stored run.

    Attributes:
        board: his part of the run.
        explanation: the tree.
        differences: names whose value in the tree isn't the stored one; a sound run has none.
    """

    board: Board
    explanation: Explanation
    differences: tuple[str, ...]


def explain_run(run: RunFolder, subject_id: str) -> StoredExplanation:
    """Explain one subject of a stored run.

    Raises
    ------
    LedgerError
        If the run does not appraise the subject.
    """
    board, inputs = read_board(run, subject_id)
    if subject_id not in board.subjects:
        raise LedgerError(issue("run.no-such-subject", run.name, subject=subject_id))
    pay = read_entries_of(run, subject_id).get(subject_id)
    proposal = read_grades(run, subject_id).get(subject_id)
    explanation = explain_subject(board, subject_id, inputs.outcomes, pay, proposal)
    differences = tuple(
        node.name
        for _, node in walk(explanation.root)
        if node.name in board.columns and node.value != board.columns[node.name][subject_id]
    )
    return StoredExplanation(board, explanation, differences)


def find_node(root: TraceNode, path: str) -> TraceNode | None:
    """Return the node of a path, or the first entry of that name."""
    for found, node in walk(root):
        if path in (found, node.name) and found:
            return node
    return None


@dataclass(frozen=True, slots=True)
class Leaf:
    """The ledger rows of an indicator of one subject.

    Attributes:
        request: the question that they answer.
        rows: the rows.
        total: what they add up to.
        stored: the stored fact's sum; the same, or something is wrong.
        stored_rows: the stored number of rows.
    """

    request: FactRequest
    rows: tuple[LeafRow, ...]
    total: int
    stored: int
    stored_rows: int

    @property
    def reproduced(self) -> bool:
        """True where count and sum are those of the run."""
        return self.total == self.stored and len(self.rows) == self.stored_rows


def leaf_of_run(ledger: Ledger, run: RunFolder, subject_id: str, name: str) -> tuple[Leaf, ...]:
    """List the ledger rows behind an indicator: one leaf for each fact that it reads.

    The rows are read from the ledger as it stood when the run was made.

    Raises
    ------
    LedgerError
        If the indicator reads no facts.
    """
    batch, requests = _requests_of(run, name)
    facts = read_facts(run, subject_id)
    snapshot = ledger.snapshot(int(run.manifest["ledger"]["entry"]))
    leaves = []
    with open_engine() as engine:
        own = tuple(m for m in batch.memberships if m.subject == subject_id)
        prepared = prepare(engine, snapshot, span=batch.span, basis=batch.basis, members=own)
        for request in requests:
            rows = tuple(leaf_rows(engine, prepared, request, subject_id))
            key = (request.key, subject_id)
            sums = [(r.total, r.rows) for r in facts.rows if (r.key, r.subject) == key]
            sums += [(r.total, r.rows) for r in facts.customers if (r.key, r.subject) == key]
            total, count = sum(total for total, _ in sums), sum(count for _, count in sums)
            leaves.append(Leaf(request, rows, leaf_total(request, rows), total, count))
        release(engine, prepared)
    return tuple(leaves)


def _requests_of(run: RunFolder, name: str) -> tuple[Batch, list[FactRequest]]:
    for batch in read_batches(run):
        found = [r for r in batch.requests if r.key.partition("@")[0] == name]
        if found:
            return batch, [request for request in found if not request.by_account]
    raise LedgerError(issue("run.no-facts", run.name, name=name))


def missing_text(value: Missing) -> str:
    """Return a missing value's reason and what it is about, for a table."""
    return f"{value.reason}: {value.what}"
