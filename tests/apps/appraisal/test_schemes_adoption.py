"""How a scheme comes into force: nothing is skipped, two persons, and the text is then final."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from tests.apps.appraisal.scheme_factory import (
    EXAMPLE,
    by,
    make_adopted,
    make_compliance,
    make_draft,
    make_submitted,
)
from tests.apps.cast import Bank, Clients, make_employee, make_grant
from tidui.apps.appraisal.models import SchemeVersion
from tidui.apps.appraisal.queries.schemes import examine
from tidui.apps.appraisal.services.adoption import (
    adopt_scheme,
    assess_scheme,
    send_back,
    submit_scheme,
)
from tidui.apps.appraisal.services.schemes import edit_scheme, override_finding, withdraw_scheme
from tidui.apps.audit.models import AuditEntry
from tidui.apps.people.models.users import Role

pytestmark = pytest.mark.django_db
FAILING_CASE = """
tests:
  - title: {zh: 不可能, en: impossible}
    subjects:
      A: {given: {bad_loans: 0.01}, expect: {risk_deduction: -3}}
"""


def submit(draft: SchemeVersion, **own: Any) -> SchemeVersion:
    """Submit a draft with what a test does not name."""
    values: dict[str, Any] = {
        "consulted_on": date(2024, 12, 10), "consultation": "x", "lock": draft.lock,
        "published_on": date(2024, 12, 20), **own,
    }  # fmt: skip
    return submit_scheme(by=by("frank"), version=draft, **values)


def test_a_scheme_is_submitted_assessed_and_adopted_by_another(bank: Bank) -> None:
    version = make_adopted()
    assert version.state == "adopted"
    assert (version.submitted_by, version.assessed_by, version.adopted_by) == (
        "frank", "cora", "grace",
    )  # fmt: skip
    found = list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))
    assert found[-4:] == ["scheme.drafted", "scheme.submitted", "scheme.assessed",
                          "scheme.adopted"]  # fmt: skip


def test_the_days_of_consultation_and_publication_stand_in_the_document(bank: Bank) -> None:
    text = EXAMPLE.replace("published_on: 2024-12-20\n", "").replace(
        "consulted_on: 2024-12-10\n", ""
    )
    version = make_submitted(text)
    loaded = examine(version.text, cases=False).loaded
    assert loaded is not None
    assert loaded.scheme.published_on == date(2024, 12, 20)
    assert loaded.scheme.consulted_on == date(2024, 12, 10)
    assert version.sha256 == loaded.sha256


@pytest.mark.parametrize(
    ("own", "told"),
    [
        ({"consultation": " "}, "咨询|协商|consult"),
        ({"consulted_on": date(2024, 12, 21)}, ""),
        ({"published_on": date(2025, 1, 1)}, "2025"),
        ({"lock": 7}, ""),
    ],
)
def test_what_the_law_asks_for_is_not_skipped(bank: Bank, own: dict[str, Any], told: str) -> None:
    draft = make_draft()
    with pytest.raises(ValidationError):
        submit(draft, **own)
    draft.refresh_from_db()
    assert draft.state == "draft"


def test_it_holds_from_the_day_after_publication_at_the_earliest(bank: Bank) -> None:
    draft = make_draft()
    with pytest.raises(ValidationError):
        submit(draft, published_on=date(2025, 1, 1))
    assert submit(draft, published_on=date(2024, 12, 31)).state == "submitted"


def test_a_failing_check_or_case_stops_submission(bank: Bank) -> None:
    for number, wrong in enumerate((
        EXAMPLE.replace("{of: quality, weight: 20}", "{of: quality, weight: 25}"),
        EXAMPLE + FAILING_CASE,
    )):  # fmt: skip
        draft = make_draft(wrong.replace("id: example-annual", f"id: wrong-{number}"))
        assert examine(draft.text).errors
        with pytest.raises(ValidationError):
            submit(draft)


def test_an_open_question_needs_an_answer_or_a_reason(bank: Bank) -> None:
    draft = make_draft(EXAMPLE.replace("min_group: 5", "min_group: open"))
    with pytest.raises(ValidationError):
        submit(draft)
    override_finding(
        by=by("frank"), version=draft, finding="scheme.open ranks.total_rank.min_group",
        reason="按全行排名", severity="warning",
    )  # fmt: skip
    draft.refresh_from_db()
    assert submit(draft).state == "submitted"


def test_nobody_adopts_what_he_submitted(bank: Bank) -> None:
    version = make_submitted()
    assess_scheme(by=by("cora"), version=version, assessment="x")
    with pytest.raises(ValidationError):
        adopt_scheme(by=by("frank"), version=version)
    with pytest.raises(ValidationError):
        adopt_scheme(by=replace(by("grace"), on_behalf_of="frank"), version=version)
    with pytest.raises(ValidationError):
        assess_scheme(by=by("frank"), version=version, assessment="x")
    assert adopt_scheme(by=by("grace"), version=version).state == "adopted"


def test_the_database_refuses_one_person_too(bank: Bank) -> None:
    version = make_submitted()
    with pytest.raises(IntegrityError), transaction.atomic():
        SchemeVersion.objects.filter(pk=version.pk).update(state="adopted", adopted_by="frank")


def test_without_an_assessment_nothing_is_adopted(bank: Bank) -> None:
    version = make_submitted()
    with pytest.raises(ValidationError):
        adopt_scheme(by=by("grace"), version=version)


def test_an_adopted_text_never_changes(bank: Bank, clients: Clients) -> None:
    make_compliance(bank)
    version = make_adopted()
    text = version.text
    with pytest.raises(ValidationError):
        edit_scheme(by=by("frank"), version=version, text=EXAMPLE, lock=version.lock)
    for service in (send_back, withdraw_scheme):
        with pytest.raises(ValidationError):
            service(by=by("frank"), version=version, reason="x")
    with pytest.raises(ValidationError):
        override_finding(by=by("frank"), version=version, finding="a b", reason="x",
                         severity="warning")  # fmt: skip
    for name in ("frank", "grace", "cora"):
        for act in ("edit", "parameters", "goals", "submit", "assess", "adopt", "withdraw"):
            clients[name].post(
                f"/appraisal/schemes/{version.public_id}/{act}/",
                {"text": "x", "lock": version.lock, "zh-0": "x", "v:pay.floor": "9"},
            )
    version.refresh_from_db()
    assert (version.text, version.state) == (text, "adopted")


def test_a_version_sent_back_is_assessed_anew(bank: Bank) -> None:
    version = make_submitted()
    assess_scheme(by=by("cora"), version=version, assessment="x")
    send_back(by=by("grace"), version=version, reason="权重")
    version.refresh_from_db()
    assert (version.state, version.assessed_by, version.submitted_by) == ("draft", "", "")


def test_two_schemes_do_not_appraise_the_same_people(bank: Bank) -> None:
    make_adopted()
    with pytest.raises(ValidationError):
        make_submitted(EXAMPLE.replace("id: example-annual", "id: rival"))
    monthly = EXAMPLE.replace("id: example-annual", "id: beside").replace(
        "population: {line: corporate", "population: {line: retail"
    )
    assert make_submitted(monthly).state == "submitted"


def test_the_way_into_force_through_the_pages(bank: Bank, clients: Clients) -> None:
    make_compliance(bank)
    draft = make_draft()
    at = f"/appraisal/schemes/{draft.public_id}"
    sent = {"consulted_on": "2024-12-10", "consultation": "x", "published_on": "2024-12-20",
            "lock": "1"}  # fmt: skip
    assert clients["frank"].post(f"{at}/submit/", sent).status_code == 302
    assert clients["grace"].post(f"{at}/adopt/").status_code == 302
    draft.refresh_from_db()
    assert draft.state == "submitted"
    assert clients["cora"].post(f"{at}/assess/", {"assessment": "x"}).status_code == 302
    assert clients["frank"].post(f"{at}/adopt/").status_code == 404
    assert "Cora" not in clients["grace"].get(f"{at}/adopt/").content.decode()
    assert clients["grace"].post(f"{at}/adopt/").status_code == 302
    draft.refresh_from_db()
    assert (draft.state, draft.adopted_by) == ("adopted", "grace")


def test_a_group_member_who_submitted_sees_no_button(bank: Bank, clients: Clients) -> None:
    make_grant(bank.users["frank"], Role.APPRAISAL_GROUP)
    version = make_submitted()
    assess_scheme(by=by("cora"), version=version, assessment="x")
    page = clients["frank"].get(f"/appraisal/schemes/{version.public_id}/adopt/")
    assert page.context["may_adopt"] is False
    assert (
        clients["grace"].get(f"/appraisal/schemes/{version.public_id}/adopt/").context["may_adopt"]
    )


def test_a_relationship_manager_reads_and_acknowledges_his_scheme(
    bank: Bank, clients: Clients
) -> None:
    version = make_adopted()
    assert "to be read" in _english(clients, "alice", "/appraisal/schemes/mine/")
    assert "Average daily corporate deposits" in _english(
        clients, "alice", f"/appraisal/schemes/mine/{version.public_id}/"
    )
    assert _todo(clients, "alice", "Read your scheme")
    clients["alice"].post(f"/appraisal/schemes/mine/{version.public_id}/")
    clients["alice"].post(f"/appraisal/schemes/mine/{version.public_id}/")
    assert version.acknowledgements.count() == 1
    assert not _todo(clients, "alice", "Read your scheme")
    page = clients["frank"].get(f"/appraisal/schemes/{version.public_id}/readers/?read=no")
    shown = page.content.decode()
    assert "陈志强" in shown
    assert "林晓雯" not in shown
    assert page.context["read"] == 1


def _english(clients: Clients, name: str, path: str) -> str:
    clients.users[name].language = "en"
    clients.users[name].save()
    return clients[name].get(path).content.decode()


def _todo(clients: Clients, name: str, words: str) -> bool:
    return words in _english(clients, name, "/todo/")


def test_a_scheme_of_others_is_not_there(bank: Bank, clients: Clients) -> None:
    bank.employees["rita"] = make_employee(
        "E009", "芮塔", sits_at=bank.outlet_a, business_line="retail"
    )
    bank.users["alice"].employee = bank.employees["rita"]
    bank.users["alice"].save()
    version = make_adopted()
    draft = make_draft(EXAMPLE.replace("id: example-annual", "id: draft"))
    assert clients["alice"].get(f"/appraisal/schemes/mine/{version.public_id}/").status_code == 404
    assert clients["charlie"].get(f"/appraisal/schemes/mine/{draft.public_id}/").status_code == 404
    assert (
        clients["charlie"].get(f"/appraisal/schemes/{version.public_id}/readers/").status_code
        == 404
    )
    assert clients["frank"].get("/appraisal/schemes/mine/").status_code == 404


def test_what_waits_for_the_second_persons(bank: Bank, clients: Clients) -> None:
    make_compliance(bank)
    version = make_submitted()
    assert _todo(clients, "cora", "Assess a scheme")
    assert not _todo(clients, "grace", "Adopt a scheme")
    assess_scheme(by=by("cora"), version=version, assessment="x")
    assert _todo(clients, "grace", "Adopt a scheme")
    assert not _todo(clients, "frank", "Adopt a scheme")
