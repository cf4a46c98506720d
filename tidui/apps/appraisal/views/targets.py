"""One's own targets, and changes of a target after the plan was locked."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tidui.apps.appraisal.access_plans import (
    editable_people,
    own_target,
    plan_read,
    plan_scope,
    target_write,
)
from tidui.apps.appraisal.access_schemes import own_employee
from tidui.apps.appraisal.forms.plans import ChangeForm, CommentForm, LateForm
from tidui.apps.appraisal.models import Plan, Target
from tidui.apps.appraisal.queries.last_figures import last_figures
from tidui.apps.appraisal.queries.plans import weighted_value
from tidui.apps.appraisal.queries.targets import day_of_plan, needs_of
from tidui.apps.appraisal.services.plans import confirm_targets, dispute_target
from tidui.apps.appraisal.services.target_changes import (
    let_pass,
    propose_change,
    propose_late,
    refuse_change,
)
from tidui.apps.people.access import standing
from tidui.apps.people.doors import actor_of
from tidui.core.calendar import parse_period
from tidui.ui.pages import lang, render_page, see_other

State = Target.State


@dataclass(frozen=True, slots=True)
class OwnTarget:
    """A target as whoever has to reach it sees it.

    Attributes:
        target: the stored row.
        title: the indicator's name.
        last: what he reached last period, None where that is not known.
        earlier: what it was before it changed.
        counts: the value of the period where it changed inside it, else None.
        change: a change that waits for a second person.
    """

    target: Target
    title: tuple[str, str]
    last: Fraction | None
    earlier: list[Target]
    counts: Fraction | None
    change: Target | None

    @property
    def growth(self) -> Fraction | None:
        """How far the target is above what he reached; None without a base."""
        if self.last is None or self.last <= 0:
            return None
        return self.target.number / self.last - 1


@require_GET
def my_plan(request: HttpRequest) -> HttpResponse:
    """Show the user's own targets, the newest period first."""
    employee = own_employee(request)
    rows = Target.objects.filter(employee=employee).exclude(plan__state=Plan.State.DRAFTING)
    plans: dict[Plan, list[Target]] = {}
    for row in rows.select_related("plan__scheme").order_by("-plan__period", "pk"):
        plans.setdefault(row.plan, []).append(row)
    found = [(plan, _own(plan, listed)) for plan, listed in list(plans.items())[:8]]
    context = {
        "found": [(plan, lines, _waits(lines)) for plan, lines in found if lines],
        "form": CommentForm(),
    }  # fmt: skip
    return render_page(request, "appraisal/plans/mine.html", context)


def _own(plan: Plan, rows: list[Target]) -> list[OwnTarget]:
    figures = last_figures(plan)
    lines = []
    for need in needs_of(plan):
        chain = [row for row in rows if row.indicator == need.indicator
                 and row.state in (*Target.STANDING, State.REPLACED)]  # fmt: skip
        standing_row = next((row for row in chain if row.state in Target.STANDING), None)
        if standing_row is None:
            continue
        earlier = [row for row in chain if row.state == State.REPLACED]
        counts = weighted_value(chain, parse_period(plan.period)) if earlier else None
        last = figures.get(need.indicator, {}).get(standing_row.subject)
        change = next((row for row in rows if row.indicator == need.indicator
                       and row.state == State.PROPOSED), None)  # fmt: skip
        lines.append(OwnTarget(standing_row, need.title, last, earlier, counts, change))
    return lines


def _waits(lines: list[OwnTarget]) -> bool:
    return any(line.target.state != State.CONFIRMED for line in lines)


@require_POST
def my_plan_confirm(request: HttpRequest, plan: UUID) -> HttpResponse:
    """Confirm all of one's own targets of a plan."""
    employee = own_employee(request)
    found = Plan.objects.filter(public_id=plan, targets__employee=employee).first()
    if found is None or found.state == Plan.State.DRAFTING:
        raise Http404
    try:
        confirm_targets(by=actor_of(request), plan=found, employee=employee)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, _("Confirmed."))
    return see_other(request, "appraisal:my_plan")


