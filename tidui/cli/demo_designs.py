"""What the demo shows of designing: next year's targets shared out, a new version simulated."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

MORE = Fraction(108, 100)
"""Next year's whole, of what everybody reached together this year."""
ROUND = 10_000
"""To which amount the whole of the bank is cut."""


def design_ahead(annual: Any) -> None:
    """Share next year's targets out, and draft and simulate the next version of a scheme."""
    from tidui.apps.audit.services import Actor

    frank = Actor("frank", datetime.now(UTC))
    _share_out(annual, frank)
    _simulate(annual, frank)


def _share_out(annual: Any, by: Any) -> None:
    """Set the whole of the bank, share it out by last year's figures, let most confirm."""
    from tidui.apps.appraisal.queries.last_figures import last_figures
    from tidui.apps.appraisal.queries.targets import day_of_plan, needs_of, people_of_plan
    from tidui.apps.appraisal.services.plans import (
        Typed,
        cascade_targets,
        open_plan,
        send_plan,
        type_targets,
    )
    from tidui.apps.people.models import Unit
    from tidui.apps.people.tree import unit_tree

    plan = open_plan(by=by, scheme=annual, period="2026")
    on = day_of_plan(plan, by.today)
    tree, units, figures = unit_tree(on), Unit.objects.in_bulk(), last_figures(plan)
    members: dict[int, list[Any]] = {}
    for one in people_of_plan(plan, on):
        members.setdefault(one.place, []).append(one)  # type: ignore[attr-defined]

    def below(unit: int) -> Iterator[Any]:
        yield from members.get(unit, [])
        for child in tree.children.get(unit, []):
            yield from below(child)

    for need in needs_of(plan):
        last = figures.get(need.indicator, {})

        def reached(people: Any, last: Any = last) -> Fraction:
            return sum((max(last.get(p.employee_no, Fraction(0)), Fraction(0)) for p in people),
                       Fraction(0))  # fmt: skip

        for top in tree.children.get(None, []):
            whole = Fraction(int(reached(below(top)) * MORE) // ROUND * ROUND)
            entry = Typed(units[top], need.indicator, whole, check=False)
            type_targets(by=by, plan=plan, entries=[entry])
            waiting = [(top, whole)]
            while waiting:
                unit, share = waiting.pop()
                parts: dict[Any, Fraction] = {
                    units[c]: reached(below(c)) for c in tree.children.get(unit, [])
                }
                parts |= {one: reached([one]) for one in members.get(unit, [])}
                parts = {holder: weight for holder, weight in parts.items() if weight}
                if not parts:
                    continue
                made = cascade_targets(by=by, plan=plan, indicator=need.indicator, whole=share,
                                       weights=parts, step=100)  # fmt: skip
                waiting += [
                    (holder.pk, v) for holder, v in made.items() if isinstance(holder, Unit)
                ]
        without = [one for listed in members.values() for one in listed if not reached([one])]
        entries = [Typed(one, need.indicator, Fraction(0), check=False) for one in without]
        type_targets(by=by, plan=plan, entries=entries)
    send_plan(by=by, plan=plan)
    _answer(plan)


def _answer(plan: Any) -> None:
    """Let two of three people confirm, and one ask."""
    from tidui.apps.appraisal.models import Target
    from tidui.apps.appraisal.services.plans import confirm_targets, dispute_target
    from tidui.apps.audit.services import Actor
    from tidui.apps.people.models import Employee

    people = Employee.objects.filter(targets__plan=plan).exclude(employee_no="E001").distinct()
    now = datetime.now(UTC)
    for number, one in enumerate(people.order_by("employee_no")):
        by = Actor(one.employee_no, now)
        if number == 1:
            first = Target.objects.filter(plan=plan, employee=one).earliest("pk")
            dispute_target(by=by, target=first, comment="新接手的客户尚未稳定，请参照同组平均。")
        elif number % 3:
            confirm_targets(by=by, plan=plan, employee=one)


def _simulate(annual: Any, by: Any) -> None:
    """Draft a version with other weights, and see what it would have done."""
    from tidui.apps.appraisal.queries.simulations import choices_against
    from tidui.apps.appraisal.services.schemes import copy_scheme, edit_scheme
    from tidui.apps.appraisal.services.simulations import simulate

    draft = copy_scheme(by=by, version=annual)
    text = draft.text
    for old, new in (
        ("{of: deposit_score, weight: 35}", "{of: deposit_score, weight: 25}"),
        ("{of: fee_score, weight: 15}", "{of: fee_score, weight: 20}"),
        ("{of: customer_score, weight: 15}", "{of: customer_score, weight: 20}"),
        ("effective: {from: 2025-01-01, to: 2027-01-01}",
         "effective: {from: 2027-01-01, to: 2028-01-01}"),
    ):  # fmt: skip
        text = text.replace(old, new)
    draft = edit_scheme(by=by, version=draft, text=text, lock=draft.lock)
    against = next(value for value, words in choices_against(draft) if " 2025 " in words)
    outcome = simulate({"scheme": draft.pk, "against": against, "period": ""}, by, lambda *_: None)
    if outcome.finish is None:
        raise RuntimeError(f"simulation: {outcome.issues}")
    outcome.finish()
