"""The same run from the same ledger: whatever the hash seed, the time zone and the place."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from .conftest import EXAMPLES, ExampleBank


def files_of(ledger: Path) -> dict[str, bytes]:
    """Return every file of the only run."""
    (run,) = (path for path in (ledger / "runs").iterdir() if not path.name.startswith("."))
    return {f"{run.name}/{path.name}": path.read_bytes() for path in sorted(run.iterdir())}


def appraised(ledger: Path, **environment: str) -> dict[str, bytes]:
    """Appraise 2025 in a process of its own and return the run's files."""
    shutil.rmtree(ledger / "runs", ignore_errors=True)
    words = ["appraise", "--ledger", str(ledger), "--scheme", str(EXAMPLES / "scheme.yaml"),
             "--period", "2025"]  # fmt: skip
    own = {**os.environ, "PYTHONPATH": str(EXAMPLES.parent), **environment}
    subprocess.run([sys.executable, "-m", "tidui", *words], check=True, env=own,
                   capture_output=True)  # fmt: skip
    return files_of(ledger)


def test_hash_seed_time_zone_and_folder_change_nothing(bank: ExampleBank, tmp_path: Path) -> None:
    elsewhere = Path(shutil.copytree(bank.ledger.path, tmp_path / "other" / "place"))
    one = appraised(bank.ledger.path, PYTHONHASHSEED="1", TZ="UTC", LANG="C.UTF-8")
    other = appraised(elsewhere, PYTHONHASHSEED="4242", TZ="Pacific/Kiritimati", LANG="zh_CN.UTF-8")
    assert one == other
    assert any(name.endswith("payslips.jsonl") for name in one)
