"""A cycle from computing to closing, as the people of the bank go through it."""

from __future__ import annotations

import json
from datetime import timedelta
from fractions import Fraction

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.apps.appraisal.conftest import Example
from tests.apps.cast import actor
from tidui.apps.appraisal.models import Cycle, Decision, Objection, Result
from tidui.apps.appraisal.queries.documents import run_folder
from tidui.apps.appraisal.services.cycles import decide, publish, undecided_results
from tidui.apps.audit.models import AuditEntry
from tidui.apps.jobs.models import Job
from tidui.apps.jobs.worker import Worker
from tidui.apps.people.models import Unit
from tidui.ledger import open_ledger
from tidui.runs.closings import closings
from tidui.runs.postings import posted_entries
from tidui.runs.slips import slip_text
from tidui.runs.stored import read_entries_of
from tidui.runs.texts import number_text


def decide_all(cycle: Cycle) -> None:
    """Decide as proposed on everybody."""
    for result in undecided_results(cycle.runs.get(kind="run", current=True)):
        grade = result.proposed_grade or result.grade
        reason = "" if result.proposed_grade else "stays"
        decide(by=actor("bob"), result=result, grade=grade, reason=reason)


def publish_now(cycle: Cycle, days: int = 7) -> None:
    publish(
        by=actor("frank"), cycle=cycle,
        objections_until=timezone.localdate() + timedelta(days=days),
    )  # fmt: skip


def test_the_stored_results_are_those_of_the_command_line_to_the_fen(example: Example) -> None:
    run = example.compute(example.cycle())
    folder = run_folder(run)
    pay = read_entries_of(folder)
    assert run.results.count() == 40
    for result in run.results.all():
        own = pay[result.subject]
        assert (result.earned, result.payable) == (own.earned, own.payable)
    shown = example.result(run)
    assert number_text(Fraction(shown.total), 2) in slip_text(folder, "E001", "en")


def test_a_cycle_goes_from_computing_to_closing(example: Example) -> None:
    cycle = example.cycle()
    run = example.compute(cycle)
    frank, bob, alice = (example.clients[name] for name in ("frank", "bob", "alice"))
    result = example.result(run)
    card = f"/appraisal/results/{result.public_id}/"

    assert alice.get(card).status_code == 404, "nothing is shown before it is published"
    assert bob.get(card).status_code == 200
    refused = bob.post(f"{card}decide/", {"grade": "senior"})
    assert "与建议不一致" in refused.content.decode()
    bob.post(f"{card}decide/", {"grade": "senior", "reason": "业绩突出"})
    decision = Decision.objects.get(subject="E001", current=True)
    assert (decision.grade, decision.decided_by, decision.reason) == ("senior", "bob", "业绩突出")

    frank.post(f"/appraisal/cycles/{cycle.public_id}/publish/", {"note": ""})
    assert not cycle.publications.exists(), "others are undecided"
    decide_all(cycle)
    frank.post(f"/appraisal/cycles/{cycle.public_id}/publish/", {"note": ""})
    publication = cycle.publications.get()

    assert alice.get(card).status_code == 200
    assert alice.post(f"{card}acknowledge/", {}).status_code == 302
    assert publication.acknowledgements.get().employee.employee_no == "E001"
    alice.post(f"{card}object/deposit_score/", {"text": "少算了一户"})
    objection = Objection.objects.get()
    assert (objection.node, objection.employee.employee_no) == ("deposit_score", "E001")

    frank.post(f"/appraisal/cycles/{cycle.public_id}/close/")
    assert not Job.objects.filter(kind="cycle.close").exists(), "an objection waits"
    frank.post(
        f"/appraisal/objections/{objection.public_id}/", {"state": "rejected", "answer": "已核对"}
    )
    cycle.publications.update(objections_until=timezone.localdate() - timedelta(days=1))
    Cycle.objects.update(objections_until=timezone.localdate() - timedelta(days=1))
    frank.post(f"/appraisal/cycles/{cycle.public_id}/close/")
    example.work()
    cycle.refresh_from_db()
    assert cycle.state == "closed"
    ledger = open_ledger(run_folder(run).path.parent.parent)
    assert [entry.number for entry in closings(ledger)] == [cycle.closing_entry]
    assert sum(e.amount for e in posted_entries(ledger) if e.account == "earned") != 0


def test_closing_again_after_the_worker_died_closes_once(example: Example) -> None:
    cycle = example.cycle()
    run = example.compute(cycle)
    decide_all(cycle)
    publish_now(cycle, days=-1)
    frank = example.clients["frank"]
    frank.post(f"/appraisal/cycles/{cycle.public_id}/close/")
    job = Job.objects.get(kind="cycle.close")
    example.work()
    Job.objects.filter(pk=job.pk).update(state="waiting")
    Cycle.objects.update(state="published")
    assert Worker(beats=False).work_once()
    job.refresh_from_db()
    cycle.refresh_from_db()
    assert (job.state, cycle.state) == ("done", "closed")
    ledger = open_ledger(run_folder(run).path.parent.parent)
    assert len(closings(ledger)) == 1


def test_computing_twice_changes_nothing(example: Example) -> None:
    cycle = example.cycle()
    first = example.compute(cycle)
    again = example.compute(cycle)
    assert first.pk == again.pk
    assert Result.objects.count() == 40


