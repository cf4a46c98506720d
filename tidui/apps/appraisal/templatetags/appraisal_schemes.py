"""Words of a scheme document: titles, values by date, rankings, classes, grades, choices."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from django import template
from django.utils.translation import gettext as _

from tidui.apps.people.models.employees import BusinessLine
from tidui.apps.people.titles import post_title
from tidui.core.appraisal.scheme.document import DatedParameter, Scheme
from tidui.core.appraisal.scheme.stages import Classes, Grades, Rank
from tidui.runs.texts import label
from tidui.ui.numbers import exact_text, percent_text
from tidui.ui.pages import lang

register = template.Library()


@register.filter
def title_of(record: Any) -> str:
    """Return a record's title in the reader's language."""
    return str(getattr(record.title, lang()))


@register.filter
def dated(figure: DatedParameter) -> list[tuple[date, Fraction]]:
    """Return a figure's values by the day they start; none where they are open."""
    return [] if isinstance(figure.values, str) else sorted(figure.values.items())


@register.filter
def exactly(value: Fraction) -> str:
    """Print a number with all its digits, whole ones with thousands."""
    return f"{value.numerator:,}" if value.denominator == 1 else exact_text(value)


@register.filter
def node_number(node: Any) -> str:
    """Print a share that stands in the document as a percentage, else a word for open."""
    value = getattr(node, "value", None)
    return percent_text(value, 0) if isinstance(value, Fraction) else _("a part")


@register.filter
def who_words(scheme: Scheme) -> str:
    """Say whom a scheme appraises, and how often."""
    lines = dict(BusinessLine.choices)
    often = {"year": _("every year"), "quarter": _("every quarter"), "month": _("every month")}
    who = [str(lines.get(line, line)) for line in scheme.population.line or ()]
    who += [post_title(post) for post in scheme.population.posts or ()]
    return " · ".join([*(who or [_("everybody of the kind it names")]), often[scheme.period]])


@register.filter
def rank_words(rank: Rank, scheme: Scheme) -> str:
    """Say what a ranking ranks by, and among whom."""
    known = {**scheme.indicators, **scheme.scores}.get(rank.of)
    by = title_of(known) if known is not None else rank.of
    within = [] if isinstance(rank.within, str) else rank.within
    among = "、".join(label(f"within.{key}", lang()) for key in within)
    text = _("by %(by)s") % {"by": by}
    return f"{text} · {_('among')} {among or label('population.all', lang())}"


@register.filter
def class_words(found: Classes) -> str:
    """Return the classes, best first."""
    return " › ".join(label(f"class.{word}", lang()) for word in found.order)


@register.filter
def grade_words(grades: Grades) -> str:
    """Return the grades, the lowest first."""
    known = [grades.ladder[name] for name in grades.order if name in grades.ladder]
    return " → ".join(title_of(grade) for grade in known)


@register.filter
def choice_word(word: str) -> str:
    """Return the words of a choice in a document."""
    words = {
        "open": _("open"), "share_best": _("share the better place (1 2 2 4)"),
        "share_worst": _("share the worse place (1 3 3 4)"), "dense": _("dense (1 2 2 3)"),
        "widen_population": _("rank among more people"),
        "not_ranked_human_decides": _("not ranked, a person decides"), "floor": _("round down"),
        "ceil": _("round up"), "down_one": _("one grade down"), "keep": _("keep the grade"),
        "person_decides": _("a person decides"), "none": _("none"), "full": _("in full"),
        "proportional": _("in proportion"), "earned": _("what was earned"),
        "event_amount": _("the amount of the event"), "fixed": _("a fixed amount"),
        "half_up": _("half up"), "half_even": _("half to even"), "down": _("down"),
        "up": _("up"), "time_proportional": _("by elapsed days of the period"),
        "year_to_date": _("by elapsed days of the year"), "threshold": _("the threshold"),
        "demotion": _("the demotion"),
    }  # fmt: skip
    return words.get(word, word)


@register.filter
def sent_value(sent: Mapping[str, str], place: Any) -> str:
    """Return what somebody sent for a place, else what stands there."""
    return str(sent.get(f"v:{place.path}", place.value))
