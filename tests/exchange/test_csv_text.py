"""CSV is decoded strictly and numbered as an editor numbers its lines."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

from tidui.exchange import FileError, FileLayout, stage_file


def staged(
    tmp_path: Path, content: bytes, asked: tuple[str, ...] = ("账号", "余额"), **layout: Any
):  # type: ignore[no-untyped-def]
    path = tmp_path / "delivery.csv"
    path.write_bytes(content)
    connection = duckdb.connect()
    found = stage_file(
        connection, path, "staged", asked, FileLayout(**layout), shown="delivery.csv",
        scratch=tmp_path,
    )  # fmt: skip
    fields = ", ".join(column.sql for column in found.columns)
    rows = connection.execute(f"SELECT line, fault, {fields} FROM staged ORDER BY line").fetchall()
    return found, rows


TEXT = "账号,余额\n甲,1\n乙,2\n"
ROWS = [(2, None, "甲", "1"), (3, None, "乙", "2")]


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (TEXT.encode(), "utf-8"),
        (TEXT.encode("utf-8-sig"), "utf-8-sig"),
        (TEXT.encode("gb18030"), "gb18030"),
        (TEXT.encode("utf-16"), "utf-16"),
        (TEXT.replace("\n", "\r\n").encode(), "utf-8"),
        (TEXT.replace("\n", "\r").encode(), "utf-8"),
        (TEXT.rstrip().encode(), "utf-8"),
    ],
)
def test_every_usual_encoding_and_line_end_is_read(
    tmp_path: Path, content: bytes, encoding: str
) -> None:
    found, rows = staged(tmp_path, content)
    assert rows == ROWS
    assert found.encoding == encoding


def test_a_declared_encoding_is_the_only_one_tried(tmp_path: Path) -> None:
    with pytest.raises(FileError) as caught:
        staged(tmp_path, TEXT.encode("gb18030"), encoding="utf-8")
    assert caught.value.issue.code == "exchange.undecodable"
    with pytest.raises(FileError) as caught:
        staged(tmp_path, TEXT.encode(), encoding="klingon")
    assert caught.value.issue.code == "exchange.unknown-encoding"


def test_blank_lines_and_quoted_line_breaks_keep_the_line_numbers(tmp_path: Path) -> None:
    content = '账号,余额\n\n甲,1\n"乙\n丙","2,0"\n\n丁,3\n'
    _, rows = staged(tmp_path, content.encode())
    assert rows == [(3, None, "甲", "1"), (4, None, "乙\x1e丙", "2,0"), (7, None, "丁", "3")]


def test_blank_lines_are_counted_in_an_unquoted_file_too(tmp_path: Path) -> None:
    found, rows = staged(tmp_path, "账号,余额\n\n甲,1\n\n乙,2\n".encode())
    assert [row[0] for row in rows] == [3, 5]
    assert (found.rows, found.lines) == (2, 5)


def test_a_title_above_the_header_is_skipped(tmp_path: Path) -> None:
    for content in ("报表\n\n账号,余额\n甲,1\n", '"报表\n\n账号,余额\n"甲",1\n'):
        _, rows = staged(tmp_path, content.encode(), header=3)
        assert rows == [(4, None, "甲", "1")]


def test_columns_are_found_by_name_in_any_order(tmp_path: Path) -> None:
    _, rows = staged(tmp_path, " 余额 ;x;账号\n1;;甲\n".encode(), delimiter=";")
    assert rows == [(2, None, "甲", "1")]


def test_a_quote_is_a_sign_like_any_other_where_so_declared(tmp_path: Path) -> None:
    _, rows = staged(tmp_path, '账号,余额\n甲"乙,1\n'.encode(), quote="")
    assert rows == [(2, None, '甲"乙', "1")]


def test_line_numbers_hold_in_a_file_of_many_buffers(tmp_path: Path) -> None:
    lines = "".join(f"{n},{n}\n" for n in range(2, 400_001))
    path = tmp_path / "long.csv"
    path.write_text("a,b\n" + lines)
    connection = duckdb.connect(config={"threads": 4})
    stage_file(connection, path, "staged", ("a",), FileLayout(), shown="long.csv", scratch=tmp_path)
    wrong = connection.execute("SELECT count(*) FROM staged WHERE line <> CAST(c0 AS BIGINT)")
    assert wrong.fetchone() == (0,)
