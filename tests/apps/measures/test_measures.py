"""Hand-entered measures: maker and checker, corrections, and what is missing."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from tests.apps.cast import Bank, Clients, actor
from tidui.apps.audit.models import AuditEntry
from tidui.apps.ledger.folder import the_ledger
from tidui.apps.measures.models import Measure
from tidui.apps.measures.queries import confirmed_rows
from tidui.apps.measures.services.measures import Entry, confirm, enter, reject
from tidui.apps.measures.values import read_value, value_text
from tidui.apps.measures.waiting import waiting
from tidui.apps.people.access import Standing
from tidui.runs.freezing import freeze


def entered(value: str = "87.5", subject: str = "E001", by: str = "maker", **rest: Any) -> Measure:
    read = read_value(value)
    assert read is not None
    said = {"measure": "quality_score", "period": "2025", "unit": "point", "source": "x", **rest}
    return enter(by=actor(by), entries=[Entry(subject=subject, value=read, **said)])[0]


def confirmed(value: str = "87.5", subject: str = "E001", **rest: Any) -> Measure:
    row = entered(value, subject, **rest)
    confirm(by=actor("checker"), rows=[row])
    row.refresh_from_db()
    return row


@given(st.decimals(-(10**9), 10**9, places=4, allow_nan=False))
def test_a_printed_value_reads_back_as_the_same(value: Any) -> None:
    read = read_value(format(value, "f"))
    assert read is not None
    assert read.exact == Fraction(value)
    assert read_value(value_text(read.exact)).exact == read.exact  # type: ignore[union-attr]


@pytest.mark.parametrize("text", ["1,000", "1e5", "８７", "87 %", "--", "0.1234567890", "1" * 19])
def test_what_could_mean_something_else_is_no_value(text: str) -> None:
    with pytest.raises(ValueError, match="text"):
        read_value(text)


def test_the_maker_never_checks_and_nobody_checks_himself(bank: Bank) -> None:
    row = entered()
    for by in (actor("maker"), actor("deputy").standing_in_for("maker"), actor("alice")):
        with pytest.raises(ValidationError):
            confirm(by=by, rows=[row])
    with pytest.raises(IntegrityError), transaction.atomic():
        Measure.objects.filter(pk=row.pk).update(state="confirmed", checker="maker")


def test_a_correction_supersedes_only_once_it_is_confirmed(bank: Bank) -> None:
    old = confirmed("80")
    new = entered("90")
    assert [row["value"] for row in confirmed_rows()] == [80]
    confirm(by=actor("checker"), rows=[new])
    assert [row["value"] for row in confirmed_rows()] == [90]
    old.refresh_from_db()
    assert (old.state, old.current, old.number) == ("confirmed", False, 80)


def test_a_rejected_correction_leaves_the_old_value_and_may_be_tried_again(bank: Bank) -> None:
    confirmed("80")
    reject(by=actor("checker"), rows=[entered("90")], reason="other source")
    assert [row["value"] for row in confirmed_rows()] == [80]
    confirm(by=actor("checker"), rows=[entered("85")])
    assert [row["value"] for row in confirmed_rows()] == [85]


def test_two_values_never_wait_in_the_same_place(bank: Bank) -> None:
    entered("80")
    with pytest.raises(ValidationError):
        entered("81")


def test_unknown_is_frozen_as_unknown_and_the_ledger_takes_it(bank: Bank) -> None:
    confirmed("–")
    confirmed("12.345", "E002")
    entered("1", "L001")
    rows = list(confirmed_rows())
    assert [row["value"] for row in rows] == [None, Fraction(2469, 200)]
    (frozen,) = freeze(the_ledger(), {"measures": rows}, at="2025-05-01T00:00:00Z", by="x")
    assert frozen.rows == 2


@pytest.mark.parametrize(("measure", "period"), [("Quality", "2025"), ("quality", "2025Q5")])
def test_a_name_or_period_that_no_scheme_reads_is_refused(
    bank: Bank, measure: str, period: str
) -> None:
    with pytest.raises(ValidationError):
        entered(measure=measure, period=period)


def test_each_write_stands_in_the_audit_log(bank: Bank) -> None:
    confirmed()
    reject(by=actor("checker"), rows=[entered("9")], reason="no")
    actions = set(AuditEntry.objects.values_list("action", flat=True))
    assert {"measure.entered", "measure.confirmed", "measure.rejected"} <= actions


GRID = {"measure": "quality_score", "period": "2025", "unit": "point", "source": "survey"}


def test_a_head_enters_for_his_own_people_and_an_empty_cell_delivers_nothing(
    clients: Clients,
) -> None:
    bob = clients["bob"]
    page = bob.get("/measures/enter/", GRID).content.decode()
    assert "value.E001" in page
    assert "value.E002" not in page
    assert "value.L001" not in page
    answer = bob.post("/measures/enter/", {**GRID, "value.E001": "", "value.E002": "5"})
    assert answer.status_code == 200
    assert not Measure.objects.exists()
    bob.post("/measures/enter/", {**GRID, "value.E001": "–", "value.E002": "5"})
    row = Measure.objects.get()
    assert (row.subject, row.value, row.maker, row.state) == ("E001", None, "bob", "entered")


def test_a_grid_with_a_fault_enters_nothing_and_names_the_cell(clients: Clients) -> None:
    answer = clients["frank"].post(
        "/measures/enter/", {**GRID, "value.E001": "8,5", "value.E002": "7"}
    )
    assert answer.content.decode().count("is-invalid") == 1
    assert not Measure.objects.exists()


def test_the_check_and_the_correction_go_from_page_to_page(clients: Clients) -> None:
    clients["dana"].post("/measures/enter/", {**GRID, "value.E001": "70"})
    row = Measure.objects.get()
    frank = clients["frank"]
    frank.post("/measures/check/", {"decision": "confirm", "row": [str(row.public_id)]})
    row.refresh_from_db()
    assert (row.state, row.checker) == ("confirmed", "frank")
    frank.post(f"/measures/{row.public_id}/correct/", {"value": "75", "source": "recount"})
    new = Measure.objects.latest("pk")
    assert (new.supersedes, new.maker) == (row, "frank")
    frank.post(f"/measures/{new.public_id}/decide/", {"decision": "confirm"})
    new.refresh_from_db()
    assert new.state == "entered"
    frank.post(f"/measures/{new.public_id}/decide/", {"decision": "reject", "reason": "withdrawn"})
    new.refresh_from_db()
    assert new.state == "rejected"


def test_a_foreign_measure_is_not_there(clients: Clients) -> None:
    own, foreign = confirmed(subject="E001"), confirmed(subject="E002")
    bob = clients["bob"]
    assert bob.get(f"/measures/{own.public_id}/").status_code == 200
    address = f"/measures/{foreign.public_id}/"
    assert bob.get(address).status_code == 404
    assert bob.post(f"{address}correct/", {"value": "1", "source": "x"}).status_code == 404
    assert bob.post(f"{address}decide/", {"decision": "confirm"}).status_code == 404
    page = bob.get("/measures/").content.decode()
    assert str(own.public_id) in page
    assert str(foreign.public_id) not in page
    assert b"E002" not in bob.get("/measures/?export=csv").getvalue()


@pytest.mark.parametrize("name", ["alice", "charlie", "sam", "grace"])
def test_whoever_has_nothing_to_do_with_measures_finds_no_page(clients: Clients, name: str) -> None:
    row = confirmed()
    for address in (
        "", "?export=xlsx", "enter/", "check/", "imports/", "imports/template/",
        f"{row.public_id}/",
    ):  # fmt: skip
        for headers in ({}, {"HX-Request": "true"}):
            answer = clients[name].get(f"/measures/{address}", headers=headers)
            assert answer.status_code == 404, address


def test_the_auditor_reads_and_neither_enters_nor_checks(clients: Clients) -> None:
    row = entered()
    eve = clients["eve"]
    assert eve.get(f"/measures/{row.public_id}/").status_code == 200
    assert eve.get("/measures/enter/").status_code == 404
    answer = eve.post(f"/measures/{row.public_id}/decide/", {"decision": "confirm"})
    assert answer.status_code == 404


def test_what_others_entered_waits_for_the_checker_and_his_own_does_not(
    bank: Bank, rf: RequestFactory
) -> None:
    entered(by="frank")
    entered(subject="E002", by="dana")
    request = rf.get("/")
    request.standing = Standing(bank.users["frank"], date(2026, 1, 5))  # type: ignore[attr-defined]
    assert [item.count for item in waiting(request)] == [1]
    request.standing = Standing(bank.users["dana"], date(2026, 1, 5))  # type: ignore[attr-defined]
    assert list(waiting(request)) == []


def test_the_lists_ask_the_database_as_often_for_many_as_for_few(
    clients: Clients, django_assert_max_num_queries: object
) -> None:
    frank = clients["frank"]
    pages = ("", "check/")
    for number in range(5):
        confirmed(period=str(2000 + number))
        entered(subject="E002", period=str(2000 + number))
    counts = {}
    for page in pages:
        frank.get(f"/measures/{page}")
        with django_assert_max_num_queries(20) as few:  # type: ignore[operator]
            frank.get(f"/measures/{page}")
        counts[page] = len(few)
    for number in range(5, 25):
        confirmed(period=str(2000 + number))
        entered(subject="E002", period=str(2000 + number))
    for page in pages:
        with django_assert_max_num_queries(counts[page]):  # type: ignore[operator]
            frank.get(f"/measures/{page}")
