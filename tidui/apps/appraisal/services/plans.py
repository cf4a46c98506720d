"""Performance plans: targets typed, shared out, sent, confirmed or disputed, and locked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from tidui.apps.appraisal.models import Cycle, Plan, SchemeVersion, Target
from tidui.apps.appraisal.queries.documents import loaded_scheme
from tidui.apps.appraisal.queries.targets import (
    day_of_plan,
    missing_targets,
    needs_of,
    standing_targets,
    unconfirmed,
)
from tidui.apps.audit.services import Actor, record
from tidui.apps.people.models import Employee, Unit
from tidui.core.appraisal.targets import cascade, unit_places
from tidui.core.calendar import parse_period

State = Plan.State
NAMED = 5
"""People whom a refusal names before it counts the rest."""


@dataclass(frozen=True, slots=True)
class Typed:
    """A target that somebody set.

    Attributes:
        holder: the employee or unit.
        indicator: what it is for.
        value: the target, None to take it away.
        was: what he saw when he changed it; None where nothing stood there.
        check: whether a value that is not ``was`` any more refuses.
    """

    holder: Employee | Unit
    indicator: str
    value: Fraction | None
    was: Fraction | None = None
    check: bool = True

    @property
    def subject(self) -> str:
        """The number or code under which a run knows the holder."""
        return (
            self.holder.employee_no if isinstance(self.holder, Employee) else self.holder.org_code
        )


@transaction.atomic
def open_plan(*, by: Actor, scheme: SchemeVersion, period: str) -> Plan:
    """Open the plan of a period under an adopted scheme."""
    if scheme.state != SchemeVersion.State.ADOPTED:
        raise ValidationError(_("Only an adopted scheme can be used."))
    body = loaded_scheme(scheme).scheme
    try:
        asked = parse_period(period)
    except ValueError as error:
        raise ValidationError(_("Give a period like 2025, 2025Q3 or 2025-07.")) from error
    if asked.kind != body.period:
        raise ValidationError(_("The scheme appraises another length of period."))
    end = body.effective.to
    if asked.from_on < body.effective.from_ or (end is not None and asked.to_on > end):
        raise ValidationError(_("The scheme does not hold in the whole period."))
    plan = Plan(scheme=scheme, period=asked.text, made_by=by.name, made_at=by.at)
    if not needs_of(plan):
        raise ValidationError(_("This scheme reads no targets: it needs no plan."))
    plan.full_clean()
    plan.save()
    record(by, "plan.opened", plan, after={"scheme": str(scheme), "period": asked.text})
    return plan


def open_to_typing(plan: Plan) -> Plan:
    """Return the plan, locked against others, if its targets may still be typed."""
    held = Plan.objects.select_for_update().select_related("scheme").get(pk=plan.pk)
    if held.state == State.LOCKED:
        raise ValidationError(_("The plan is locked: propose a change with its reason."))
    return held


@transaction.atomic
def type_targets(*, by: Actor, plan: Plan, entries: Iterable[Typed], how: str = "typed") -> int:
    """Set targets; return how many changed. A confirmed one that changes is confirmed anew.

    Raises
    ------
    ValidationError
        If somebody else has changed one in the meantime: each is named and nothing is saved.
    """
    held = open_to_typing(plan)
    listed = list(entries)
    units = {need.indicator: need.unit for need in needs_of(held)}
    known = standing_targets(held, [entry.subject for entry in listed])
    faults: list[str] = []
    changes: dict[str, list[str | None]] = {}
    for entry in listed:
        old = known.get((entry.subject, entry.indicator))
        before = old.number if old is not None else None
        if entry.check and before != entry.was and before != entry.value:
            faults.append(
                _("%(name)s has another target by now: %(value)s.")
                % {"name": entry.holder, "value": before}
            )
        elif before != entry.value:
            _set(by, held, entry, old, units[entry.indicator])
            pair = [None if v is None else str(v) for v in (before, entry.value)]
            changes[f"{entry.subject} {entry.indicator}"] = pair
    if faults:
        raise ValidationError(faults[:20])
    if changes:
        record(by, f"target.{how}", held, before={k: v[0] for k, v in changes.items()},
               after={k: v[1] for k, v in changes.items()})  # fmt: skip
    return len(changes)


def _set(by: Actor, plan: Plan, entry: Typed, old: Target | None, unit: str) -> None:
    if entry.value is None:
        if old is not None:
            old.delete()
        return
    fresh = old or Target(plan=plan, subject=entry.subject, indicator=entry.indicator)
    if isinstance(entry.holder, Employee):
        fresh.employee = entry.holder
    else:
        fresh.org_unit = entry.holder
    fresh.value, fresh.scale = scaled(entry.value, unit)
    fresh.unit, fresh.maker, fresh.typed_at = unit, by.name, by.at
    fresh.state, fresh.comment = Target.State.TYPED, ""
    fresh.confirmed_by, fresh.confirmed_on = "", None
    fresh.full_clean()
    fresh.save()


def scaled(value: Fraction, unit: str) -> tuple[int, int]:
    """Return a target as an integer with the decimals of its unit.

    Raises
    ------
    ValidationError
        If it has more decimals, or is above what a column holds.
    """
    places = unit_places(unit)
    raised = value * 10**places
    if raised.denominator != 1:
        raise ValidationError(_("At most %(places)s decimals.") % {"places": places})
    if abs(raised) >= 2**62:
        raise ValidationError(_("This number is too large."))
    return int(raised), places


@transaction.atomic
def cascade_targets(
    *, by: Actor, plan: Plan, indicator: str, whole: Fraction,
    weights: Mapping[Employee | Unit, Fraction], step: int = 0,
) -> dict[Employee | Unit, Fraction]:  # fmt: skip
    """Share a whole out to its parts; they add up to it to the last unit."""
    parts = shares(plan, indicator, whole, weights, step)
    type_targets(
        by=by, plan=plan, how="cascaded",
        entries=[Typed(holder, indicator, value, check=False) for holder, value in parts.items()],
    )  # fmt: skip
    return parts


def shares(
    plan: Plan, indicator: str, whole: Fraction, weights: Mapping[Employee | Unit, Fraction],
    step: int = 0,
) -> dict[Employee | Unit, Fraction]:  # fmt: skip
    """Return the parts of a whole, in multiples of ``step`` if one is given; nothing is saved."""
    unit = next((n.unit for n in needs_of(plan) if n.indicator == indicator), None)
    if unit is None:
        raise ValidationError(_("This indicator needs no target."))
    total, places = scaled(whole, unit)
    keys = {_key(holder): holder for holder in weights}
    try:
        parts = cascade(
            total, {_key(holder): weight for holder, weight in weights.items()},
            step * 10**places or 1,
        )  # fmt: skip
    except ValueError as error:
        raise ValidationError(_("There is nothing to share it out by.")) from error
    return {keys[key]: Fraction(part, 10**places) for key, part in parts.items()}


def _key(holder: Employee | Unit) -> str:
    return f"{type(holder).__name__}:{holder.pk:012}"


@transaction.atomic
def send_plan(*, by: Actor, plan: Plan) -> None:
    """Send the targets out to be confirmed; everybody must have his."""
    held = Plan.objects.select_for_update().select_related("scheme").get(pk=plan.pk)
    if held.state != State.DRAFTING:
        raise ValidationError(_("It has been sent already."))
    missing = missing_targets(held, day_of_plan(held, by.today))
    if missing:
        titles = {need.indicator: need.title for need in needs_of(held)}
        raise ValidationError([
            _("%(indicator)s: no target for %(names)s.")
            % {"indicator": titles[name][0], "names": _named(names)}
            for name, names in missing.items()
        ])  # fmt: skip
    Plan.objects.filter(pk=held.pk).update(state=State.CONFIRMING)
    record(by, "plan.sent", held)


def _named(names: list[str]) -> str:
    shown = "、".join(names[:NAMED])
    rest = len(names) - NAMED
    return shown if rest <= 0 else _("%(names)s and %(rest)s more") % {"names": shown, "rest": rest}


@transaction.atomic
def confirm_targets(*, by: Actor, plan: Plan, employee: Employee) -> int:
    """Let somebody confirm his targets; return how many."""
    held = Plan.objects.select_for_update().get(pk=plan.pk)
    if held.state == State.DRAFTING:
        raise ValidationError(_("The plan has not been sent to you yet."))
    rows = Target.objects.filter(
        plan=held, employee=employee, state__in=[Target.State.TYPED, Target.State.DISPUTED]
    )
    done = rows.update(state=Target.State.CONFIRMED, confirmed_by=by.name, confirmed_on=by.today)
    if done:
        record(by, "target.confirmed", held, after={"employee": employee.employee_no, "n": done})
    return done


@transaction.atomic
def confirm_unit(*, by: Actor, plan: Plan, unit: Unit) -> int:
    """Let the head of a unit confirm its targets: never whoever set them."""
    rows = Target.objects.filter(
        plan=plan, org_unit=unit, state__in=[Target.State.TYPED, Target.State.DISPUTED]
    )
    if rows.filter(maker__in=[by.name, by.on_behalf_of or by.name]).exists():
        raise ValidationError(_("A second person has to do this: you set it."))
    done = rows.update(state=Target.State.CONFIRMED, confirmed_by=by.name, confirmed_on=by.today)
    if done:
        record(by, "target.confirmed", plan, after={"unit": unit.org_code, "n": done})
    return done


@transaction.atomic
def dispute_target(*, by: Actor, target: Target, comment: str) -> None:
    """Let somebody say why he does not confirm a target."""
    if not comment.strip():
        raise ValidationError(_("Say what is wrong with it."))
    rows = Target.objects.filter(
        pk=target.pk, state__in=[Target.State.TYPED, Target.State.DISPUTED]
    )
    if not rows.update(state=Target.State.DISPUTED, comment=comment.strip()[:500]):
        raise ValidationError(_("This target is confirmed already."))
    record(by, "target.disputed", target, after={"comment": comment})


@transaction.atomic
def lock_plan(*, by: Actor, plan: Plan) -> None:
    """Lock a plan whose targets are all there and confirmed; from here on they are kept."""
    held = Plan.objects.select_for_update().select_related("scheme").get(pk=plan.pk)
    if held.state != State.CONFIRMING:
        raise ValidationError(_("Send the targets out first; a locked plan stays locked."))
    if missing_targets(held, day_of_plan(held, by.today)):
        raise ValidationError(_("Somebody has no target yet."))
    waiting = list(
        dict.fromkeys(unconfirmed(held).order_by("employee__sort_key").values_list(
            "employee__name", flat=True))
    )  # fmt: skip
    if waiting:
        raise ValidationError(_("Not confirmed yet: %(names)s.") % {"names": _named(waiting)})
    Plan.objects.filter(pk=held.pk).update(state=State.LOCKED, locked_by=by.name, locked_at=by.at)
    record(by, "plan.locked", held, after={"targets": held.targets.count()})


def refuse_closed(plan: Plan) -> None:
    """Refuse to touch the targets of a period that is closed."""
    closed = Cycle.objects.filter(
        scheme=plan.scheme_id, period=plan.period, state=Cycle.State.CLOSED
    )
    if closed.exists():
        raise ValidationError(_("The period is closed: a closed period never changes."))
