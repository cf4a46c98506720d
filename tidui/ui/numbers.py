"""Figures for the eye: thousands, 万 and 亿 as the reader likes, rates cut and never rounded up."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from tidui.core.values import CURRENCY_EXPONENTS, currency_exponent, decimal_text

SCALES: Final = {"full": (0, ""), "wan": (4, "万"), "yi": (8, "亿")}


def is_money(unit: str) -> bool:
    """Tell whether a unit is a currency."""
    return unit in CURRENCY_EXPONENTS


def number_text(value: Fraction | int, places: int = 0) -> str:
    """Print a number with thousands and so many decimals, halves away from zero.

    >>> number_text(Fraction(1234567, 100), 1)
    '12,345.7'
    """
    scaled = abs(Fraction(value)) * 10**places
    whole = int(scaled + Fraction(1, 2))
    head, tail = divmod(whole, 10**places)
    sign = "-" if value < 0 and whole else ""
    return f"{sign}{head:,}" + (f".{tail:0{places}d}" if places else "")


def cut_text(value: Fraction, places: int = 0) -> str:
    """Print a number cut to so many decimals: 99.6 % never reads 100 %.

    >>> cut_text(Fraction(9969, 10000) * 100)
    '99'
    """
    scaled = int(abs(value) * 10**places)
    head, tail = divmod(scaled, 10**places)
    sign = "-" if value < 0 and scaled else ""
    return f"{sign}{head:,}" + (f".{tail:0{places}d}" if places else "")


def percent_text(ratio: Fraction, places: int = 1) -> str:
    """Print a ratio as a percentage, cut.

    >>> percent_text(Fraction(2, 3))
    '66.6%'
    """
    return cut_text(ratio * 100, places) + "%"


def amount_text(minor: int, currency: str) -> str:
    """Print minor units in full, exactly.

    >>> amount_text(1234567, "CNY")
    '12,345.67'
    """
    places = currency_exponent(currency)
    return number_text(Fraction(minor, 10**places), places)


def short_amount(value: Fraction, amounts: str, lang: str) -> str:
    """Print an amount in the major unit as the reader likes it: in full, in 万, or in 亿.

    An English reader gets thousands and millions, which are no multiple of 万.

    >>> short_amount(Fraction(86_500_000), "wan", "zh")
    '8,650万'
    >>> short_amount(Fraction(86_500_000), "wan", "en")
    '86.50M'
    """
    if amounts == "full":
        return number_text(value, 2)
    if lang == "en":
        return f"{number_text(value / 10**6, 2)}M"
    power, word = SCALES[amounts]
    scaled = value / 10**power
    places = 0 if amounts == "wan" and abs(scaled) >= 1_000 else 2
    return number_text(scaled, places) + word


def value_text(value: Fraction, unit: str, *, amounts: str = "full", lang: str = "zh") -> str:
    """Print a value by its unit: money, a ratio as a percentage, points, or a plain number."""
    if is_money(unit):
        return short_amount(value, amounts, lang)
    if unit == "ratio":
        return percent_text(value, 2)
    if unit in ("point", "score"):
        return number_text(value, 2)
    return number_text(value, 0 if value.denominator == 1 else 2)


def exact_text(value: Fraction) -> str:
    """Print a value with all its digits where it has an end, else as a fraction."""
    return decimal_text(value)
