"""Working days of the mainland, out of ``calendars/cn.yaml``."""

from __future__ import annotations

from functools import lru_cache

from tidui.core.calendar import WorkingDays
from tidui.core.documents import parse_document
from tidui.library import texts


@lru_cache(maxsize=1)
def working_days() -> WorkingDays:
    """Return the calendar of announced years.

    >>> from datetime import date
    >>> working_days().is_worked(date(2026, 10, 10)), working_days().is_worked(date(2026, 10, 1))
    (True, False)
    """
    years = parse_document(texts("calendars", "cn"))["years"]
    return WorkingDays(
        frozenset(day for year in years.values() for day in year["off"]),
        frozenset(day for year in years.values() for day in year["worked"]),
        frozenset(int(year) for year in years),
    )
