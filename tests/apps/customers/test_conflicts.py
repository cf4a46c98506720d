"""What doesn't fit together is shown with its days and amounts."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from tests.apps.cast import Bank, Clients, actor
from tests.apps.customers.samples import make_attribution, make_proposal
from tests.apps.ledger.samples import BALANCES, delivered
from tidui.apps.customers.models import Attribution
from tidui.apps.customers.queries.conflicts import held_on, misfits, of_leavers
from tidui.apps.ledger.folder import the_ledger
from tidui.apps.people.services.employees import leave_bank
from tidui.core.calendar import day_number
from tidui.ledger.unassigned import unassigned_balances

TODAY = date(2025, 8, 1)
DAY = date(2025, 3, 3)
BODY = "账号,日期,余额\nA1,2025-03-03,100.00\nA2,2025-03-03,50.00\nB1,2025-03-03,7.01\n"


def found_kinds() -> list[tuple[str, date, date | None, int, bool]]:
    rows = misfits(Attribution.objects.all(), TODAY)
    return [(one.kind, one.valid_from, one.valid_to, one.total, one.waiting) for one in rows]


def test_one_whole_share_without_an_end_is_no_conflict(bank: Bank) -> None:
    make_attribution("E001")
    make_attribution("E001", account_no="A2", valid_to=date(2025, 5, 1))
    make_attribution("E002", account_no="A2", valid_from=date(2025, 5, 1))
    assert found_kinds() == []


def test_a_gap_that_lasts_is_shown_and_one_that_is_over_is_not(bank: Bank) -> None:
    make_attribution("E001", 400_000)
    make_attribution("E001", account_no="A2", valid_to=date(2025, 5, 1))
    make_attribution("E002", account_no="A2", valid_from=date(2025, 6, 1))
    assert found_kinds() == [("below", date(2025, 1, 1), None, 400_000, False)]


def test_an_attribution_that_has_ended_leaves_a_gap(bank: Bank) -> None:
    make_attribution("E001", valid_to=date(2025, 5, 1))
    assert found_kinds() == [("below", date(2025, 5, 1), None, 0, False)]


def test_a_proposal_that_would_be_too_much_is_shown_before_it_is_decided(bank: Bank) -> None:
    make_attribution("E001")
    make_proposal("E002", 300_000, valid_from=date(2025, 9, 1))
    assert found_kinds() == [("above", date(2025, 9, 1), None, 1_300_000, True)]


def test_a_branch_head_learns_that_others_hold_a_share_but_not_who(clients: Clients) -> None:
    make_attribution("E001", 300_000)
    make_attribution("E002", 300_000)
    page = clients["bob"].get("/customers/attributions/conflicts/?kind=below").content.decode()
    assert "E001" in page
    assert "E002" not in page


def test_what_counts_as_a_leavers_is_named(bank: Bank) -> None:
    row = make_attribution("E001")
    assert not of_leavers(Attribution.objects.all(), TODAY).exists()
    leave_bank(
        by=actor(), employee=bank.employees["alice"], left_on=date(2025, 7, 1), reason="left"
    )
    assert list(of_leavers(Attribution.objects.all(), TODAY)) == [row]


def test_balances_of_nobody_are_summed_by_unit_to_the_last_cent(bank: Bank) -> None:
    delivered()
    delivered(BODY, table="balances", mapping=BALANCES, coverage=(DAY, date(2025, 3, 4)))
    make_attribution("E001", 400_000, customer_no="C1")
    make_attribution("E001", 1_000_000, account_no="A2")
    found = unassigned_balances(the_ledger().snapshot(), day_number(DAY), held_on(DAY))
    assert [(one.org_code, one.accounts, one.free) for one in found.units] == [
        ("A-1", 1, Fraction(6_000)), ("B-1", 1, Fraction(701)),
    ]  # fmt: skip
    assert [(one.account_no, one.held) for one in found.accounts] == [("A1", 400_000), ("B1", 0)]
    own = unassigned_balances(
        the_ledger().snapshot(), day_number(DAY), held_on(DAY), frozenset({"B-1"})
    )
    assert [one.account_no for one in own.accounts] == ["B1"]


def test_a_branch_head_sees_the_balances_of_his_outlets_alone(clients: Clients) -> None:
    delivered()
    delivered(BODY, table="balances", mapping=BALANCES, coverage=(DAY, date(2025, 3, 4)))
    address = "/customers/attributions/conflicts/?kind=unassigned"
    everything = clients["frank"].get(address).content.decode()
    assert "A1" in everything
    assert "B1" in everything
    own = clients["bob"].get(address).content.decode()
    assert "A1" in own
    assert ">B1<" not in own
    export = clients["bob"].get(f"{address}&export=csv").getvalue()
    assert b"B1" not in export
