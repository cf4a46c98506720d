"""Simulations of a version: asking for one, its figures, picture and table."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import F, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from tidui.apps.appraisal.access_schemes import scheme_read, simulation_read
from tidui.apps.appraisal.forms.schemes import SimulateForm
from tidui.apps.appraisal.models import Simulation, SimulationRow
from tidui.apps.appraisal.queries.schemes import examine
from tidui.apps.appraisal.queries.simulations import (
    choices_against,
    histogram,
    histogram_chart,
    rows_visible,
    totals_of,
)
from tidui.apps.appraisal.services.simulations import ask_simulation
from tidui.apps.appraisal.views.schemes import page_context
from tidui.apps.appraisal.words import grade_words
from tidui.apps.people.access import standing
from tidui.apps.people.doors import actor_of
from tidui.core.values import currency_exponent
from tidui.ui.numbers import amount_text
from tidui.ui.pages import lang, render_page, see_other
from tidui.ui.tables import Column, Filter, Listing, show_list


@require_http_methods(["GET", "POST"])
def scheme_simulate(request: HttpRequest, scheme: UUID) -> HttpResponse:
    """List the simulations of a version, and ask for another."""
    found = scheme_read(request, scheme, "schemes.read")
    context = page_context(request, found, "simulate")
    if not context["may_see_simulations"]:
        raise Http404
    choices = choices_against(found)
    form = SimulateForm(request.POST or None, choices=choices)
    if request.method == "POST":
        if not context["may_simulate"]:
            raise Http404
        if form.is_valid():
            try:
                job = ask_simulation(
                    by=actor_of(request, "schemes.write"), version=found, **form.cleaned_data
                )
            except ValidationError as error:
                form.add_error(None, error)
            else:
                return see_other(request, "jobs:job", job=job.public_id)
    examined = examine(found.text, cases=False)
    context |= {
        "form": form, "choices": choices, "simulations": found.simulations.all()[:50],
        "examined": examined,
    }  # fmt: skip
    return render_page(request, "appraisal/schemes/simulate.html", context)


def _listing(simulation: Simulation) -> Listing:
    currency = simulation.currency
    scale = 10 ** currency_exponent(currency)

    def money(name: str) -> dict[str, Any]:
        def value(row: SimulationRow) -> Fraction | None:
            found = getattr(row, name)
            return None if found is None else Fraction(found, scale)

        def shown(row: SimulationRow) -> str:
            found = getattr(row, name)
            sign = "+" if name == "change" and found and found > 0 else ""
            return "–" if found is None else sign + amount_text(found, currency)

        return {"value": value, "shown": shown, "places": currency_exponent(currency)}

    def grade(name: str) -> Callable[[SimulationRow], str]:
        return lambda row: grade_words(simulation.scheme, getattr(row, name))

    def ranks(row: SimulationRow) -> str:
        if not row.ranking:
            return ""
        pair = simulation.rank_names.get(row.ranking, [row.ranking] * 2)
        return f"{pair[lang() == 'en']} {row.rank_before or '–'} → {row.rank_after or '–'}"

    return Listing(
        f"simulation-{simulation.period}", _("Simulation"),
        columns=(
            Column("name", _("Name"),
                   lambda row: row.employee.name if row.employee else row.subject,
                   ("employee__sort_key",)),
            Column("subject", _("Number"), lambda row: row.subject, ("subject",), narrow=False),
            Column("before", _("Pay before"), order=("pay_before",), kind="number",
                   narrow=False, **money("pay_before")),
            Column("after", _("Pay after"), order=("pay_after",), kind="number",
                   **money("pay_after")),
            Column("change", _("Change"), order=("change",), kind="number", **money("change")),
            Column("rank", _("Rank"), ranks, ("rank_gain",), narrow=False),
            Column("grade_before", _("Grade before"), grade("grade_before"),
                   ("grade_before",), narrow=False),
            Column("grade_after", _("Grade after"), grade("grade_after"),
                   ("grade_after",), narrow=False),
        ),
        filters=(
            Filter("who", _("Show"), (("winners", _("winners")), ("losers", _("losers")),
                   ("moved", _("another rank")), ("graded", _("another grade"))), _who),
        ),
        search=("employee__name", "employee__sort_key", "subject"), default="-change",
    )  # fmt: skip


def _who(value: str) -> Q:
    return {
        "winners": Q(change__gt=0), "losers": Q(change__lt=0), "moved": ~Q(ranking=""),
        "graded": ~Q(grade_before=F("grade_after")),
    }[value]  # fmt: skip


@require_GET
def simulation(request: HttpRequest, simulation: UUID) -> HttpResponse:
    """Show a simulation: cost, winners and losers, the picture of changes, every row."""
    found = simulation_read(request, simulation)
    asked = standing(request)
    rows = rows_visible(found, asked.scope("results.read"), asked.today)
    context: dict[str, Any] = {"simulation": found, "scheme": found.scheme}
    if not request.GET.get("export"):
        bars = histogram(list(rows.values_list("change", flat=True)), found.currency)
        context |= {
            "totals": totals_of(rows), "bars": bars, "dead": _dead_rows(found),
            "chart": histogram_chart(bars, _("people")),
            "back": reverse("appraisal:scheme_simulate", args=[found.scheme.public_id]),
            "stale": found.sha256 != found.scheme.sha256,
        }  # fmt: skip
    return show_list(request, "appraisal/schemes/simulation.html", _listing(found), rows, context)


def _dead_rows(found: Simulation) -> list[tuple[str, int]]:
    """Return the rows of tables that nobody's value falls into, counted from one."""
    return [(str(name), int(row) + 1) for name, row in found.dead_rows]
