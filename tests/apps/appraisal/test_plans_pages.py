"""The pages of plans: who sees and sets whose targets; tables are checked before they are set."""

from __future__ import annotations

from fractions import Fraction

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.apps.appraisal.plan_factory import BOTH, change, give, locked, of_alice, plan
from tests.apps.cast import Bank, Clients, actor, make_employee, make_grant, make_user
from tidui.apps.appraisal.models import Plan, TargetImport
from tidui.apps.appraisal.services.plans import (
    Typed,
    confirm_targets,
    confirm_unit,
    dispute_target,
    lock_plan,
    send_plan,
    type_targets,
)
from tidui.apps.appraisal.services.target_imports import apply_import, stage_import, undo_import
from tidui.apps.people.models.users import Role

__all__ = ["locked", "plan"]
pytestmark = pytest.mark.django_db


def address(plan: Plan, part: str = "") -> str:
    """Return an address of a plan."""
    return f"/appraisal/plans/{plan.public_id}/{part}"


def test_a_branch_head_sees_and_sets_what_is_below_him(
    plan: Plan, bank: Bank, clients: Clients
) -> None:
    give(plan, bank)
    whole = Typed(bank.branch_a, "fee_income", Fraction(500), check=False)
    type_targets(by=actor("frank"), plan=plan, entries=[whole])
    page = clients["bob"].get(address(plan))
    grid = page.context["grid"]
    assert grid.unit == bank.branch_a
    assert not any(cell.editable for cell in grid.whole.cells)
    assert grid.feet[1].gap == 400
    outlet = clients["bob"].get(address(plan, "?unit=A-1")).context["grid"]
    assert [row.holder.employee_no for row in outlet.parts] == ["E001"]
    for code in ("HQ", "B", "B-1"):
        assert clients["bob"].get(address(plan, f"?unit={code}")).status_code == 404
    shown = clients["bob"].get(address(plan, "targets/?export=csv")).content.decode("utf-8-sig")
    assert "E001" in shown
    assert "E002" not in shown
    assert clients["bob"].post(address(plan, "send/")).status_code == 404
    assert clients["bob"].post(address(plan, "lock/")).status_code == 404
    foreign = plan.targets.get(subject="E002", indicator="fee_income")
    for act in ("", "change/", "decide/"):
        path = f"/appraisal/targets/{foreign.public_id}/{act}"
        asked = clients["bob"].post(path) if act else clients["bob"].get(path)
        assert asked.status_code == 404


def test_what_a_branch_head_sends_for_others_is_not_read(
    plan: Plan, bank: Bank, clients: Clients
) -> None:
    give(plan, bank)
    sent = {
        f"t:e:{bank.employees['alice'].pk}:fee_income": "111",
        f"w:e:{bank.employees['alice'].pk}:fee_income": "100",
        f"t:e:{bank.employees['charlie'].pk}:fee_income": "999",
        f"t:u:{bank.branch_a.pk}:fee_income": "999",
    }
    clients["bob"].post(address(plan, "?unit=A-1"), sent)
    numbers = {t.subject: t.number for t in plan.targets.filter(indicator="fee_income")}
    assert numbers == {"E001": 111, "E002": 100}


def test_nobody_sets_his_own_target(plan: Plan, bank: Bank, clients: Clients) -> None:
    make_grant(bank.users["alice"], Role.BRANCH_HEAD, unit=bank.branch_a)
    give(plan, bank)
    grid = clients["alice"].get(address(plan, "?unit=A-1")).context["grid"]
    own = next(row for row in grid.parts if row.holder == bank.employees["alice"])
    assert not any(cell.editable for cell in own.cells)


