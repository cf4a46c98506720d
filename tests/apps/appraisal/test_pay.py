"""Pay leaves the house: vested, paid once, filed, answered, corrected, clawed back."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.apps.appraisal.conftest import Example
from tests.apps.appraisal.test_cycles import decide_all, publish_now
from tidui.apps.appraisal.models import Clawback, Correction, Cycle, PayLine, PayRun, Result
from tidui.apps.customers.models import Attribution
from tidui.apps.files.services import file_path
from tidui.apps.jobs.models import Job
from tidui.apps.jobs.worker import Worker
from tidui.apps.ledger.folder import the_ledger
from tidui.core.appraisal.pay.ledger import balances
from tidui.runs.closings import all_entries


@pytest.fixture
def closed(example: Example) -> Cycle:
    """The year, closed."""
    cycle = example.cycle()
    example.compute(cycle)
    decide_all(cycle)
    publish_now(cycle, days=-1)
    example.clients["frank"].post(f"/appraisal/cycles/{cycle.public_id}/close/")
    example.work()
    cycle.refresh_from_db()
    return cycle


def pay_out(example: Example) -> PayRun:
    answer = example.clients["frank"].post(
        "/appraisal/pay/out/", {"booked": "2026-01", "document": "salary-system"}
    )
    assert answer.status_code == 302
    example.work()
    return PayRun.objects.get()


def test_everything_payable_becomes_one_file_with_its_control_total(
    example: Example, closed: Cycle
) -> None:
    run = pay_out(example)
    payable = sum(r.payable for r in Result.objects.filter(run__cycle=closed) if r.payable)
    assert run.totals == {"CNY": payable}
    assert run.rows == run.lines.count() == 40
    assert file_path(run.sha256).read_bytes().decode("gb18030").count("\n") == 41
    sums = balances(all_entries(the_ledger(), "0001"))
    assert sum(v for (_s, account), v in sums.items() if account == "payable") == 0


def test_paying_again_after_the_worker_died_pays_once(example: Example, closed: Cycle) -> None:
    pay_out(example)
    PayLine.objects.all().delete()
    PayRun.objects.all().delete()
    Job.objects.filter(kind="pay.out").update(state="waiting")
    assert Worker(beats=False).work_once()
    assert PayRun.objects.get().lines.count() == 40
    postings = [e for e in the_ledger().entries("posting") if e.payload["act"] == "pay_out"]
    assert len(postings) == 1


def test_what_comes_back_is_matched_line_by_line(example: Example, closed: Cycle) -> None:
    run = pay_out(example)
    first, second = run.lines.order_by("subject")[:2]
    rows = ["业务参考号,应发金额,处理结果,失败原因"]
    for line, words in ((first, "成功,"), (second, "失败,账号不符")):
        rows.append(f"{line.reference},{line.amount / 100:.2f},{words}")
    upload = SimpleUploadedFile("return.csv", "\n".join(rows).encode("gb18030"))
    example.clients["frank"].post(f"/appraisal/pay/runs/{run.public_id}/", {"file": upload})
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state, second.reason) == ("paid", "rejected", "账号不符")


def test_a_return_with_another_amount_changes_nothing(example: Example, closed: Cycle) -> None:
    run = pay_out(example)
    line = run.lines.first()
    assert line is not None
    text = f"业务参考号,应发金额,处理结果,失败原因\n{line.reference},0.01,成功,\n"
    upload = SimpleUploadedFile("return.csv", text.encode("gb18030"))
    page = example.clients["frank"].post(f"/appraisal/pay/runs/{run.public_id}/", {"file": upload})
    assert page.status_code == 200
    assert not run.lines.exclude(state="sent").exists()


def test_a_late_attribution_is_corrected_and_a_second_correction_finds_nothing(
    example: Example, closed: Cycle
) -> None:
    row = Attribution.objects.filter(who="E002", share_ppm=10**6, valid_to=None).first()
    assert row is not None
    Attribution.objects.filter(pk=row.pk).update(who="E001")
    frank = example.clients["frank"]
    address = f"/appraisal/cycles/{closed.public_id}/correct/"
    data = {"booked": "2026-01", "reason": "迟到的归属"}
    frank.post(address, {**data, "act": "show"})
    example.work()
    assert not Correction.objects.exists()
    assert "E001" in frank.get(address).content.decode()
    frank.post(address, {**data, "act": "post"})
    example.work()
    made = Correction.objects.get()
    assert {difference[0] for difference in made.differences} >= {"E001", "E002"}
    frank.post(address, {**data, "act": "post"})
    example.work()
    assert Correction.objects.count() == 1


def test_a_clawback_needs_a_second_person(example: Example, closed: Cycle) -> None:
    data = {
        "employee_no": "E001", "earned": "2025", "share": "50", "booked": "2026-01",
        "case": "重大风险", "evidence": "调查报告",
    }  # fmt: skip
    example.clients["frank"].post("/appraisal/pay/clawbacks/new/", data)
    made = Clawback.objects.get()
    address = f"/appraisal/pay/clawbacks/{made.public_id}/decide/"
    example.clients["frank"].post(address, {"act": "approve"})
    made.refresh_from_db()
    assert made.state == "proposed"
    example.clients["fay"].post(address, {"act": "approve"})
    made.refresh_from_db()
    earned = Result.objects.get(run__cycle=closed, subject="E001").earned
    assert earned is not None
    assert (made.state, made.amount) == ("approved", (earned + 1) // 2)


def test_cost_stands_beside_the_budget_of_each_branch(example: Example) -> None:
    cycle = example.cycle()
    example.compute(cycle)
    frank = example.clients["frank"]
    frank.post("/appraisal/pay/budgets/", {"unit_code": "B01", "period": "2025", "amount": "1"})
    row = frank.get("/appraisal/pay/budgets/").context["rows"][0]
    own = [r.earned for r in Result.objects.filter(sits_at__isnull=False) if r.earned]
    assert 0 < row["cost"] < sum(own)
    assert row["left"] == 100 - row["cost"]


def test_pay_is_for_the_appraisal_office_alone(example: Example) -> None:
    for name in ("alice", "bob", "dana", "eve"):
        assert example.clients[name].get("/appraisal/pay/").status_code == 404
