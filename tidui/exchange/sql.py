"""Texts inside a SQL statement: names, literals and paths, quoted."""

from __future__ import annotations

from pathlib import Path


def name(word: str) -> str:
    """Quote an identifier."""
    return '"' + word.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Quote a text.

    >>> literal("it's")
    "'it''s'"
    """
    return "'" + text.replace("'", "''") + "'"


def file_literal(path: Path) -> str:
    """Quote a path that is read: a ``*`` in the name of a folder is no pattern."""
    return literal("".join(f"[{sign}]" if sign in "[*?" else sign for sign in str(path)))
