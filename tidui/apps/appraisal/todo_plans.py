"""What waits for people around plans: confirming, answering, deciding on changes, locking."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from tidui.apps.appraisal.access_plans import editable_people, plan_scope
from tidui.apps.appraisal.models import Plan, Target
from tidui.apps.people.access import Standing, standing
from tidui.ui import todo
from tidui.ui.pages import lang
from tidui.ui.todo import Item


def _title(plan: Plan) -> str:
    return f"{plan.scheme.title[lang()]} · {plan.period}"


def own_targets(request: HttpRequest) -> Iterator[Item]:
    """Yield the plans in which targets of the user wait for his word."""
    employee = standing(request).user.employee_id
    if employee is None:
        return
    waiting = Q(targets__employee=employee, targets__state=Target.State.TYPED)
    rows = Plan.objects.exclude(state=Plan.State.DRAFTING).filter(waiting)
    for plan in rows.annotate(waiting=Count("targets", filter=waiting)).select_related("scheme"):
        yield Item(
            title=_("Confirm your targets"), about=_title(plan), count=plan.waiting, icon="target",
            address=reverse("appraisal:my_plan"),
        )  # fmt: skip


def disputes(request: HttpRequest) -> Iterator[Item]:
    """Yield the plans in which people of the user question a target."""
    asked = standing(request)
    if not asked.may("plans.write"):
        return
    mine = _mine(asked) & Q(targets__state=Target.State.DISPUTED)
    rows = Plan.objects.exclude(state=Plan.State.LOCKED).filter(mine)
    for plan in rows.annotate(waiting=Count("targets", filter=mine)).select_related("scheme"):
        address = reverse("appraisal:plan_targets", args=[plan.public_id])
        yield Item(
            title=_("Answer a questioned target"), about=_title(plan), count=plan.waiting,
            icon="message-question", address=f"{address}?state=disputed",
        )  # fmt: skip


def changes(request: HttpRequest) -> Iterator[Item]:
    """Yield changes of targets that wait for the user as the second person."""
    asked = standing(request)
    if not asked.may("plans.write"):
        return
    rows = Target.objects.filter(state=Target.State.PROPOSED).exclude(maker=asked.user.username)
    scope = plan_scope(asked)
    if not scope.writes_whole:
        rows = rows.filter(employee__in=editable_people(asked, scope).values("pk"))
    rows = rows.exclude(employee=asked.user.employee_id or 0).select_related("employee", "plan")
    for change in rows.order_by("pk")[:50]:
        yield Item(
            title=_("Decide on the change of a target"), icon="arrows-exchange",
            about=f"{change.employee.name if change.employee else change.subject} · {change.plan}",
            address=reverse("appraisal:target", args=[change.public_id]),
        )  # fmt: skip


def plans_to_lock(request: HttpRequest) -> Iterator[Item]:
    """Yield the plans that everybody has confirmed, for whoever may lock them."""
    asked = standing(request)
    if not asked.may("plans.write") or not plan_scope(asked).writes_whole:
        return
    held = Q(targets__employee__isnull=False)
    waiting = held & Q(targets__state__in=[Target.State.TYPED, Target.State.DISPUTED])
    rows = Plan.objects.filter(state=Plan.State.CONFIRMING).annotate(
        people=Count("targets", filter=held), waiting=Count("targets", filter=waiting)
    )
    for plan in rows.filter(people__gt=0, waiting=0).select_related("scheme"):
        yield Item(
            title=_("Lock a plan that everybody has confirmed"), about=_title(plan), icon="lock",
            address=reverse("appraisal:plan", args=[plan.public_id]),
        )  # fmt: skip


def _mine(asked: Standing) -> Q:
    scope = plan_scope(asked)
    if scope.writes_whole:
        return Q(targets__isnull=False)
    return Q(targets__employee__in=editable_people(asked, scope).values("pk"))


def register() -> None:
    """Register every source."""
    for source in (own_targets, disputes, changes, plans_to_lock):
        todo.add(source)
