"""Changing a target of a locked plan: for a cause, with a reason, by two persons, from a day on."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from tidui.apps.appraisal.models import Plan, Target
from tidui.apps.appraisal.services.plans import refuse_closed, scaled
from tidui.apps.audit.services import Actor, record
from tidui.apps.people.models import Employee, User
from tidui.core.appraisal.targets import TargetNeed
from tidui.core.calendar import parse_period

State = Target.State


@transaction.atomic
def propose_change(
    *, by: Actor, target: Target, value: Fraction, valid_from: date, cause: str, reason: str
) -> Target:
    """Propose another target from a day on; it counts after a second person lets it pass."""
    old = Target.objects.select_for_update(of=("self",)).select_related("plan").get(pk=target.pk)
    if old.plan.state != Plan.State.LOCKED:
        raise ValidationError(_("The plan is not locked yet: type the target in the grid."))
    refuse_closed(old.plan)
    if old.state not in Target.STANDING:
        raise ValidationError(_("This target was replaced already."))
    if Target.objects.filter(replaces=old, state=State.PROPOSED).exists():
        raise ValidationError(_("A change of this target waits for a second person already."))
    period = parse_period(old.plan.period)
    first = old.valid_from or period.from_on
    if not first <= valid_from < period.to_on or (old.valid_from and valid_from == first):
        raise ValidationError(_("The day lies outside the period, or before the last change."))
    if not reason.strip():
        raise ValidationError(_("State the reason."))
    number, scale = scaled(value, old.unit)
    if number == old.value:
        raise ValidationError(_("It is the same target."))
    made = Target(
        plan=old.plan, subject=old.subject, employee=old.employee, org_unit=old.org_unit,
        indicator=old.indicator, value=number, scale=scale, unit=old.unit, base=old.base,
        state=State.PROPOSED, maker=by.name, typed_at=by.at, cause=cause,
        reason=reason.strip()[:300], valid_from=valid_from, replaces=old,
    )  # fmt: skip
    made.full_clean()
    made.save()
    after = {"value": str(value), "from": valid_from, "cause": cause, "reason": reason}
    record(by, "target.change-proposed", made, before={"value": str(old.number)}, after=after)
    return made


@transaction.atomic
def propose_late(
    *, by: Actor, plan: Plan, employee: Employee, need: TargetNeed, value: Fraction, cause: str,
    reason: str,
) -> Target:  # fmt: skip
    """Propose a target for somebody who came after the plan was locked; a second person decides."""
    if plan.state != Plan.State.LOCKED:
        raise ValidationError(_("The plan is not locked yet: type the target in the grid."))
    refuse_closed(plan)
    known = Target.objects.filter(plan=plan, employee=employee, indicator=need.indicator)
    if known.filter(state__in=[*Target.STANDING, State.PROPOSED]).exists():
        raise ValidationError(_("He has a target for this already: change that one."))
    if not reason.strip():
        raise ValidationError(_("State the reason."))
    number, scale = scaled(value, need.unit)
    made = Target(
        plan=plan, subject=employee.employee_no, employee=employee, indicator=need.indicator,
        value=number, scale=scale, unit=need.unit, state=State.PROPOSED, maker=by.name,
        typed_at=by.at, cause=cause, reason=reason.strip()[:300],
    )  # fmt: skip
    made.full_clean()
    made.save()
    after = {"value": str(value), "cause": cause, "reason": reason}
    record(by, "target.change-proposed", made, after=after)
    return made


@transaction.atomic
def let_pass(*, by: Actor, change: Target) -> Target:
    """Let a proposed change pass, by another person than whoever proposed it.

    Whoever has to reach the new target confirms it again. Somebody on leave can't: there the second
    person's word is enough.
    """
    made = _proposed(change)
    _second_person(by, made)
    refuse_closed(made.plan)
    if made.replaces_id is not None:
        Target.objects.filter(pk=made.replaces_id).update(state=State.REPLACED)
    made.state, made.checker = State.TYPED, by.name
    if made.cause == Target.Cause.LEAVE or made.employee_id is None:
        made.state = State.CONFIRMED
        made.confirmed_by, made.confirmed_on = by.name, by.today
    made.save(update_fields=["state", "checker", "confirmed_by", "confirmed_on"])
    before = {"value": str(made.replaces.number)} if made.replaces else None
    after = {"value": str(made.number), "from": made.valid_from, "reason": made.reason}
    record(by, "target.changed", made, before=before, after=after)
    return made


@transaction.atomic
def refuse_change(*, by: Actor, change: Target, reason: str) -> None:
    """Refuse a proposed change; the old target stands. Whoever proposed it may take it back."""
    made = _proposed(change)
    if not reason.strip():
        raise ValidationError(_("State the reason."))
    made.state, made.checker, made.comment = State.REFUSED, by.name, reason.strip()[:500]
    made.save(update_fields=["state", "checker", "comment"])
    record(by, "target.change-refused", made, after={"reason": reason})


def _proposed(change: Target) -> Target:
    made = (
        Target.objects.select_for_update(of=("self",))
        .select_related("plan", "replaces", "employee")
        .get(pk=change.pk)
    )
    if made.state != State.PROPOSED:
        raise ValidationError(_("This change is decided already."))
    return made


def _second_person(by: Actor, made: Target) -> None:
    if made.maker in (by.name, by.on_behalf_of):
        raise ValidationError(_("A second person has to do this: you proposed it."))
    own = User.objects.filter(username=by.name, employee_id=made.employee_id or 0)
    if own.exists():
        raise ValidationError(_("Nobody decides on his own target."))
