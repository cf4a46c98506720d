"""The worked numbers of the algorithm pages run, and the scenarios they name are there."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted((ROOT / "docs" / "algorithms").glob("*.md"))
WITH_NUMBERS = ("indicators", "scores", "ranks", "grades", "pay", "corrections", "explain",
                "targets")  # fmt: skip


@pytest.mark.parametrize("name", WITH_NUMBERS)
def test_the_worked_numbers_run(name: str) -> None:
    page = ROOT / "docs" / "algorithms" / f"{name}.md"
    failed, tried = doctest.testfile(str(page), module_relative=False)
    assert tried > 0
    assert failed == 0


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_scenarios_that_a_page_names_are_there(page: Path) -> None:
    cases = ROOT / "tests" / "scenarios" / "cases"
    named = re.findall(r"`(?:tests/scenarios/cases/)?([a-z-]+\.yaml)`", page.read_text("utf-8"))
    assert [name for name in named if not (cases / name).exists()] == []


@pytest.mark.parametrize("name", WITH_NUMBERS)
def test_a_page_says_what_is_guaranteed_and_how_it_rounds(name: str) -> None:
    text = (ROOT / "docs" / "algorithms" / f"{name}.md").read_text(encoding="utf-8")
    for head in ("## What it guarantees", "## Steps", "## Rounding", "orked table"):
        assert head in text, head
