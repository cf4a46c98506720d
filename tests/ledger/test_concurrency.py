"""Loads at once don't corrupt the ledger, and the catalogue only grows."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any

import pytest

from tidui.ledger import LedgerError, open_ledger

HEAD = "acct,from,to,amount\n"


def test_loads_at_once_all_stand_in_one_chain(bank: Any) -> None:
    files = [bank.file(HEAD + f"A{n},2025-01-01,2025-02-01,{n + 1}\n") for n in range(6)]

    def load(number: int) -> Any:
        ledger = open_ledger(bank.ledger.path)
        text = bank.mapping(shape="intervals", feed=f"feed-{number % 2}")
        return ledger.load(
            files[number], table="balances", mapping_text=text, at="t", by=str(number), threads=1
        )

    with ThreadPoolExecutor(3) as pool:
        reports = list(pool.map(load, range(6)))
    assert sorted(report.delivery for report in reports) == [1, 2, 3, 4, 5, 6]
    assert {problem.code for problem in bank.ledger.verify()} <= {"ledger.stray-file"}
    last = {}
    for entry in bank.ledger.entries():
        last[entry.payload["feed"]] = entry.number
    found = {row["delivery"] for row in bank.ledger.snapshot().rows("balances")}
    assert found == set(last.values())


def test_the_same_file_loaded_twice_at_once_stands_once(bank: Any) -> None:
    path = bank.file(HEAD + "A,2025-01-01,2025-02-01,1\n")

    def load(_: int) -> Any:
        return bank.load(path, shape="intervals")

    with ThreadPoolExecutor(2) as pool:
        reports = list(pool.map(load, range(2)))
    assert sorted(report.already_loaded for report in reports) == [False, True]
    assert bank.ledger.head()[0] == 1


def test_a_load_in_another_process_meets_the_same_lock(bank: Any) -> None:
    path = bank.file(HEAD + "B,2025-01-01,2025-02-01,1\n")
    script = (
        "import sys; from pathlib import Path; from tidui.ledger import open_ledger; "
        "open_ledger(Path(sys.argv[1])).load(Path(sys.argv[2]), table='balances', "
        "mapping_text=sys.argv[3], at='t', by='other')"
    )
    text = bank.mapping(shape="intervals", feed="other")
    run = [sys.executable, "-c", script, str(bank.ledger.path), str(path), text]
    with subprocess.Popen(run) as other:
        bank.load(HEAD + "A,2025-01-01,2025-02-01,1\n", shape="intervals")
        assert other.wait(60) == 0
    assert bank.ledger.head()[0] == 2
    assert bank.ledger.verify() == ()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entries SET at = 'x'",
        "DELETE FROM entries",
        "INSERT INTO entries VALUES (5, 'x', 't', '{}', '', 'h')",
        "INSERT INTO entries VALUES (2, 'x', 't', '{}', 'wrong', 'h')",
        "INSERT OR REPLACE INTO entries VALUES (1, 'x', 't', '{}', '', 'h')",
    ],
)
def test_the_catalogue_only_grows(bank: Any, statement: str) -> None:
    bank.ledger.append("posting", {"a": 1}, at="t")
    with (
        closing(sqlite3.connect(bank.ledger.path / "catalogue.sqlite")) as connection,
        pytest.raises(sqlite3.IntegrityError),
    ):
        connection.execute(statement)


def test_a_changed_entry_breaks_the_chain(bank: Any) -> None:
    for number in range(3):
        bank.ledger.append("posting", {"number": number}, at="t")
    assert bank.ledger.verify() == ()
    with closing(sqlite3.connect(bank.ledger.path / "catalogue.sqlite")) as connection:
        connection.execute("DROP TRIGGER no_update")
        payload = json.dumps({"number": 9})
        connection.execute("UPDATE entries SET payload = ? WHERE number = 2", (payload,))
        connection.commit()
    assert [problem.code for problem in bank.ledger.verify()] == ["ledger.chain-hash"]


def test_a_changed_or_lost_file_is_named(bank: Any) -> None:
    bank.load(HEAD + "A,2025-01-01,2025-02-01,1\n", shape="intervals")
    (part,) = bank.ledger.snapshot().parts("balances")
    (original,) = (bank.ledger.path / "originals").iterdir()
    part.path.write_bytes(part.path.read_bytes() + b"x")
    original.unlink()
    codes = [problem.code for problem in bank.ledger.verify()]
    assert sorted(codes) == ["ledger.file-changed", "ledger.file-lost"]


def test_load_and_revert_write_their_own_entries(bank: Any) -> None:
    with pytest.raises(ValueError, match="kind"):
        bank.ledger.append("delivery", {}, at="t")


def test_a_folder_that_is_no_ledger_is_refused(bank: Any) -> None:
    with pytest.raises(LedgerError):
        open_ledger(bank.folder)


def test_the_delivered_file_is_kept_as_it_came(bank: Any) -> None:
    path = bank.file("\ufeff" + HEAD + "A,2025-01-01,2025-02-01,1\n")
    bank.load(path, shape="intervals")
    (original,) = (bank.ledger.path / "originals").iterdir()
    assert original.read_bytes() == path.read_bytes()


def test_the_progress_ends_at_its_total(bank: Any) -> None:
    told: list[tuple[int, int, str]] = []
    path = bank.file(HEAD + "A,2025-01-01,2025-02-01,1\n")
    bank.ledger.load(
        path, table="balances", mapping_text=bank.mapping(shape="intervals"), at="t", by="b",
        progress=lambda done, total, stage: told.append((done, total, stage)),
    )  # fmt: skip
    assert told[-1] == (6, 6, "commit")
    assert {stage for *_, stage in told} == {"copy", "read", "check", "shape", "write", "commit"}
