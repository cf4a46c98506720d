"""Objections: filing one at a figure, the list, the answer; the wish for a person's judgement."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tidui.apps.appraisal.access import result_read
from tidui.apps.appraisal.forms.cycles import AnswerForm, NoteForm, ObjectionForm, SummaryForm
from tidui.apps.appraisal.models import Cycle, Objection, Publication, Result, SelfSummary
from tidui.apps.appraisal.queries.documents import run_folder
from tidui.apps.appraisal.services.cycles import acknowledge, summarise
from tidui.apps.appraisal.services.objections import (
    answer_objection,
    ask_for_review,
    file_objection,
    withdraw_objection,
)
from tidui.apps.appraisal.views.cycles import scheme_title
from tidui.apps.people.access import require, standing
from tidui.apps.people.doors import actor_of
from tidui.core.appraisal.explain import explain_entry
from tidui.library.holidays import working_days
from tidui.runs.explanations import explain_run, find_node
from tidui.runs.trees import ShownNode, shown_tree
from tidui.ui.pages import lang, render_page, see_other
from tidui.ui.tables import Column, Filter, Listing, show_list

TONES = {"filed": "mid", "upheld": "good", "partly": "good", "rejected": "bad"}


def _own_result(request: HttpRequest, public_id: UUID) -> Result:
    """Return the user's own published result, or 404."""
    found = result_read(request, public_id)
    if found.employee_id is None or found.employee_id != standing(request).user.employee_id:
        raise Http404
    return found


def _publication(result: Result) -> Publication:
    found = result.run.publications.order_by("-version").first()
    if found is None:
        raise Http404
    return found


def node_of(result: Result, node: str) -> ShownNode:
    """Return the figure that a path or name means, or 404."""
    stored = explain_run(run_folder(result.run), result.subject)
    if node in stored.board.entries:
        return shown_tree(explain_entry(stored.board, result.subject, node), lang())[0]
    found = find_node(stored.explanation.root, node)
    if found is None:
        raise Http404
    return shown_tree(found, lang())[0]


@require_http_methods(["GET", "POST"])
def object_to(request: HttpRequest, result: UUID, node: str) -> HttpResponse:
    """File an objection to one figure."""
    found = _own_result(request, result)
    publication = _publication(found)
    shown = node_of(found, node)
    form = ObjectionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        by = actor_of(request)
        until, _provisional = working_days().after(by.today, found.run.cycle.answer_days)
        try:
            made = file_objection(
                by=by, result=found, publication=publication, node=node, node_title=shown.title,
                shown_value=shown.value, text=form.cleaned_data["text"], answer_until=until,
            )  # fmt: skip
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Your objection is filed."))
            return see_other(request, "appraisal:objection", objection=made.public_id)
    context = {
        "result": found, "cycle": found.run.cycle, "node": node, "shown": shown, "form": form,
        "publication": publication, "title": scheme_title(found.run.cycle),
    }  # fmt: skip
    return render_page(request, "appraisal/object.html", context)


def _listing() -> Listing:
    return Listing(
        "objections", _("Objections"),
        columns=(
            Column("person", _("Person"), lambda o: o.employee.name, ("employee__sort_key",),
                   link=lambda o: reverse("appraisal:objection", args=[o.public_id])),
            Column("figure", _("Figure"), lambda o: o.node_title, ("node_title",)),
            Column("value", _("Shown value"), lambda o: o.shown_value, narrow=False),
            Column("cycle", _("Cycle"), lambda o: str(o.cycle), narrow=False),
            Column("filed", _("Filed"), lambda o: o.filed_at.date(), ("filed_at",), narrow=False),
            Column("until", _("Answer until"), lambda o: o.answer_until, ("answer_until",)),
            Column("state", _("State"), lambda o: o.get_state_display(), ("state",), "badge",
                   tone=lambda o: TONES.get(o.state, "")),
        ),
        filters=(Filter("state", _("State"), Objection.State.choices, lambda v: Q(state=v)),),
        search=("employee__name", "node_title"), default="until",
    )  # fmt: skip


