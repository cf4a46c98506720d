"""The board: everything that is known so far in a run, by name and subject."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from tidui.core.appraisal.evaluation.entries import Entry, list_entries
from tidui.core.appraisal.inputs import TargetRow
from tidui.core.appraisal.population import Subject
from tidui.core.appraisal.scheme.document import Scheme
from tidui.core.calendar import Period
from tidui.core.values import Missing, Value

if TYPE_CHECKING:
    from tidui.core.appraisal.evaluation.environment import Environment


@dataclass(frozen=True, slots=True)
class Place:
    """A subject's place in a ranking.

    Attributes:
        rank: place, 1 is best; None where he is not ranked.
        better: subjects of the population that are better.
        equal: subjects with the same value, himself included.
        size: ranked subjects of the population.
        population: what the population was cut by in the end, ``key=value`` joined by commas.
        reason: why he isn't ranked: ``excluded``, ``group_too_small``, ``missing``; else empty.
    """

    rank: int | None
    better: int
    equal: int
    size: int
    population: str
    reason: str = ""


FactReader = Callable[[Entry, "Environment"], Value]
"""Computes an indicator from the engine's facts; the indicators stage provides it."""


@dataclass(slots=True)
class Board:
    """What is known of a run, column by column.

    Attributes:
        scheme: the document.
        period: the appraised period.
        as_of: first date that doesn't count yet, for targets by elapsed days.
        subjects: by id.
        entries: named values by name.
        columns: computed values by entry and subject.
        shared: figures of nodes that read other subjects, by entry and subject.
        places: by ranking and subject.
        classes: appraisal class by classes entry and subject; None is unrated.
        targets: by subject and indicator.
        team: ids of the subjects led by a subject.
        second_shares: shares of a second distribution, by measure code and subject.
        loan_amounts: amount of each loan event, minor units, by event.
        tables: rows of constant tables with their bounds, by identity of the rows.
        read_fact: computes an indicator that reads the ledger.
    """

    scheme: Scheme
    period: Period
    as_of: date
    subjects: dict[str, Subject]
    read_fact: FactReader
    entries: dict[str, Entry] = field(default_factory=dict)
    columns: dict[str, dict[str, Value]] = field(default_factory=dict)
    shared: dict[str, dict[str, tuple[Value, dict[str, Any]]]] = field(default_factory=dict)
    places: dict[str, dict[str, Place]] = field(default_factory=dict)
    classes: dict[str, dict[str, str | None]] = field(default_factory=dict)
    targets: dict[tuple[str, str], TargetRow] = field(default_factory=dict)
    team: dict[str, tuple[str, ...]] = field(default_factory=dict)
    second_shares: dict[tuple[str, str], Value] = field(default_factory=dict)
    loan_amounts: dict[str, int] = field(default_factory=dict)
    tables: dict[int, list[Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.entries = {entry.name: entry for entry in list_entries(self.scheme)}

    def parameter(self, name: str, on: date | None = None) -> Value:
        """Return a parameter's value on a date, the period's last day if none is given."""
        values = self.scheme.parameters[name].values
        if values == "open":
            return Missing("open", f"parameters.{name}")
        day = on or self.last_day
        started = [start for start in values if start <= day]
        if not started:
            return Missing("not_defined", f"parameters.{name}")
        return values[max(started)]

    @property
    def last_day(self) -> date:
        """Last day of the period."""
        return date.fromordinal(self.period.to_on.toordinal() - 1)

    @property
    def elapsed_ratio(self) -> Fraction:
        """Part of the whole period's days that have passed, at most 1."""
        elapsed = (min(self.as_of, self.period.to_on) - self.period.from_on).days
        return Fraction(max(0, elapsed), self.period.whole.days)

    @property
    def year_ratio(self) -> Fraction:
        """Part of the calendar year's days that have passed at the period's end, at most 1."""
        first = self.period.from_on.replace(month=1, day=1)
        following = first.replace(year=first.year + 1)
        elapsed = (min(self.as_of, self.period.to_on) - first).days
        return Fraction(max(0, elapsed), (following - first).days)
