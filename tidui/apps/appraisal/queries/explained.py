"""One figure of a stored result, explained again out of its run."""

from __future__ import annotations

from tidui.apps.appraisal.models import Result
from tidui.apps.appraisal.queries.documents import run_folder
from tidui.core.appraisal.explain import explain_entry
from tidui.core.trace import TraceNode
from tidui.ledger import LedgerError
from tidui.runs.explanations import explain_run, find_node


def explained_node(result: Result, node: str) -> tuple[TraceNode, bool] | None:
    """Return the tree behind a name, and whether it gives what was stored; None for no such."""
    folder = run_folder(result.run)
    try:
        stored = explain_run(folder, result.subject)
    except LedgerError:
        return None
    if node in stored.board.entries:
        return explain_entry(stored.board, result.subject, node), not stored.differences
    named = find_node(stored.explanation.root, node)
    return None if named is None else (named, not stored.differences)
