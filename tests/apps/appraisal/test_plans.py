"""Performance plans: typed, shared out, confirmed, locked, and changed by two people."""

from __future__ import annotations

from datetime import UTC, date, datetime
from fractions import Fraction

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.apps.appraisal.conftest import Example
from tidui.apps.appraisal.models import Plan, Target, TargetImport
from tidui.apps.appraisal.queries.plans import target_rows
from tidui.apps.people.models import Employee


@pytest.fixture
def locked(example: Example) -> Plan:
    """The locked plan of the year, its targets bound to their people."""
    people = {one.employee_no: one for one in Employee.objects.all()}
    plan = Plan.objects.get(period="2025")
    for target in plan.targets.all():
        Target.objects.filter(pk=target.pk).update(employee=people[target.subject])
    return plan


@pytest.fixture
def drafting(locked: Plan) -> Plan:
    Plan.objects.filter(pk=locked.pk).update(state="drafting")
    locked.refresh_from_db()
    return locked


WHOLE = Fraction(10_000_000_001, 100)
PAGES = ("", "targets/", "cascade/", "import/", "template/")


def test_the_office_opens_every_page_of_a_plan_and_a_stranger_none(
    example: Example, drafting: Plan
) -> None:
    for page in (
        "/appraisal/plans/",
        *(f"/appraisal/plans/{drafting.public_id}/{p}" for p in PAGES),
    ):
        assert example.clients["frank"].get(page).status_code == 200, page
        assert example.clients["charlie"].get(page).status_code == 404, page
    target = drafting.targets.first()
    assert target is not None
    assert (
        example.clients["frank"].get(f"/appraisal/targets/{target.public_id}/").status_code == 200
    )


def test_the_sum_of_the_parts_stands_beside_the_whole(example: Example, drafting: Plan) -> None:
    address = f"/appraisal/plans/{drafting.public_id}/?unit=B01-T1"
    page = example.clients["frank"].get(address)
    grid = page.context["grid"]
    own = sum(
        target.number
        for target in drafting.targets.filter(indicator="deposit_average")
        if target.subject in {row.holder.employee_no for row in grid.parts}
    )
    assert grid.feet[0].total == own > 0


def test_a_typed_target_is_stored_and_a_word_is_refused(example: Example, drafting: Plan) -> None:
    address = f"/appraisal/plans/{drafting.public_id}/?unit=B01-T1"
    frank = example.clients["frank"]
    row = frank.get(address).context["grid"].parts[0]
    cell = row.cells[0]
    frank.post(address, {f"t:{cell.name}": "88,000,000", f"w:{cell.name}": f"{cell.value}"})
    standing = Target.objects.filter(subject=row.holder.employee_no, indicator="deposit_average")
    assert 88_000_000 in [target.number for target in standing]
    refused = frank.post(address, {f"t:{cell.name}": "many", f"w:{cell.name}": "88000000"})
    assert refused.status_code == 400
    assert 'value="88,000,000"' in refused.content.decode()


def test_an_rm_sees_confirms_and_questions_his_targets(example: Example, locked: Plan) -> None:
    Plan.objects.filter(pk=locked.pk).update(state="confirming")
    locked.targets.filter(subject="E001").update(state="typed", confirmed_on=None, confirmed_by="")
    alice = example.clients["alice"]
    assert alice.get("/appraisal/plans/mine/").status_code == 200
    target = locked.targets.filter(subject="E001").first()
    assert target is not None
    alice.post(f"/appraisal/targets/{target.public_id}/dispute/", {"comment": "高于去年一倍"})
    target.refresh_from_db()
    assert (target.state, target.comment) == ("disputed", "高于去年一倍")
    alice.post(f"/appraisal/plans/mine/{locked.public_id}/confirm/")
    states = locked.targets.filter(subject="E001").values_list("state", flat=True)
    assert "confirmed" in set(states)


def test_an_unconfirmed_target_is_frozen_without_its_day(example: Example, locked: Plan) -> None:
    locked.targets.filter(subject="E001").update(state="typed", confirmed_on=None)
    rows = [row for row in target_rows() if row["subject"] == "E001" and row["period"] == "2025"]
    assert rows
    assert all(row["confirmed_on"] is None for row in rows)


