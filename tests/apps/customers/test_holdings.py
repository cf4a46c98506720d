"""My accounts: gained and lost first, confirmed once, claims answered by somebody else."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import ValidationError
from django.test import RequestFactory

from tests.apps.cast import Bank, Clients, actor
from tests.apps.customers.samples import make_account, make_attribution
from tidui.apps.customers.models import HoldingConfirmation
from tidui.apps.customers.queries.holdings import holdings_of
from tidui.apps.customers.services.holdings import (
    answer_claim,
    claim_holdings,
    confirm_holdings,
)
from tidui.apps.customers.waiting import waiting
from tidui.apps.people.access import Standing

MARCH = "2025-03"


def test_what_was_gained_and_lost_since_last_month_stands_first(bank: Bank) -> None:
    make_account("A1", "C1")
    make_account("A2", "C1")
    make_attribution("E001", customer_no="C1")
    make_attribution("E001", account_no="L1", valid_to=date(2025, 2, 15))
    make_attribution("E001", account_no="G1", valid_from=date(2025, 2, 15))
    make_attribution("E001", 400_000, account_no="S1", valid_to=date(2025, 2, 15))
    make_attribution("E001", 600_000, account_no="S1", valid_from=date(2025, 2, 15))
    make_attribution("E001", account_no="X1", valid_from=date(2025, 3, 2))
    found = [(one.change, one.number, one.before, one.share) for one in holdings_of("E001", MARCH)]
    assert found == [
        ("gained", "G1", 0, 1_000_000), ("lost", "L1", 1_000_000, 0),
        ("changed", "S1", 400_000, 600_000), ("kept", "C1", 1_000_000, 1_000_000),
    ]  # fmt: skip
    assert holdings_of("E001", MARCH)[-1].accounts == 2


def test_a_month_is_confirmed_once(bank: Bank) -> None:
    alice = bank.employees["alice"]
    confirm_holdings(by=actor("alice"), employee=alice, month=MARCH)
    with pytest.raises(ValidationError):
        confirm_holdings(by=actor("alice"), employee=alice, month=MARCH)


def test_a_claim_is_answered_once_and_never_by_the_claimant(bank: Bank) -> None:
    alice = bank.employees["alice"]
    made = claim_holdings(by=actor("alice"), employee=alice, month=MARCH, claim="A7 is mine")
    with pytest.raises(ValidationError):
        answer_claim(by=actor("alice"), claim=made, answer="yes")
    answer_claim(by=actor("frank"), claim=made, answer="corrected")
    with pytest.raises(ValidationError):
        answer_claim(by=actor("frank"), claim=made, answer="again")


def test_the_pages_lead_from_the_claim_to_the_answer(clients: Clients) -> None:
    make_attribution("E001")
    alice, frank = clients["alice"], clients["frank"]
    assert "A1" in alice.get("/customers/mine/").content.decode()
    alice.post("/customers/mine/say/", {"claim": "A7 is mine too"})
    made = HoldingConfirmation.objects.get()
    address = f"/customers/claims/{made.public_id}/"
    assert "A7 is mine too" in frank.get(address).content.decode()
    frank.post(address, {"answer": "entered from next month on"})
    assert "entered from next month on" in alice.get("/customers/mine/").content.decode()
    alice.post("/customers/mine/say/", {})
    assert HoldingConfirmation.objects.filter(confirmed=True).count() == 1


def test_nobody_sees_the_accounts_or_claims_of_somebody_else(clients: Clients) -> None:
    make_attribution("E001")
    clients["alice"].post("/customers/mine/say/", {"claim": "mine"})
    made = HoldingConfirmation.objects.get()
    assert "A1" not in clients["charlie"].get("/customers/mine/").content.decode()
    for name in ("charlie", "alice", "dana"):
        assert clients[name].get(f"/customers/claims/{made.public_id}/").status_code == 404
    assert clients["frank"].get("/customers/mine/").status_code == 404
    answer = clients["bob"].post(f"/customers/claims/{made.public_id}/", {"answer": "no"})
    assert answer.status_code == 404


@pytest.mark.parametrize("month", ["2999-01", "2025-13", "rubbish", "0001-01"])
def test_a_month_that_is_none_or_has_not_come_is_not_there(clients: Clients, month: str) -> None:
    assert clients["alice"].get(f"/customers/mine/?month={month}").status_code == 404


def test_confirming_waits_for_whoever_holds_something_until_he_has_said_something(
    bank: Bank, rf: RequestFactory
) -> None:
    def items() -> list[str]:
        request = rf.get("/")
        request.standing = Standing(bank.users["alice"], date(2025, 3, 5))  # type: ignore[attr-defined]
        return [str(item.due_on) for item in waiting(request)]

    assert items() == []
    make_attribution("E001")
    assert items() == ["2025-03-10"]
    confirm_holdings(
        by=actor("alice", datetime(2025, 3, 5, tzinfo=UTC)), employee=bank.employees["alice"],
        month=MARCH,
    )  # fmt: skip
    assert items() == []
