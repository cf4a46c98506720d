"""Targets: a whole shared out to parts, a changed target by days, a target that tells nobody apart.

Sums are exact: the parts of a cascade add up to the whole to the last unit, and a target that
changes inside a period is the mean of its values by days, rounded once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from tidui.core.appraisal.checks.opens import walk_records
from tidui.core.appraisal.evaluation.entries import list_entries
from tidui.core.appraisal.pay.shares import share_out
from tidui.core.appraisal.scheme import nodes
from tidui.core.appraisal.scheme.document import Scheme
from tidui.core.calendar import Span
from tidui.core.values import CURRENCY_EXPONENTS, Rounding, round_fraction

EASY: Final = Fraction(9, 10)
"""Met by more than this part of the people last period: it asks for nothing."""
HARD: Final = Fraction(1, 5)
"""Met by less than this part: it is out of reach (C-62: neither too high nor too low)."""
PLACES: Final = 6
"""Decimals of a target that is no amount of money."""


@dataclass(frozen=True, slots=True)
class TargetNeed:
    """An indicator whose attainment reads a confirmed target.

    Attributes:
        indicator: its name.
        title: its name for people.
        unit: unit that the target has to be in.
    """

    indicator: str
    title: tuple[str, str]
    unit: str


def targets_needed(scheme: Scheme) -> tuple[TargetNeed, ...]:
    """Return what a scheme needs targets for, in the order of its entries."""
    wanted = {
        node.of.name
        for _, node in walk_records(scheme)
        if isinstance(node, nodes.Attainment)
        and node.target == "delivered"
        and isinstance(node.of, nodes.Named)
    }
    return tuple(
        TargetNeed(entry.name, (entry.title.zh, entry.title.en), entry.unit)
        for entry in list_entries(scheme)
        if entry.name in wanted
    )


def unit_places(unit: str) -> int:
    """Return the decimals that a target of a unit has: those of the currency, else 6."""
    return CURRENCY_EXPONENTS.get(unit, PLACES)


def cascade(whole: int, weights: Mapping[str, Fraction], step: int = 1) -> dict[str, int]:
    """Share a whole out to parts in proportion to weights; they add up to it exactly.

    Units left over go to the largest remainders, ties by key. A part whose weight is zero or below
    gets nothing. With a ``step`` each part is a multiple of it, but for the one with the largest
    weight, which takes what the whole has beyond.

    >>> cascade(100, {"a": Fraction(1), "b": Fraction(1), "c": Fraction(1)})
    {'a': 34, 'b': 33, 'c': 33}
    >>> cascade(1_003, {"a": Fraction(1), "b": Fraction(2)}, step=100)
    {'a': 300, 'b': 703}

    Raises
    ------
    ValueError
        If no weight is above zero.
    """
    counted = {key: max(weight, Fraction(0)) for key, weight in weights.items()}
    if not any(counted.values()):
        raise ValueError("weights: none is above zero, so nothing can be shared out by them")
    if step < 1:
        raise ValueError("step: at least one unit")
    steps, rest = divmod(whole, step)
    parts = {key: part * step for key, part in share_out(steps, counted).items()}
    parts[max(sorted(counted), key=lambda key: counted[key])] += rest
    return parts


def by_days(values: Sequence[tuple[int, Fraction]], span: Span, unit: str) -> Fraction:
    """Return the target of a period in which it changed: each value counts by its days.

    Parameters
    ----------
    values : sequence of (day, value)
        each value from its day on; the first holds from the period's first day, whatever its day.
    span : Span
        the whole period.
    unit : str
        decides on the decimals of the one rounding, half up.

    >>> by_days([(0, Fraction(100)), (90, Fraction(200))], Span(0, 360), "CNY")
    Fraction(175, 1)
    """
    if not values:
        raise ValueError("values: at least one")
    listed = sorted(values, key=lambda pair: pair[0])
    if len(listed) == 1:
        return listed[0][1]
    total = Fraction(0)
    for number, (day, value) in enumerate(listed):
        start = span.from_day if number == 0 else min(max(day, span.from_day), span.to_day)
        end = listed[number + 1][0] if number + 1 < len(listed) else span.to_day
        end = min(max(end, start), span.to_day)
        total += value * (end - start)
    return round_fraction(total / span.days, unit_places(unit), Rounding.HALF_UP)


@dataclass(frozen=True, slots=True)
class Reach:
    """How many people would have met their target last period.

    Attributes:
        met: those whose figure was at the target or above.
        known: those with a target and a figure.
    """

    met: int
    known: int

    @property
    def flag(self) -> str:
        """``easy``, ``hard``, or empty for a target that tells people apart."""
        if not self.known:
            return ""
        share = Fraction(self.met, self.known)
        return "hard" if share < HARD else "easy" if share > EASY else ""


def reach_of(pairs: Iterable[tuple[Fraction, Fraction]]) -> Reach:
    """Count over (target, last figure) pairs.

    >>> reach_of([(Fraction(10), Fraction(9))] * 9 + [(Fraction(10), Fraction(10))]).flag
    'hard'
    """
    met = known = 0
    for target, figure in pairs:
        known += 1
        met += figure >= target
    return Reach(met, known)
