"""Bad input gives a clear error or a reject, never a wrong number."""

from __future__ import annotations

import csv
from typing import Any

import pytest

from tidui.ledger import LedgerError

HEAD = "acct,day,amount\n"
GOOD = "6222000000000000001,2025-01-02,10.00\n"


def columns(**balance: Any) -> dict[str, Any]:
    return {
        "account_no": {"column": "acct"}, "currency": {"constant": "CNY"},
        "day": {"column": "day"}, "balance": {"column": "amount"} | balance,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("line", "column", "code"),
    [
        ("A,2025-02-30,1", "day", "ledger.impossible-date"),
        ("A,2025-1-2,1", "day", "ledger.impossible-date"),
        ("A,20250102,1", "day", "ledger.impossible-date"),
        ("A,,1", "day", "ledger.missing-value"),
        (",2025-01-02,1", "account_no", "ledger.missing-value"),
        ("A,2025-01-02,", "balance", "ledger.missing-value"),
        ("A,2025-01-02,１２", "balance", "ledger.full-width"),
        ("A,2025-01-02,-1", "balance", "ledger.negative"),
        ("A,2025-01-02,1-", "balance", "ledger.negative"),
        ("A,2025-01-02,(1)", "balance", "ledger.negative"),
        ("A,2025-01-02,12345678901234567890", "balance", "ledger.amount-too-large"),
        ("A,2025-01-02,10000000000000.01", "balance", "ledger.amount-too-large"),
        ("A,2025-01-02,NaN", "balance", "ledger.not-finite"),
        ("A,2025-01-02,-Infinity", "balance", "ledger.not-finite"),
        ("A,2025-01-02,1e3", "balance", "ledger.not-a-number"),
        ("A,2025-01-02,+1", "balance", "ledger.not-a-number"),
        ("A,2025-01-02,1.005", "balance", "ledger.too-many-decimals"),
        ("A,2025-01-02,1.", "balance", "ledger.not-a-number"),
        ("A,2025-01-02,0x10", "balance", "ledger.not-a-number"),
        ("A,2025-01-02,1_000", "balance", "ledger.not-a-number"),
        ("A,2025-01-02,١٢", "balance", "ledger.not-a-number"),
        ("A,2025-02-01,1", "day", "ledger.outside-coverage"),
        ("A,2024-12-31,1", "day", "ledger.outside-coverage"),
        ("A,2025-01-02,1,9", "", "ledger.field-count"),
        ("A,2025-01-02", "", "ledger.field-count"),
        ("A" * 201 + ",2025-01-02,1", "account_no", "ledger.too-long"),
    ],
)
def test_a_bad_row_is_rejected_with_its_line_and_column(
    bank: Any, line: str, column: str, code: str
) -> None:
    report = bank.load(HEAD + GOOD + line + "\n")
    assert bank.rejects(report) == [("3", column, code)]
    assert (report.rows_in, report.rows_used, report.rows_rejected) == (2, 1, 1)
    assert report.amount_in == report.amount_used + report.amount_rejected
    assert report.amount_used == 1000


def test_an_undeclared_thousands_separator_is_rejected(bank: Any) -> None:
    report = bank.load("acct;day;amount\nA;2025-01-02;1,234.00\nB;2025-01-02;1.00\n", delimiter=";")
    assert bank.rejects(report) == [("2", "balance", "ledger.thousands")]


@pytest.mark.parametrize(
    ("text", "rule", "minor"),
    [
        ("1,234,567.80", {"thousands": ","}, 123456780),
        ("1234567.80", {"thousands": ","}, 123456780),
        ("1.234,5", {"thousands": ".", "point": ","}, 123450),
        ("１２．５", {"full_width": True}, 1250),
        ("-5", {"negative": "leading"}, -500),
        ("5-", {"negative": "trailing"}, -500),
        ("(5.00)", {"negative": ["brackets"]}, -500),
        ("（５）", {"negative": ["brackets"], "full_width": True}, -500),
        ("1.5", {"unit": "万元"}, 1500000),
        ("0.000001", {"unit": "ten_thousand"}, 1),
        ("150", {"unit": "minor"}, 150),
        ("7", {"invert": True}, -700),
        ("0001.50", {}, 150),
        ("10000000000000.00", {}, 10**15),
    ],
)
def test_a_declared_way_of_writing_is_read(
    bank: Any, text: str, rule: dict[str, Any], minor: int
) -> None:
    bank.load(f"acct;day;amount\nA;2025-01-02;{text}\n", delimiter=";", columns=columns(**rule))
    assert [row["balance"] for row in bank.ledger.snapshot().rows("balances")] == [minor]


@pytest.mark.parametrize("text", ["1,23", "12,34,567", ",123", "1,234,56.0", "1234,567"])
def test_a_declared_separator_must_stand_at_thousands(bank: Any, text: str) -> None:
    content = f"acct;day;amount\nA;2025-01-02;{text}\nB;2025-01-02;1\n"
    report = bank.load(content, delimiter=";", columns=columns(thousands=","))
    assert [code for *_, code in bank.rejects(report)] in (
        ["ledger.thousands"], ["ledger.not-a-number"],
    )  # fmt: skip


