"""What the ledger refuses as a whole."""

from __future__ import annotations

from collections.abc import Sequence

from tidui.core.values import Issue, issue


class LedgerError(Exception):
    """A request that leaves the ledger as it was.

    Attributes:
        issue: the first thing that is wrong.
        issues: all of them.
    """

    def __init__(self, *issues: Issue) -> None:
        first = issues[0]
        super().__init__(f"{first.code} {first.where} {dict(first.values)}".strip())
        self.issue = first
        self.issues: Sequence[Issue] = issues


def refusal(code: str, where: str = "", **values: str | int) -> LedgerError:
    """Build an error from the code of its message."""
    return LedgerError(issue(code, where, "error", **values))