def test_the_target_of_a_unit_is_confirmed_by_its_head_and_not_by_who_set_it(
    plan: Plan, bank: Bank, clients: Clients
) -> None:
    whole = Typed(bank.branch_a, "fee_income", Fraction(5), check=False)
    type_targets(by=actor("frank"), plan=plan, entries=[whole])
    with pytest.raises(ValidationError):
        confirm_unit(by=actor("frank"), plan=plan, unit=bank.branch_a)
    clients["bob"].post(address(plan, "confirm/?unit=A"), {"unit": "A"})
    assert plan.targets.get(subject="A").state == "confirmed"
    assert clients["bob"].post(address(plan, "confirm/"), {"unit": "B"}).status_code == 404


def test_strangers_find_no_plan(plan: Plan, bank: Bank, clients: Clients) -> None:
    give(plan, bank)
    for part in ("", "targets/", "targets/?export=xlsx", "cascade/", "import/", "template/"):
        for name in ("alice", "charlie", "dana", "sam"):
            for headers in ({}, {"HX-Request": "true"}):
                assert clients[name].get(address(plan, part), headers=headers).status_code == 404
    assert clients["eve"].get(address(plan)).status_code == 200
    assert clients["eve"].post(address(plan), {}).status_code == 404
    assert clients["eve"].get(address(plan, "import/")).status_code == 404


def test_one_confirms_and_questions_only_what_is_ones_own(
    plan: Plan, bank: Bank, clients: Clients
) -> None:
    give(plan, bank)
    own, other = of_alice(plan), plan.targets.get(subject="E002", indicator="fee_income")
    said = {"comment": "x"}
    assert (
        clients["alice"].post(f"/appraisal/targets/{own.public_id}/dispute/", said).status_code
        == 404
    )
    send_plan(by=actor("frank"), plan=plan)
    clients["alice"].post(f"/appraisal/targets/{own.public_id}/dispute/", said)
    assert of_alice(plan).state == "disputed"
    path = f"/appraisal/targets/{other.public_id}/dispute/"
    assert clients["alice"].post(path, said).status_code == 404
    assert clients["frank"].get("/appraisal/plans/mine/").status_code == 404
    nina = make_user("nina", "宁", employee=make_employee("E077", "宁", sits_at=bank.outlet_b))
    bank.users["nina"] = nina
    path = f"/appraisal/plans/mine/{plan.public_id}/confirm/"
    assert clients["nina"].post(path).status_code == 404


TABLE = "工号或机构号,指标,目标,单位\n"


def staged(plan: Plan, bank: Bank, rows: str) -> TargetImport:
    """Upload a table as Frank, who may set Alice's and Charlie's targets and that of branch A."""
    people = {name: bank.employees[name] for name in ("alice", "charlie")}
    return stage_import(
        by=actor("frank"), plan=plan,
        upload=SimpleUploadedFile("t.csv", (TABLE + rows).encode()),
        people={one.employee_no: one for one in people.values()}, units={"A": bank.branch_a},
    )  # fmt: skip


def test_a_table_is_checked_applied_once_and_taken_back(plan: Plan, bank: Bank) -> None:
    give(plan, bank, "alice", value=7)
    made = staged(
        plan, bank, 'E001,fee_income,"1,234.50",CNY\nE002,中间业务收入,5,\nA,fee_income,9,CNY\n'
    )
    assert (len(made.rows), made.faults) == (3, [])
    assert plan.targets.get(subject="E001", indicator="fee_income").number == 7
    assert apply_import(by=actor("frank"), staged=made) == 3
    assert plan.targets.get(subject="E001", indicator="fee_income").number == Fraction(2469, 2)
    assert plan.targets.get(subject="A").org_unit == bank.branch_a
    with pytest.raises(ValidationError):
        apply_import(by=actor("frank"), staged=made)
    undo_import(by=actor("frank"), staged=made)
    assert plan.targets.get(subject="E001", indicator="fee_income").number == 7
    assert not plan.targets.filter(subject__in=["A", "E002"]).exists()


