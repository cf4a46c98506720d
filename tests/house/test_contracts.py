"""The import contracts hold, and each of them breaks when it is violated."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LINTER = Path(sys.executable).with_name("lint-imports")

CANARIES = {
    "house": ("tidui/core/canary_values.py", "import tidui.runs.records\n"),
    "core": ("tidui/core/values.py", "import tidui.core.documents\n"),
    "chain": ("tidui/core/appraisal/scores.py", "import tidui.core.appraisal.grades\n"),
    "no-django": ("tidui/ledger/catalogue.py", "import django\n"),
    "no-engine-in-core": ("tidui/core/calendar.py", "import duckdb\n"),
}


def broken_contracts(root: Path) -> str:
    """Run the linter over a tree and return what it prints."""
    done = subprocess.run(
        [str(LINTER), "--no-cache"], cwd=root, capture_output=True, text=True, check=False,
        env={"PYTHONPATH": str(root), "PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    return "" if done.returncode == 0 else done.stdout + done.stderr


def test_the_contracts_hold() -> None:
    assert broken_contracts(ROOT) == ""


@pytest.mark.parametrize("contract", sorted(CANARIES))
def test_a_violated_contract_is_found(contract: str, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "tidui", tmp_path / "tidui", ignore=shutil.ignore_patterns("*.pyc"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    name, line = CANARIES[contract]
    target = tmp_path / name
    before = target.read_text(encoding="utf-8") if target.exists() else ""
    target.write_text(before + line, encoding="utf-8")
    assert "BROKEN" in broken_contracts(tmp_path) or "Missing layer" in broken_contracts(tmp_path)


def test_a_folder_without_a_place_is_found(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "tidui", tmp_path / "tidui", ignore=shutil.ignore_patterns("*.pyc"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / "tidui" / "newroom").mkdir()
    (tmp_path / "tidui" / "newroom" / "__init__.py").touch()
    assert "newroom" in broken_contracts(tmp_path)
