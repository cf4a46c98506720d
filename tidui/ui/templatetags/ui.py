"""Tags and filters that every template has at hand."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Any

import tablericons
from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from tidui.core.values import Issue
from tidui.library.messages import remedy, sentence
from tidui.ui import numbers
from tidui.ui.charts import band_of, spark_points
from tidui.ui.pages import lang

register = template.Library()


@lru_cache(maxsize=512)
def _svg(name: str, size: int) -> SafeString:
    drawn = tablericons._render_icon(
        f"outline/{name}", size, stroke_width=1.75, aria_hidden="true", focusable="false"
    )
    return SafeString(drawn)


@register.simple_tag
def icon(name: str, size: int = 18) -> SafeString:
    """Draw an icon inline; it says nothing to a screen reader."""
    return _svg(str(name), int(size))


@register.simple_tag
def sparkline(values: Sequence[float], title: str = "") -> SafeString | str:
    """Draw a small line of values; nothing for fewer than two."""
    points = spark_points(list(values))
    if not points:
        return ""
    x, _comma, y = points.split(" ")[-1].partition(",")
    return format_html(
        '<svg class="t-spark" width="96" height="26" viewBox="0 0 96 26" role="img" '
        'aria-label="{}"><polyline points="{}"/><circle cx="{}" cy="{}" r="2.4"/></svg>',
        title or _("trend"), points, x, y,
    )  # fmt: skip


@register.filter
def percent(value: Fraction | None, places: int = 1) -> str:
    """Print a ratio as a percentage, cut and never rounded up; a dash where it is missing."""
    return "–" if value is None else numbers.percent_text(Fraction(value), int(places))


@register.filter
def plain(value: Fraction | int | None, places: int = 2) -> str:
    """Print a number; a dash where it is missing."""
    return "–" if value is None else numbers.number_text(Fraction(value), int(places))


@register.filter
def exact(value: Fraction | None) -> str:
    """Print a number with all its digits and thousands, for a field to be edited."""
    if value is None:
        return ""
    whole, dot, rest = numbers.exact_text(abs(Fraction(value))).partition(".")
    return f"{'-' if value < 0 else ''}{int(whole):,}{dot}{rest}"


@register.filter
def minor(value: int | None, currency: str = "CNY") -> str:
    """Print minor units in full; a dash where they are missing."""
    return "–" if value is None else numbers.amount_text(int(value), currency)


@register.simple_tag(takes_context=True)
def amount(context: template.Context, value: Fraction | None, unit: str) -> str:
    """Print a value by its unit, amounts as the reader likes them."""
    if value is None:
        return "–"
    user = context.get("user")
    amounts = getattr(user, "amounts", "wan")
    return numbers.value_text(Fraction(value), unit, amounts=amounts, lang=lang())


@register.filter
def tone(ratio: Fraction | None) -> str:
    """Return the tone of an attainment: good, mid, bad, or empty where it is missing."""
    if ratio is None:
        return ""
    word = band_of(float(ratio))
    return {"best": "good", "good": "good", "plain": "mid", "weak": "mid"}.get(word, "bad")


@register.filter
def bar(ratio: Fraction | None, top: int = 130) -> str:
    """Return the width of a bar in percent, where ``top`` percent fill it."""
    if ratio is None:
        return "0"
    share = min(max(float(ratio) * 100, 0.0), float(top)) / float(top) * 100
    return f"{share:.1f}"


@register.simple_tag
def told(problem: Issue) -> SafeString:
    """Print an issue: what, where, and what to do."""
    said = sentence(problem.code, lang(), problem.values)
    todo = remedy(problem.code, lang(), problem.values)
    return format_html(
        '<span class="t-issue"><b>{}</b>{}<span class="t-muted">{}</span></span>',
        said, " " if todo else "", todo,
    )  # fmt: skip


@register.filter
def pick(title: Any) -> str:
    """Return a title in the reader's language, out of an object or pair with zh and en."""
    if isinstance(title, tuple | list):
        return str(title[1] if lang() == "en" else title[0])
    return str(title["en" if lang() == "en" else "zh"])


@register.filter
def initial(name: str) -> str:
    """Return the first character of a name, for an avatar."""
    return str(name)[:1] or "·"


@register.filter
def hue(name: str) -> int:
    """Return one of six hues for a name, the same each time."""
    return sum(map(ord, str(name))) % 6
