"""The rows of the database in the ledger folder: whole, once, and never silently fewer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tidui.core.calendar import OPEN_END, day_number, day_of
from tidui.core.values import Issue
from tidui.ledger import TABLES, Ledger, LedgerError, create_ledger
from tidui.runs.folder import RunFolder
from tidui.runs.freezing import Frozen, freeze
from tidui.runs.inputs import read_inputs
from tidui.runs.scorecards import read_scorecards

from .conftest import ExampleBank

AT = "2026-01-01T00:00:00Z"
MASTERED = ("organisation", "employees", "attributions", "targets", "measures", "outcomes")
EMPLOYEES = [
    {"employee_no": "E001", "line": "corporate", "status": "active", "grade": "rm",
     "rm_since_on": date(2022, 4, 1), "certificates": "credit,product",
     "valid_from": date(2025, 1, 1), "valid_to": date(2025, 7, 1)},
    {"employee_no": "E001", "line": "corporate", "status": "active", "grade": "senior",
     "valid_from": date(2025, 7, 1), "valid_to": None},
    {"employee_no": "00E2", "line": "retail", "status": "leave", "valid_from": date(2024, 1, 1)},
]  # fmt: skip
TARGETS = [
    {"subject": "E001", "indicator": "deposit", "period": "2025", "value": 1_200_000_000,
     "unit": "CNY", "confirmed_on": date(2025, 1, 15), "maker": "H02", "checker": "H03"},
    {"subject": "E001", "indicator": "growth", "period": "2025", "value": Decimal("-0.125"),
     "base": Fraction(1, 8), "unit": "ratio", "maker": "H02", "checker": "H03"},
]  # fmt: skip


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    """A ledger whose people and decisions are the database's."""
    return create_ledger(tmp_path / "ledger", masters=dict.fromkeys(MASTERED, "database"))


def put(ledger: Ledger, **tables: Sequence[dict[str, Any]]) -> tuple[Frozen, ...]:
    """Freeze tables."""
    return freeze(ledger, tables, at=AT, by="Dana")


def refused(ledger: Ledger, **tables: Sequence[dict[str, Any]]) -> Sequence[Issue]:
    """Return why a freeze is refused, which must leave the ledger as it was."""
    before = ledger.head()
    with pytest.raises(LedgerError) as caught:
        put(ledger, **tables)
    assert ledger.head() == before
    return caught.value.issues


def test_every_word_of_a_row_arrives(ledger: Ledger) -> None:
    (people, targets) = put(ledger, employees=EMPLOYEES, targets=TARGETS)
    assert people == Frozen("employees", 3, 1, True)
    assert targets == Frozen("targets", 2, 2, True)
    inputs = read_inputs(ledger.snapshot(), date(2026, 1, 1))
    first, second = (spell for spell in inputs.employees if spell.employee_no == "E001")
    assert (first.grade, first.rm_since) == ("rm", day_number(date(2022, 4, 1)))
    assert first.certificates == {"credit", "product"}
    assert first.span.to_day == second.span.from_day == day_number(date(2025, 7, 1))
    assert second.span.to_day >= OPEN_END - 1
    assert {t.indicator: (t.value, t.base) for t in inputs.targets} == {
        "deposit": (1_200_000_000, None), "growth": (Fraction(-1, 8), Fraction(1, 8)),
    }  # fmt: skip
    assert [t.confirmed_on is None for t in inputs.targets] == [False, True]


def test_a_share_is_a_fraction_of_one(ledger: Ledger) -> None:
    row = {"account_no": "A1", "who": "E001", "approved_by": "H01"}
    put(ledger, attributions=[
        {**row, "share": Fraction(3, 8)}, {**row, "who": "E002", "share": Decimal("0.625")},
    ])  # fmt: skip
    found = ledger.snapshot().rows("attributions")
    assert {item["who"]: item["share_ppm"] for item in found} == {"E001": 375_000, "E002": 625_000}


def test_the_same_rows_are_frozen_once_in_whatever_order_they_come(ledger: Ledger) -> None:
    put(ledger, employees=EMPLOYEES, targets=TARGETS)
    head = ledger.head()
    for seed in range(4):
        people, targets = list(EMPLOYEES), list(TARGETS)
        Random(seed).shuffle(people)
        Random(seed).shuffle(targets)
        found = put(ledger, employees=people, targets=targets)
        assert [(one.delivery, one.changed) for one in found] == [(1, False), (2, False)]
    assert ledger.head() == head


def test_rows_of_an_earlier_freeze_come_into_force_again(ledger: Ledger) -> None:
    other = [{**EMPLOYEES[0], "grade": "chief", "valid_to": None}]
    for rows in (EMPLOYEES, other, EMPLOYEES):
        (frozen,) = put(ledger, employees=rows)
        assert frozen.changed
    assert {row["grade"] for row in ledger.snapshot().rows("employees")} == {"rm", "senior", None}
    assert not put(ledger, employees=EMPLOYEES)[0].changed


