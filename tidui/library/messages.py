"""The sentences of all issues, in Chinese and English, out of ``messages/*.yaml``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from tidui.core.documents import parse_document
from tidui.core.values import Issue
from tidui.library import names, texts

LANGUAGES: Final = ("zh", "en")


@dataclass(frozen=True, slots=True)
class Message:
    """What an issue says.

    Attributes:
        sentence: what is wrong, by language; ``{name}`` stands for a value of the issue.
        remedy: what to do about it, by language; empty where the sentence says it all.
    """

    sentence: Mapping[str, str]
    remedy: Mapping[str, str]


@cache
def messages() -> Mapping[str, Message]:
    """Return every message by its code; the same code in two files raises ``ValueError``."""
    found: dict[str, Message] = {}
    for name in names("messages"):
        for code, entry in parse_document(texts("messages", name))["messages"].items():
            if code in found:
                raise ValueError(f"messages/{name}: {code} stands in another file too")
            sentence = {lang: str(entry[lang]) for lang in LANGUAGES}
            remedy = {lang: str(entry.get("remedy", {}).get(lang, "")) for lang in LANGUAGES}
            found[code] = Message(sentence, remedy)
    return found


def sentence(code: str, lang: str, values: Mapping[str, str | int] | Iterable[object] = ()) -> str:
    """Return what is wrong, with the values filled in; an unknown code is its own sentence.

    >>> sentence("ledger.no-such-delivery", "en", {"number": 7})
    'Entry 7 is not a delivery.'
    """
    message = messages().get(code)
    return code if message is None else _fill(message.sentence[lang], values)


def remedy(code: str, lang: str, values: Mapping[str, str | int] | Iterable[object] = ()) -> str:
    """Return what to do about it, empty if there is nothing to add."""
    message = messages().get(code)
    return "" if message is None else _fill(message.remedy[lang], values)


def issue_text(problem: Issue, lang: str) -> str:
    """Return where, what and what to do, on one line."""
    parts = [
        sentence(problem.code, lang, problem.values),
        remedy(problem.code, lang, problem.values),
    ]
    text = (" " if lang == "en" else "").join(part for part in parts if part)
    return f"{problem.where}: {text}" if problem.where else text


def _fill(template: str, values: Mapping[str, str | int] | Iterable[object]) -> str:
    """Put values in by name; braces inside a value stay what they are."""
    pairs = values.items() if isinstance(values, Mapping) else values
    known: dict[str, str] = {}
    for pair in pairs:
        if isinstance(pair, tuple):
            known[str(pair[0])] = str(pair[1])
    pieces = template.split("{")
    result = [pieces[0]]
    for piece in pieces[1:]:
        name, closed, rest = piece.partition("}")
        result.append(known[name] + rest if closed and name in known else "{" + piece)
    return "".join(result)
