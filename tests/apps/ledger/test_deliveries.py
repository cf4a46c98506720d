"""From a file to a delivery, and back."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from tests.apps.cast import Bank, Clients, actor
from tests.apps.ledger.samples import FAULTY, GOOD, delivered, load, make_draft, upload, work
from tidui.apps.audit.models import AuditEntry
from tidui.apps.customers.models import Account, Customer
from tidui.apps.jobs.models import Job
from tidui.apps.ledger.folder import the_ledger
from tidui.apps.ledger.models import Draft
from tidui.apps.ledger.queries.deliveries import delivery_rows
from tidui.apps.ledger.services import drafts
from tidui.apps.ledger.services.reverting import ask_revert
from tidui.apps.ledger.services.sync import sync_customers


def test_a_faulty_file_becomes_rejects_and_the_corrected_one_is_accepted(clients: Clients) -> None:
    frank = clients["frank"]
    answer = frank.post("/ledger/new/", {"files": upload(FAULTY), "table": "accounts"})
    draft = Draft.objects.get()
    assert answer["Location"] == f"/ledger/drafts/{draft.public_id}/"
    page = frank.get(answer["Location"]).content.decode()
    assert "05.02.2024" in page
    base = f"/ledger/drafts/{draft.public_id}"
    kept = {f"theirs.{word}": heading for word, heading in (
        ("account_no", "账号"), ("customer_no", "客户号"), ("org_code", "机构号"),
        ("opened_on", "开户日"), ("kind", "="), ("product", "="), ("currency", "="),
    )}  # fmt: skip
    kept |= {"constant.kind": "deposit", "constant.product": "current", "constant.currency": "CNY",
             "feed": "core-accounts"}  # fmt: skip
    frank.post(f"{base}/columns/", kept)
    frank.post(f"{base}/totals/", {"coverage_from": "2025-01-01", "coverage_to": "2026-01-01"})
    frank.post(f"{base}/check/")
    work()
    draft.refresh_from_db()
    assert draft.check_job is not None
    assert draft.check_job.result["counts"]["rows_rejected"] == "1"
    assert the_ledger().entries() == ()
    frank.post(f"{base}/load/")
    work()
    draft.refresh_from_db()
    number = draft.delivery
    rejects = frank.get(f"/ledger/deliveries/{number}/rejects/").content.decode()
    assert "05.02.2024" in rejects
    told = frank.get(f"/ledger/deliveries/{number}/rejects/file/").getvalue()
    assert "05.02.2024" in told.decode("utf-8-sig")
    answer = frank.post(f"/ledger/new/?like={number}", {"files": upload(GOOD), "table": "accounts"})
    second = Draft.objects.latest("pk")
    assert second.mapping_text == draft.mapping_text
    base = f"/ledger/drafts/{second.public_id}"
    frank.post(f"{base}/totals/", {"coverage_from": "2025-01-01", "coverage_to": "2026-01-01"})
    frank.post(f"{base}/load/")
    work()
    rows = delivery_rows(the_ledger())
    assert [(row.rows_used, row.state) for row in rows] == [(3, "in_force"), (2, "superseded")]


def test_what_came_in_is_what_was_used_and_what_was_rejected(bank: Bank) -> None:
    delivered(FAULTY)
    row = delivery_rows(the_ledger())[0]
    assert (row.rows_in, row.rows_used, row.rows_rejected) == (3, 2, 1)


def test_the_same_content_is_loaded_once_whoever_asks(bank: Bank) -> None:
    one, two = make_draft(), make_draft()
    first = drafts.ask_load(by=actor("frank"), draft=one)
    assert drafts.ask_load(by=actor("frank"), draft=two) == first
    work()
    third = load(make_draft())
    assert third.result["already"] is True
    assert len(the_ledger().entries("delivery")) == 1


def test_a_load_that_ran_before_its_worker_died_is_only_told_again(bank: Bank) -> None:
    draft = make_draft()
    load(draft)
    job = Job.objects.get(kind="ledger.load")
    Job.objects.filter(pk=job.pk).update(state="waiting", ended_at=None)
    Draft.objects.update(delivery=None)
    work()
    draft.refresh_from_db()
    assert draft.delivery == 1
    assert len(the_ledger().entries("delivery")) == 1


def test_totals_that_differ_from_the_senders_stop_the_whole_delivery(bank: Bank) -> None:
    job = load(make_draft(rows=4))
    assert job.state == "failed"
    assert [found[0] for found in job.issues] == ["ledger.control-rows"]
    assert the_ledger().entries() == ()


def test_a_loaded_draft_is_neither_changed_nor_loaded_again(bank: Bank) -> None:
    draft = make_draft()
    load(draft)
    with pytest.raises(ValidationError):
        drafts.ask_load(by=actor("frank"), draft=draft)
    with pytest.raises(ValidationError):
        drafts.write_mapping(by=actor("frank"), draft=draft, text="")


def test_a_cancelled_load_leaves_the_ledger_as_it_was(bank: Bank) -> None:
    draft = make_draft()
    job = drafts.ask_load(by=actor("frank"), draft=draft)
    Job.objects.filter(pk=job.pk).update(state="cancelled")
    work()
    assert the_ledger().entries() == ()
    draft.refresh_from_db()
    assert draft.is_open


def test_a_table_that_the_product_keeps_is_refused_with_the_reason(clients: Clients) -> None:
    with pytest.raises(ValidationError, match=r"keeps|维护"):
        drafts.make_draft(by=actor("frank"), uploads=[upload(GOOD)], table="employees")
    answer = clients["frank"].post("/ledger/new/", {"files": upload(GOOD), "table": "employees"})
    assert answer.status_code == 200
    assert not Draft.objects.exists()


@pytest.mark.parametrize("name", ["list.exe", "list.xlsx", "list.parquet"])
def test_a_file_that_is_not_what_its_name_says_is_refused(clients: Clients, name: str) -> None:
    answer = clients["frank"].post(
        "/ledger/new/", {"files": upload("plain text", name), "table": "accounts"}
    )
    assert answer.status_code == 200
    assert not Draft.objects.exists()


def test_a_delivery_is_taken_back_with_its_reason_and_only_once(bank: Bank) -> None:
    number = delivered()
    assert Account.objects.count() == 3
    ask_revert(by=actor("frank"), number=number, reason="wrong month")
    work()
    assert delivery_rows(the_ledger())[0].state == "reverted"
    assert Account.objects.count() == 0
    assert AuditEntry.objects.filter(action="ledger.reverted").count() == 1
    with pytest.raises(ValidationError):
        ask_revert(by=actor("frank"), number=number, reason="again")


def test_loading_accounts_shows_them_in_the_database_and_doing_it_again_changes_nothing(
    bank: Bank,
) -> None:
    delivered()
    before = dict(Account.objects.values_list("account_no", "public_id"))
    assert set(before) == {"A1", "A2", "B1"}
    assert Customer.objects.count() == 2
    made = sync_customers(by=actor())
    assert (made.customers, made.accounts, made.removed) == (2, 3, 0)
    assert dict(Account.objects.values_list("account_no", "public_id")) == before


def test_each_write_stands_in_the_audit_log(bank: Bank) -> None:
    delivered()
    actions = set(AuditEntry.objects.values_list("action", flat=True))
    assert {"ledger.uploaded", "ledger.totals-stated", "ledger.loaded", "ledger.synced"} <= actions


@pytest.mark.parametrize("name", ["alice", "bob", "charlie", "dana", "sam"])
def test_whoever_has_nothing_to_do_with_deliveries_finds_no_page(
    clients: Clients, name: str
) -> None:
    number = delivered(FAULTY)
    draft = make_draft(GOOD.replace("A2", "A3"))
    for address in (
        "/ledger/", "/ledger/?export=csv", f"/ledger/deliveries/{number}/",
        f"/ledger/deliveries/{number}/rejects/", f"/ledger/deliveries/{number}/rejects/file/",
        f"/ledger/deliveries/{number}/files/0/", "/ledger/calendar/", "/ledger/mappings/",
        "/ledger/new/", f"/ledger/drafts/{draft.public_id}/",
    ):  # fmt: skip
        assert clients[name].get(address).status_code == 404, address
        again = clients[name].get(address, headers={"HX-Request": "true"})
        assert again.status_code == 404


def test_the_auditor_reads_and_never_writes(clients: Clients) -> None:
    number = delivered(FAULTY)
    eve = clients["eve"]
    assert eve.get(f"/ledger/deliveries/{number}/").status_code == 200
    assert eve.get("/ledger/new/").status_code == 404
    answer = eve.post(f"/ledger/deliveries/{number}/revert/", {"reason": "no"})
    assert answer.status_code == 404
    assert not Job.objects.filter(kind="ledger.revert").exists()


def test_the_list_filters_sorts_searches_and_exports(clients: Clients) -> None:
    delivered(FAULTY)
    delivered(GOOD)
    frank = clients["frank"]
    text = frank.get("/ledger/?export=csv&state=in_force").getvalue().decode()
    assert len(text.splitlines()) == 2
    assert "/deliveries/1/" not in frank.get("/ledger/?q=nothing-like-this").content.decode()
    one = frank.get("/ledger/?sort=number", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in one
    assert one.index("/ledger/deliveries/1/") < one.index("/ledger/deliveries/2/")


def test_the_list_asks_the_database_as_often_for_many_as_for_few(
    clients: Clients, django_assert_max_num_queries: object
) -> None:
    frank = clients["frank"]
    make_draft()
    frank.get("/ledger/")
    with django_assert_max_num_queries(12) as few:  # type: ignore[operator]
        frank.get("/ledger/")
    for number in range(6):
        make_draft(GOOD.replace("A2", f"A2{number}"))
        delivered(GOOD.replace("A1", f"A1{number}"))
    with django_assert_max_num_queries(len(few)):  # type: ignore[operator]
        frank.get("/ledger/")