def test_a_table_may_be_empty_from_the_first_day_and_become_so(ledger: Ledger) -> None:
    assert put(ledger, measures=[], targets=TARGETS)[0] == Frozen("measures", 0, None, False)
    put(ledger, targets=TARGETS[:1])
    assert put(ledger, targets=[]) == (Frozen("targets", 0, None, True),)
    assert ledger.snapshot().rows("targets") == []
    assert put(ledger, targets=[]) == (Frozen("targets", 0, None, False),)
    put(ledger, targets=TARGETS)
    assert len(ledger.snapshot().rows("targets")) == 2
    assert ledger.verify() == ()


def test_a_freeze_that_is_killed_shows_nothing_of_earlier_and_is_finished_by_the_next(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    for value in (1, 2, 3):
        put(ledger, targets=[{**TARGETS[0], "value": value}])
    revert, calls = Ledger.revert, iter((True, False))

    def killed(own: Ledger, number: int, **given: str) -> object:
        if not next(calls):
            raise KeyboardInterrupt
        return revert(own, number, **given)

    with monkeypatch.context() as patched:
        patched.setattr(Ledger, "revert", killed)
        with pytest.raises(KeyboardInterrupt):
            put(ledger, targets=[])
    assert [row["value"] for row in ledger.snapshot().rows("targets")] == [3]
    assert put(ledger, targets=[]) == (Frozen("targets", 0, None, True),)
    assert ledger.snapshot().rows("targets") == []


def test_a_row_that_would_be_rejected_is_named_and_nothing_is_entered(ledger: Ledger) -> None:
    bad = [{**TARGETS[1], "period": "2025-13"}, *TARGETS]
    first, second = refused(ledger, employees=EMPLOYEES, targets=bad)
    assert (first.code, dict(first.values)["rows"]) == ("freeze.rejected", 1)
    assert second.code == "ledger.impossible-period"
    assert second.where == "targets E001 growth 2025-13"
    alone = refused(ledger, targets=bad[:1])
    assert [found.code for found in alone] == ["freeze.rejected", "ledger.impossible-period"]
    again = refused(ledger, employees=[*EMPLOYEES, EMPLOYEES[2]])
    assert {found.where for found in again[1:]} == {"employees 00E2 2024-01-01"}


def test_what_a_file_can_not_carry_is_named(ledger: Ledger) -> None:
    endless = refused(ledger, targets=[{**TARGETS[0], "value": Fraction(1, 3)}])
    assert [(one.code, one.where) for one in endless] == [
        ("freeze.endless-number", "targets E001 deposit 2025")
    ]
    row = {"employee_no": "E1", "scheme": "s", "period": "2025", "reason": "one\ntwo"}
    put(ledger, outcomes=[row])
    assert refused(ledger, outcomes=[{**row, "reason": "bell\x07"}])[0].code == (
        "freeze.control-character"
    )


def test_a_table_of_another_master_is_refused(tmp_path: Path) -> None:
    ledger = create_ledger(tmp_path / "files", masters={"targets": "database"})
    for rows in (EMPLOYEES, []):
        assert refused(ledger, targets=TARGETS, employees=rows)[0].code == "ledger.other-master"


def test_a_value_of_the_wrong_type_is_a_programming_error(ledger: Ledger) -> None:
    for wrong in ({"value": 1.5}, {"value": True}, {"confirmed_on": "2025-01-15"}):
        with pytest.raises(TypeError):
            put(ledger, targets=[{**TARGETS[0], **wrong}])
    with pytest.raises(ValueError, match="no column"):
        put(ledger, targets=[{**TARGETS[0], "points": 1}])


def test_balances_are_never_the_database_s(tmp_path: Path) -> None:
    ledger = create_ledger(tmp_path / "wrong", masters={"balances": "database"})
    with pytest.raises(ValueError, match="balances"):
        put(ledger, balances=[])


def words_of(table: str, row: dict[str, Any]) -> dict[str, Any]:
    """Turn a stored row back into the words that it was delivered in."""
    special = {"valid_from": "from_day", "valid_to": "to_day"}
    words: dict[str, Any] = {}
    for column in TABLES[table].columns:
        value = row[special.get(column.name, column.physical)]
        if value is not None and column.kind == "day":
            value = day_of(value)
        elif value is not None and column.kind in ("share", "number"):
            value = Fraction(value, 1_000_000 if column.kind == "share" else 10 ** row["scale"])
        words[column.name] = value
    return words


def test_a_run_over_frozen_tables_is_the_run_over_delivered_files(
    loaded_example: ExampleBank, example_run: RunFolder, tmp_path: Path
) -> None:
    ledger = create_ledger(tmp_path / "ledger", masters=dict.fromkeys(MASTERED, "database"))
    bank, snapshot = ExampleBank(ledger, tmp_path), loaded_example.ledger.snapshot()
    for table in ("accounts", "balances", "customers", "flows"):
        bank.deliver(table)
    put(ledger, **{table: [words_of(table, row) for row in snapshot.rows(table)]
                   for table in MASTERED})  # fmt: skip
    assert read_scorecards(bank.stored()) == read_scorecards(example_run)
