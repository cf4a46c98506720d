"""Names in the order of their sounds: a stored key, the same on every database."""

from __future__ import annotations

from pypinyin import Style, lazy_pinyin


def sort_key(name: str) -> str:
    """Return the pinyin of a name, for sorting.

    >>> sort_key("林晓雯") < sort_key("王海燕")
    True
    """
    return " ".join(lazy_pinyin(name.strip().casefold(), style=Style.TONE3))[:240]
