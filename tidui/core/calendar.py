"""Days, months and periods: half-open intervals of day numbers, and nothing that knows today."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Final

EPOCH: Final = date(1970, 1, 1)
OPEN_END: Final = 2_932_897
"""Day number of 10000-01-01: the end of an interval that has none (no ``date`` can hold it)."""


def day_number(day: date) -> int:
    """Return the days since 1970-01-01, as a date stands in the ledger."""
    return (day - EPOCH).days


def day_of(number: int) -> date:
    """Return the date of a day number; the open end has none and raises ``ValueError``."""
    if number >= OPEN_END:
        raise ValueError("number: the open end of an interval is not a date")
    return EPOCH + timedelta(days=number)


def day_text(number: int) -> str:
    """Return the ISO text of a day number, ``10000-01-01`` for the open end."""
    return "10000-01-01" if number >= OPEN_END else day_of(number).isoformat()


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open interval of days.

    Attributes:
        from_day: first day number inside.
        to_day: first day number after it.
    """

    from_day: int
    to_day: int

    @property
    def days(self) -> int:
        """Length in days."""
        return self.to_day - self.from_day

    def meet(self, other: Span) -> Span | None:
        """Return the common part, or None."""
        from_day, to_day = max(self.from_day, other.from_day), min(self.to_day, other.to_day)
        return Span(from_day, to_day) if from_day < to_day else None


@dataclass(frozen=True, slots=True)
class Period:
    """An appraisal period: a calendar year, quarter or month.

    Attributes:
        kind: ``year``, ``quarter`` or ``month``.
        from_on: first date.
        to_on: first date after it; of a running period, after the days that have passed.
        ends_on: first date after the whole period where it is running, else None.
    """

    kind: str
    from_on: date
    to_on: date
    ends_on: date | None = None

    @property
    def span(self) -> Span:
        """The same interval in day numbers."""
        return Span(day_number(self.from_on), day_number(self.to_on))

    @property
    def days(self) -> int:
        """Calendar days."""
        return (self.to_on - self.from_on).days

    @property
    def running(self) -> bool:
        """True where it stands for the days that have passed and not for all of them."""
        return self.ends_on is not None

    @property
    def whole(self) -> Period:
        """The period with all its days."""
        return self if self.ends_on is None else Period(self.kind, self.from_on, self.ends_on)

    def up_to(self, day: date) -> Period:
        """Return the running period before a date; a date before its second raises ``ValueError``.

        >>> parse_period("2025Q1").up_to(date(2025, 2, 1)).days
        31
        """
        if day <= self.from_on:
            raise ValueError(f"day: {day} leaves nothing of {self.text}")
        ends_on = self.whole.to_on
        return Period(self.kind, self.from_on, min(day, ends_on), ends_on)

    @property
    def text(self) -> str:
        """``2025``, ``2025Q3`` or ``2025-07``."""
        if self.kind == "year":
            return f"{self.from_on.year:04}"
        if self.kind == "quarter":
            return f"{self.from_on.year:04}Q{(self.from_on.month + 2) // 3}"
        return f"{self.from_on.year:04}-{self.from_on.month:02}"


def parse_period(text: str) -> Period:
    """Read ``2025``, ``2025Q3`` or ``2025-07``; anything else raises ``ValueError``.

    >>> parse_period("2024Q1").days
    91
    """
    digits = text[:4]
    if len(digits) != 4 or not digits.isascii() or not digits.isdigit() or digits == "0000":
        raise ValueError(f"period: {text!r} is not like 2025, 2025Q3 or 2025-07")
    year, rest = int(digits), text[4:]
    if rest == "":
        return Period("year", date(year, 1, 1), date(year + 1, 1, 1))
    if len(rest) == 2 and rest[0] == "Q" and rest[1] in "1234":
        first = date(year, 3 * int(rest[1]) - 2, 1)
        return Period("quarter", first, add_months(first, 3))
    if len(rest) == 3 and rest[0] == "-" and rest[1:].isascii() and rest[1:].isdigit():
        month = int(rest[1:])
        if 1 <= month <= 12:
            first = date(year, month, 1)
            return Period("month", first, add_months(first, 1))
    raise ValueError(f"period: {text!r} is not like 2025, 2025Q3 or 2025-07")


def add_months(day: date, months: int) -> date:
    """Return the same day of a later (or earlier) month, or that month's last day."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def previous_period(period: Period) -> Period:
    """Return the period of the same kind that ends where this one begins."""
    months = {"year": 12, "quarter": 3, "month": 1}[period.kind]
    return Period(period.kind, add_months(period.from_on, -months), period.from_on)


def months_between(from_on: date, to_on: date) -> int:
    """Return the whole months that have passed from one date to another.

    >>> months_between(date(2024, 8, 31), date(2025, 2, 28))
    6
    """
    months = (to_on.year - from_on.year) * 12 + to_on.month - from_on.month
    return months if add_months(from_on, months) <= to_on else months - 1


def month_spans(span: Span) -> Iterator[Span]:
    """Cut an interval at the first of each month."""
    start = day_of(span.from_day)
    first = add_months(start.replace(day=1), 1)
    from_day = span.from_day
    while from_day < span.to_day:
        to_day = min(day_number(first), span.to_day)
        yield Span(from_day, to_day)
        from_day, first = to_day, add_months(first, 1)


def cut_span(span: Span, days: Iterable[int]) -> tuple[Span, ...]:
    """Cut an interval at the day numbers that fall inside it."""
    inside = sorted({day for day in days if span.from_day < day < span.to_day})
    edges = [span.from_day, *inside, span.to_day]
    return tuple(Span(a, b) for a, b in pairwise(edges))


def merge_spans(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Return the same days as spans that are in order and apart."""
    merged: list[Span] = []
    for span in sorted(spans):
        if merged and span.from_day <= merged[-1].to_day:
            merged[-1] = Span(merged[-1].from_day, max(merged[-1].to_day, span.to_day))
        else:
            merged.append(span)
    return tuple(merged)


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """Which days are worked: weekdays, less the days off, with the weekend days worked for them.

    Attributes:
        off: days off of the announced years.
        worked: weekend days that are worked.
        years: years whose days are announced; in any other a weekday is taken for a working day.
    """

    off: frozenset[date]
    worked: frozenset[date]
    years: frozenset[int]

    def is_worked(self, day: date) -> bool:
        """Tell whether a day is worked."""
        return day in self.worked or (day.weekday() < 5 and day not in self.off)

    def after(self, day: date, count: int) -> tuple[date, bool]:
        """Return the ``count``-th working day after a day, and whether it is provisional.

        It is provisional where it passes through a year that is not announced yet.

        >>> WorkingDays(frozenset(), frozenset(), frozenset({2026})).after(date(2026, 11, 27), 1)
        (datetime.date(2026, 11, 30), False)
        """
        known = day.year in self.years
        while count > 0:
            day += timedelta(days=1)
            known = known and day.year in self.years
            count -= self.is_worked(day)
        return day, not known
