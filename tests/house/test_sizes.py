"""Small files, small functions, names that say something; each rule with a canary."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MAX_LINES = 400
MAX_FUNCTION = 60
BANNED_NAMES = {"utils", "helpers", "misc", "common", "base"}


def python_files() -> list[Path]:
    """All Python files of the house, tests included; migrations are written by a program."""
    folders = ("tidui", "tests", "tools", "bench")
    found = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    return [path for path in found if "migrations" not in path.parts]


def page_files() -> list[Path]:
    """All templates, styles and scripts of the pages."""
    kinds = ("*.html", "*.css", "*.js")
    return sorted(path for kind in kinds for path in (ROOT / "tidui").rglob(kind))


def too_long(source: str) -> int | None:
    """Return the number of lines of a file that has too many."""
    lines = len(source.splitlines())
    return lines if lines > MAX_LINES else None


def long_functions(source: str) -> list[str]:
    """Return the functions with more than 60 lines, the docstring not counted."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            size = (node.end_lineno or node.lineno) - node.lineno + 1
            if ast.get_docstring(node) is not None:
                first = node.body[0]
                size -= (first.end_lineno or first.lineno) - first.lineno + 1
            if size > MAX_FUNCTION:
                found.append(f"{node.name} ({size})")
    return found


@pytest.mark.parametrize("path", python_files(), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_is_small_and_so_are_its_functions(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert too_long(source) is None
    assert long_functions(source) == []


@pytest.mark.parametrize("path", page_files(), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_template_or_style_is_small(path: Path) -> None:
    assert too_long(path.read_text(encoding="utf-8")) is None


def test_no_module_has_a_name_that_says_nothing() -> None:
    assert [path for path in python_files() if path.stem in BANNED_NAMES] == []


def test_the_rules_of_size_can_fail() -> None:
    assert too_long("x = 1\n" * 401) == 401
    assert long_functions("def f():\n" + "    x = 1\n" * 60) == ["f (61)"]
    doc = '    """' + "a\n" * 70 + '    """\n'
    assert long_functions("def f():\n" + doc + "    x = 1\n") == []
