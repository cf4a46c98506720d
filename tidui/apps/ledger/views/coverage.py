"""The calendar: which days each feed has delivered, and what is missing."""

from __future__ import annotations

from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tidui.apps.ledger.folder import the_ledger
from tidui.apps.ledger.queries.coverage import calendar_of
from tidui.apps.ledger.titles import table_title
from tidui.apps.people.access import require
from tidui.core.calendar import parse_period
from tidui.ui.tables import Column, Filter, Listing, show_list

TONES = {"missing": "bad", "awaited": "mid", "filled": "info"}


def _kind(kind: str) -> str:
    return {
        "missing": _("not delivered"), "awaited": _("awaited since the last delivery"),
        "filled": _("filled from the day before"),
    }[kind]  # fmt: skip


def _listing() -> Listing:
    return Listing(
        "coverage", _("What is missing"),
        columns=(
            Column("table", _("Table"), lambda gap: table_title(gap.table), ("table",)),
            Column("feed", _("Feed"), lambda gap: gap.feed, ("feed",)),
            Column("from", _("From"), lambda gap: gap.from_text, ("from_text",)),
            Column("to", _("Before"), lambda gap: gap.to_text, ("to_text",)),
            Column("days", _("Days"), lambda gap: gap.days, ("days",), "number"),
            Column("kind", _("What"), lambda gap: _kind(gap.kind), ("kind",), "badge",
                   tone=lambda gap: TONES[gap.kind]),
        ),
        filters=(
            Filter("kind", _("What"), [(kind, _kind(kind)) for kind in TONES],
                   lambda value: lambda gap: gap.kind == value),
        ),
        search=("feed", "table"), default="-from", keep=("month",),
    )  # fmt: skip


@require_GET
def calendar(request: HttpRequest) -> HttpResponse:
    """Show two years of months, a strip per feed, and the gaps as a table."""
    asked = require(request, "deliveries.read")
    last = _last(request.GET.get("month", ""))
    found = calendar_of(the_ledger(), asked.today, last)
    strips = [(table_title(strip.table), strip) for strip in found.strips]
    years: dict[str, int] = {}
    for month in found.months:
        years[month[:4]] = years.get(month[:4], 0) + 1
    context = {
        "months": found.months, "strips": strips, "years": list(years.items()),
        "last": found.months[-1], "may_write": asked.may("deliveries.write"),
        "empty_hint": _("Every day up to yesterday is delivered."),
    }  # fmt: skip
    return show_list(request, "ledger/calendar.html", _listing(), list(found.gaps), context)


def _last(text: str) -> date | None:
    if not text:
        return None
    try:
        period = parse_period(text)
    except ValueError as error:
        raise Http404 from error
    if not 1990 <= period.from_on.year <= 2200:
        raise Http404
    return period.from_on
