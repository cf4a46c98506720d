"""One column's rule as SQL: the text made plain, what is wrong with it, its value.

Three steps, each a projection over the one before, so that a piece is computed once: ``prepared``
pieces, the ``code`` of what is wrong (NULL if nothing is), the ``value`` where nothing is.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from tidui.core.calendar import OPEN_END
from tidui.core.values import CURRENCY_EXPONENTS
from tidui.exchange import StagedColumn
from tidui.exchange.sql import literal, name
from tidui.ledger.mapping import UNITS, ColumnRule
from tidui.ledger.numbers import read_fixed, read_text
from tidui.ledger.pieces import (
    BLANKS,
    INTEGER_TYPES,
    Expressions,
    absent_codes,
    case_of,
    one_of,
    piece,
    words_sql,
)
from tidui.ledger.tables import TYPES, Column


def build_expressions(
    column: Column, rule: ColumnRule, source: StagedColumn | None, power: str, sign: str | None
) -> Expressions:
    """Return the SQL that reads one column.

    Parameters
    ----------
    column : Column
        What is read.
    rule : ColumnRule
        How.
    source : StagedColumn or None
        Where, None for a constant.
    power : str
        SQL of the power of ten between the delivered and the stored unit (numbers only).
    sign : str or None
        SQL of the column that tells the sign.
    """
    made = Expressions(column, _raw(rule, source), power=power)
    if column.kind == "day" and source is not None and source.type == "DATE" and not rule.open:
        _read_date(made, rule, source)
        return made
    text = f"trim({made.raw}, {BLANKS})"
    if rule.empty:
        text = f"CASE WHEN {text} IN ({words_sql(rule.empty)}) THEN '' ELSE {text} END"
    made.prepared.append((piece(column, "t"), f"coalesce({text}, '')"))
    cells = _cell_codes(column, source)
    if column.kind in ("text", "currency", "period"):
        _read_word(made, rule, cells)
    elif column.kind == "day":
        _read_day(made, rule, source, cells)
    elif rule.codes:
        _read_coded_number(made, rule, cells)
    else:
        _read_number(made, rule, source, cells, sign)
    return made


def clean_text(column: Column, source: StagedColumn) -> Expressions:
    """Return the SQL of a text column whose every value is known to be clean."""
    made = Expressions(column, source.sql, value=source.sql)
    if column.required:
        made.code = case_of([(f"{source.sql} IS NULL", "ledger.missing-value")])
    return made


def _raw(rule: ColumnRule, source: StagedColumn | None) -> str:
    if source is not None:
        return source.sql if source.type == "VARCHAR" else f"CAST({source.sql} AS VARCHAR)"
    constant = rule.constant
    if isinstance(constant, bool):
        return literal(str(constant).lower())
    if isinstance(constant, Decimal):
        return literal(format(constant, "f"))
    if isinstance(constant, date):
        return literal(constant.isoformat())
    return literal(str(constant))


def _cell_codes(column: Column, source: StagedColumn | None) -> list[tuple[str, str]]:
    """Return the pairs (condition, code) that come from the kind of an Excel cell."""
    if source is None or source.cells is None:
        return []
    kind = source.cells
    found = [
        (f"{kind} = 'hollow'", "ledger.formula-without-value"),
        (f"{kind} = 'formula'", "ledger.formula"),
        (f"{kind} = 'error'", "ledger.cell-error"),
    ]
    if column.kind in ("text", "currency", "period"):
        found.append((f"{kind} IN ('number', 'long', 'date', 'time', 'bool')", "ledger.not-text"))
    elif column.kind == "day":
        found.append((f"{kind} IN ('number', 'long')", "ledger.date-as-number"))
        found.append((f"{kind} IN ('time', 'bool')", "ledger.impossible-date"))
    else:
        found.append((f"{kind} = 'long'", "ledger.more-than-15-digits"))
        found.append((f"{kind} IN ('date', 'time', 'bool')", "ledger.not-a-number"))
    return found


def _translate(made: Expressions, rule: ColumnRule) -> str:
    """Return the SQL of their words turned into ours, NULL for a word that isn't listed."""
    text = name(piece(made.column, "t"))
    arms = " ".join(f"WHEN {literal(w)} THEN {literal(str(o))}" for w, o in rule.codes.items())
    return f"CASE {text} {arms} END"


def _read_word(made: Expressions, rule: ColumnRule, cells: list[tuple[str, str]]) -> None:
    column = made.column
    text = name(piece(column, "t"))
    word = text
    codes = [*cells, *absent_codes(made)]
    if rule.codes:
        made.prepared.append((piece(column, "w"), _translate(made, rule)))
        word = name(piece(column, "w"))
        codes.append((f"{text} <> '' AND {word} IS NULL", "ledger.unknown-code"))
    if rule.constant is None:
        codes.append((f"regexp_matches({text}, '[\\x00-\\x1f\\x7f]')", "ledger.control-character"))
    codes.append((f"length({text}) > 200", "ledger.too-long"))
    allowed = column.codes
    if column.kind == "currency":
        allowed = tuple(CURRENCY_EXPONENTS)
    if allowed:
        code = "ledger.unknown-currency" if column.kind == "currency" else "ledger.unknown-code"
        codes.append((f"{text} <> '' AND NOT {one_of(word, allowed)}", code))
    if column.kind == "period":
        shape = "^(19|20)[0-9]{2}(Q[1-4]|-(0[1-9]|1[0-2]))?$"
        codes.append((f"NOT regexp_matches({word}, '{shape}')", "ledger.impossible-period"))
    made.code = case_of(codes)
    made.value = f"nullif({word}, '')"


