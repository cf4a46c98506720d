"""The pages of no single room."""

from __future__ import annotations

import pytest

from tests.apps.cast import Clients


@pytest.mark.parametrize("address", ["/", "/todo/", "/preferences/", "/people/deputy/"])
def test_everybody_reaches_his_own_pages(clients: Clients, address: str) -> None:
    assert clients["alice"].get(address).status_code == 200


def test_whoever_is_not_logged_in_is_sent_to_the_login_page(client: object, db: None) -> None:
    answer = client.get("/")  # type: ignore[attr-defined]
    assert answer.status_code == 302
    assert answer["Location"].startswith("/account/login/")
