"""What the product can do stands in its documents."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from tidui.cli import main

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
STAGES = ("facts", "indicators", "scores", "ranks", "grades", "pay", "corrections", "explain")


def commands(group: click.Group, path: str = "tidui") -> Iterator[str]:
    """Yield every command with its path."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, f"{path} {name}")
        else:
            yield f"{path} {name}"


def test_the_reference_of_commands_is_that_of_the_program() -> None:
    made = subprocess.run(
        [sys.executable, "tools/command_reference.py"], cwd=ROOT, capture_output=True, text=True,
        check=True, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    text = (DOCS / "commands.md").read_text(encoding="utf-8")
    assert made.stdout == text
    assert [name for name in commands(main) if f"`{name}`" not in text] == []


def test_each_command_has_help() -> None:
    def without(group: click.Group) -> Iterator[str]:
        for name, command in group.commands.items():
            if not command.help:
                yield name
            if isinstance(command, click.Group):
                yield from without(command)

    assert list(without(main)) == []


def test_each_stage_has_its_page() -> None:
    assert [stage for stage in STAGES if not (DOCS / "algorithms" / f"{stage}.md").exists()] == []


def test_links_between_documents_lead_somewhere() -> None:
    broken = []
    for page in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *DOCS.rglob("*.md")]:
        for link in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text(encoding="utf-8")):
            if "://" not in link and not (page.parent / link).exists():
                broken.append(f"{page.name}: {link}")
    assert broken == []


def test_the_glossary_has_a_word_once() -> None:
    text = (ROOT / "tidui" / "library" / "glossary" / "words.yaml").read_text(encoding="utf-8")
    words = re.findall(r"^  ([a-z_]+):", text, re.M)
    assert len(words) == len(set(words))
    assert len(words) > 60
