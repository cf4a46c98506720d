"""A load that is killed at any moment leaves the ledger as it was."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from tidui.ledger import open_ledger

SCRIPT = Path(__file__).with_name("killed_load.py")
HEAD = "acct,from,to,amount\n"


def test_a_load_killed_at_any_step_leaves_the_ledger_as_it_was(bank: Any) -> None:
    coverage = ("2025-01-30", "2025-02-03")
    bank.load(HEAD + "A,2025-01-30,2025-02-03,1\n", shape="intervals", coverage=coverage)
    before = (bank.ledger.head(), bank.daily())
    delivery = bank.file(HEAD + "A,2025-01-31,2025-02-02,2\nA,2025-13-01,2025-02-02,2\n")
    mapping = bank.folder / "mapping.yaml"
    text = bank.mapping(shape="intervals", coverage=("2025-01-31", "2025-02-02"))
    mapping.write_text(text, "utf-8")
    killed, step = 0, 1
    while True:
        run = [sys.executable, str(SCRIPT), str(bank.ledger.path), str(delivery), str(mapping)]
        done = subprocess.run([*run, str(step)], check=False, capture_output=True, timeout=60)
        if done.returncode == 0:
            break
        assert done.returncode == -signal.SIGKILL, done.stderr.decode()
        killed += 1
        ledger = open_ledger(bank.ledger.path)
        strays = {problem.code for problem in ledger.verify()}
        assert strays <= {"ledger.stray-file"}
        if ledger.head() == before[0]:
            assert bank.daily() == before[1]
        else:
            break
        step += 1
    assert killed >= 8
    after = bank.load(delivery, shape="intervals", coverage=("2025-01-31", "2025-02-02"))
    assert after.already_loaded
    assert bank.ledger.verify() == ()
    assert bank.daily() == {
        ("A", "2025-01-30"): 100, ("A", "2025-01-31"): 200,
        ("A", "2025-02-01"): 200, ("A", "2025-02-02"): 100,
    }  # fmt: skip


def test_what_a_killed_load_left_is_swept_by_the_next(bank: Any) -> None:
    stray = bank.ledger.path / "files" / ("0" * 64 + ".parquet")
    stray.write_bytes(b"half")
    (bank.ledger.path / "scratch" / "old").mkdir(parents=True)
    assert [problem.code for problem in bank.ledger.verify()] == ["ledger.stray-file"]
    bank.load(HEAD + "A,2025-01-01,2025-01-02,1\n", shape="intervals")
    assert bank.ledger.verify() == ()
    assert not stray.exists()
    assert list((bank.ledger.path / "scratch").iterdir()) == []
