"""Every issue has its sentences in both languages, with the same values."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from tidui.library.messages import messages, sentence

ROOT = Path(__file__).parents[2]
VALUE = re.compile(r"\{([a-z_]+)\}")


def issue_codes(source: str) -> set[str]:
    """Return the codes that a module builds issues with."""
    return {
        node.args[0].value
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", "") in ("issue", "refusal", "tell")
        and node.args
        and isinstance(node.args[0], ast.Constant)
    }


def test_each_issue_code_has_a_message() -> None:
    used: set[str] = set()
    for path in sorted((ROOT / "tidui").rglob("*.py")):
        used |= issue_codes(path.read_text(encoding="utf-8"))
    assert sorted(used - set(messages())) == []
    assert len(used) > 50


def test_both_languages_use_the_same_values() -> None:
    differing = [
        code
        for code, message in messages().items()
        if set(VALUE.findall(message.sentence["zh"])) != set(VALUE.findall(message.sentence["en"]))
    ]
    assert differing == []


def test_a_value_is_filled_in() -> None:
    assert sentence("run.no-such-subject", "en", {"subject": "E9"}) == (
        "E9 is not appraised in this run."
    )


def test_the_search_for_codes_finds_one() -> None:
    assert issue_codes('issue("a.b", "here")') == {"a.b"}
