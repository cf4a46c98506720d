"""The commands of the walk-throughs run, and print what the pages say."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"^```(sh|text)\n(.*?)^```$", re.S | re.M)


def steps(page: Path) -> list[tuple[str, list[str]]]:
    """Return each shell block of a page with the lines that must be found in its output."""
    found: list[tuple[str, list[str]]] = []
    for kind, body in BLOCK.findall(page.read_text(encoding="utf-8")):
        if kind == "sh" and "…" not in body:
            found.append((body, []))
        elif kind == "text" and found:
            found[-1][1].extend(line.strip() for line in body.splitlines() if line.strip())
    return found


def walk_through(page: Path, folder: Path, reference: str = "") -> None:
    """Run a page's commands in a folder that holds the files they read."""
    for name in ("examples", "docs"):
        shutil.copytree(ROOT / name, folder / name)
    (folder / "build").mkdir(parents=True)
    environment = {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "HOME": str(folder),
        "LANG": "C.UTF-8", "TIDUI_REFERENCE_DATA": reference,
    }  # fmt: skip
    for script, wanted in steps(page):
        done = subprocess.run(
            ["bash", "-euc", script], cwd=folder, env=environment, capture_output=True, text=True,
            check=False,
        )  # fmt: skip
        assert done.returncode == 0, script + done.stdout + done.stderr
        missing = [line for line in wanted if line not in done.stdout]
        assert missing == [], script + done.stdout


def test_the_tutorial_does_what_it_says(tmp_path: Path) -> None:
    walk_through(ROOT / "docs" / "tutorial.md", tmp_path)


@pytest.mark.reference
def test_the_real_ledger_is_appraised_as_the_page_says(tmp_path: Path) -> None:
    reference = os.environ.get("TIDUI_REFERENCE_DATA", "")
    if not reference:
        pytest.skip("TIDUI_REFERENCE_DATA does not point to the PKDD'99 data")
    walk_through(ROOT / "docs" / "how-to" / "real-ledger.md", tmp_path, reference)


def test_a_page_that_promises_too_much_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("```sh\necho one\n```\n\n```text\ntwo\n```\n", encoding="utf-8")
    with pytest.raises(AssertionError):
        walk_through(page, tmp_path / "walk")
