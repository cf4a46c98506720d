"""The example bank is what its seeded script makes, and the README shows what the demo prints."""

from __future__ import annotations

import hashlib
import importlib.util
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"


def hashes(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of each delivered file."""
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.glob("*.csv"))
    }


def test_the_script_makes_the_committed_files(tmp_path: Path) -> None:
    spec = importlib.util.spec_from_file_location("maker", ROOT / "tools" / "example_bank.py")
    assert spec is not None
    assert spec.loader is not None
    maker = importlib.util.module_from_spec(spec)
    sys.modules["maker"] = maker
    spec.loader.exec_module(maker)
    maker.main(tmp_path)
    assert hashes(tmp_path) == hashes(EXAMPLES)
    assert len(hashes(EXAMPLES)) == 10


def test_the_example_bank_is_small() -> None:
    assert sum(path.stat().st_size for path in EXAMPLES.rglob("*") if path.is_file()) < 3_000_000


def test_the_readme_shows_what_the_demo_prints(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tidui", "demo-cli", "--lang", "en",
         "--ledger", str(tmp_path / "demo"), "--examples", str(EXAMPLES)],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    block = re.search(r"```text\n(.*?)```", readme, re.S)
    assert block is not None
    shown = [line for line in block.group(1).splitlines() if line.strip(" …")]
    printed = re.sub(r" +", " ", done.stdout)
    for line in shown:
        for piece in re.sub(r" +", " ", line).split("…"):
            assert piece.strip() in printed, piece
    assert len(shown) > 8


def test_nothing_of_a_progress_bar_is_printed_in_a_pipe(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tidui", "demo-cli", "--ledger", str(tmp_path / "demo"),
         "--examples", str(EXAMPLES)],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "\r" not in done.stdout + done.stderr
    assert "\x1b" not in done.stdout + done.stderr
    assert "%|" not in done.stderr
