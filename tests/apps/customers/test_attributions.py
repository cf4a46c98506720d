"""Attributions: two people, half-open days, never above the whole, never deleted."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from tests.apps.cast import Bank, Clients, actor, make_grant, make_user
from tests.apps.customers.samples import JANUARY, make_account, make_attribution, make_proposal
from tidui.apps.audit.models import AuditEntry
from tidui.apps.customers.models import Attribution, Handover
from tidui.apps.customers.queries.attributions import approved_rows
from tidui.apps.customers.services.attributions import approve, end, reject
from tidui.apps.customers.services.handovers import approve_handover, propose_handover
from tidui.apps.ledger.folder import the_ledger
from tidui.apps.people.models.users import Role
from tidui.apps.people.services.employees import leave_bank
from tidui.runs.freezing import freeze

HALF = 500_000


def test_the_proposer_never_approves_his_own_proposal(bank: Bank) -> None:
    row = make_proposal()
    with pytest.raises(ValidationError):
        approve(by=actor("maker"), rows=[row])
    with pytest.raises(ValidationError):
        approve(by=actor("deputy").standing_in_for("maker"), rows=[row])
    approve(by=actor("checker"), rows=[row])
    row.refresh_from_db()
    assert (row.state, row.decided_by) == ("approved", "checker")


def test_the_database_itself_refuses_a_proposer_who_approves(bank: Bank) -> None:
    row = make_proposal()
    with pytest.raises(IntegrityError), transaction.atomic():
        Attribution.objects.filter(pk=row.pk).update(state="approved", decided_by="maker")


def test_nobody_approves_what_counts_as_his_own(bank: Bank) -> None:
    with pytest.raises(ValidationError):
        approve(by=actor("alice"), rows=[make_proposal("E001")])


def test_more_than_all_of_it_is_refused_on_the_days_where_it_would_be(bank: Bank) -> None:
    make_attribution("E001", valid_to=date(2025, 7, 1))
    with pytest.raises(ValidationError, match="A1"):
        make_attribution("E002", HALF, valid_from=date(2025, 6, 30))
    make_attribution("E002", valid_from=date(2025, 7, 1))


def test_a_batch_is_approved_whole_or_not_at_all(bank: Bank) -> None:
    rows = [make_proposal("E001", 600_000), make_proposal("E002", HALF)]
    with pytest.raises(ValidationError):
        approve(by=actor("checker"), rows=rows)
    assert not Attribution.objects.exclude(state="proposed").exists()


def test_what_is_decided_is_not_decided_again(bank: Bank) -> None:
    row = make_attribution()
    with pytest.raises(ValidationError):
        reject(by=actor("checker"), rows=[row], reason="late")


def test_an_end_cuts_the_days_and_keeps_the_row(bank: Bank) -> None:
    row = make_attribution()
    end(by=actor("maker"), row=row, day=date(2025, 4, 1), reason="moved")
    row.refresh_from_db()
    assert row.valid_to == date(2025, 4, 1)
    with pytest.raises(ValidationError):
        end(by=actor("maker"), row=row, day=JANUARY, reason="no day left")
    actions = set(AuditEntry.objects.values_list("action", flat=True))
    assert {"attribution.proposed", "attribution.approved", "attribution.ended"} <= actions


@pytest.mark.parametrize("who", ["E999", ""])
def test_a_number_that_nobody_has_is_refused(bank: Bank, who: str) -> None:
    with pytest.raises(ValidationError):
        make_proposal(who)


def test_whoever_has_left_gets_nothing_new(bank: Bank) -> None:
    leave_bank(
        by=actor(), employee=bank.employees["alice"], left_on=date(2025, 3, 1), reason="left"
    )
    make_proposal("E001", valid_from=date(2025, 2, 1))
    with pytest.raises(ValidationError):
        make_proposal("E001", valid_from=date(2025, 3, 1))


def test_a_hand_over_moves_what_holds_and_what_begins_later(bank: Bank) -> None:
    make_attribution("E001", HALF, account_no="A1")
    make_attribution("E001", account_no="A2", valid_from=date(2025, 9, 1))
    make_attribution("E001", account_no="A3", valid_to=date(2025, 5, 1))
    made = propose_handover(
        by=actor("maker"), from_who="E001", to_who="E002", day=date(2025, 6, 1), reason="transfer"
    )
    with pytest.raises(ValidationError):
        approve_handover(by=actor("maker"), handover=made)
    assert approve_handover(by=actor("checker"), handover=made) == 2
    rows = [(r["who"], r["account_no"], r["valid_from"], r["valid_to"]) for r in approved_rows()]
    assert sorted(rows, key=str) == [
        ("E001", "A1", JANUARY, date(2025, 6, 1)), ("E001", "A3", JANUARY, date(2025, 5, 1)),
        ("E002", "A1", date(2025, 6, 1), None), ("E002", "A2", date(2025, 9, 1), None),
    ]  # fmt: skip
    with pytest.raises(ValidationError):
        approve_handover(by=actor("checker"), handover=made)


def test_only_approved_rows_are_frozen_and_the_ledger_takes_them_all(bank: Bank) -> None:
    make_attribution("E001", 333_333)
    make_attribution("E002", HALF, valid_from=date(2025, 2, 1))
    make_attribution("E001", 100_000, valid_from=date(2025, 3, 1), valid_to=date(2025, 4, 1))
    make_proposal("E002", 1, customer_no="C9")
    rows = list(approved_rows())
    assert {row["who"] for row in rows} == {"E001", "E002"}
    assert sum(row["share"] for row in rows if row["valid_from"] == date(2025, 3, 1)) == Fraction(
        433_333, 1_000_000
    )
    (frozen,) = freeze(the_ledger(), {"attributions": rows}, at="2025-05-01T00:00:00Z", by="x")
    assert frozen.rows == len(rows)


def test_a_branch_head_sees_his_people_and_nobody_elses(clients: Clients) -> None:
    own, foreign = make_attribution("E001"), make_attribution("E002", account_no="B1")
    bob = clients["bob"]
    page = bob.get("/customers/attributions/").content.decode()
    assert str(own.public_id) in page
    assert str(foreign.public_id) not in page
    assert bob.get(f"/customers/attributions/{own.public_id}/").status_code == 200
    assert bob.get(f"/customers/attributions/{foreign.public_id}/").status_code == 404
    export = bob.get("/customers/attributions/?export=csv").getvalue()
    assert b"E002" not in export


def test_an_office_limited_to_a_branch_neither_proposes_nor_decides_elsewhere(bank: Bank) -> None:
    clients = Clients(bank.users)
    bank.users["olga"] = make_user("olga", "欧佳")
    make_grant(bank.users["olga"], Role.APPRAISAL_OFFICE, unit=bank.branch_a)
    foreign = make_proposal("E002")
    olga = clients["olga"]
    answer = olga.post("/customers/attributions/new/", {
        "account_no": "A1", "who": "E002", "share": "50", "valid_from": "2025-01-01",
        "basis": "main",
    })  # fmt: skip
    assert answer.status_code == 200
    address = f"/customers/attributions/{foreign.public_id}/decide/"
    assert olga.post(address, {"decision": "approve"}).status_code == 404
    olga.post("/customers/attributions/waiting/", {"decision": "approve", "all": "on"})
    foreign.refresh_from_db()
    assert foreign.state == "proposed"
    assert Attribution.objects.count() == 1


@pytest.mark.parametrize("name", ["alice", "charlie", "dana", "sam"])
def test_whoever_has_nothing_to_do_with_attributions_finds_no_page(
    clients: Clients, name: str
) -> None:
    row = make_attribution("E001")
    make_attribution("E001", account_no="A2")
    move = propose_handover(
        by=actor("maker"), from_who="E001", to_who="E002", day=date(2025, 6, 1), reason="x"
    )
    for address in (
        "", "?export=csv", "new/", "waiting/", "conflicts/", "conflicts/?kind=unassigned",
        f"{row.public_id}/",
    ):  # fmt: skip
        for headers in ({}, {"HX-Request": "true"}):
            answer = clients[name].get(f"/customers/attributions/{address}", headers=headers)
            assert answer.status_code == 404, address
    for address in ("imports/", "handovers/", f"handovers/{move.public_id}/", "claims/"):
        assert clients[name].get(f"/customers/{address}").status_code == 404, address


def test_the_auditor_reads_and_decides_nothing(clients: Clients) -> None:
    row = make_proposal()
    eve = clients["eve"]
    assert eve.get(f"/customers/attributions/{row.public_id}/").status_code == 200
    address = f"/customers/attributions/{row.public_id}/decide/"
    assert eve.post(address, {"decision": "approve"}).status_code == 404
    assert eve.get("/customers/attributions/new/").status_code == 404


def test_a_proposal_goes_from_page_to_page_and_then_counts(clients: Clients, bank: Bank) -> None:
    bank.users["fred"] = make_user("fred", "冯远")
    make_grant(bank.users["fred"], Role.APPRAISAL_OFFICE)
    make_account()
    answer = clients["frank"].post("/customers/attributions/new/", {
        "account_no": "A1", "who": "E001", "share": "33.3333", "valid_from": "2025-01-01",
        "basis": "main",
    })  # fmt: skip
    row = Attribution.objects.get()
    assert answer["Location"].endswith(f"/{row.public_id}/")
    assert row.share_ppm == 333_333
    page = clients["frank"].get(answer["Location"]).content.decode()
    assert 'value="approve"' not in page
    clients["fred"].post("/customers/attributions/waiting/", {
        "decision": "approve", "row": [str(row.public_id)],
    })  # fmt: skip
    row.refresh_from_db()
    assert (row.state, row.decided_by) == ("approved", "fred")


def test_the_lists_ask_the_database_as_often_for_many_as_for_few(
    clients: Clients, django_assert_max_num_queries: object
) -> None:
    frank = clients["frank"]
    for number in range(5):
        make_attribution("E001", account_no=f"A{number}")
        make_proposal("E002", 400_000, account_no=f"B{number}")
    pages = ("", "waiting/", "conflicts/?kind=below")
    counts = {}
    for page in pages:
        frank.get(f"/customers/attributions/{page}")
        with django_assert_max_num_queries(25) as few:  # type: ignore[operator]
            frank.get(f"/customers/attributions/{page}")
        counts[page] = len(few)
    for number in range(5, 25):
        make_attribution("E001", 400_000, account_no=f"A{number}")
        make_proposal("E002", 400_000, account_no=f"B{number}")
    for page in pages:
        with django_assert_max_num_queries(counts[page]):  # type: ignore[operator]
            frank.get(f"/customers/attributions/{page}")


def test_only_one_open_hand_over_of_a_person_waits(bank: Bank) -> None:
    make_attribution("E001")
    said = {"from_who": "E001", "to_who": "E002", "day": date(2025, 6, 1), "reason": "x"}
    propose_handover(by=actor("maker"), **said)  # type: ignore[arg-type]
    with pytest.raises(ValidationError):
        propose_handover(by=actor("maker"), **said)
    assert Handover.objects.count() == 1
