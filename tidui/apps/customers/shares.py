"""Shares over time: how much of one thing is attributed on which days."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final

WHOLE: Final = 1_000_000
"""All of it, in millionths."""
_PERCENT: Final = re.compile(r"([0-9]{1,3})(?:\.([0-9]{1,4}))?%\Z")
_OF_ONE: Final = re.compile(r"([01])(?:\.([0-9]{1,6}))?\Z")
Piece = tuple[date, date | None, int]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days on which the sum of the shares stays the same; an open end is None."""

    valid_from: date
    valid_to: date | None
    total: int


def timeline(pieces: Iterable[Piece]) -> list[Stretch]:
    """Add up shares from day to day, from the first beginning to the last end.

    >>> february = (date(2025, 2, 1), date(2025, 3, 1), 500_000)
    >>> [stretch.total for stretch in timeline([(date(2025, 1, 1), None, 600_000), february])]
    [600000, 1100000, 600000]
    """
    changes: dict[date, int] = {}
    for begins, ends, share in pieces:
        changes[begins] = changes.get(begins, 0) + share
        if ends is not None:
            changes[ends] = changes.get(ends, 0) - share
    found: list[Stretch] = []
    total = 0
    days: Sequence[date] = sorted(changes)
    for place, day in enumerate(days):
        total += changes[day]
        ends = days[place + 1] if place + 1 < len(days) else None
        if ends is None and total == 0:
            break
        if found and found[-1].total == total:
            found[-1] = Stretch(found[-1].valid_from, ends, total)
        else:
            found.append(Stretch(day, ends, total))
    return found


def above_whole(pieces: Iterable[Piece]) -> list[Stretch]:
    """Return the days on which more than all of it is attributed."""
    return [stretch for stretch in timeline(pieces) if stretch.total > WHOLE]


def below_whole(pieces: Iterable[Piece]) -> list[Stretch]:
    """Return the days, after the first attribution began, on which a part is nobody's."""
    listed = list(pieces)
    found = [stretch for stretch in timeline(listed) if stretch.total < WHOLE]
    ends = [end for _begin, end, _share in listed]
    if listed and None not in ends:
        last = max(end for end in ends if end is not None)
        found.append(Stretch(last, None, 0))
    return found


def read_share(text: str) -> int | None:
    """Read a share written as ``60%`` or ``0.6``; None for anything else, 60 for instance.

    >>> read_share("33.3333%"), read_share("0.6"), read_share("60")
    (333333, 600000, None)
    """
    for pattern, places in ((_PERCENT, 4), (_OF_ONE, 6)):
        match = pattern.match(text.strip())
        if match:
            digits = (match[2] or "").ljust(places, "0")
            share = int(match[1]) * 10**places + int(digits)
            return share if 1 <= share <= WHOLE else None
    return None


def share_of_percent(percent: Decimal) -> int | None:
    """Return a percentage as millionths; None where it isn't a whole number of them."""
    scaled = Fraction(percent) * 10_000
    fits = scaled.denominator == 1 and 1 <= scaled <= WHOLE
    return int(scaled) if fits else None


def share_text(share: int) -> str:
    """Print a share as a percentage, in full.

    >>> share_text(333_333), share_text(600_000)
    ('33.3333%', '60%')
    """
    whole, rest = divmod(share, 10_000)
    digits = f"{rest:04d}".rstrip("0")
    return f"{whole}.{digits}%" if digits else f"{whole}%"
