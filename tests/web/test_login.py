"""Logging in: locked out after failures, no sign-up, headers that keep a page to itself."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.apps.cast import Bank, Clients


def test_a_name_is_locked_out_after_five_failures(bank: Bank, client: Client) -> None:
    wrong = {"login": "alice", "password": "wrong"}
    for _ in range(5):
        client.post("/account/login/", wrong)
    answer = client.post("/account/login/", {"login": "alice", "password": "demo"})
    assert answer.status_code == 200
    assert "_auth_user_id" not in client.session


def test_the_right_password_logs_in(bank: Bank, client: Client) -> None:
    assert client.post(
        "/account/login/", {"login": "alice", "password": "demo"}
    ).headers["Location"] == "/"  # fmt: skip


def test_nobody_signs_up(client: Client, db: None) -> None:
    page = client.get("/account/signup/")
    assert page.status_code == 200
    assert (
        "<input"
        not in page.content.decode()
        .replace('name="next"', "")
        .split("<main")[1]
        .split("t-login-foot")[0]
    )


@pytest.mark.parametrize("address", ["/", "/people/deputy/"])
def test_a_page_is_kept_by_no_cache_and_shown_in_no_frame(clients: Clients, address: str) -> None:
    answer: Any = clients["alice"].get(address)
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "script-src" not in policy
    assert "'unsafe-inline'" not in policy.replace("style-src-attr 'unsafe-inline'", "")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_locked_out_user_loses_his_sessions_at_once(bank: Bank, clients: Clients) -> None:
    assert clients["alice"].get("/").status_code == 200
    clients["sam"].post(f"/people/users/{bank.users['alice'].public_id}/active/")
    assert clients["alice"].get("/").status_code == 302