@pytest.mark.parametrize("text", ["(-5)", "--5", "-5-", "((5))"])
def test_two_signs_are_no_number(bank: Any, text: str) -> None:
    rule = columns(negative=["leading", "trailing", "brackets"])
    report = bank.load(HEAD + GOOD + f"A,2025-01-02,{text}\n", columns=rule)
    assert report.rows_rejected == 1


def test_a_sign_column_is_read_and_an_unknown_mark_rejected(bank: Any) -> None:
    sign = {"column": "dc", "negative": ["贷"], "positive": ["借"]}
    content = "acct,day,amount,dc\nA,2025-01-02,1,借\nB,2025-01-02,2,贷\nC,2025-01-02,3,?\n"
    report = bank.load(content, columns=columns(sign=sign))
    assert bank.rejects(report) == [("4", "balance", "ledger.unknown-sign")]
    found = {row["account_no"]: row["balance"] for row in bank.ledger.snapshot().rows("balances")}
    assert found == {"A": 100, "B": -200}


def test_every_row_of_a_duplicate_account_day_is_rejected(bank: Any) -> None:
    report = bank.load(HEAD + GOOD + "A,2025-01-02,1\nB,2025-01-02,3\nA,2025-01-02,2\n")
    assert bank.rejects(report) == [
        ("3", "day", "ledger.duplicate"), ("5", "day", "ledger.duplicate"),
    ]  # fmt: skip
    assert report.amount_rejected == 300


@pytest.mark.parametrize("currency", ["XXX", "人民币", "cny"])
def test_a_currency_without_minor_digits_is_rejected(bank: Any, currency: str) -> None:
    rules = columns() | {"currency": {"column": "ccy"}}
    content = f"acct,day,amount,ccy\nA,2025-01-02,1,{currency}\nB,2025-01-02,1,JPY\n"
    report = bank.load(content, columns=rules)
    assert ("2", "currency", "ledger.unknown-currency") in bank.rejects(report)
    assert [row["balance"] for row in bank.ledger.snapshot().rows("balances")] == [1]


def test_an_unknown_account_is_rejected_where_the_mapping_asks(bank: Any) -> None:
    accounts = {
        "account_no": {"column": "a"}, "customer_no": {"column": "a"},
        "kind": {"constant": "deposit"}, "product": {"constant": "p"},
        "currency": {"constant": "USD"}, "org_code": {"constant": "0731"},
        "opened_on": {"constant": "2025-01-01"},
    }  # fmt: skip
    bank.load("a\nA\n", table="accounts", shape=None, columns=accounts)
    rules = columns() | {"currency": {"column": "ccy"}}
    content = "acct,day,amount,ccy\nA,2025-01-02,1,USD\nB,2025-01-02,1,USD\nA,2025-01-03,1,CNY\n"
    report = bank.load(content, columns=rules, check={"account_no": "accounts"})
    assert bank.rejects(report) == [
        ("3", "account_no", "ledger.unknown-account"), ("4", "currency", "ledger.currency-differs"),
    ]  # fmt: skip


def test_overlapping_and_reversed_intervals_are_rejected(bank: Any) -> None:
    content = (
        "acct,from,to,amount\nA,2025-01-01,2025-01-10,1\nA,2025-01-09,2025-01-12,2\n"
        "A,2025-01-12,2025-01-20,3\nB,2025-01-05,2025-01-05,4\nB,2025-01-07,2025-01-06,5\n"
    )
    report = bank.load(content, shape="intervals")
    assert bank.rejects(report) == [
        ("2", "valid_from", "ledger.overlap"), ("3", "valid_from", "ledger.overlap"),
        ("5", "valid_to", "ledger.reversed-interval"),
        ("6", "valid_to", "ledger.reversed-interval"),
    ]  # fmt: skip
    assert (report.amount_in, report.amount_used, report.amount_rejected) == (1500, 300, 1200)


def test_a_long_interval_overlaps_every_one_inside_it(bank: Any) -> None:
    content = (
        "acct,from,to,amount\nA,2025-01-01,2025-01-31,1\nA,2025-01-02,2025-01-03,1\n"
        "A,2025-01-20,2025-01-21,1\nB,2025-01-20,2025-01-21,1\n"
    )
    report = bank.load(content, shape="intervals")
    assert [line for line, *_ in bank.rejects(report)] == ["2", "3", "4"]


