"""What a run reads of plans: each target once, its changes counted by days."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import groupby
from typing import Any

from tidui.apps.appraisal.models import SchemeVersion, Target
from tidui.core.appraisal.targets import by_days
from tidui.core.calendar import Period, day_number, parse_period

COUNTED = (*Target.STANDING, Target.State.REPLACED)
NOBODY = "-"
"""Stands for whoever has not confirmed yet: the ledger wants a name, and a run refuses anyway."""


def target_rows() -> Iterator[dict[str, Any]]:
    """Yield the targets of adopted schemes as the ledger's table wants them.

    A target that was changed inside the period is one row: its values count by days. One that
    nobody has confirmed has no day of confirmation, so that a run refuses and names him.
    """
    rows = Target.objects.filter(
        state__in=COUNTED, plan__scheme__state=SchemeVersion.State.ADOPTED
    ).select_related("plan__scheme")
    ordered = rows.order_by("plan__period", "subject", "indicator", "plan__scheme", "pk")
    seen: dict[tuple[str, str, str], int] = {}
    found: list[dict[str, Any]] = []

    def key(row: Target) -> tuple[str, str, str, int]:
        return row.plan.period, row.subject, row.indicator, row.plan.scheme.version

    for (period, subject, indicator, _version), chain in groupby(
        sorted(ordered.iterator(chunk_size=2_000), key=key), key=key
    ):
        row = frozen_row(list(chain), parse_period(period))
        if row is None:
            continue
        place = seen.setdefault((period, subject, indicator), len(found))
        if place == len(found):
            found.append(row)
        else:
            # A later version of the scheme has the later word on the same period.
            found[place] = row
    yield from found


def frozen_row(chain: list[Target], period: Period) -> dict[str, Any] | None:
    """Return the row of a target with all its changes, None where none of them stands."""
    standing = next((row for row in chain if row.state in Target.STANDING), None)
    if standing is None:
        return None
    confirmed = standing.state == Target.State.CONFIRMED
    return {
        "subject": standing.subject, "indicator": standing.indicator, "period": period.text,
        "value": weighted_value(chain, period), "unit": standing.unit,
        "base": None if standing.base is None else Fraction(standing.base, 10**standing.scale),
        "confirmed_on": standing.confirmed_on if confirmed else None, "maker": standing.maker,
        "checker": standing.checker or standing.confirmed_by or NOBODY,
    }  # fmt: skip


def weighted_value(chain: list[Target], period: Period) -> Fraction:
    """Return the value of a period: that of each target of the chain by its days."""
    values = [(day_number(row.valid_from or period.from_on), row.number) for row in chain]
    return by_days(values, period.span, chain[0].unit)
