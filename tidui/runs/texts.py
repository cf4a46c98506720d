"""Values for the eye, in Chinese and English; nothing printed here is passed on."""

from __future__ import annotations

import unicodedata
from fractions import Fraction
from typing import Any

from tidui.core.trace import TraceNode
from tidui.core.values import CURRENCY_EXPONENTS, Missing, Rounding, round_fraction
from tidui.library.messages import sentence


def label(code: str, lang: str, **values: Any) -> str:
    """Return a word or sentence of ``library/messages``."""
    return sentence(code, lang, {name: str(value) for name, value in values.items()})


def number_text(value: Fraction, places: int) -> str:
    """Print a number with thousands separators, rounded half up for the eye.

    >>> number_text(Fraction(12345678, 1000), 2)
    '12,345.68'
    """
    rounded = round_fraction(value, places, Rounding.HALF_UP)
    scaled = abs(rounded.numerator) * 10**places // rounded.denominator
    whole, rest = divmod(scaled, 10**places)
    sign = "-" if rounded < 0 else ""
    return f"{sign}{whole:,}.{rest:0{places}}" if places else f"{sign}{whole:,}"


def value_text(value: Any, unit: str | None, lang: str) -> str:
    """Print a value with its unit: money with its decimals, ratios in per cent, points with two."""
    if isinstance(value, Missing):
        return label("value.missing", lang, reason=label(f"missing.{value.reason}", lang),
                     what=value.what)  # fmt: skip
    if isinstance(value, bool):
        return label("value.true" if value else "value.false", lang)
    if not isinstance(value, Fraction):
        return "" if value is None else str(value)
    if unit in CURRENCY_EXPONENTS:
        return f"{number_text(value, CURRENCY_EXPONENTS[unit])} {unit}"
    if unit == "ratio":
        return f"{number_text(value * 100, 2)} %"
    if unit in ("customer", "count", "place", "month", "period", "day") and value.denominator == 1:
        return f"{number_text(value, 0)} {label(f'unit.{unit}', lang)}"
    if unit is None or unit == "number":
        return _plain_number(value)
    return f"{number_text(value, 2)} {unit_text(unit, lang)}"


def unit_text(unit: str, lang: str) -> str:
    """Return the word for a unit; currencies and a bank's own units stand as they are."""
    known = label(f"unit.{unit}", lang)
    return unit if known == f"unit.{unit}" else known


def _plain_number(value: Fraction) -> str:
    if value.denominator == 1:
        return f"{value.numerator:,}"
    return number_text(value, 4)


def title_text(node: TraceNode, lang: str) -> str:
    """Return a node's title in a language, or the word for its kind."""
    if node.title is not None:
        return node.title[0 if lang == "zh" else 1]
    return label(f"node.{node.kind}", lang)


def pick(title: Any, lang: str) -> str:
    """Return a document title in a language."""
    text: str = getattr(title, lang)
    return text


def population_text(population: str, grades: Any, lang: str) -> str:
    """Print whom a subject was ranked among; grades by their titles."""
    if not population:
        return label("population.all", lang)
    parts = []
    for part in population.split(","):
        key, _, value = part.partition("=")
        known = grades.ladder.get(value) if grades is not None and key == "grade" else None
        parts.append(
            f"{label(f'within.{key}', lang)} {pick(known.title, lang) if known else value}"
        )
    return ", ".join(parts)


def columns_of(text: str) -> int:
    """Return how many columns of a terminal a text takes; a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def pad(text: str, width: int = 34) -> str:
    """Fill a text up to a width of columns, with one space at least.

    >>> len(pad("存款", 6)), len(pad("ab", 6))
    (4, 6)
    """
    return text + " " * max(1, width - columns_of(text))
