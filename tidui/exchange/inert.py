"""Text that no spreadsheet runs as a formula, and the way back."""

from __future__ import annotations

from typing import Final

STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
"""Signs that begin a formula; an East Asian Excel takes the full-width ones as well."""
GUARD: Final = "'"


def inert_text(text: str) -> str:
    """Put a guard before text that begins like a formula.

    >>> inert_text("=1+1"), inert_text("林晓雯"), inert_text("'=1")
    ("'=1+1", '林晓雯', "''=1")
    """
    return GUARD + text if text.lstrip(GUARD).startswith(STARTS) else text


def bare_text(text: str) -> str:
    """Take the guard away again: the inverse of ``inert_text``.

    >>> bare_text("'=1+1"), bare_text("'quoted'")
    ('=1+1', "'quoted'")
    """
    guarded = text.startswith(GUARD) and text.lstrip(GUARD).startswith(STARTS)
    return text[1:] if guarded else text
