"""Imported measures: every fault named, an empty cell delivers nothing, a dash is unknown."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.apps.cast import Bank, Clients, actor
from tidui.apps.measures.models import Measure, MeasureImport
from tidui.apps.measures.services.imports import (
    COLUMNS,
    apply_import,
    check_rows,
    stage_import,
    undo_import,
)
from tidui.apps.measures.services.measures import confirm
from tidui.exchange.previewing import read_rows

HEAD = "对象,指标,期间,分值,单位,来源\n"
REACH = frozenset({"E001", "E002"})


def upload(body: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("list.csv", (HEAD + body).encode())


def staged(body: str) -> MeasureImport:
    return stage_import(by=actor("maker"), upload=upload(body), reach=REACH)


@pytest.mark.parametrize(("row", "column", "code"), [
    ("E003,quality,2025,5,point,x", "subject", "foreign"),
    ("E002,Quality,2025,5,point,x", "measure", "bad-name"),
    ("E002,quality,2025-13,5,point,x", "period", "bad-period"),
    ("E002,quality,2025,five,point,x", "value", "bad-value"),
    ("E002,quality,2025,5,,x", "unit", "missing"),
    ("E002,quality,2025,5,point,", "source", "missing"),
    ("E001,quality,2025,5,point,x", "subject", "twice"),
])  # fmt: skip
def test_each_fault_is_named_with_line_and_column(
    bank: Bank, row: str, column: str, code: str
) -> None:
    found = staged(f"E001,quality,2025,7,point,x\n{row}\n")
    assert [(line, where, what) for line, where, _value, what in found.faults] == [
        (3, column, code)
    ]
    with pytest.raises(ValidationError):
        apply_import(by=actor("maker"), staged=found)
    assert not Measure.objects.exists()


def test_an_empty_cell_delivers_nothing_and_a_dash_is_unknown(bank: Bank) -> None:
    found = staged("E001,quality,2025,,point,x\nE002,quality,2025,-,point,x\n")
    assert (found.empty, found.fault_count) == (1, 0)
    assert apply_import(by=actor("maker"), staged=found) == 1
    row = Measure.objects.get()
    assert (row.subject, row.value) == ("E002", None)


def test_it_is_entered_once_and_taken_back_as_long_as_nothing_is_confirmed(bank: Bank) -> None:
    found = staged("E001,quality,2025,7,point,x\n")
    apply_import(by=actor("maker"), staged=found)
    with pytest.raises(ValidationError):
        apply_import(by=actor("maker"), staged=found)
    assert staged("E001,quality,2025,8,point,x\n").faults[0][3] == "waits"
    assert undo_import(by=actor("maker"), staged=found, reason="wrong file") == 1
    again = staged("E001,quality,2025,8,point,x\n")
    apply_import(by=actor("maker"), staged=again)
    confirm(by=actor("checker"), rows=list(again.measures.all()))
    with pytest.raises(ValidationError):
        undo_import(by=actor("maker"), staged=again, reason="too late")


def test_the_template_is_read_by_the_import_itself(clients: Clients, tmp_path: Path) -> None:
    path = tmp_path / "template.xlsx"
    path.write_bytes(clients["frank"].get("/measures/imports/template/").getvalue())
    rows = read_rows(path, dict(COLUMNS), "template.xlsx")
    parsed, faults, empty = check_rows(rows, {"E001", "E002", "E003"})
    assert (len(parsed), faults, empty) == (2, [], 1)


def test_a_head_imports_for_his_own_people_and_sees_no_import_of_others(clients: Clients) -> None:
    answer = clients["bob"].post(
        "/measures/imports/", {"file": upload("E002,quality,2025,7,point,x\n")}
    )
    found = MeasureImport.objects.get()
    assert found.faults[0][3] == "foreign"
    assert clients["bob"].get(answer["Location"]).status_code == 200
    assert clients["frank"].get(answer["Location"]).status_code == 404