@pytest.mark.parametrize(
    "row",
    [
        "E999,fee_income,5,CNY", "E001,gone,5,CNY", "E001,fee_income,many,CNY",
        "E001,fee_income,,CNY", "E001,fee_income,5,USD", "E001,fee_income,1.234,CNY",
        "L001,fee_income,5,CNY", "E001,fee_income,5,CNY\nE001,fee_income,6,CNY",
    ],
)  # fmt: skip
def test_a_row_with_a_fault_is_named_and_nothing_is_set(plan: Plan, bank: Bank, row: str) -> None:
    made = staged(plan, bank, row + "\n")
    assert len(made.faults) == 1
    assert made.faults[0][2]
    with pytest.raises(ValidationError):
        apply_import(by=actor("frank"), staged=made)
    assert plan.targets.count() == 0


def test_a_table_is_not_taken_back_over_a_later_change(plan: Plan, bank: Bank) -> None:
    made = staged(plan, bank, "E001,fee_income,5,CNY\n")
    apply_import(by=actor("frank"), staged=made)
    give(plan, bank, "alice", value=88)
    with pytest.raises(ValidationError):
        undo_import(by=actor("frank"), staged=made)
    assert plan.targets.get(subject="E001", indicator="fee_income").number == 88


def test_an_import_is_its_uploaders(plan: Plan, bank: Bank, clients: Clients) -> None:
    upload = SimpleUploadedFile(
        "t.csv", (TABLE + "E001,fee_income,5,CNY\nE002,fee_income,5,\n").encode()
    )
    page = clients["bob"].post(address(plan, "import/"), {"file": upload})
    made = TargetImport.objects.get()
    assert page["Location"].endswith(f"/imports/{made.public_id}/")
    assert [fault[1] for fault in made.faults] == ["E002"]
    assert clients["bob"].get(f"/appraisal/imports/{made.public_id}/").status_code == 200
    faults = clients["bob"].get(f"/appraisal/imports/{made.public_id}/?export=csv")
    assert "E002" in faults.content.decode("utf-8-sig")
    for name in ("alice", "charlie", "eve"):
        assert clients[name].get(f"/appraisal/imports/{made.public_id}/").status_code == 404
    clients["bob"].post(f"/appraisal/imports/{made.public_id}/apply/")
    assert plan.targets.count() == 0


def test_what_waits_for_whom(plan: Plan, bank: Bank, clients: Clients) -> None:
    def waits(name: str, words: str) -> bool:
        bank.users[name].language = "en"
        bank.users[name].save()
        return words in clients[name].get("/todo/").content.decode()

    give(plan, bank)
    assert not waits("alice", "Confirm your targets")
    send_plan(by=actor("frank"), plan=plan)
    assert waits("alice", "Confirm your targets")
    dispute_target(by=actor("alice"), target=of_alice(plan), comment="x")
    assert waits("bob", "Answer a questioned target")
    assert waits("frank", "Answer a questioned target")
    for name in ("alice", "charlie"):
        confirm_targets(by=actor(name), plan=plan, employee=bank.employees[name])
    assert not waits("bob", "Answer a questioned target")
    assert waits("frank", "Lock a plan")
    lock_plan(by=actor("frank"), plan=plan)
    change(of_alice(plan))
    assert waits("bob", "Decide on the change of a target")
    assert not waits("frank", "Decide on the change of a target")


def test_the_pages_ask_as_often_for_twenty_as_for_two(
    plan: Plan, bank: Bank, clients: Clients
) -> None:
    give(plan, bank)
    paths = (address(plan, "?unit=A-1"), address(plan, "targets/"), "/appraisal/plans/")

    def asked() -> list[int]:
        counts = []
        for path in paths:
            with CaptureQueriesContext(connection) as queries:
                clients["frank"].get(path)
            counts.append(len(queries))
        return counts

    asked()
    few = asked()
    people = [make_employee(f"E1{n:02}", f"人{n}", sits_at=bank.outlet_a) for n in range(18)]
    type_targets(by=actor("frank"), plan=plan, entries=[
        Typed(one, name, Fraction(1), check=False) for one in people for name in BOTH
    ])  # fmt: skip
    assert asked() == few
