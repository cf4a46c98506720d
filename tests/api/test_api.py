"""The programming interface: tokens, what they reach, pages, problems, the description."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tests.apps.appraisal.conftest import Example
from tests.apps.cast import Bank, Clients, actor, make_employee
from tests.web.addresses import make_cycle, make_publication, make_result
from tidui.api.models import ApiToken
from tidui.api.tokens import SCOPES, make_token
from tidui.apps.audit.models import AuditEntry
from tidui.apps.people.access import Standing
from tidui.apps.people.models import User


def bearer(user: User, scopes: Sequence[str]) -> dict[str, str]:
    """Make a token and return it as headers."""
    today = timezone.localdate()
    _made, text = make_token(
        by=actor(user.username), standing=Standing(user, today), name="test", scopes=scopes,
        ends_on=today + timedelta(days=30),
    )  # fmt: skip
    return {"Authorization": f"Bearer {text}"}


def read(client: Client, path: str, headers: dict[str, str]) -> Any:
    """Read an address that must answer."""
    answer = client.get(f"/api/v1/{path}", headers=headers)
    assert answer.status_code == 200, answer.content
    return answer.json()


def items(client: Client, path: str, headers: dict[str, str]) -> Iterator[dict[str, Any]]:
    """Walk all pages of a list."""
    address: str | None = f"/api/v1/{path}"
    while address:
        page = client.get(address, headers=headers).json()
        yield from page["items"]
        address = page["next"]


def test_a_token_is_shown_once_and_kept_as_a_hash(clients: Clients) -> None:
    data = {"name": "报表", "scopes": ["people.read"],
            "ends_on": (timezone.localdate() + timedelta(days=9)).isoformat()}  # fmt: skip
    page = clients["bob"].post("/api/v1/tokens/", data).content.decode()
    made = ApiToken.objects.get()
    text = "tidui_" + page.split("tidui_")[1].split("<")[0]
    assert made.token_hash == hashlib.sha256(text.encode()).hexdigest()
    assert text not in clients["bob"].get("/api/v1/tokens/").content.decode()
    assert AuditEntry.objects.filter(action="api.token-made", actor="bob").count() == 1
    assert read(Client(), "people", {"Authorization": f"Bearer {text}"})["items"]


@pytest.mark.parametrize("scopes", [["deliveries.read"], ["schemes.write"], []])
def test_a_token_may_do_no_more_than_its_maker(clients: Clients, scopes: list[str]) -> None:
    data = {"name": "x", "scopes": scopes, "ends_on": timezone.localdate().isoformat()}
    clients["bob"].post("/api/v1/tokens/", data)
    assert not ApiToken.objects.exists()


def test_a_token_ends_within_a_year(clients: Clients) -> None:
    late = (timezone.localdate() + timedelta(days=400)).isoformat()
    data = {"name": "x", "scopes": ["people.read"], "ends_on": late}
    assert "alert-danger" in clients["bob"].post("/api/v1/tokens/", data).content.decode()
    assert not ApiToken.objects.exists()


def test_an_ended_a_revoked_and_an_unknown_token_are_refused(bank: Bank, clients: Clients) -> None:
    headers = bearer(bank.users["bob"], ["people.read"])
    assert read(Client(), "people", headers)
    made = ApiToken.objects.get()
    assert made.last_used_on == timezone.localdate()
    ApiToken.objects.update(ends_on=timezone.localdate() - timedelta(days=1))
    assert Client().get("/api/v1/people", headers=headers).status_code == 401
    ApiToken.objects.update(ends_on=timezone.localdate())
    clients["alice"].post(f"/api/v1/tokens/{made.public_id}/revoke/")
    assert read(Client(), "people", headers)
    clients["bob"].post(f"/api/v1/tokens/{made.public_id}/revoke/")
    assert Client().get("/api/v1/people", headers=headers).status_code == 401
    assert AuditEntry.objects.filter(action="api.token-revoked").count() == 1
    unknown = {"Authorization": "Bearer tidui_nobody"}
    assert Client().get("/api/v1/people", headers=unknown).status_code == 401


def test_the_token_of_a_locked_out_user_is_refused(bank: Bank) -> None:
    headers = bearer(bank.users["bob"], ["people.read"])
    User.objects.filter(username="bob").update(is_active=False)
    assert Client().get("/api/v1/people", headers=headers).status_code == 401


def test_scopes_count_only_as_far_as_the_user_has_them(bank: Bank) -> None:
    headers = bearer(bank.users["bob"], ["people.read", "results.read"])
    numbers = {one["employee_no"] for one in items(Client(), "people", headers)}
    assert numbers == {"E001", "L001"}
    assert Client().get("/api/v1/deliveries", headers=headers).status_code == 404
    bank.users["bob"].grants.all().delete()
    assert Client().get("/api/v1/people", headers=headers).status_code == 404


def test_a_narrow_token_reaches_less_than_its_user(bank: Bank) -> None:
    made = make_result(bank)
    headers = bearer(bank.users["bob"], ["people.read"])
    assert Client().get(f"/api/v1/results/{made.public_id}", headers=headers).status_code == 404
    assert Client().get("/api/v1/results", headers=headers).status_code == 404


def test_nobody_reads_another_branch(bank: Bank) -> None:
    made = make_result(bank)
    make_publication(make_cycle())
    charlie = bearer(bank.users["charlie"], ["own"])
    assert Client().get(f"/api/v1/results/{made.public_id}", headers=charlie).status_code == 404
    employee = bank.employees["alice"].public_id
    assert Client().get(f"/api/v1/people/{employee}", headers=charlie).status_code == 404
    assert list(items(Client(), "results", charlie)) == []
    alice = bearer(bank.users["alice"], ["own"])
    assert [one["subject"] for one in items(Client(), "results", alice)] == ["E001"]


def test_a_lead_reads_the_results_of_his_branch_only(bank: Bank) -> None:
    made = make_result(bank)
    make_result(bank, "charlie")
    headers = bearer(bank.users["bob"], ["results.read"])
    path = f"cycles/{made.run.cycle.public_id}/results"
    found = list(items(Client(), path, headers))
    assert [one["subject"] for one in found] == ["E001"]
    assert found[0]["earned"] == {"amount": "100.00", "currency": "CNY"}
    assert found[0]["entry"] == "1"
    eve = bearer(bank.users["eve"], ["results.read", "cycles.read", "schemes.read"])
    assert len(list(items(Client(), path, eve))) == 2
    assert len(read(Client(), "cycles", eve)["items"]) == 1
    scheme = read(Client(), "schemes", eve)["items"][0]
    assert read(Client(), f"schemes/{scheme['id']}", eve)["text"] == "x"


def test_pages_by_cursor_walk_all_rows_once(bank: Bank) -> None:
    for number in range(7):
        make_employee(f"X{number}", "某人", sits_at=bank.outlet_b)
    headers = bearer(bank.users["dana"], ["people.read"])
    found = [one["employee_no"] for one in items(Client(), "people?limit=3", headers)]
    assert len(found) == len(set(found)) == 10
    assert len(read(Client(), "people?limit=3", headers)["items"]) == 3


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("people?cursor=!!", 422, "api.bad-cursor"),
        ("people?limit=201", 422, "api.bad-request"),
        ("people/00000000-0000-0000-0000-000000000000", 404, "api.not-found"),
    ],
)
def test_an_error_is_a_problem_document(bank: Bank, path: str, status: int, code: str) -> None:
    headers = bearer(bank.users["bob"], ["people.read"])
    answer = Client().get(f"/api/v1/{path}", headers={**headers, "Accept-Language": "en-GB"})
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    found = answer.json()
    assert (found["status"], found["code"]) == (status, code)
    assert found["type"].endswith(code)
    assert found["title"].isascii()
    assert not Client().get(f"/api/v1/{path}", headers=headers).json()["detail"].isascii()


def test_the_interface_only_reads_and_a_session_is_no_token(clients: Clients) -> None:
    answer = Client(enforce_csrf_checks=True).post("/api/v1/people")
    assert (answer.status_code, answer.json()["code"]) == (405, "api.method-not-allowed")
    refused = clients["bob"].get("/api/v1/people")
    assert (refused.status_code, refused.json()["code"]) == (401, "api.unauthenticated")
    assert refused["WWW-Authenticate"].startswith("Bearer")


def test_the_description_lists_the_addresses(bank: Bank, clients: Clients) -> None:
    assert Client().get("/api/v1/openapi.json").status_code == 401
    found = read(Client(), "openapi.json", bearer(bank.users["bob"], ["people.read"]))
    assert {
        "/api/v1/people", "/api/v1/deliveries", "/api/v1/schemes", "/api/v1/cycles",
        "/api/v1/cycles/{cycle}/results", "/api/v1/results/{result}/explanation/{node}",
    } <= set(found["paths"])  # fmt: skip
    assert found["components"]["securitySchemes"]
    assert clients["charlie"].get("/api/v1/openapi.json").status_code == 200


def test_deliveries_and_explanations_of_the_example_bank(example: Example) -> None:
    run = example.compute(example.cycle())
    users = {user.username: user for user in User.objects.all()}
    headers = bearer(users["frank"], SCOPES)
    deliveries = list(items(Client(), "deliveries?limit=2", headers))
    assert [int(one["number"]) for one in deliveries] == sorted(
        int(one["number"]) for one in deliveries
    )
    assert read(Client(), f"deliveries/{deliveries[0]['number']}", headers) == deliveries[0]
    result = example.result(run)
    path = f"results/{result.public_id}"
    assert read(Client(), path, headers)["lines"] == result.lines
    tree = read(Client(), f"{path}/explanation/{run.total_name}", headers)
    assert tree["sound"] is True
    assert tree["tree"][0]["inputs"]
    english = {**headers, "Accept-Language": "en"}
    other = read(Client(), f"{path}/explanation/{run.total_name}", english)
    assert other["tree"][0]["title"] == run.total_title[1]
    assert Client().get(f"/api/v1/{path}/explanation/none", headers=headers).status_code == 404
