"""A ledger folder made by the commands themselves, and a way to call them."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tidui.cli import main
from tidui.core.documents import parse_document

EXAMPLES = Path(__file__).parents[2] / "examples"
Call = Callable[..., Result]


def call(*words: object) -> Result:
    """Call a command; the exit code, output and error output are kept apart."""
    return CliRunner().invoke(main, [str(word) for word in words], catch_exceptions=False)


@pytest.fixture(scope="session")
def loaded_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Load and appraise the example bank once; not to be written to."""
    folder = tmp_path_factory.mktemp("cli") / "ledger"
    assert call("ledger", "init", "--ledger", folder, "--lang", "en").exit_code == 0
    for item in parse_document((EXAMPLES / "loads.yaml").read_text(encoding="utf-8"))["loads"]:
        done = call(
            "ledger", "load", EXAMPLES / item["file"], "--as", item["table"], "--mapping",
            EXAMPLES / item["mapping"], "--ledger", folder, "--lang", "en", "--by", "bank",
        )  # fmt: skip
        assert done.exit_code == 0, done.output
    done = call(
        "appraise", "--ledger", folder, "--scheme", EXAMPLES / "scheme.yaml", "--period", "2025",
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    return folder


@pytest.fixture
def folder(loaded_folder: Path, tmp_path: Path) -> Path:
    """Return a copy of the folder that a test may change."""
    return Path(shutil.copytree(loaded_folder, tmp_path / "ledger"))
