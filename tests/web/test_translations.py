"""Both languages are complete: every text of code and templates has its Chinese."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]


def _tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("translations", ROOT / "tools/translations.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


TOOL = _tool()
HOMES = TOOL.homes()


@pytest.mark.parametrize("home", HOMES, ids=[str(h.relative_to(TOOL.ROOT)) for h in HOMES])
def test_every_text_has_its_chinese(home: Path) -> None:
    missing, gone, empty = TOOL.gaps(home, TOOL.shared_texts())
    assert (missing, gone, empty) == (set(), set(), set())


def test_a_missing_text_is_found(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text('{% translate "A text that nobody translated" %}')
    missing, _gone, _empty = TOOL.gaps(tmp_path, set())
    assert missing == {("A text that nobody translated", "")}


def test_a_translation_keeps_the_figures_of_its_text() -> None:
    for home in HOMES:
        for entry in TOOL.read(home):
            for name in TOOL.placeholders(entry.msgid):
                texts = [entry.msgstr, *entry.msgstr_plural.values()]
                assert any(name in text for text in texts), entry.msgid


def test_a_text_has_one_translation_in_all_catalogues() -> None:
    """The catalogues are one at run time: of two translations the page would show either."""
    known: dict[str, str] = {}
    for home in HOMES:
        for entry in TOOL.read(home):
            if not entry.msgid_plural:
                assert known.setdefault(entry.msgid, entry.msgstr) == entry.msgstr, entry.msgid
