"""Excel and Parquet deliveries give the same rows as CSV, and their own faults are named."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest

from tidui.ledger import LedgerError

MINOR = {"balance": {"column": "amount", "unit": "minor", "negative": "leading"}}
BASE = {
    "account_no": {"column": "acct"}, "currency": {"constant": "CNY"}, "day": {"column": "day"},
    "balance": {"column": "amount", "negative": "leading"},
}  # fmt: skip


def parquet(path: Path, select: str) -> Path:
    with duckdb.connect() as connection:
        connection.execute(f"COPY ({select}) TO '{path}' (FORMAT parquet)")
    return path


def fetched(query: str) -> list[Any]:
    with duckdb.connect() as connection:
        return connection.execute(query).fetchall()


@pytest.mark.parametrize(
    ("amount", "columns"),
    [
        ("CAST(12345 AS BIGINT)", BASE | MINOR),
        ("CAST(123.45 AS DECIMAL(18,2))", BASE),
        ("CAST(123.4500 AS DECIMAL(38,4))", BASE),
        ("CAST(123.45 AS DOUBLE)", BASE),
        ("'123.45'", BASE),
    ],
)
def test_every_parquet_type_of_an_amount_gives_the_same_integer(
    bank: Any, amount: str, columns: Any
) -> None:
    select = f"SELECT '001' AS acct, DATE '2025-01-02' AS day, {amount} AS amount"
    bank.load(parquet(bank.folder / "x.parquet", select), columns=columns)
    (row,) = bank.ledger.snapshot().rows("balances")
    assert (row["account_no"], row["balance"], row["line"]) == ("001", 12345, 1)


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("CAST('nan' AS DOUBLE)", "ledger.not-finite"),
        ("CAST('-inf' AS DOUBLE)", "ledger.not-finite"),
        ("CAST(0.1 AS DOUBLE) + CAST(0.2 AS DOUBLE)", "ledger.too-many-decimals"),
        ("CAST(1e20 AS DOUBLE)", "ledger.not-a-number"),
        ("CAST(10000000000001 AS BIGINT)", "ledger.amount-too-large"),
        ("CAST(NULL AS BIGINT)", "ledger.missing-value"),
        ("CAST(1.005 AS DECIMAL(10,3))", "ledger.too-many-decimals"),
        ("CAST(9223372036854775807 AS BIGINT)", "ledger.amount-too-large"),
    ],
)
def test_a_bad_parquet_amount_is_rejected(bank: Any, value: str, code: str) -> None:
    kind = fetched(f"SELECT typeof({value})")[0][0]
    select = (
        f"SELECT 'A' AS acct, DATE '2025-01-02' AS day, CAST(1 AS {kind}) AS amount "
        f"UNION ALL SELECT 'B', DATE '2025-01-02', {value}"
    )
    report = bank.load(parquet(bank.folder / "x.parquet", select), columns=BASE)
    assert bank.rejects(report) == [("2", "balance", code)]


def test_undeclared_negative_parquet_amounts_are_rejected(bank: Any) -> None:
    rules = BASE | {"balance": {"column": "amount", "unit": "minor"}}
    select = (
        "SELECT 'A' AS acct, DATE '2025-01-02' AS day, CAST(-1 AS BIGINT) AS amount "
        "UNION ALL SELECT 'B', DATE '2025-01-02', 1"
    )
    report = bank.load(parquet(bank.folder / "x.parquet", select), columns=rules)
    assert bank.rejects(report) == [("1", "balance", "ledger.negative")]


@pytest.mark.parametrize(
    "day", ["TIMESTAMP '2025-01-02 00:00:00'", "'2025-01-02'", "DATE '2025-01-02'"]
)
def test_every_parquet_type_of_a_day_is_read(bank: Any, day: str) -> None:
    select = f"SELECT 'A' AS acct, {day} AS day, 1 AS amount"
    bank.load(parquet(bank.folder / "x.parquet", select), columns=BASE)
    assert bank.daily() == {("A", "2025-01-02"): 100}


def test_a_moment_is_no_day(bank: Any) -> None:
    select = (
        "SELECT 'A' AS acct, TIMESTAMP '2025-01-02 10:00:00' AS day, 1 AS amount "
        "UNION ALL SELECT 'B', TIMESTAMP '2025-01-02 00:00:00', 1"
    )
    report = bank.load(parquet(bank.folder / "x.parquet", select), columns=BASE)
    assert bank.rejects(report) == [("1", "day", "ledger.impossible-date")]


def test_full_width_account_numbers_are_brought_to_one_form(bank: Any) -> None:
    select = "SELECT ' ６２２２ ' AS acct, DATE '2025-01-02' AS day, 1 AS amount"
    bank.load(parquet(bank.folder / "x.parquet", select), columns=BASE)
    assert bank.daily() == {("6222", "2025-01-02"): 100}
    bank.load("acct,day,amount\n６２２２,2025-01-02,2\n", columns=BASE)
    assert bank.daily() == {("6222", "2025-01-02"): 200}


@pytest.mark.parametrize("cut", [0.3, 0.6, 0.9, 0.999])
def test_a_truncated_parquet_leaves_the_ledger_untouched(bank: Any, cut: float) -> None:
    select = "SELECT 'A' || i AS acct, DATE '2025-01-02' AS day, i AS amount FROM range(5000) t(i)"
    path = parquet(bank.folder / "x.parquet", select)
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * cut)])
    with pytest.raises(LedgerError) as caught:
        bank.load(path, columns=BASE)
    assert caught.value.issue.code == "exchange.broken-parquet"
    assert bank.ledger.head()[0] == 0


def test_a_parquet_with_a_hole_in_its_pages_is_broken_too(bank: Any) -> None:
    select = "SELECT 'A' || i AS acct, DATE '2025-01-02' AS day, i AS amount FROM range(5000) t(i)"
    path = parquet(bank.folder / "x.parquet", select)
    content = bytearray(path.read_bytes())
    content[100:3000] = b"\xff" * 2900
    path.write_bytes(bytes(content))
    with pytest.raises(LedgerError) as caught:
        bank.load(path, columns=BASE)
    assert caught.value.issue.code == "exchange.broken-parquet"
    assert bank.ledger.head()[0] == 0


def workbook(bank: Any, rows: list[list[Any]]) -> Path:
    made = openpyxl.Workbook()
    for row in [["acct", "day", "amount"], *rows]:
        made.active.append(row)
    made.save(bank.folder / "x.xlsx")
    return Path(bank.folder / "x.xlsx")


def test_excel_rows_are_read_and_rejected_by_what_their_cells_are(bank: Any) -> None:
    day = date(2025, 1, 2)
    rows = [
        ["6222000000000000001", day, 123.45], [6222000000000000001, day, 1], ["B", 45659, 1],
        ["C", day, "=1+1"], ["D", day, 1234567890123.4567],
        ["E", "2025-01-02", "7"], ["F", day, 1.005],
        ["G", day, -1], ["H", day, True], ["I", day, "#DIV/0!"],
    ]  # fmt: skip
    report = bank.load(workbook(bank, rows))
    assert bank.rejects(report) == [
        ("3", "account_no", "ledger.not-text"),
        ("4", "day", "ledger.date-as-number"),
        ("5", "balance", "ledger.formula-without-value"),
        ("6", "balance", "ledger.more-than-15-digits"),
        ("8", "balance", "ledger.too-many-decimals"),
        ("9", "balance", "ledger.negative"),
        ("10", "balance", "ledger.not-a-number"),
        ("11", "balance", "ledger.cell-error"),
    ]
    assert bank.daily() == {
        ("6222000000000000001", "2025-01-02"): 12345, ("E", "2025-01-02"): 700,
    }  # fmt: skip


def test_parts_hold_the_agreed_types_only_and_are_sorted(bank: Any) -> None:
    rows = "".join(f"A{n % 97:03},2025-01-{n // 97 + 1:02},{n}\n" for n in range(97 * 9))
    bank.load("acct,day,amount\n" + rows, coverage=("2025-01-01", "2025-01-10"))
    (part,) = bank.ledger.snapshot().parts("balances")
    found = fetched(f"DESCRIBE SELECT * FROM read_parquet('{part.path}')")
    assert [(row[0], row[1]) for row in found] == [
        ("account_no", "VARCHAR"), ("balance", "BIGINT"), ("class", "INTEGER"),
        ("overdue_days", "INTEGER"), ("from_day", "INTEGER"), ("to_day", "INTEGER"),
        ("delivery", "INTEGER"), ("line", "BIGINT"),
    ]  # fmt: skip
    kept = fetched(f"SELECT account_no, from_day FROM read_parquet('{part.path}')")
    assert kept == sorted(kept)


@pytest.mark.parametrize("order", ["a, i", "hash(a * 1000 + i)"])
def test_a_file_of_many_row_groups_is_checked_and_kept_in_order(bank: Any, order: str) -> None:
    """The one overlap lies between rows that are far apart; no order of storage may hide it."""
    select = (
        "SELECT 'A' || lpad(CAST(a AS VARCHAR), 5, '0') AS acct, a + i AS amount, "
        "CASE WHEN a % 2 = 0 THEN 'CNY' ELSE 'USD' END AS ccy, "
        "DATE '2025-01-01' + CAST(i AS INTEGER) AS \"from\", "
        "DATE '2025-01-01' + CAST(i + CASE WHEN a = 77 AND i = 5 THEN 2 ELSE 1 END AS INTEGER) "
        f'AS "to" FROM range(13000) t(a), range(31) u(i) ORDER BY {order}'
    )
    rules = {
        "account_no": {"column": "acct"}, "currency": {"column": "ccy"},
        "balance": {"column": "amount", "unit": "minor"}, "valid_from": {"column": "from"},
        "valid_to": {"column": "to"},
    }  # fmt: skip
    path = parquet(bank.folder / "x.parquet", select)
    report = bank.load(path, shape="intervals", columns=rules)
    assert (report.rows_in, report.rows_rejected) == (13000 * 31, 2)
    assert {code for *_, code in bank.rejects(report)} == {"ledger.overlap"}
    (part,) = bank.ledger.snapshot().parts("balances")
    query = f"SELECT account_no, from_day FROM read_parquet('{part.path}') ORDER BY file_row_number"
    kept = fetched(query.replace("')", "', file_row_number = true)"))
    assert len(kept) == 13000 * 31 - 2
    assert kept == sorted(kept)