@require_POST
def my_target_dispute(request: HttpRequest, target: UUID) -> HttpResponse:
    """Say what is wrong with one of one's own targets."""
    found = own_target(request, target)
    form = CommentForm(request.POST)
    try:
        comment = form.cleaned_data["comment"] if form.is_valid() else ""
        dispute_target(by=actor_of(request), target=found, comment=comment)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, _("Your comment was sent to whoever set the target."))
    return see_other(request, "appraisal:my_plan")


def _chain(target: Target) -> list[Target]:
    """Return every row of a target, the oldest first."""
    rows = Target.objects.filter(
        plan=target.plan, subject=target.subject, indicator=target.indicator
    )
    return list(rows.order_by("pk"))


def _target_context(request: HttpRequest, found: Target) -> dict[str, Any]:
    chain = _chain(found)
    present = next((row for row in chain if row.state in Target.STANDING), None)
    change = next((row for row in chain if row.state == State.PROPOSED), None)
    titles = {need.indicator: need.title for need in needs_of(found.plan)}
    asked, user = standing(request), standing(request).user
    counted = [row for row in chain if row.state in (*Target.STANDING, State.REPLACED)]
    own = change is not None and change.employee_id == user.employee_id and user.employee_id
    return {
        "target": present or found, "chain": chain, "change": change, "plan": found.plan,
        "title": titles.get(found.indicator, (found.indicator, found.indicator)),
        "counts": weighted_value(counted, parse_period(found.plan.period)) if counted else None,
        "may_propose": present is not None and change is None
        and found.plan.state == Plan.State.LOCKED,
        "may_decide": change is not None and change.maker != user.username and not own,
        "may_take_back": change is not None and change.maker == user.username,
        "form": ChangeForm(initial={"valid_from": day_of_plan(found.plan, asked.today)}),
    }  # fmt: skip


@require_GET
def target(request: HttpRequest, target: UUID) -> HttpResponse:
    """Show a target with its history, and what can be done about it."""
    found = target_write(request, target)
    return render_page(request, "appraisal/plans/target.html", _target_context(request, found))


@require_POST
def target_change(request: HttpRequest, target: UUID) -> HttpResponse:
    """Propose another target from a day on."""
    found = target_write(request, target)
    form = ChangeForm(request.POST)
    if form.is_valid():
        try:
            propose_change(by=actor_of(request, "plans.write"), target=found, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Proposed: a second person decides."))
            return see_other(request, "appraisal:target", target=found.public_id)
    context = _target_context(request, found) | {"form": form}
    return render_page(request, "appraisal/plans/target.html", context, status=400)


@require_POST
def target_decide(request: HttpRequest, target: UUID) -> HttpResponse:
    """Let a proposed change pass, or refuse it."""
    found = target_write(request, target)
    by = actor_of(request, "plans.write")
    try:
        if request.POST.get("act") == "pass":
            let_pass(by=by, change=found)
            messages.success(request, _("The change counts from its day on."))
        else:
            refuse_change(by=by, change=found, reason=request.POST.get("reason", ""))
    except ValidationError as error:
        messages.error(request, error.messages[0])
    return see_other(request, "appraisal:target", target=found.public_id)


@require_http_methods(["GET", "POST"])
def plan_late(request: HttpRequest, plan: UUID) -> HttpResponse:
    """Propose a target for somebody who came after the plan was locked."""
    found, asked = plan_read(request, plan), standing(request)
    scope = plan_scope(asked)
    if not scope.writes or found.state != Plan.State.LOCKED:
        raise Http404
    needs = needs_of(found)
    form = LateForm(
        request.POST or None,
        needs=[(need.indicator, need.title[lang() == "en"]) for need in needs],
    )
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        people = editable_people(asked, scope)
        employee = get_object_or_404(people, employee_no=data.pop("employee_no").strip())
        name = data.pop("indicator")
        try:
            made = propose_late(
                by=actor_of(request, "plans.write"), plan=found, employee=employee,
                need=next(need for need in needs if need.indicator == name), **data,
            )  # fmt: skip
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return see_other(request, "appraisal:target", target=made.public_id)
    context = {"form": form, "title": _("Target of a late-comer: %(plan)s") % {"plan": found}}
    return render_page(request, "appraisal/form.html", context)