def test_an_unconfirmed_target_refuses_and_names_the_person(example: Example) -> None:
    target = example.annual.plans.get(period="2025").targets.filter(subject="E007").first()
    assert target is not None
    type(target).objects.filter(pk=target.pk).update(confirmed_on=None)
    cycle = example.cycle()
    example.clients["frank"].post(f"/appraisal/cycles/{cycle.public_id}/compute/")
    assert Worker(beats=False).work_once()
    job = Job.objects.get()
    assert job.state == "failed"
    assert "E007" in json.dumps(job.issues)
    assert not cycle.runs.exists()


def test_nobody_decides_on_his_own_result(example: Example) -> None:
    run = example.compute(example.cycle())
    with pytest.raises(ValidationError):
        decide(by=actor("alice"), result=example.result(run), grade="chief", reason="me")


def test_the_page_of_a_figure_leads_down_to_rows_that_add_up(example: Example) -> None:
    run = example.compute(example.cycle())
    bob, result = example.clients["bob"], example.result(run)
    tree = bob.get(f"/appraisal/results/{result.public_id}/explain/deposit_score/")
    assert "53,613,708.29 CNY" in tree.content.decode()
    rows = bob.get(f"/appraisal/results/{result.public_id}/rows/deposit_average/")
    assert "逐行相加与结果一致" in rows.content.decode()
    export = bob.get(
        f"/appraisal/results/{result.public_id}/rows/deposit_average/", {"export": "csv"}
    )
    assert export.content.decode().count("\n") == 1 + 563


def test_a_slip_is_printed_and_each_opening_is_recorded(example: Example) -> None:
    cycle = example.cycle()
    run = example.compute(cycle)
    decide_all(cycle)
    publish_now(cycle)
    result = example.result(run)
    alice = example.clients["alice"]
    page = alice.get(f"/appraisal/results/{result.public_id}/slip/")
    assert f"{result.payable / 100:,.2f}" in page.content.decode()
    pdf = alice.get(f"/appraisal/results/{result.public_id}/slip/pdf/")
    assert pdf.content.startswith(b"%PDF-")
    assert AuditEntry.objects.filter(action="slip.opened", actor="alice").count() == 2


def test_a_provisional_result_is_shown_at_once_and_never_closed(example: Example) -> None:
    cycle = example.cycle("2025Q4")
    frank = example.clients["frank"]
    frank.post(f"/appraisal/cycles/{cycle.public_id}/compute/", {"kind": "provisional"})
    example.work()
    page = example.clients["alice"].get("/appraisal/scorecard/").content.decode()
    assert "预计" in page
    assert "数据截至 2025-12-31" in page
    frank.post(f"/appraisal/cycles/{cycle.public_id}/publish/", {"note": ""})
    assert not cycle.publications.exists()


def test_a_page_asks_the_database_as_often_for_many_as_for_few(example: Example) -> None:
    cycle = example.cycle()
    example.compute(cycle)
    frank = example.clients["frank"]
    for address in (
        "/appraisal/board/", f"/appraisal/cycles/{cycle.public_id}/results/", "/people/employees/",
    ):  # fmt: skip
        frank.get(address)
        with CaptureQueriesContext(connection) as few:
            frank.get(address, {"unit": "B01", "q": ""})
        with CaptureQueriesContext(connection) as many:
            frank.get(address)
        assert len(many) <= len(few) + 1, address


def test_a_lead_sees_who_sits_with_him_and_no_one_else(example: Example) -> None:
    cycle = example.cycle()
    run = example.compute(cycle)
    listed = example.clients["bob"].get(f"/appraisal/cycles/{cycle.public_id}/results/")
    assert listed.context["list"].total == 7
    other = example.result(run, "E002")
    assert example.clients["bob"].get(f"/appraisal/results/{other.public_id}/").status_code == 404


def test_a_lead_does_not_see_what_the_whole_bank_costs(example: Example) -> None:
    cycle = example.cycle()
    example.compute(cycle)
    assert example.clients["bob"].get(f"/appraisal/cycles/{cycle.public_id}/").status_code == 404


def test_an_office_of_one_branch_has_no_hand_in_matters_of_the_bank(example: Example) -> None:
    grant = example.clients.users["frank"].grants.get()
    grant.unit = Unit.objects.get(org_code="B01")
    grant.save()
    frank = example.clients["frank"]
    for address in ("pay/", "cycles/", "objections/", "pay/budgets/"):
        assert frank.get(f"/appraisal/{address}").status_code == 404, address
    assert frank.get("/ledger/").status_code == 404
    assert frank.get("/people/employees/").context["list"].total == 8


def test_a_deputy_does_not_decide_on_the_result_of_whom_he_stands_in_for(
    example: Example,
) -> None:
    run = example.compute(example.cycle())
    deputy = actor("dana").standing_in_for("alice")
    with pytest.raises(ValidationError):
        decide(by=deputy, result=example.result(run), grade="chief", reason="for her")


@pytest.mark.parametrize("more", ["1e999999999", "1/3", "1" * 40, "abc", "0x10", "１"])
def test_what_if_takes_plain_numbers_alone(example: Example, more: str) -> None:
    result = example.result(example.compute(example.cycle()))
    page = example.clients["bob"].get(
        f"/appraisal/results/{result.public_id}/what-if/", {"more": more}
    )
    assert page.status_code == 200
    assert page.context["answer"] is None
