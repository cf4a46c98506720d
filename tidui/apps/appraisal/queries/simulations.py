"""What a simulation can be set beside, and what it found for those whom a reader may see."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.conf import settings
from django.db.models import Count, F, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from tidui.apps.appraisal.models import SchemeVersion, Simulation, SimulationRow
from tidui.apps.people.access import Scope, employees_in
from tidui.core.values import currency_exponent
from tidui.ui.charts import BRAND

MOST_BARS = 12
"""Bars of the picture."""


def choices_against(version: SchemeVersion) -> list[tuple[str, str]]:
    """Return stored runs and adopted versions that a version can be compared with."""
    found = []
    for path in sorted(settings.LEDGER_FOLDER.glob("runs/*/manifest.json"), reverse=True):
        manifest = json.loads(path.read_text(encoding="utf-8"))
        scheme = manifest["scheme"]
        words = _("Run %(period)s · %(scheme)s v%(version)s") % {
            "period": manifest["period"], "scheme": scheme["id"], "version": scheme["version"],
        }  # fmt: skip
        found.append((f"run:{path.parent.name}", words))
    rows = SchemeVersion.objects.filter(state=SchemeVersion.State.ADOPTED).exclude(pk=version.pk)
    found += [
        (f"version:{row.pk}", _("Scheme %(scheme)s, in the period below") % {"scheme": row})
        for row in rows
    ]
    return found


def rows_visible(simulation: Simulation, scope: Scope, today: Any) -> QuerySet[SimulationRow]:
    """Return the rows of those whom somebody may see; units only for the whole bank."""
    rows = simulation.rows.select_related("employee")
    if scope.whole_bank:
        return rows
    people = employees_in(Scope(scope.parts), today, with_own=False)
    return rows.filter(employee__in=people.values("pk"))


@dataclass(frozen=True, slots=True)
class Totals:
    """What the visible rows add up to; amounts are minor units."""

    before: int
    after: int
    winners: int
    losers: int
    same: int
    moved: int
    promoted: int

    @property
    def change(self) -> int:
        """What the new scheme costs more."""
        return self.after - self.before

    @property
    def share(self) -> Fraction | None:
        """The change as a ratio, None where nothing was paid before."""
        return Fraction(self.change, self.before) if self.before else None


def totals_of(rows: QuerySet[SimulationRow]) -> Totals:
    """Add the visible rows up, with one query."""
    found = rows.order_by().aggregate(
        before=Sum("pay_before"), after=Sum("pay_after"),
        winners=Count("pk", filter=Q(change__gt=0)), losers=Count("pk", filter=Q(change__lt=0)),
        same=Count("pk", filter=Q(change=0)), moved=Count("pk", filter=~Q(ranking="")),
        graded=Count("pk", filter=~Q(grade_before="") & ~Q(grade_after="")),
        kept=Count("pk", filter=~Q(grade_before="") & Q(grade_before=F("grade_after"))),
    )  # fmt: skip
    return Totals(
        found["before"] or 0, found["after"] or 0, found["winners"], found["losers"],
        found["same"], found["moved"], found["graded"] - found["kept"],
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Bar:
    """People whose pay changes by an amount from ``low`` up to below ``high``, major units."""

    low: int
    high: int
    people: int


def histogram(changes: Sequence[int], currency: str) -> list[Bar]:
    """Count people by the change of their pay, in steps of one round amount.

    >>> [(bar.low, bar.high, bar.people) for bar in histogram([-150, 20, 250], "CNY")]
    [(-2, -1, 1), (-1, 0, 0), (0, 1, 1), (1, 2, 0), (2, 3, 1)]
    """
    if not changes:
        return []
    scale = 10 ** currency_exponent(currency)
    width = _step((max(changes) - min(changes)) // scale)
    first, last = min(changes) // (width * scale), max(changes) // (width * scale)
    counts = dict.fromkeys(range(first, last + 1), 0)
    for change in changes:
        counts[change // (width * scale)] += 1
    return [Bar(step * width, (step + 1) * width, n) for step, n in counts.items()]


def _step(span: int) -> int:
    """Return the least of 1, 2, 5, 10 … that needs no more bars than there is room for."""
    power = 1
    while True:
        for factor in (1, 2, 5):
            if span < factor * power * (MOST_BARS - 1):
                return factor * power
        power *= 10


def histogram_chart(bars: Sequence[Bar], name: str) -> dict[str, Any]:
    """Return the picture of a histogram."""
    return {
        "grid": {"left": 44, "right": 16, "top": 24, "bottom": 44},
        "tooltip": {"trigger": "axis", "axisPointer": {"type": "shadow"}},
        "xAxis": {"type": "category", "data": [f"{bar.low:,}" for bar in bars]},
        "yAxis": {"type": "value", "minInterval": 1},
        "series": [
            {
                "name": name, "type": "bar", "data": [bar.people for bar in bars],
                "color": BRAND, "barCategoryGap": "12%", "label": {"show": True, "position": "top"},
            }
        ],
    }  # fmt: skip
