"""The SQL of one column in the making, and the small texts that it is made of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from tidui.exchange.sql import literal, name
from tidui.ledger.tables import TYPES, Column

MOST: Final = 10**15
"""Greatest amount of minor units, and greatest number of any kind."""
BLANKS: Final = "' ' || chr(9) || chr(160) || chr(12288)"
FULL_WIDTH: Final = ("０１２３４５６７８９，．－（）", "0123456789,.-()")
INTEGER_TYPES: Final = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT",
                        "UINTEGER", "UBIGINT")  # fmt: skip
FLOAT_TYPES: Final = ("FLOAT", "DOUBLE")


@dataclass(slots=True)
class Expressions:
    """The SQL of one logical column.

    Attributes:
        column: what it is.
        raw: the delivered value as text, for the reject file.
        prepared: pieces (name, SQL over the staging table).
        code: SQL over the pieces: code of what is wrong, or NULL.
        value: SQL over the pieces: the value, read only where ``code`` is NULL.
        power: SQL of the power of ten that turns the delivered unit into the stored one.
        type: DuckDB type of the value.
    """

    column: Column
    raw: str
    prepared: list[tuple[str, str]] = field(default_factory=list)
    code: str = "NULL"
    value: str = "NULL"
    power: str = "0"
    type: str = ""

    def __post_init__(self) -> None:
        self.type = self.type or TYPES[self.column.kind]


def piece(column: Column, letter: str) -> str:
    return f"{letter}_{column.name}"


def words_sql(words: Sequence[str]) -> str:
    return ", ".join(literal(word) for word in words)


def code_sql(code: str) -> str:
    """Return the SQL of a message's code: an ENUM takes a byte a row."""
    return f"CAST({literal(code)} AS reject_code)"


def one_of(word: str, allowed: Iterable[str]) -> str:
    """Return the SQL of a word being one of many codes of ours.

    A pattern, because DuckDB turns a long IN into a join, and a join gives up the order of rows.
    """
    return f"regexp_full_match({word}, {literal('|'.join(allowed))})"


def case_of(pairs: Sequence[tuple[str, str]]) -> str:
    if not pairs:
        return "NULL"
    arms = " ".join(f"WHEN {condition} THEN {code_sql(code)}" for condition, code in pairs)
    return f"CASE {arms} END"


def absent_codes(made: Expressions) -> list[tuple[str, str]]:
    text = name(piece(made.column, "t"))
    return [(f"{text} = ''", "ledger.missing-value")] if made.column.required else []
