"""Every address, as a stranger: made from the URL table, so that no new page is forgotten."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.apps.cast import Bank, Clients
from tests.web.addresses import SAMPLES, Address, addresses, make_samples

OPEN = {
    "web:home", "web:todo", "web:preferences", "web:language", "web:health", "people:my_deputy",
    "appraisal:my_scorecard", "appraisal:my_slips", "appraisal:my_schemes", "appraisal:my_plan",
    "customers:my_accounts", "customers:my_accounts_say", "people:my_data",
    "api:tokens", "api:root", "api:openapi",
}  # fmt: skip
"""What is everybody's own: nothing of somebody else's stands on it."""
WITHOUT_LOGIN = {"web:language", "web:health", "web:welcome"}
"""What must be reached before a login; the link of ``welcome`` is a secret of its own."""
PAGES = {"api:tokens", "api:token_revoke"}
"""Addresses of the interface that are pages for people all the same."""
ALL = addresses()


def _ids(address: Address) -> str:
    return address.name


def _for_programs(address: Address) -> bool:
    """Tell whether an address takes tokens only: to a session it answers 401."""
    return address.name.startswith("api:") and address.name not in PAGES


def test_each_keyword_of_an_address_has_a_sample() -> None:
    wanted = {key for address in ALL for key in address.kwargs}
    assert wanted <= set(SAMPLES), f"add samples for {sorted(wanted - set(SAMPLES))}"


@pytest.mark.parametrize("address", ALL, ids=_ids)
def test_a_stranger_reaches_nothing_of_another_branch(
    address: Address, bank: Bank, clients: Clients
) -> None:
    if address.name in OPEN | {"web:welcome"}:
        pytest.skip("everybody's own")
    url = address.url(make_samples(bank))
    charlie = clients["charlie"]
    answers = [charlie.get(url).status_code, charlie.post(url).status_code]
    answers.append(charlie.get(url, headers={"HX-Request": "true"}).status_code)
    answers.append(charlie.get(url, {"export": "xlsx"}).status_code)
    hidden = {401} if _for_programs(address) else {404}
    assert set(answers) <= {405} | hidden, answers
    assert hidden <= set(answers)


@pytest.mark.parametrize("address", ALL, ids=_ids)
def test_nobody_reaches_a_page_without_a_login(
    address: Address, bank: Bank, client: Client
) -> None:
    if address.name in WITHOUT_LOGIN:
        pytest.skip("needed before a login")
    answer: Any = client.get(address.url(make_samples(bank)))
    if _for_programs(address):
        assert answer.status_code == 401
        return
    assert answer.status_code == 302
    assert answer["Location"].startswith("/account/login/")