def test_shares_above_the_whole_are_rejected_for_the_days_they_exceed(bank: Any) -> None:
    rules = {
        "account_no": {"column": "acct"}, "who": {"column": "who"},
        "share": {"column": "share", "unit": "percent"},
        "valid_from": {"column": "from"}, "valid_to": {"column": "to"},
    }  # fmt: skip
    content = (
        "acct,who,share,from,to\nA,R1,60%,2025-01-01,2025-01-20\nA,R2,40,2025-01-01,2025-01-10\n"
        "A,R3,40.0001,2025-01-10,2025-01-20\nA,R4,100%,2025-01-20,2025-02-01\n"
        "B,R1,100.1%,2025-01-01,2025-02-01\nB,R2,0,2025-01-01,2025-02-01\n"
    )
    report = bank.load(content, table="attributions", shape=None, columns=rules)
    assert bank.rejects(report) == [
        ("2", "share", "ledger.shares-above-one"), ("4", "share", "ledger.shares-above-one"),
        ("6", "share", "ledger.out-of-range"), ("7", "share", "ledger.out-of-range"),
    ]  # fmt: skip


def test_the_reject_file_tells_reason_and_remedy_in_both_languages(bank: Any) -> None:
    report = bank.load(HEAD + GOOD + "=cmd(),2025-02-30,1\n")
    assert report.rejects_path is not None
    with report.rejects_path.open(encoding="utf-8-sig", newline="") as stream:
        (row,) = csv.DictReader(stream)
    assert row["file"] == "delivery_1.csv"
    assert row["value"] == "2025-02-30"
    assert "2025-02-30" in row["reason_zh"]
    assert "2025-02-30" in row["reason_en"]
    assert row["remedy_zh"]
    assert row["remedy_en"]


def test_a_value_in_the_reject_file_is_no_formula(bank: Any) -> None:
    report = bank.load(HEAD + GOOD + "A,2025-01-02,=1+1\nA,2025-01-02,-1+cmd|x\n")
    assert report.rejects_path is not None
    text = report.rejects_path.read_text("utf-8-sig")
    assert "'=1+1" in text
    assert "'-1+cmd|x" in text


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("", "exchange.empty-file"),
        ("\n", "exchange.empty-file"),
        (HEAD, "exchange.no-rows"),
        ("account,day,amount\nA,2025-01-02,1\n", "exchange.missing-column"),
        ("acct,day,amount,day\nA,2025-01-02,1,x\n", "exchange.duplicate-column"),
        (b"acct,day,amount\n\xff\xff\xff,2025-01-02,1\n", "exchange.undecodable"),
        (b"acct,day,amount\nA\x00,2025-01-02,1\n", "exchange.binary"),
        (b"PAR1 cut off in the middle", "exchange.broken-parquet"),
        (b"PK\x03\x04 no zip at all", "exchange.broken-excel"),
        (b"\xd0\xcf\x11\xe0 old excel", "exchange.excel-format"),
        ('acct,day,amount\n"A,2025-01-02,1\n', "exchange.broken-csv"),
        (HEAD + "A,2025-02-30,1\n", "ledger.nothing-usable"),
    ],
)
def test_a_file_that_is_wrong_as_a_whole_leaves_the_ledger_untouched(
    bank: Any, content: str | bytes, code: str
) -> None:
    with pytest.raises(LedgerError) as caught:
        bank.load(content)
    assert caught.value.issue.code == code
    assert bank.ledger.head()[0] == 0
    assert bank.ledger.verify() == ()


@pytest.mark.parametrize(
    ("controls", "code"),
    [
        ({"rows": 3}, "ledger.control-rows"),
        ({"rows": 2, "sums": {"balance": 11}}, "ledger.control-sum"),
        ({"rows": 2, "sums": {"balance": 12}}, None),
    ],
)
def test_control_totals_must_be_met(bank: Any, controls: Any, code: str | None) -> None:
    content = HEAD + GOOD + "B,2025-01-02,2.00\n"
    if code is None:
        assert bank.load(content, controls=controls).rows_used == 2
        return
    with pytest.raises(LedgerError) as caught:
        bank.load(content, controls=controls)
    assert caught.value.issue.code == code
    assert bank.ledger.head()[0] == 0


def test_control_totals_given_when_loading_replace_those_of_the_mapping(bank: Any) -> None:
    with pytest.raises(LedgerError):
        bank.load(HEAD + GOOD, controls={"rows": 1}, controls_given={"rows": 2})


def test_a_delivery_of_the_other_master_is_refused(bank: Any) -> None:
    with pytest.raises(LedgerError) as caught:
        bank.load(HEAD + GOOD, master="database")
    assert caught.value.issue.code == "ledger.other-master"


def test_a_dry_run_reports_and_changes_nothing(bank: Any) -> None:
    report = bank.load(HEAD + GOOD + "A,2025-02-30,1\n", dry_run=True)
    assert (report.delivery, report.rows_rejected) == (None, 1)
    assert [problem.code for problem in report.issues] == [
        "ledger.impossible-date", "ledger.days-missing", "ledger.days-missing",
    ]  # fmt: skip
    assert bank.ledger.head()[0] == 0
    assert bank.ledger.verify() == ()
