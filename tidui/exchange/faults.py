"""What is wrong with a whole file."""

from __future__ import annotations

from tidui.core.values import Issue, issue


class FileError(Exception):
    """A file that can't be read as what it says it is.

    Attributes:
        issue: what is wrong and where.
    """

    def __init__(self, problem: Issue) -> None:
        super().__init__(f"{problem.code} {problem.where} {dict(problem.values)}")
        self.issue = problem


def fault(code: str, where: str, **values: str | int) -> FileError:
    """Build a fault from the code of its message."""
    return FileError(issue(code, where, "error", **values))