@require_GET
def objections_list(request: HttpRequest) -> HttpResponse:
    """List all objections."""
    require(request, "objections.answer", "cycles.read")
    rows = Objection.objects.select_related("employee", "cycle__scheme")
    return show_list(request, "appraisal/objections.html", _listing(), rows)


@require_http_methods(["GET", "POST"])
def objection(request: HttpRequest, objection: UUID) -> HttpResponse:
    """Show one objection to whoever filed it and to those who answer; take the answer."""
    asked = standing(request)
    rows = Objection.objects.select_related("employee", "cycle__scheme", "run")
    found = rows.filter(public_id=objection).first()
    own = found is not None and found.employee_id == asked.user.employee_id
    if found is None or not (own or asked.may("objections.answer", "cycles.read")):
        raise Http404
    may_answer = asked.may("objections.answer") and not own
    form = AnswerForm(request.POST or None)
    if request.method == "POST":
        if not may_answer:
            raise Http404
        if form.is_valid():
            try:
                answer_objection(
                    by=actor_of(request, "objections.answer"), objection=found, **form.cleaned_data
                )
            except ValidationError as error:
                messages.error(request, error.messages[0])
            return see_other(request, "appraisal:objection", objection=found.public_id)
    result = found.run.results.filter(employee=found.employee).first()
    context = {
        "objection": found, "form": form, "own": own, "result": result, "today": asked.today,
        "may_answer": may_answer and found.state == Objection.State.FILED,
        "tone": TONES.get(found.state, ""), "title": scheme_title(found.cycle),
    }  # fmt: skip
    return render_page(request, "appraisal/objection.html", context)


@require_POST
def objection_withdraw(request: HttpRequest, objection: UUID) -> HttpResponse:
    """Take one's own objection back."""
    own = standing(request).user.employee_id or 0
    found = Objection.objects.filter(public_id=objection, employee=own).first()
    if found is None:
        raise Http404
    try:
        withdraw_objection(by=actor_of(request), objection=found)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    return see_other(request, "appraisal:objection", objection=found.public_id)


@require_POST
def acknowledge_result(request: HttpRequest, result: UUID) -> HttpResponse:
    """Record that the user has seen his published result."""
    found = _own_result(request, result)
    form = NoteForm(request.POST)
    note = form.cleaned_data["note"] if form.is_valid() else ""
    acknowledge(
        by=actor_of(request), publication=_publication(found),
        employee=found.employee, note=note,  # type: ignore[arg-type]
    )  # fmt: skip
    return see_other(request, "appraisal:scorecard", result=found.public_id)


@require_POST
def review_request(request: HttpRequest, result: UUID) -> HttpResponse:
    """Ask that a person decides without the calculation."""
    found = _own_result(request, result)
    form = NoteForm(request.POST)
    reason = form.cleaned_data["note"] if form.is_valid() else ""
    try:
        ask_for_review(
            by=actor_of(request), cycle=found.run.cycle, employee=found.employee,  # type: ignore[arg-type]
            reason=reason or "–",
        )  # fmt: skip
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, _("A person will judge your result anew."))
    return see_other(request, "appraisal:scorecard", result=found.public_id)


@require_http_methods(["GET", "POST"])
def my_summary(request: HttpRequest, cycle: UUID) -> HttpResponse:
    """Write what one has to say of one's own period."""
    asked = standing(request)
    found = Cycle.objects.select_related("scheme").filter(public_id=cycle).first()
    if (
        found is None
        or asked.user.employee is None
        or not _concerned(found, asked.user.employee_id)
    ):
        raise Http404
    known = SelfSummary.objects.filter(cycle=found, employee=asked.user.employee).first()
    initial = {"text": known.text, "version": known.version} if known else {}
    form = SummaryForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            summarise(
                by=actor_of(request), cycle=found, employee=asked.user.employee,
                **form.cleaned_data,
            )  # fmt: skip
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Saved."))
            return see_other(request, "appraisal:my_summary", cycle=found.public_id)
    context = {"form": form, "cycle": found, "title": scheme_title(found)}
    return render_page(request, "appraisal/my_summary.html", context)


def _concerned(cycle: Cycle, employee_id: int | None) -> bool:
    return Result.objects.filter(run__cycle=cycle, employee=employee_id or 0).exists()
