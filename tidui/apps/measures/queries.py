"""Measures with the names of their subjects, and as the ledger's table wants them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from tidui.apps.measures.models import Measure
from tidui.apps.people.models import Employee, Unit


def with_names(rows: QuerySet[Measure]) -> QuerySet[Measure]:
    """Put the name of the person or unit beside each measure."""
    employee = Employee.objects.filter(employee_no=OuterRef("subject")).values("name")[:1]
    unit = Unit.objects.filter(org_code=OuterRef("subject")).values("name")[:1]
    return rows.annotate(subject_name=Coalesce(Subquery(employee), Subquery(unit), F("subject")))


def confirmed_rows() -> Iterator[dict[str, Any]]:
    """Yield what is confirmed and not superseded, as ``runs.freezing.freeze`` wants the table."""
    rows = Measure.objects.filter(state=Measure.State.CONFIRMED, current=True).order_by("pk")
    for row in rows.iterator(chunk_size=2_000):
        yield {
            "subject": row.subject, "measure": row.measure, "period": row.period,
            "value": row.number, "unit": row.unit, "source": row.source, "maker": row.maker,
            "checker": row.checker,
        }  # fmt: skip


def standing_values(measure: str, period: str, subjects: list[str]) -> dict[str, list[Measure]]:
    """Return what is confirmed or waits, by subject, for one measure and period."""
    found: dict[str, list[Measure]] = {}
    states = [Measure.State.CONFIRMED, Measure.State.ENTERED]
    rows = Measure.objects.filter(measure=measure, period=period, state__in=states, current=True)
    for start in range(0, len(subjects), 500):
        for row in rows.filter(subject__in=subjects[start : start + 500]).order_by("pk"):
            found.setdefault(row.subject, []).append(row)
    return found


def known_measures(rows: QuerySet[Measure]) -> list[str]:
    """Return the names of measures that were entered so far."""
    return list(rows.order_by("measure").values_list("measure", flat=True).distinct())


def known_periods(rows: QuerySet[Measure]) -> list[str]:
    """Return the periods that measures were entered for, the newest first."""
    return list(rows.order_by("-period").values_list("period", flat=True).distinct())


def history_of(row: Measure) -> QuerySet[Measure]:
    """Return everything that was ever entered for a subject, measure and period."""
    same = Measure.objects.filter(subject=row.subject, measure=row.measure, period=row.period)
    return same.order_by("-pk")
