"""Each issue says what is wrong and what to do, in both languages, with the same values."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import tidui
from tidui.core.values import issue
from tidui.library import names, texts
from tidui.library.messages import issue_text, messages, remedy, sentence

SOURCE = Path(tidui.__file__).parent
LITERAL = re.compile(r"[\"']((?:ledger|exchange|mapping)\.[a-z0-9_-]+)[\"']")


def values(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", text))


@pytest.mark.parametrize("code", sorted(messages()))
def test_both_languages_use_the_same_values(code: str) -> None:
    message = messages()[code]
    assert message.sentence["zh"]
    assert message.sentence["en"]
    assert values(message.sentence["zh"]) == values(message.sentence["en"])
    assert bool(message.remedy["zh"]) == bool(message.remedy["en"])


def test_every_code_of_ledger_and_exchange_has_its_message() -> None:
    used = {
        code
        for room in ("ledger", "exchange")
        for path in (SOURCE / room).glob("*.py")
        for code in LITERAL.findall(path.read_text("utf-8"))
    }
    assert used - set(messages()) - {"ledger.toml"} == set()


def test_values_are_filled_in_and_braces_in_them_stay() -> None:
    found = issue("ledger.not-a-number", "x.csv:3", column="{value}", value="{column}")
    assert sentence(found.code, "en", found.values) == "{value} is no number: {column}"
    assert issue_text(found, "zh").startswith("x.csv:3: {value} 不是数字：{column}")
    assert remedy("ledger.duplicate", "en")


def test_an_unknown_code_is_its_own_sentence() -> None:
    assert sentence("nothing.here", "zh") == "nothing.here"
    assert remedy("nothing.here", "zh") == ""


@pytest.mark.parametrize("word", ["../core", "messages/..", "", "A"])
def test_no_name_leaves_the_library(word: str) -> None:
    with pytest.raises(KeyError):
        names(word)
    with pytest.raises(KeyError):
        texts("messages", word)
