"""Deciding on one proposal: what is proposed and why, the person's history, and the reason."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tidui.apps.appraisal.access import result_decide
from tidui.apps.appraisal.forms.cycles import DecisionForm
from tidui.apps.appraisal.models import Decision, Result, ReviewRequest, SelfSummary
from tidui.apps.appraisal.queries.documents import run_folder
from tidui.apps.appraisal.queries.results import decision_on, earlier_results, lines_shown
from tidui.apps.appraisal.services.cycles import decide as decide_on
from tidui.apps.appraisal.views.cycles import scheme_title
from tidui.apps.appraisal.words import (
    class_word,
    grade_of_result,
    grade_words,
    grades_of_scheme,
    rule_word,
    total_text,
)
from tidui.apps.people.doors import actor_of
from tidui.runs.explanations import explain_run, find_node
from tidui.runs.trees import ShownNode, shown_tree
from tidui.ui.pages import lang, render_page, see_other


@require_http_methods(["GET", "POST"])
def decide(request: HttpRequest, result: UUID) -> HttpResponse:
    """Show a proposal with its explanation and history, and take the decision."""
    found = result_decide(request, result)
    cycle, scheme = found.run.cycle, found.run.cycle.scheme
    before = decision_on(found)
    choices = [(name, grade_words(scheme, name)) for name in grades_of_scheme(scheme.sha256)]
    if found.grade and found.grade not in dict(choices):
        choices.insert(0, (found.grade, found.grade))
    form = DecisionForm(
        request.POST or None, grades=choices,
        initial={"grade": before.grade if before else found.proposed_grade or found.grade},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            decide_on(by=actor_of(request, "results.decide"), result=found, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Decided."))
            return see_other(request, "appraisal:decisions")
    own = {"cycle": cycle, "employee": found.employee}
    context = {
        "result": found, "person": found.employee, "cycle": cycle, "form": form,
        "title": scheme_title(cycle), "tree": _grade_tree(found), "before": before,
        "total": total_text(found), "class_word": class_word(found), "rule": rule_word(found),
        "grade": grade_of_result(found, found.grade),
        "proposed": grade_of_result(found, found.proposed_grade),
        "lines": lines_shown(found, []), "earlier": _history(found),
        "summary": SelfSummary.objects.filter(**own).first(),
        "asked": ReviewRequest.objects.filter(**own).first(),
    }  # fmt: skip
    return render_page(request, "appraisal/decide.html", context)


def _grade_tree(result: Result) -> ShownNode | None:
    """Return the tree of the grade proposal, None where the scheme has none."""
    stored = explain_run(run_folder(result.run), result.subject)
    node = find_node(stored.explanation.root, "grade")
    return None if node is None else shown_tree(node, lang())[0]


def _history(result: Result) -> list[tuple[Result, str, str]]:
    """Return earlier results with what was decided on them."""
    rows = earlier_results(result)
    decisions = {
        one.cycle_id: one
        for one in Decision.objects.filter(
            subject=result.subject, current=True, cycle__in=[r.run.cycle_id for r in rows]
        )
    }
    shown = []
    for one in rows[::-1]:
        decided = decisions.get(one.run.cycle_id)
        shown.append((one, total_text(one), decided.grade if decided else ""))
    return shown
