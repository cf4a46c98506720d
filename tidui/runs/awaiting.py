"""What a running period still waits for: missing figures warn there, and stay missing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from tidui.core.appraisal.chain import Appraisal
from tidui.core.values import Issue

AWAITED: Final = frozenset(
    {"indicator.missing", "target.missing", "target.unconfirmed", "pay.missing", "run.unknown-code"}
)
"""What may come before the period ends, and stops a run of a whole period."""


def as_warnings(issues: Iterable[Issue]) -> tuple[Issue, ...]:
    """Let what is awaited warn; everything else stops as ever."""
    return tuple(
        replace(found, severity="warning") if found.code in AWAITED else found for found in issues
    )


def await_rest(appraisal: Appraisal) -> Appraisal:
    """Return the result of a running period; whose pay is not complete has none, and not less."""
    unknown = {
        dict(found.values)["subject"] for found in appraisal.issues if found.code == "pay.missing"
    }
    complete = {name: slip for name, slip in appraisal.pay.items() if name not in unknown}
    return replace(appraisal, pay=complete, issues=as_warnings(appraisal.issues))
