"""The first rows of a file, and small tables read whole."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
import xlsxwriter

from tidui.exchange import FileError, FileLayout
from tidui.exchange.previewing import SHOWN, preview_file, read_rows


def test_a_text_file_is_shown_in_its_own_encoding(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(("账号,余额\n" + "1,2\n" * 20).encode("gb18030"))
    shown = preview_file(path, FileLayout(), "a.csv")
    assert shown.header == ("账号", "余额")
    assert len(shown.rows) == SHOWN


def test_the_header_stands_where_the_mapping_says(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a title\nx;y\n1;2\n", encoding="utf-8")
    shown = preview_file(path, FileLayout(header=2, delimiter=";"), "a.csv")
    assert (shown.header, shown.rows) == (("x", "y"), (("1", "2"),))


def test_a_workbook_names_its_sheets(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        book.add_worksheet("first").write_row(0, 0, ["a", "b"])
        book.add_worksheet("second").write_row(0, 0, ["c"])
    assert preview_file(path, FileLayout(), "a.xlsx").sheets == ("first", "second")
    assert preview_file(path, FileLayout(sheet="second"), "a.xlsx").header == ("c",)


def test_a_parquet_file_is_shown(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    duckdb.sql("SELECT 1 AS a, NULL AS b").write_parquet(str(path))
    assert preview_file(path, FileLayout(), "a.parquet").rows == (("1", ""),)


@pytest.mark.parametrize("content", [b"", b"PAR1rubbish", b"PK\x03\x04rubbish"])
def test_a_broken_file_is_a_fault_and_no_crash(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a"
    path.write_bytes(content)
    with pytest.raises(FileError):
        preview_file(path, FileLayout(), "a")


def test_rows_are_found_under_either_heading_and_missing_columns_are_empty(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("工号,share\nE001, 50% \n", encoding="utf-8")
    columns = {"who": ["工号", "who"], "share": ["份额", "share"], "role": ["角色", "role"]}
    (row,) = read_rows(path, columns, "a.csv")
    assert (row.line, row.cells) == (2, {"who": "E001", "share": "50%", "role": ""})


def test_a_number_that_excel_has_rounded_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, ["账号", "工号"])
        page.write_number(1, 0, 6222021234567890123)
        page.write_string(1, 1, "E001")
    (row,) = read_rows(path, {"account_no": ["账号"], "who": ["工号"]}, "a.xlsx")
    assert row.spoilt == {"account_no"}


def test_a_file_without_any_known_column_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("x,y\n1,2\n", encoding="utf-8")
    with pytest.raises(FileError):
        read_rows(path, {"who": ["工号"]}, "a.csv")
