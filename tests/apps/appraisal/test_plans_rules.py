"""The rules of a plan: what locks it, and by whom and how it changes after."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from tests.apps.appraisal.plan_factory import BOTH, change, give, locked, of_alice, plan
from tests.apps.appraisal.scheme_factory import by, make_adopted
from tests.apps.cast import Bank, actor, make_employee
from tidui.apps.appraisal.models import Cycle, Plan
from tidui.apps.appraisal.queries.plans import target_rows
from tidui.apps.appraisal.services.adoption import adopt_scheme, assess_scheme, submit_scheme
from tidui.apps.appraisal.services.plans import (
    Typed,
    cascade_targets,
    confirm_targets,
    dispute_target,
    lock_plan,
    open_plan,
    send_plan,
    type_targets,
)
from tidui.apps.appraisal.services.schemes import copy_scheme
from tidui.apps.appraisal.services.target_changes import (
    let_pass,
    propose_late,
    refuse_change,
)
from tidui.apps.audit.models import AuditEntry
from tidui.core.appraisal.targets import TargetNeed

__all__ = ["locked", "plan"]
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("period", ["2024", "2025Q1", "2027", "soon"])
def test_a_plan_is_of_a_period_in_which_its_scheme_holds(bank: Bank, period: str) -> None:
    with pytest.raises(ValidationError):
        open_plan(by=actor("frank"), scheme=make_adopted(), period=period)


def test_nothing_is_sent_while_somebody_has_no_target(plan: Plan, bank: Bank) -> None:
    give(plan, bank, "alice")
    with pytest.raises(ValidationError, match="陈志强"):
        send_plan(by=actor("frank"), plan=plan)


def test_nothing_is_locked_before_everybody_has_confirmed(plan: Plan, bank: Bank) -> None:
    give(plan, bank)
    with pytest.raises(ValidationError):
        confirm_targets(by=actor("alice"), plan=plan, employee=bank.employees["alice"])
    send_plan(by=actor("frank"), plan=plan)
    confirm_targets(by=actor("alice"), plan=plan, employee=bank.employees["alice"])
    with pytest.raises(ValidationError, match="陈志强"):
        lock_plan(by=actor("frank"), plan=plan)
    confirm_targets(by=actor("charlie"), plan=plan, employee=bank.employees["charlie"])
    lock_plan(by=actor("frank"), plan=plan)
    found = list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))
    assert found[-2:] == ["target.confirmed", "plan.locked"]


def test_a_confirmed_target_that_changes_is_confirmed_anew(plan: Plan, bank: Bank) -> None:
    give(plan, bank)
    send_plan(by=actor("frank"), plan=plan)
    confirm_targets(by=actor("alice"), plan=plan, employee=bank.employees["alice"])
    give(plan, bank, "alice", value=150)
    assert (of_alice(plan).state, of_alice(plan).confirmed_on) == ("typed", None)


def test_a_target_that_somebody_else_changed_is_told_and_not_written_over(
    plan: Plan, bank: Bank
) -> None:
    give(plan, bank)
    mine = Typed(bank.employees["alice"], "fee_income", Fraction(7), was=Fraction(90))
    other = Typed(bank.employees["charlie"], "fee_income", Fraction(8), was=Fraction(100))
    with pytest.raises(ValidationError, match="林晓雯"):
        type_targets(by=actor("frank"), plan=plan, entries=[mine, other])
    assert plan.targets.get(subject="E002", indicator="fee_income").number == 100


def test_a_locked_target_is_not_typed_and_not_questioned(locked: Plan, bank: Bank) -> None:
    with pytest.raises(ValidationError):
        give(locked, bank, value=1)
    with pytest.raises(ValidationError):
        dispute_target(by=actor("alice"), target=of_alice(locked), comment="x")


@pytest.mark.parametrize(
    "own",
    [
        {"valid_from": date(2024, 12, 31)}, {"valid_from": date(2026, 1, 1)}, {"reason": " "},
        {"value": Fraction(100)}, {"value": Fraction(1, 3)},
    ],
)  # fmt: skip
def test_a_change_has_a_day_in_the_period_a_reason_and_a_number(
    locked: Plan, own: dict[str, Any]
) -> None:
    with pytest.raises(ValidationError):
        change(of_alice(locked), **own)


def test_a_change_counts_when_a_second_person_lets_it_pass(locked: Plan) -> None:
    made = change(of_alice(locked))
    assert of_alice(locked).number == 100
    for first in (actor("frank"), replace(actor("grace"), on_behalf_of="frank")):
        with pytest.raises(ValidationError):
            let_pass(by=first, change=made)
    let_pass(by=actor("fay"), change=made)
    assert (of_alice(locked).number, of_alice(locked).state) == (200, "typed")
    with pytest.raises(ValidationError):
        let_pass(by=actor("fay"), change=made)


def test_nobody_lets_a_change_of_his_own_target_pass(locked: Plan) -> None:
    made = change(of_alice(locked))
    with pytest.raises(ValidationError):
        let_pass(by=actor("alice"), change=made)


def test_one_change_waits_at_a_time_and_a_refused_one_leaves_the_old(locked: Plan) -> None:
    made = change(of_alice(locked))
    with pytest.raises(ValidationError):
        change(of_alice(locked))
    refuse_change(by=actor("fay"), change=made, reason="不充分")
    assert of_alice(locked).number == 100
    assert change(of_alice(locked)).state == "proposed"


def test_old_and_new_targets_count_by_days(locked: Plan) -> None:
    first = let_pass(by=actor("fay"), change=change(of_alice(locked)))
    second = change(first, value=Fraction(50), valid_from=date(2025, 10, 1))
    let_pass(by=actor("fay"), change=second)
    row = next(r for r in target_rows() if (r["subject"], r["indicator"]) == ("E001", BOTH[0]))
    exact = Fraction(100 * 182 + 200 * 91 + 50 * 92, 365)
    assert abs(row["value"] - exact) <= Fraction(1, 200)
    assert row["value"] * 100 == int(row["value"] * 100)
    assert row["confirmed_on"] is None
    other = next(r for r in target_rows() if r["subject"] == "E002")
    assert (other["value"], other["confirmed_on"] is None) == (100, False)


def test_somebody_on_leave_need_not_confirm(locked: Plan) -> None:
    let_pass(by=actor("fay"), change=change(of_alice(locked), cause="leave"))
    assert (of_alice(locked).state, of_alice(locked).confirmed_by) == ("confirmed", "fay")


def test_a_late_comer_gets_a_target_by_two_persons(locked: Plan, bank: Bank) -> None:
    late = make_employee("E050", "新人", sits_at=bank.outlet_a)
    need = TargetNeed("fee_income", ("x", "x"), "CNY")
    values: dict[str, Any] = {
        "plan": locked, "employee": late, "need": need, "value": Fraction(10),
        "cause": "transfer", "reason": "调入",
    }  # fmt: skip
    made = propose_late(by=actor("frank"), **values)
    with pytest.raises(ValidationError):
        propose_late(by=actor("fay"), **values)
    assert "E050" not in {row["subject"] for row in target_rows()}
    let_pass(by=actor("fay"), change=made)
    assert "E050" in {row["subject"] for row in target_rows()}


def test_a_closed_period_keeps_its_targets(locked: Plan) -> None:
    Cycle.objects.create(scheme=locked.scheme, period="2025", state="closed", opened_by="x",
                         opened_at=locked.made_at)  # fmt: skip
    with pytest.raises(ValidationError):
        change(of_alice(locked))


def test_the_database_keeps_one_standing_target(locked: Plan) -> None:
    target = of_alice(locked)
    target.pk = target.public_id = None
    with pytest.raises(IntegrityError), transaction.atomic():
        target.save()


def test_the_parts_of_a_cascade_are_the_whole(plan: Plan, bank: Bank) -> None:
    parts = cascade_targets(
        by=actor("frank"), plan=plan, indicator="fee_income", whole=Fraction(10001, 100),
        weights={bank.employees["alice"]: Fraction(2), bank.employees["charlie"]: Fraction(1)},
    )  # fmt: skip
    assert sum(parts.values()) == Fraction(10001, 100)
    assert plan.targets.get(subject="E001").number == Fraction(6667, 100)
    with pytest.raises(ValidationError):
        cascade_targets(by=actor("frank"), plan=plan, indicator="fee_income", whole=Fraction(1),
                        weights={bank.employees["alice"]: Fraction(0)})  # fmt: skip


def test_a_later_version_has_the_later_word_on_a_period(plan: Plan, bank: Bank) -> None:
    give(plan, bank)
    draft = copy_scheme(by=by("frank"), version=plan.scheme)
    submit_scheme(
        by=by("frank"), version=draft, consulted_on=date(2024, 12, 10), consultation="x",
        published_on=date(2024, 12, 20), lock=draft.lock,
    )  # fmt: skip
    assess_scheme(by=by("cora"), version=draft, assessment="x")
    second = adopt_scheme(by=by("grace"), version=draft)
    later = open_plan(by=actor("frank"), scheme=second, period="2025")
    give(later, bank, "alice", value=300)
    rows = {(row["subject"], row["indicator"]): row["value"] for row in target_rows()}
    assert len(list(target_rows())) == len(rows) == 4
    assert rows["E001", "fee_income"] == 300
    assert rows["E002", "fee_income"] == 100
