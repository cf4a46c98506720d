"""Schemes: drafting, editing under a lock, figures in place, comparing, who may see what."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.apps.appraisal.scheme_factory import (
    EXAMPLE,
    by,
    make_adopted,
    make_compliance,
    make_draft,
    make_submitted,
)
from tests.apps.cast import Bank, Clients
from tidui.apps.appraisal.models import SchemeVersion
from tidui.apps.appraisal.queries.schemes import changed_values, diff_lines, examine
from tidui.apps.appraisal.services.schemes import (
    SchemeConflictError,
    copy_scheme,
    draft_scheme,
    edit_scheme,
    override_finding,
    template_text,
    withdraw_scheme,
)
from tidui.apps.audit.models import AuditEntry
from tidui.library import names

pytestmark = pytest.mark.django_db


def actions() -> list[str]:
    """Return what the audit log holds of schemes, oldest first."""
    rows = AuditEntry.objects.filter(action__startswith="scheme.").order_by("pk")
    return list(rows.values_list("action", flat=True))


def test_a_draft_keeps_its_text_and_shows_what_lists_need(bank: Bank) -> None:
    draft = make_draft()
    assert draft.text == EXAMPLE
    assert (draft.scheme_id, draft.version, draft.state) == ("example-annual", 1, "draft")
    assert str(draft.effective_from) == "2025-01-01"
    assert actions() == ["scheme.drafted"]


@pytest.mark.parametrize("name", names("schemes"))
def test_each_template_of_the_library_becomes_a_draft(bank: Bank, name: str) -> None:
    text = template_text(
        name, scheme_id="ours", title={"zh": "甲", "en": "A"}, effective_from=date(2027, 1, 1),
        effective_to=None,
    )  # fmt: skip
    draft = draft_scheme(by=by("frank"), text=text, origin=name)
    assert (draft.scheme_id, draft.title_zh) == ("ours", "甲")
    assert text.count("#") >= 1


def test_a_scheme_id_is_used_once(bank: Bank) -> None:
    make_draft()
    with pytest.raises(ValidationError):
        make_draft()


def test_saving_on_an_old_lock_is_told_and_saves_nothing(bank: Bank) -> None:
    draft = make_draft()
    first = edit_scheme(by=by("frank"), version=draft, text=EXAMPLE + "# a\n", lock=1)
    with pytest.raises(SchemeConflictError) as conflict:
        edit_scheme(by=by("dana"), version=draft, text=EXAMPLE + "# b\n", lock=1)
    assert conflict.value.saved.text.endswith("# a\n")
    draft.refresh_from_db()
    assert draft.text == first.text
    assert actions() == ["scheme.drafted", "scheme.edited"]


def test_the_page_of_a_conflict_shows_both_texts(bank: Bank, clients: Clients) -> None:
    draft = make_draft()
    edit_scheme(by=by("frank"), version=draft, text=EXAMPLE + "# theirs\n", lock=1)
    page = clients["frank"].post(
        f"/appraisal/schemes/{draft.public_id}/edit/", {"text": EXAMPLE + "# mine\n", "lock": "1"}
    )
    assert page.status_code == 409
    shown = page.content.decode()
    assert "# mine" in shown
    assert "# theirs" in shown
    assert 'name="lock" value="2"' in shown


def test_a_text_with_faults_is_saved_and_named(bank: Bank, clients: Clients) -> None:
    draft = make_draft()
    page = clients["frank"].post(
        f"/appraisal/schemes/{draft.public_id}/edit/",
        {"text": "format: scheme/1\nid: [", "lock": "1"},
    )
    assert page.status_code == 302
    draft.refresh_from_db()
    assert draft.text == "format: scheme/1\nid: [\n"
    assert draft.title_zh == "示例银行对公客户经理年度考核办法"
    for tab in ("", "?tab=findings", "?tab=cases", "?tab=text"):
        assert (
            clients["frank"].get(f"/appraisal/schemes/{draft.public_id}/{tab}").status_code == 200
        )


def test_a_text_keeps_its_id_and_version(bank: Bank) -> None:
    draft = make_draft()
    with pytest.raises(ValidationError):
        edit_scheme(
            by=by("frank"), version=draft, lock=1,
            text=EXAMPLE.replace("id: example-annual", "id: another"),
        )  # fmt: skip


def test_checks_come_while_typing_and_save_nothing(bank: Bank, clients: Clients) -> None:
    draft = make_draft()
    broken = EXAMPLE.replace("- {of: quality, weight: 20}", "- {of: quality, weight: 25}")
    page = clients["frank"].post(
        f"/appraisal/schemes/{draft.public_id}/check/",
        {"text": broken},
        headers={"HX-Request": "true"},
    )
    shown = page.content.decode()
    assert shown.lstrip().startswith("<aside")
    assert "105" in shown
    draft.refresh_from_db()
    assert draft.text == EXAMPLE


def test_a_figure_is_changed_at_its_place(bank: Bank, clients: Clients) -> None:
    draft = make_draft()
    page = clients["frank"].post(
        f"/appraisal/schemes/{draft.public_id}/parameters/",
        {
            "lock": "1", "v:scores.deposit_score.value.linear.of.attainment.cap": "1.3",
            "n:parameters.pay_per_point.values:date": "2026-01-01",
            "n:parameters.pay_per_point.values:value": "1,600",
        },
    )  # fmt: skip
    assert page.status_code == 302
    draft.refresh_from_db()
    expected = EXAMPLE.replace(
        "{of: deposit_average, target: delivered, progress: none, floor: 0, cap: 1.2}",
        "{of: deposit_average, target: delivered, progress: none, floor: 0, cap: 1.3}",
    ).replace("{2025-01-01: 1_500}", "{2025-01-01: 1_500, 2026-01-01: 1600}")
    assert draft.text == expected


def test_a_row_of_a_step_table_can_be_added_and_dropped(bank: Bank, clients: Clients) -> None:
    draft = make_draft()
    table = "scores.new_deposit_score.value.step_table.rows"
    clients["frank"].post(
        f"/appraisal/schemes/{draft.public_id}/parameters/",
        {
            "lock": "1", f"d:{table}[3]": "on", f"v:{table}[2].to": "12_000_000",
            f"n:{table}:from": "12_000_000", f"n:{table}:to": "15_000_000",
            f"n:{table}:value": "110",
        },
    )  # fmt: skip
    draft.refresh_from_db()
    loaded = examine(draft.text, cases=False).loaded
    assert loaded is not None
    rows = loaded.scheme.scores["new_deposit_score"].value.rows
    assert [int(row.value.value) for row in rows] == [0, 60, 85, 110, 120]
    assert "# The scheme of the example bank." in draft.text


def test_a_figure_that_is_none_is_refused_and_shown_again(bank: Bank, clients: Clients) -> None:
    draft = make_draft()
    path = "indicators.active_customers.at_least"
    page = clients["frank"].post(
        f"/appraisal/schemes/{draft.public_id}/parameters/",
        {"lock": "1", f"v:{path}": "a lot: of it"},
    )
    assert page.status_code == 400
    assert "a lot: of it" in page.content.decode()


def test_a_new_version_is_a_copy_with_the_next_number(bank: Bank) -> None:
    make_compliance(bank)
    first = make_adopted()
    second = copy_scheme(by=by("frank"), version=first)
    assert (second.version, second.state) == (2, "draft")
    loaded = examine(second.text, cases=False).loaded
    assert loaded is not None
    assert loaded.scheme.supersedes == "example-annual v1"
    assert SchemeVersion.objects.get(pk=first.pk).text == first.text
    with pytest.raises(ValidationError):
        copy_scheme(by=by("frank"), version=first)


def test_a_comparison_names_values_and_lines() -> None:
    new = EXAMPLE.replace("weight: 35", "weight: 40").replace("per_unit: 6,", "per_unit: 7,")
    changes = changed_values(EXAMPLE, new)
    assert {(one.old, one.new) for one in changes} == {("35", "40"), ("6", "7")}
    kinds = [line.kind for line in diff_lines(EXAMPLE, new)]
    assert kinds.count("gone") == kinds.count("new") == 2


def test_a_finding_stands_with_a_reason_and_a_name(bank: Bank, clients: Clients) -> None:
    draft = make_draft()
    finding = "design.no-feedback feedback"
    with pytest.raises(ValidationError):
        override_finding(by=by("frank"), version=draft, finding=finding, reason=" ",
                         severity="warning")  # fmt: skip
    page = clients["frank"].post(
        f"/appraisal/schemes/{draft.public_id}/override/",
        {"finding": finding, "reason": "另有办法"},
    )
    assert page["Location"].endswith("?tab=findings")
    draft.refresh_from_db()
    assert draft.overrides[finding]["by"] == "frank"
    shown = (
        clients["frank"].get(f"/appraisal/schemes/{draft.public_id}/?tab=findings").content.decode()
    )
    assert "另有办法" in shown
    clients["frank"].post(
        f"/appraisal/schemes/{draft.public_id}/override/", {"finding": finding, "act": "take-back"}
    )
    draft.refresh_from_db()
    assert draft.overrides == {}


def test_an_error_never_stands(bank: Bank, clients: Clients) -> None:
    draft = make_draft(EXAMPLE.replace("{of: quality, weight: 20}", "{of: quality, weight: 25}"))
    finding = next(
        f"{one.code} {one.where}" for one in examine(draft.text).static if one.severity == "error"
    )
    clients["frank"].post(
        f"/appraisal/schemes/{draft.public_id}/override/", {"finding": finding, "reason": "x"}
    )
    draft.refresh_from_db()
    assert draft.overrides == {}
    made_up = {"finding": "lint.made-up x", "reason": "x"}
    page = clients["frank"].post(f"/appraisal/schemes/{draft.public_id}/override/", made_up)
    assert page.status_code == 404


def test_a_scheme_starts_from_goals(bank: Bank, clients: Clients) -> None:
    sent = {
        "title_zh": "季度办法", "title_en": "Quarterly", "scheme_id": "quarterly-2027",
        "effective_from": "2027-01-01", "effective_to": "", "period": "quarter",
        "line": "corporate", "zh-0": "稳定存款", "en-0": "Steady deposits",
        "served-0": ["corporate-annual-grades/deposit_average", "hundred-marks/rule_following"],
        "zh-1": "客户", "en-1": "",
    }  # fmt: skip
    page = clients["frank"].post("/appraisal/schemes/design/", sent)
    assert page.status_code == 302
    draft = SchemeVersion.objects.get(scheme_id="quarterly-2027")
    found = examine(draft.text)
    assert found.loaded is not None
    assert found.static == ()
    goals = found.loaded.scheme.goals
    assert goals[0].served_by == ("deposit_average", "rule_following")
    codes = {one.code for one in found.design}
    assert "design.goal-unserved" in codes
    assert not codes & {"design.no-goals", "design.no-feedback", "design.serves-no-goal"}
    assert any(one.where.endswith("weight") for one in found.opens)


def test_goals_can_be_changed_in_a_draft(bank: Bank, clients: Clients) -> None:
    draft = make_draft()
    page = clients["frank"].post(
        f"/appraisal/schemes/{draft.public_id}/goals/",
        {"lock": "1", "zh-0": "规模", "en-0": "Scale", "served-0": ["loan_average"]},
    )
    assert page.status_code == 302
    draft.refresh_from_db()
    loaded = examine(draft.text, cases=False).loaded
    assert loaded is not None
    assert [goal.served_by for goal in loaded.scheme.goals] == [("loan_average",)]
    assert len(draft.text.splitlines()) == len(EXAMPLE.splitlines()) - 4


def test_a_withdrawn_draft_stays_readable(bank: Bank, clients: Clients) -> None:
    draft = make_draft()
    withdraw_scheme(by=by("frank"), version=draft, reason="重来")
    assert clients["frank"].get(f"/appraisal/schemes/{draft.public_id}/").status_code == 200
    assert clients["frank"].get(f"/appraisal/schemes/{draft.public_id}/edit/").status_code == 404
    assert actions()[-1] == "scheme.withdrawn"


PAGES = ("", "?tab=findings", "?tab=cases", "?tab=text", "parameters/", "goals/", "diff/", "adopt/",
         "text/")  # fmt: skip


@pytest.mark.parametrize("part", [*PAGES, "simulate/", "edit/"])
@pytest.mark.parametrize("htmx", [False, True])
def test_a_stranger_finds_no_page_of_a_scheme(
    bank: Bank, clients: Clients, part: str, htmx: bool
) -> None:
    draft = make_draft()
    headers = {"HX-Request": "true"} if htmx else {}
    for stranger in ("alice", "charlie", "bob", "sam"):
        path = f"/appraisal/schemes/{draft.public_id}/{part}"
        assert clients[stranger].get(path, headers=headers).status_code == 404
    assert clients["charlie"].get("/appraisal/schemes/?export=xlsx").status_code == 404


@pytest.mark.parametrize("part", PAGES)
def test_readers_see_and_change_nothing(bank: Bank, clients: Clients, part: str) -> None:
    draft = make_draft()
    assert clients["eve"].get(f"/appraisal/schemes/{draft.public_id}/{part}").status_code == 200
    for act in ("edit", "parameters", "goals", "copy", "submit", "withdraw", "override", "adopt"):
        assert (
            clients["eve"].post(f"/appraisal/schemes/{draft.public_id}/{act}/").status_code == 404
        )


def test_a_submitted_version_is_not_edited(bank: Bank, clients: Clients) -> None:
    version = make_submitted()
    assert clients["frank"].get(f"/appraisal/schemes/{version.public_id}/edit/").status_code == 404
    sent = {"lock": str(version.lock), "v:pay.floor": "5"}
    page = clients["frank"].post(f"/appraisal/schemes/{version.public_id}/parameters/", sent)
    assert page.status_code == 404


def test_the_list_finds_sorts_and_exports(bank: Bank, clients: Clients) -> None:
    make_draft()
    shown = clients["frank"].get("/appraisal/schemes/?state=draft&sort=-version").content.decode()
    assert "example-annual" in shown
    assert (
        "example-annual"
        not in clients["frank"].get("/appraisal/schemes/?state=adopted").content.decode()
    )
    exported = clients["frank"].get("/appraisal/schemes/?export=csv")
    assert "example-annual" in exported.content.decode("utf-8-sig")


def test_the_list_asks_as_often_for_ten_as_for_one(bank: Bank, clients: Clients) -> None:
    make_draft()
    clients["frank"].get("/appraisal/schemes/")
    with CaptureQueriesContext(connection) as one:
        clients["frank"].get("/appraisal/schemes/")
    for number in range(9):
        make_draft(EXAMPLE.replace("id: example-annual", f"id: other-{number}"))
    with CaptureQueriesContext(connection) as ten:
        clients["frank"].get("/appraisal/schemes/")
    assert len(ten) == len(one)
