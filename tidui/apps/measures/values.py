"""A value as somebody writes it: a number, a dash for unknown, nothing for not delivered."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from tidui.core.values import decimal_text

UNKNOWN: Final = ("-", "–", "—", "－")
"""A dash is delivered as unknown; it is no zero."""
MOST_PLACES: Final = 9
MOST_DIGITS: Final = 18
_NUMBER: Final = re.compile(r"(-?)([0-9]{1,15})(?:\.([0-9]{1,9}))?\Z")


@dataclass(frozen=True, slots=True)
class Value:
    """A delivered value: ``number`` divided by ``10**scale``; unknown where the number is None."""

    number: int | None
    scale: int = 0

    @property
    def exact(self) -> Fraction | None:
        """The value as an exact number."""
        return None if self.number is None else Fraction(self.number, 10**self.scale)


def read_value(text: str) -> Value | None:
    """Read a value; None for an empty text, which delivers nothing.

    Raises
    ------
    ValueError
        If it is neither a plain decimal, nor a dash, nor empty.

    Examples
    --------
    >>> read_value("87.50"), read_value("–"), read_value(" ")
    (Value(number=8750, scale=2), Value(number=None, scale=0), None)
    """
    said = text.strip()
    if not said:
        return None
    if said in UNKNOWN:
        return Value(None)
    match = _NUMBER.match(said)
    if match is None:
        raise ValueError(f"text: {text!r} is no plain decimal")
    sign, whole, rest = match[1], match[2], match[3] or ""
    if len(whole.lstrip("0")) + len(rest) > MOST_DIGITS:
        raise ValueError(f"text: {text!r} has more than {MOST_DIGITS} digits")
    return Value(int(f"{sign}{whole}{rest}"), len(rest))


def value_text(value: Fraction | None) -> str:
    """Print a value with all its digits; a dash where it is unknown."""
    return "–" if value is None else decimal_text(value)
