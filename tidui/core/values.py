"""Numbers as the calculators hold them: exact, with a unit, and missing when missing."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Final

PPM: Final = 1_000_000
"""A whole share, in parts per million."""

PPB: Final = 1_000_000_000
"""A rate of 100 %, in parts per billion: how rates stand in the ledger."""

CURRENCY_EXPONENTS: Final = {
    "CNY": 2, "USD": 2, "EUR": 2, "GBP": 2, "HKD": 2, "JPY": 0, "KRW": 0, "AUD": 2, "CAD": 2,
    "CHF": 2, "SGD": 2, "NZD": 2, "SEK": 2, "NOK": 2, "DKK": 2, "THB": 2, "RUB": 2, "MOP": 2,
    "TWD": 2, "CZK": 2, "KWD": 3, "BHD": 3,
}  # fmt: skip
"""Digits after the point of one major unit (ISO 4217)."""


@dataclass(frozen=True, slots=True)
class Issue:
    """Something a user's data or document can cause; its sentences stand in ``library/messages``.

    Attributes:
        code: slug that names the message, e.g. ``scheme.table-hole``.
        where: what it is about: a path in a document, a file with its line, a subject.
        values: the figures and names that the sentence prints, as text or ``int``.
        severity: ``error`` stops, ``warning`` needs a person's word, ``note`` informs.
    """

    code: str
    where: str
    values: tuple[tuple[str, str | int], ...] = ()
    severity: str = "error"


def issue(code: str, where: str, severity: str = "error", **values: str | int) -> Issue:
    """Build an issue with its values in the order of their names."""
    return Issue(code, where, tuple(sorted(values.items())), severity)


@dataclass(frozen=True, slots=True)
class Missing:
    """A value that isn't there, and why; it is never a zero.

    Attributes:
        reason: ``unknown`` (delivered as unknown), ``not_delivered``, ``not_defined`` (a ratio to
            nothing), ``not_ranked``, ``open``.
        what: what is missing: an indicator, a measure, a target.
    """

    reason: str
    what: str


Value = Fraction | Missing
Truth = bool | Missing


class Rounding(StrEnum):
    """How a rounding point rounds; halves are the only place where the two "half" ways differ."""

    HALF_UP = "half_up"
    HALF_EVEN = "half_even"
    DOWN = "down"
    UP = "up"


def round_fraction(value: Fraction, places: int, rounding: Rounding) -> Fraction:
    """Round to a number of decimals.

    ``down`` goes towards zero, ``up`` away from it, ``half_up`` takes a half away from zero.

    >>> round_fraction(Fraction(5, 2), 0, Rounding.HALF_UP)
    Fraction(3, 1)
    >>> round_fraction(Fraction(-5, 2), 0, Rounding.HALF_EVEN)
    Fraction(-2, 1)
    """
    scale = 10**places
    scaled = abs(value) * scale
    whole, rest = divmod(scaled.numerator, scaled.denominator)
    twice = 2 * rest
    half = scaled.denominator
    if rounding is Rounding.UP:
        whole += rest > 0
    elif rounding is Rounding.HALF_UP:
        whole += twice >= half
    elif rounding is Rounding.HALF_EVEN:
        whole += twice > half or (twice == half and whole % 2 == 1)
    return Fraction(-whole if value < 0 else whole, scale)


def exact(value: int | Decimal | Fraction) -> Fraction:
    """Return the number as a fraction; a float is a programming error."""
    if isinstance(value, float):
        raise TypeError("a float near money: pass int, Decimal or Fraction")
    return Fraction(value)


def decimal_text(value: Fraction, places: int = 6) -> str:
    """Print a fraction as a decimal, for the eye only.

    A number that ends within ``places`` decimals is printed in full and without trailing zeros;
    a longer one is cut, never rounded, and ends in an ellipsis.

    >>> decimal_text(Fraction(5, 4)), decimal_text(Fraction(2, 3), 4)
    ('1.25', '0.6666…')
    """
    sign = "-" if value < 0 else ""
    whole, rest = divmod(abs(value.numerator), value.denominator)
    digits = str(rest * 10**places // value.denominator).rjust(places, "0")
    ends = rest * 10**places % value.denominator == 0
    shown = digits.rstrip("0") if ends else digits + "…"
    return f"{sign}{whole}.{shown}" if shown else f"{sign}{whole}"


def currency_exponent(currency: str) -> int:
    """Return the number of minor digits of a currency; unknown ones raise ``KeyError``."""
    return CURRENCY_EXPONENTS[currency]


def minor_to_major(amount: Fraction | int, currency: str) -> Fraction:
    """Return an amount of minor units in major units, exactly."""
    return Fraction(amount, 1) / Fraction(10 ** currency_exponent(currency))
