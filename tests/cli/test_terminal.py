"""Long work shows its progress on a terminal."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def output_on_a_terminal(command: list[str]) -> str:
    """Run a command whose standard error is a terminal, and return what it wrote there."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "100"}
    done = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=theirs, env=environment
    )
    os.close(theirs)
    pieces = []
    while True:
        try:
            piece = os.read(ours, 4096)
        except OSError:  # the terminal's other end is closed
            break
        if not piece:
            break
        pieces.append(piece)
    os.close(ours)
    assert done.wait() == 0
    return b"".join(pieces).decode("utf-8", errors="replace")


def test_a_bar_is_drawn_on_a_terminal(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tidui", "demo-cli", "--ledger", str(tmp_path / "demo")]
    shown = output_on_a_terminal(command)
    assert "━" in shown
    assert "%" in shown


@pytest.mark.spark
def test_a_run_is_verified_by_the_other_engine(tmp_path: Path) -> None:
    ledger = str(tmp_path / "demo")
    tidui = [sys.executable, "-m", "tidui"]
    demo = [*tidui, "demo-cli", "--ledger", ledger]
    subprocess.run(demo, cwd=ROOT, check=True, capture_output=True)
    done = subprocess.run(
        [*tidui, "verify", "run", "--ledger", ledger, "--run", "2025", "--engine", "spark",
         "--lang", "en"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "all the same" in done.stdout
