"""What a bank starts with, as YAML: texts by kind (a folder) and name (a file).

The library hands out texts and knows nothing of what they mean: the room that reads a kind parses
it. An adopted document is stored with its hash, so a new release never changes it.

>>> "ledger" in names("messages")
True
"""

from __future__ import annotations

import re
from importlib.resources import files

__all__ = ["names", "texts"]

_SLUG = re.compile(r"[a-z0-9][a-z0-9_-]*\Z")


def names(kind: str) -> tuple[str, ...]:
    """Return the names of one kind, sorted; an unknown kind raises ``KeyError``."""
    folder = files(__name__) / _slug(kind)
    if not folder.is_dir():
        raise KeyError(kind)
    found = (entry.name for entry in folder.iterdir())
    return tuple(sorted(name.removesuffix(".yaml") for name in found if name.endswith(".yaml")))


def texts(kind: str, name: str) -> str:
    """Return one text; an unknown name raises ``KeyError``."""
    entry = files(__name__) / _slug(kind) / f"{_slug(name)}.yaml"
    if not entry.is_file():
        raise KeyError(f"{kind}/{name}")
    return entry.read_text(encoding="utf-8")


def _slug(word: str) -> str:
    """Refuse a word that could leave the library's folders."""
    if not _SLUG.match(word):
        raise KeyError(word)
    return word
