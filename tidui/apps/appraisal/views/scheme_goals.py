"""The design of a scheme from goals: which goal of the bank each indicator serves."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tidui.apps.appraisal.access_schemes import scheme_read
from tidui.apps.appraisal.forms.designs import DesignForm
from tidui.apps.appraisal.queries.indicator_library import library_indicators
from tidui.apps.appraisal.queries.schemes import examine
from tidui.apps.appraisal.services.designs import GoalDraft, Head, design_scheme, set_goals
from tidui.apps.appraisal.services.schemes import SchemeConflictError
from tidui.apps.appraisal.views.schemes import next_year, page_context
from tidui.apps.people.access import require, standing
from tidui.apps.people.doors import actor_of
from tidui.core.appraisal.evaluation.entries import list_entries
from tidui.core.appraisal.scheme.document import Scheme
from tidui.runs.texts import label
from tidui.ui.pages import lang, render_page, see_other

ROWS = 4
"""Empty goals that a page offers."""


@dataclass(frozen=True, slots=True)
class GoalRow:
    """A goal on the page: its number, its words, what is ticked."""

    number: int
    zh: str
    en: str
    served: frozenset[str]


def read_goals(sent: QueryDict) -> list[GoalDraft]:
    """Read the goals that a page sent; one without words is none."""
    found = []
    for number in range(20):
        zh = sent.get(f"zh-{number}", "").strip()[:200]
        en = sent.get(f"en-{number}", "").strip()[:200]
        if zh or en:
            served = tuple(sent.getlist(f"served-{number}"))
            found.append(GoalDraft(zh or en, en or zh, served))
    return found


def _rows(goals: list[GoalDraft]) -> list[GoalRow]:
    filled = [GoalRow(i, g.zh, g.en, frozenset(g.served_by)) for i, g in enumerate(goals)]
    blank = range(len(filled), max(ROWS, len(filled) + 1))
    return [*filled, *(GoalRow(number, "", "", frozenset()) for number in blank)]


@require_http_methods(["GET", "POST"])
def scheme_design(request: HttpRequest) -> HttpResponse:
    """Start a scheme from goals: state them, choose indicators, get a draft to fill in."""
    require(request, "schemes.write")
    initial = {"effective_from": next_year(standing(request).today), "period": "quarter"}
    form = DesignForm(request.POST or None, initial=initial)
    goals = read_goals(request.POST)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        head = Head(
            data["scheme_id"], data["title_zh"], data["title_en"], data["effective_from"],
            data["effective_to"], data["period"], data["line"],
        )  # fmt: skip
        try:
            made = design_scheme(by=actor_of(request, "schemes.write"), head=head, goals=goals)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return see_other(request, "appraisal:scheme_parameters", scheme=made.public_id)
    entries = [
        (one.key, one.title, label(f"node.{one.fact}", lang()), one.source)
        for one in library_indicators()
    ]
    context = {"form": form, "rows": _rows(goals), "entries": entries}
    return render_page(request, "appraisal/schemes/design.html", context)


@require_http_methods(["GET", "POST"])
def scheme_goals(request: HttpRequest, scheme: UUID) -> HttpResponse:
    """Show which goal each entry serves, and change it in a draft."""
    found = scheme_read(request, scheme)
    context = page_context(request, found, "goals")
    examined = examine(found.text, cases=False)
    if examined.loaded is None:
        messages.error(request, _("Correct the text first: it can not be read as a scheme."))
        return see_other(request, "appraisal:scheme", scheme=found.public_id)
    body = examined.loaded.scheme
    goals = [GoalDraft(g.title.zh, g.title.en, g.served_by) for g in body.goals]
    context |= {"entries": _entries(body), "lock": found.lock}
    status = 200
    if request.method == "POST":
        if not context["may_edit"]:
            raise Http404
        goals = read_goals(request.POST)
        lock = request.POST.get("lock", "")
        try:
            set_goals(
                by=actor_of(request, "schemes.write"), version=found, goals=goals,
                lock=int(lock) if lock.isdigit() else 0,
            )  # fmt: skip
        except SchemeConflictError as conflict:
            status = 409
            context |= {"conflict": conflict.saved, "lock": conflict.saved.lock}
        except ValidationError as error:
            status, context["problem"] = 400, error.messages[0]
        else:
            messages.success(request, _("Saved."))
            return see_other(request, "appraisal:scheme_goals", scheme=found.public_id)
    context["rows"] = _rows(goals) if context["may_edit"] else _rows(goals)[: len(goals)]
    return render_page(request, "appraisal/schemes/goals.html", context, status=status)


def _entries(body: Scheme) -> list[tuple[str, tuple[str, str], str, str]]:
    """Return what may serve a goal: indicators first, then scores."""
    return [
        (entry.name, (entry.title.zh, entry.title.en),
         label(f"node.{getattr(entry.node, 'fact', None) or entry.node.kind}", lang()),
         entry.clause or "")
        for entry in list_entries(body)
        if entry.stage != "pay"
    ]  # fmt: skip