def test_a_locked_target_changes_by_two_people_and_counts_by_days(
    example: Example, locked: Plan
) -> None:
    target = locked.targets.get(subject="E001", indicator="deposit_average")
    Target.objects.filter(pk=target.pk).update(typed_at=datetime(2025, 1, 1, tzinfo=UTC))
    frank, fay = example.clients["frank"], example.clients["fay"]
    address = f"/appraisal/targets/{target.public_id}/"
    change = {
        "value": "41,000,000",
        "valid_from": date(2025, 7, 2),
        "cause": "leave",
        "reason": "病假",
    }
    frank.post(f"{address}change/", change)
    made = locked.targets.get(subject="E001", state="proposed")
    decide = f"/appraisal/targets/{made.public_id}/decide/"
    frank.post(decide, {"act": "pass"})
    made.refresh_from_db()
    assert made.state == "proposed", "not by the same person"
    fay.post(decide, {"act": "pass"})
    made.refresh_from_db()
    assert made.state != "proposed"
    value = next(
        row["value"]
        for row in target_rows()
        if (row["subject"], row["indicator"], row["period"]) == ("E001", "deposit_average", "2025")
    )
    old, days = target.number, 182
    assert abs(value - (old * days + 41_000_000 * (365 - days)) / 365) < 1


def test_an_import_is_checked_then_applied_then_taken_back(
    example: Example, drafting: Plan
) -> None:
    frank = example.clients["frank"]
    target = drafting.targets.get(subject="E001", indicator="deposit_average")
    before = target.number
    table = "工号或机构号,指标,目标,单位\nE001,deposit_average,88000000,CNY\n"
    staged = _upload(example, drafting, table)
    assert (len(staged.rows), staged.faults) == (1, [])
    assert _value(drafting) == before, "the dry run sets nothing"
    address = f"/appraisal/imports/{staged.public_id}/"
    assert frank.get(address).status_code == 200
    frank.post(f"{address}apply/")
    assert _value(drafting) == 88_000_000
    frank.post(f"{address}undo/")
    assert _value(drafting) == before
    staged.refresh_from_db()
    assert staged.state == "undone"
    assert example.clients["charlie"].get(address).status_code == 404


def test_a_table_with_a_fault_is_not_applied(example: Example, drafting: Plan) -> None:
    before = _value(drafting)
    table = (
        "工号或机构号,指标,目标,单位\n"
        "E001,deposit_average,88000000,CNY\nE999,deposit_average,1,CNY\n"
    )
    staged = _upload(example, drafting, table)
    assert [line[:2] for line in staged.faults] == [[3, "E999"]]
    example.clients["frank"].post(f"/appraisal/imports/{staged.public_id}/apply/")
    assert _value(drafting) == before


def _upload(example: Example, plan: Plan, table: str) -> TargetImport:
    upload = SimpleUploadedFile("targets.csv", table.encode("utf-8-sig"))
    address = f"/appraisal/plans/{plan.public_id}/import/"
    answer = example.clients["frank"].post(address, {"file": upload})
    assert answer.status_code == 302, answer.content.decode()
    return TargetImport.objects.latest("pk")


def _value(plan: Plan) -> Fraction:
    return plan.targets.get(subject="E001", indicator="deposit_average").number


def test_a_plan_locks_only_when_everybody_has_confirmed(example: Example, locked: Plan) -> None:
    Plan.objects.filter(pk=locked.pk).update(state="confirming")
    locked.targets.filter(subject="E001").update(state="typed", confirmed_on=None, confirmed_by="")
    lock, frank = f"/appraisal/plans/{locked.public_id}/lock/", example.clients["frank"]
    assert example.clients["charlie"].post(lock).status_code == 404
    frank.post(lock)
    locked.refresh_from_db()
    assert locked.state == "confirming", "one person has not confirmed"
    example.clients["alice"].post(f"/appraisal/plans/mine/{locked.public_id}/confirm/")
    frank.post(lock)
    locked.refresh_from_db()
    assert (locked.state, locked.locked_by) == ("locked", "frank")


def test_a_whole_is_shared_out_to_the_last_fen(example: Example, drafting: Plan) -> None:
    frank = example.clients["frank"]
    address = f"/appraisal/plans/{drafting.public_id}/cascade/"
    asked = {
        "unit": "B01-T1", "indicator": "deposit_average", "method": "headcount",
        "whole": "100,000,000.01",
    }  # fmt: skip
    before = _value(drafting)
    assert frank.get(address, asked).status_code == 200
    assert _value(drafting) == before, "showing the parts sets nothing"
    frank.post(address, asked)
    grid = frank.get(f"/appraisal/plans/{drafting.public_id}/?unit=B01-T1").context["grid"]
    column = [need.indicator for need in grid.needs].index("deposit_average")
    assert sum(row.cells[column].value for row in grid.parts) == WHOLE == grid.feet[column].total
