"""Imported attributions: every fault named with its row, nothing applied by halves."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.apps.cast import Bank, Clients, actor
from tests.apps.customers.samples import make_account, make_attribution
from tidui.apps.customers.models import Attribution, AttributionImport
from tidui.apps.customers.services.attributions import approve
from tidui.apps.customers.services.imports import apply_import, stage_import, undo_import
from tidui.exchange.previewing import read_rows

HEAD = "账号,客户号,工号,份额,口径,角色,起始日,终止日\n"


def staged(body: str, name: str = "list.csv") -> AttributionImport:
    upload = SimpleUploadedFile(name, (HEAD + body).encode())
    return stage_import(by=actor("maker"), upload=upload)


@pytest.mark.parametrize(("row", "column", "code"), [
    ("A1,C1,E001,50%,,,2025-01-01,", "account_no", "one-of-both"),
    (",,E001,50%,,,2025-01-01,", "account_no", "one-of-both"),
    ("A9,,E001,50%,,,2025-01-01,", "account_no", "no-such-account"),
    (",C9,E001,50%,,,2025-01-01,", "customer_no", "no-such-customer"),
    ("A1,,E009,50%,,,2025-01-01,", "who", "no-such-holder"),
    ("A1,,E001,50,,,2025-01-01,", "share", "bad-share"),
    ("A1,,E001,50%,,,1.1.2025,", "valid_from", "bad-day"),
    ("A1,,E001,50%,,,2025-01-01,2025-02-30", "valid_to", "bad-day"),
    ("A1,,E001,50%,,,2025-01-01,2025-01-01", "valid_to", "ends-first"),
])  # fmt: skip
def test_each_fault_is_named_with_line_and_column(
    bank: Bank, row: str, column: str, code: str
) -> None:
    make_account()
    found = staged(f"A1,,E002,10%,,,2025-01-01,\n{row}\n")
    assert [(line, where, what) for line, where, _value, what in found.faults] == [
        (3, column, code)
    ]
    with pytest.raises(ValidationError):
        apply_import(by=actor("maker"), staged=found)
    assert not Attribution.objects.exists()


def test_rows_that_come_to_more_than_all_of_it_are_named(bank: Bank) -> None:
    make_account()
    make_attribution("E001", 600_000)
    found = staged("A1,,E002,50%,,,2025-06-01,\n")
    assert [fault[3] for fault in found.faults] == ["above-whole"]


def test_the_same_row_twice_is_named(bank: Bank) -> None:
    make_account()
    found = staged("A1,,E001,10%,,,2025-01-01,\n" * 2)
    assert [fault[3] for fault in found.faults] == ["twice"]


def test_a_sound_table_is_proposed_once_and_approved_by_another(bank: Bank) -> None:
    make_account()
    found = staged("A1,,E001,60%,,,2025-01-01,\n,C1,E002,0.4,main,,2025/1/1,20250701\n")
    assert found.faults == []
    assert apply_import(by=actor("maker"), staged=found) == 2
    with pytest.raises(ValidationError):
        apply_import(by=actor("maker"), staged=found)
    rows = list(found.attributions.all())
    with pytest.raises(ValidationError):
        approve(by=actor("maker"), rows=rows)
    assert approve(by=actor("checker"), rows=rows) == 2


def test_what_was_proposed_is_taken_back_and_what_was_approved_is_not(bank: Bank) -> None:
    make_account()
    one = staged("A1,,E001,60%,,,2025-01-01,\n")
    apply_import(by=actor("maker"), staged=one)
    assert undo_import(by=actor("maker"), staged=one, reason="wrong file") == 1
    assert Attribution.objects.get().state == "rejected"
    two = staged("A1,,E001,70%,,,2025-01-01,\n")
    apply_import(by=actor("maker"), staged=two)
    approve(by=actor("checker"), rows=list(two.attributions.all()))
    with pytest.raises(ValidationError):
        undo_import(by=actor("maker"), staged=two, reason="too late")


def test_a_number_that_excel_rounded_is_a_fault(bank: Bank, tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, HEAD.strip().split(","))
        page.write_number(1, 0, 6222021234567890123)
        page.write_row(1, 2, ["E001", "50%", "", "", "2025-01-01"])
    found = stage_import(
        by=actor("maker"), upload=SimpleUploadedFile("list.xlsx", path.read_bytes())
    )
    assert "spoilt" in {fault[3] for fault in found.faults}


def test_the_template_is_read_by_the_import_itself(clients: Clients, tmp_path: Path) -> None:
    answer = clients["frank"].get("/customers/imports/template/")
    path = tmp_path / "template.xlsx"
    path.write_bytes(answer.getvalue())
    rows = read_rows(path, {"share": ("份额", "share"), "who": ("工号", "who")}, "template.xlsx")
    assert [row.cells["share"] for row in rows] == ["60%", "100%"]


def test_the_pages_lead_from_the_file_to_the_proposals(clients: Clients) -> None:
    make_account()
    frank = clients["frank"]
    body = (HEAD + "A1,,E001,60,,,2025-01-01,\n").encode()
    answer = frank.post("/customers/imports/", {"file": SimpleUploadedFile("a.csv", body)})
    page = frank.get(answer["Location"]).content.decode()
    assert "/apply/" not in page
    body = (HEAD + "A1,,E001,60%,,,2025-01-01,\n").encode()
    answer = frank.post("/customers/imports/", {"file": SimpleUploadedFile("a.csv", body)})
    frank.post(f"{answer['Location']}apply/")
    assert Attribution.objects.get().state == "proposed"
    assert AttributionImport.objects.filter(state="applied").count() == 1
