"""Excel cells come as what they are: nothing rounded, no formula taken for a number."""

from __future__ import annotations

import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest

from tidui.exchange import FileError, FileLayout, stage_file


def book(tmp_path: Path, rows: list[list[Any]], merge: str | None = None) -> Path:
    made = openpyxl.Workbook()
    sheet = made.active
    sheet.title = "余额"
    for row in rows:
        sheet.append(row)
    if merge:
        sheet.merge_cells(merge)
    path = tmp_path / "delivery.xlsx"
    made.save(path)
    return path


def staged(path: Path, asked: tuple[str, ...] = ("a", "b"), **layout: Any) -> list[tuple[Any, ...]]:
    connection = duckdb.connect()
    stage_file(
        connection, path, "staged", asked, FileLayout(**layout), shown=path.name,
        scratch=path.parent,
    )  # fmt: skip
    return connection.execute("SELECT line, c0, k0, c1, k1 FROM staged ORDER BY line").fetchall()


def test_each_cell_comes_as_text_with_its_kind(tmp_path: Path) -> None:
    rows = [["a", "b"], ["001", 0.1], [1234567890123456789, date(2025, 1, 2)],
            [True, datetime(2025, 1, 2, 3)], [None, None],
            [1234567890123.4567, "#N/A"]]  # fmt: skip
    assert staged(book(tmp_path, rows)) == [
        (2, "001", "text", "0.1", "number"),
        (3, "1234567890123457000", "long", "2025-01-02", "date"),
        (4, "TRUE", "bool", "2025-01-02T03:00:00", "time"),
        (6, "1234567890123.457", "long", None, "error"),
    ]  # fmt: skip


def test_a_formula_is_marked_and_hollow_without_a_stored_value(tmp_path: Path) -> None:
    path = book(tmp_path, [["a", "b"], ["x", "=1+1"]])
    assert [row[4] for row in staged(path)] == ["hollow"]
    assert [row[4] for row in staged(path, accept_formulas=True)] == ["hollow"]


def with_stored_value(path: Path) -> None:
    """Give the formula of a workbook a value, as Excel does when it saves."""
    with zipfile.ZipFile(path) as package:
        members = {name: package.read(name) for name in package.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    members[sheet] = members[sheet].replace(b"<v></v>", b"<v>2</v>").replace(b"<v />", b"<v>2</v>")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in members.items():
            package.writestr(name, content)


def test_a_formula_with_a_stored_value_counts_only_where_accepted(tmp_path: Path) -> None:
    path = book(tmp_path, [["a", "b"], ["x", "=1+1"]])
    with_stored_value(path)
    assert [row[3:] for row in staged(path)] == [("2", "formula")]
    assert [row[3:] for row in staged(path, accept_formulas=True)] == [("2", "number")]


def test_merged_cells_are_refused(tmp_path: Path) -> None:
    path = book(tmp_path, [["a", "b"], ["x", 1], ["y", 2]], merge="A2:A3")
    with pytest.raises(FileError) as caught:
        staged(path)
    assert caught.value.issue.code == "exchange.merged-cells"
    assert dict(caught.value.issue.values) == {"cell": "A2"}


def test_the_sheet_must_be_named_where_there_are_several(tmp_path: Path) -> None:
    path = book(tmp_path, [["a", "b"], ["x", 1]])
    made = openpyxl.load_workbook(path)
    made.create_sheet("说明")
    made.save(path)
    with pytest.raises(FileError) as caught:
        staged(path)
    assert caught.value.issue.code == "exchange.name-the-sheet"
    assert len(staged(path, sheet="余额")) == 1
    with pytest.raises(FileError) as caught:
        staged(path, sheet="x")
    assert caught.value.issue.code == "exchange.missing-sheet"


def test_a_zip_bomb_is_not_opened(tmp_path: Path) -> None:
    path = book(tmp_path, [["a", "b"], ["x", 1]])
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/bomb.xml", b"0" * 50_000_000)
    with pytest.raises(FileError) as caught:
        staged(path)
    assert caught.value.issue.code == "exchange.zip-bomb"


def test_too_many_members_are_a_bomb_too(tmp_path: Path) -> None:
    path = tmp_path / "many.xlsx"
    with zipfile.ZipFile(path, "w") as package:
        for number in range(10_001):
            package.writestr(str(number), b"")
    with pytest.raises(FileError) as caught:
        staged(path)
    assert caught.value.issue.code == "exchange.zip-bomb"


def test_a_declared_size_that_lies_is_found(tmp_path: Path) -> None:
    path = book(tmp_path, [["a", "b"], ["x", 1]])
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/lie.xml", b"1" * 5000)
    content = path.read_bytes()
    path.write_bytes(content.replace((5000).to_bytes(4, "little"), (50).to_bytes(4, "little")))
    with pytest.raises(FileError) as caught:
        staged(path)
    assert caught.value.issue.code == "exchange.broken-excel"


def test_a_truncated_workbook_is_broken(tmp_path: Path) -> None:
    path = book(tmp_path, [["a", "b"], ["x", 1]])
    path.write_bytes(path.read_bytes()[:-400])
    with pytest.raises(FileError) as caught:
        staged(path)
    assert caught.value.issue.code == "exchange.broken-excel"
