"""What may not stand in a file of the project."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]
HOST = re.compile(r"https?://[^\s\"')>]*(pypi|pythonhosted|npmjs|debian|artifactory|nexus)", re.I)
LEFT_OVER = re.compile(r"\b(TODO|FIXME|HACK)\b")


def tracked() -> list[Path]:
    """Return the text files that git knows, or all where there is no repository."""
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    names = listed.stdout.split("\n") if listed.returncode == 0 else []
    return [ROOT / name for name in names if name and (ROOT / name).is_file()]


def offenders(paths: list[Path], pattern: re.Pattern[str]) -> list[str]:
    """Return the files in which a pattern is found."""
    return [
        path.name
        for path in paths
        if path != Path(__file__) and pattern.search(path.read_text("utf-8", errors="ignore"))
    ]


def test_no_file_names_a_registry() -> None:
    assert offenders(tracked(), HOST) == []


def test_nothing_is_left_for_later() -> None:
    assert offenders([path for path in tracked() if path.suffix == ".py"], LEFT_OVER) == []


def test_the_search_for_hosts_can_fail(tmp_path: Path) -> None:
    bad = tmp_path / "lock.txt"
    bad.write_text("https://files.python" + "hosted.org/x.whl")
    assert offenders([bad], HOST) == ["lock.txt"]


def test_each_locked_package_has_a_hash() -> None:
    for name in ("run", "dev", "spark"):
        text = (ROOT / "requirements" / f"{name}.txt").read_text()
        for block in re.split(r"\n(?=\S)", text.strip()):
            assert "--hash=sha256:" in block, block


def test_a_workflow_of_ours_calls_lint_before_test() -> None:
    script = (ROOT / ".ci" / "run").read_text()
    assert script.index("make lint") < script.index("make test")


def test_library_documents_are_plain_yaml() -> None:
    for path in sorted((ROOT / "tidui" / "library").rglob("*.yaml")):
        assert yaml.safe_load(path.read_text(encoding="utf-8"))["format"], path.name