def _read_day(
    made: Expressions, rule: ColumnRule, source: StagedColumn | None, cells: list[tuple[str, str]]
) -> None:
    column = made.column
    text = name(piece(column, "t"))
    typed = source is not None and (source.type == "DATE" or source.type.startswith("TIMESTAMP"))
    if source is not None and source.type == "DATE":
        moment = source.sql
    elif source is not None and typed:
        at = f"CAST({source.sql} AS TIMESTAMP)"
        moment = f"CASE WHEN {at} = date_trunc('day', {at}) THEN CAST({at} AS DATE) END"
    else:
        formats = ("YYYY-MM-DD",) if rule.constant is not None else rule.date
        moment = f"coalesce({', '.join(_moment(text, f, rule) for f in formats)})"
        if source is not None and source.cells is not None:
            iso = _moment(text, "YYYY-MM-DD", rule)
            moment = f"CASE WHEN {source.cells} = 'date' THEN {iso} ELSE {moment} END"
    made.prepared.append((piece(column, "d"), f"{moment}"))
    day = name(piece(column, "d"))
    is_open = f"{text} IN ({words_sql(rule.open)})" if rule.open else "FALSE"
    impossible = (
        f"{text} <> '' AND NOT {is_open} AND "
        f"({day} IS NULL OR {day} < DATE '1900-01-01' OR {day} > DATE '9999-12-31')"
    )
    made.code = case_of([*cells, *absent_codes(made), (impossible, "ledger.impossible-date")])
    number = (
        f"least(CAST({day} - DATE '1970-01-01' AS INTEGER) + {int(rule.inclusive)}, {OPEN_END})"
    )
    last = OPEN_END - 1
    if column.name in ("valid_to", "closed_on"):
        number = f"CASE WHEN {number} >= {last} THEN {OPEN_END} ELSE {number} END"
        made.value = f"CASE WHEN {text} = '' OR {is_open} THEN {OPEN_END} ELSE {number} END"
    else:
        made.value = f"CASE WHEN {is_open} OR {day} IS NULL THEN NULL ELSE {number} END"


def _read_date(made: Expressions, rule: ColumnRule, source: StagedColumn) -> None:
    """Read a DATE of a Parquet file: no text in between."""
    column, day = made.column, source.sql
    codes = [(f"{day} IS NULL", "ledger.missing-value")] if column.required else []
    bounds = "DATE '1900-01-01' AND DATE '9999-12-31'"
    codes.append((f"{day} NOT BETWEEN {bounds}", "ledger.impossible-date"))
    made.code = case_of(codes)
    number = f"CAST({day} - DATE '1970-01-01' AS INTEGER) + {int(rule.inclusive)}"
    if column.name in ("valid_to", "closed_on"):
        last = OPEN_END - 1
        made.value = (
            f"CASE WHEN {day} IS NULL OR {number} >= {last} THEN {OPEN_END} ELSE {number} END"
        )
    else:
        made.value = number


def _moment(text: str, pattern: str, rule: ColumnRule) -> str:
    """Return the SQL of a date in one format; a text that isn't written exactly so is no date."""
    if pattern.startswith("YY") and not pattern.startswith("YYYY"):
        text, pattern = f"({literal(str(rule.century)[:2])} || {text})", "YY" + pattern
    signs = {"YYYY": "%Y", "MM": "%m", "DD": "%d", "M": "%-m", "D": "%-d"}
    shape = re.sub("YYYY|MM|DD|M|D", lambda found: signs[found.group()], pattern)
    read = f"try_strptime({text}, {literal(shape.replace('%-', '%'))})"
    return f"CASE WHEN strftime({read}, {literal(shape)}) = {text} THEN CAST({read} AS DATE) END"


def _read_coded_number(made: Expressions, rule: ColumnRule, cells: list[tuple[str, str]]) -> None:
    column = made.column
    text = name(piece(column, "t"))
    word = _translate(made, rule)
    made.prepared.append((piece(column, "n"), f"TRY_CAST({word} AS {TYPES[column.kind]})"))
    number = name(piece(column, "n"))
    unknown = f"{text} <> '' AND {number} IS NULL"
    outside = f"{number} NOT BETWEEN {column.low} AND {column.high}"
    cells = [pair for pair in cells if pair[1] != "ledger.more-than-15-digits"]
    made.code = case_of(
        [
            *cells,
            *absent_codes(made),
            (unknown, "ledger.unknown-code"),
            (outside, "ledger.out-of-range"),
        ]
    )
    made.value = number


def _read_number(
    made: Expressions, rule: ColumnRule, source: StagedColumn | None,
    cells: list[tuple[str, str]], sign: str | None,
) -> None:  # fmt: skip
    fast = source is not None and not rule.empty and sign is None and rule.decimals is None
    if source is not None and fast and (places := fixed_places(source.type)) is not None:
        read_fixed(made, rule, source, places)
    else:
        read_text(made, rule, source, cells, sign)


def fixed_places(kind: str) -> int | None:
    """Return the decimals of an exact Parquet type that the fast way can take, else None."""
    if kind in INTEGER_TYPES:
        return 0
    found = re.match(r"DECIMAL\((\d+),(\d+)\)", kind)
    if found and int(found.group(1)) <= 18 and int(found.group(2)) <= 2:
        return int(found.group(2))
    return None


def unit_power(column: Column, rule: ColumnRule, exponent: str) -> str:
    """Return the SQL of the power of ten between the delivered unit and the stored one."""
    if column.kind == "money":
        shift = UNITS["money"][rule.unit or "major"]
        return "0" if shift is None else f"({exponent} + {shift})"
    if column.kind in ("share", "rate"):
        shift = UNITS[column.kind][rule.unit or ""]
        return str((shift or 0) - {1: 0, 100: 2, 1000: 3}[rule.per])
    return str(6 if rule.decimals is None else rule.decimals) if column.kind == "number" else "0"
