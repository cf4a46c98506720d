"""Reading measures."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tidui.apps.measures.models import Measure


def confirmed_rows() -> Iterator[dict[str, Any]]:
    """Yield the confirmed measures as the ledger's table wants them; NULL is unknown."""
    rows = Measure.objects.filter(state=Measure.State.CONFIRMED, current=True).order_by("pk")
    for row in rows.iterator(chunk_size=2_000):
        yield {
            "subject": row.subject, "measure": row.measure, "period": row.period,
            "value": row.number, "unit": row.unit, "source": row.source, "maker": row.maker,
            "checker": row.checker,
        }  # fmt: skip
