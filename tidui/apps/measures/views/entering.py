"""Entering measures for many people at once: a grid, an empty cell delivers nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tidui.apps.measures.access import ENTER, measures_visible, people_to_enter_for
from tidui.apps.measures.forms import WhatForm
from tidui.apps.measures.models import Measure
from tidui.apps.measures.queries import known_measures, standing_values
from tidui.apps.measures.services.measures import Entry, enter
from tidui.apps.measures.values import read_value, value_text
from tidui.apps.people.access import Standing, require
from tidui.apps.people.doors import actor_of
from tidui.apps.people.models import EmployeeSpell, Unit
from tidui.apps.people.models.spells import valid_on
from tidui.ui.pages import render_page, see_other

MOST = 300
"""People on one page; more are entered unit by unit, or imported."""


@dataclass(slots=True)
class Line:
    """A person in the grid.

    Attributes:
        number, name, place: who, and where.
        before: the confirmed value.
        waits: the value that waits for its check; the field is closed then.
        typed, fault: what was typed, and what is wrong with it.
    """

    number: str
    name: str
    place: str
    before: str = ""
    waits: str = ""
    typed: str = ""
    fault: str = ""


@require_http_methods(["GET", "POST"])
def measures_enter(request: HttpRequest) -> HttpResponse:
    """Choose measure and period, then enter a value for each person within one's reach."""
    asked = require(request, ENTER)
    form = WhatForm(request.POST or request.GET or None)
    lines: list[Line] = []
    more = False
    if form.is_bound and form.is_valid():
        what = form.cleaned_data
        lines, more = _lines(asked, what)
        if request.method == "POST":
            entries = _entries(request, what, lines)
            if entries is not None:
                done = _enter(request, entries)
                if done is not None:
                    return done
    context = {
        "form": form, "lines": lines, "more": more, "most": MOST,
        "known": known_measures(measures_visible(request)),
    }  # fmt: skip
    return render_page(request, "measures/enter.html", context)


def _lines(asked: Standing, what: dict[str, Any]) -> tuple[list[Line], bool]:
    """Return the people within reach who work in the chosen unit, with what stands already."""
    spells = EmployeeSpell.objects.filter(valid_on(asked.today)).exclude(status="left")
    place: Unit | None = what["place"]
    if place is not None:
        below = asked.tree.below(place.pk)
        spells = spells.filter(Q(belongs_to__in=below) | Q(sits_at__in=below))
    people = people_to_enter_for(asked).filter(spells__in=spells)
    rows = list(
        spells.filter(employee__in=people)
        .select_related("employee", "sits_at")
        .order_by("employee__sort_key", "employee__employee_no")[: MOST + 1]
    )
    numbers = [spell.employee.employee_no for spell in rows[:MOST]]
    there = standing_values(what["measure"], what["period"], numbers)
    lines = []
    for spell in rows[:MOST]:
        line = Line(
            spell.employee.employee_no, spell.employee.name,
            spell.sits_at.name if spell.sits_at else "",
        )  # fmt: skip
        for row in there.get(line.number, ()):
            if row.state == Measure.State.ENTERED:
                line.waits = value_text(row.number)
            else:
                line.before = value_text(row.number)
        lines.append(line)
    return lines, len(rows) > MOST


def _entries(request: HttpRequest, what: dict[str, Any], lines: list[Line]) -> list[Entry] | None:
    """Read the grid; None where a cell has a fault, which its line then names."""
    entries = []
    sound = True
    for line in lines:
        line.typed = request.POST.get(f"value.{line.number}", "")
        try:
            value = read_value(line.typed)
        except ValueError:
            line.fault = _("Write a plain number, a dash for unknown, or nothing.")
            sound = False
            continue
        if value is None:
            continue
        if line.waits:
            line.fault = _("A value waits for its check already; check or withdraw it first.")
            sound = False
            continue
        entries.append(
            Entry(line.number, what["measure"], what["period"], value, what["unit"], what["source"])
        )
    return entries if sound else None


def _enter(request: HttpRequest, entries: list[Entry]) -> HttpResponse | None:
    if not entries:
        messages.error(request, _("Nothing is entered: every cell is empty."))
        return None
    try:
        made = enter(by=actor_of(request, ENTER), entries=entries)
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return None
    told = _("%(n)s entered. Somebody else checks them before they count.")
    messages.success(request, told % {"n": len(made)})
    response = see_other(request, "measures:list")
    header = "HX-Redirect" if "HX-Redirect" in response else "Location"
    response[header] = f"{reverse('measures:list')}?state=entered"
    return response
