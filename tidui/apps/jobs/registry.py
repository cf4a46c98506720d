"""Kinds of job: each app registers what it can do; the worker calls it by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tidui.apps.audit.services import Actor
from tidui.core.values import Issue


class CancelledError(Exception):
    """The work stops because somebody asked for it, or because the lease was lost."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of the work.

    Attributes:
        result: what the page of the job needs, as JSON.
        issues: what is to be told; an error makes the job a failed one.
        address: page to go on to.
        finish: commits the effect in the transaction that marks the job as done.
    """

    result: dict[str, Any]
    issues: tuple[Issue, ...] = ()
    finish: Callable[[], None] | None = None


Progress = Callable[[int, int, str], None]
Work = Callable[[dict[str, Any], Actor, Progress], Outcome]
_kinds: dict[str, Work] = {}


def register(kind: str, work: Work) -> None:
    """Register the work of a kind.

    The work must be idempotent: it may run again from its beginning after the worker was killed,
    and its effect in the database belongs into ``Outcome.finish``.
    """
    _kinds[kind] = work


def work_of(kind: str) -> Work | None:
    """Return the work of a kind, None for an unknown one."""
    return _kinds.get(kind)
