"""A delivery that says it is complete must hold every open account on each of its days."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from tidui.core.calendar import Span, day_number
from tidui.ledger import Ledger, absent_accounts, balances_after_closing, create_ledger

JANUARY = Span(day_number(date(2025, 1, 1)), day_number(date(2025, 2, 1)))
HEAD = """format: mapping/1
id: {table}
version: 1
title: {{zh: 测试, en: Test}}
table: {table}
feed: core
coverage: {{from: 2025-01-01, to: 2025-02-01}}
{extra}columns:
"""
ACCOUNTS = HEAD.format(table="accounts", extra="") + (
    "  account_no: {column: no}\n  customer_no: {column: no}\n  kind: {column: kind}\n"
    "  product: {constant: p}\n  currency: {constant: CNY}\n  org_code: {constant: B1}\n"
    "  opened_on: {column: opened}\n  closed_on: {column: closed}\n"
)
BALANCES = (
    "  account_no: {column: no}\n  currency: {constant: CNY}\n  day: {column: day}\n"
    "  balance: {column: balance, unit: major}\n"
)


def ledger_of(folder: Path, accounts: str, balances: str, extra: str) -> Ledger:
    """Load accounts and change points into a new ledger."""
    ledger = create_ledger(folder / "ledger")
    for table, text, mapping in (
        ("accounts", "no,kind,opened,closed\n" + accounts, ACCOUNTS),
        ("balances", "no,day,balance\n" + balances,
         HEAD.format(table="balances", extra="shape: change_points\n" + extra) + BALANCES),
    ):  # fmt: skip
        file = folder / f"{table}.csv"
        file.write_text(text, encoding="utf-8")
        ledger.load(file, table=table, mapping_text=mapping, at="2025-02-01T00:00:00Z", by="test")
    return ledger


def absent(ledger: Ledger) -> list[tuple[str, str | int]]:
    """Return each absent account with its days."""
    found = [dict(one.values) for one in absent_accounts(ledger.snapshot(), JANUARY)]
    return [(str(one["account"]), one["days"]) for one in found]


def test_an_absent_open_account_is_missing_and_not_zero(tmp_path: Path) -> None:
    accounts = "A,deposit,2020-01-01,\nB,deposit,2020-01-01,\n"
    ledger = ledger_of(tmp_path, accounts, "A,2025-01-01,5\n", "complete: true\n")
    assert absent(ledger) == [("B", 31)]


def test_an_account_is_expected_only_while_it_is_open(tmp_path: Path) -> None:
    accounts = "A,deposit,2020-01-01,\nB,deposit,2020-01-01,2025-01-01\nC,deposit,2025-01-21,\n"
    balances = "A,2025-01-01,5\nC,2025-01-25,1\n"
    ledger = ledger_of(tmp_path, accounts, balances, "complete: true\n")
    assert absent(ledger) == [("C", 4)]


def test_a_feed_speaks_for_the_kinds_that_it_delivers(tmp_path: Path) -> None:
    accounts = "A,deposit,2020-01-01,\nL,loan,2020-01-01,\n"
    ledger = ledger_of(tmp_path, accounts, "A,2025-01-01,5\n", "complete: true\n")
    assert absent(ledger) == []


def test_without_the_declaration_nothing_is_expected(tmp_path: Path) -> None:
    accounts = "A,deposit,2020-01-01,\nB,deposit,2020-01-01,\n"
    assert absent(ledger_of(tmp_path, accounts, "A,2025-01-01,5\n", "")) == []


def test_since_declares_that_a_line_not_yet_there_is_zero(tmp_path: Path) -> None:
    accounts = "A,deposit,2020-01-01,\nB,deposit,2020-01-01,\n"
    extra = "complete: true\nsince: 2025-01-01\n"
    assert absent(ledger_of(tmp_path, accounts, "A,2025-01-10,5\n", extra)) == []


def test_a_balance_that_outlives_its_account_is_told(tmp_path: Path) -> None:
    """A was closed on the 11th without a last line; B was zeroed, C is open."""
    accounts = ("A,deposit,2020-01-01,2025-01-11\nB,deposit,2020-01-01,2025-01-11\n"
                "C,deposit,2020-01-01,\n")  # fmt: skip
    balances = "A,2025-01-01,5\nB,2025-01-01,5\nB,2025-01-11,0\nC,2025-01-01,5\n"
    ledger = ledger_of(tmp_path, accounts, balances, "")
    (found,) = balances_after_closing(ledger.snapshot(), JANUARY)
    assert (found.where, found.severity) == ("balances A", "warning")
    assert dict(found.values) == {"account": "A", "closed": "2025-01-11", "days": 21, "accounts": 1}
    first_days = Span(JANUARY.from_day, JANUARY.from_day + 10)
    assert balances_after_closing(ledger.snapshot(), first_days) == ()
