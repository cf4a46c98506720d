"""Numbers as SQL: exact types the fast way, all else digit by digit out of their text."""

from __future__ import annotations

from typing import Final

from tidui.exchange import StagedColumn
from tidui.exchange.sql import literal, name
from tidui.ledger.mapping import ColumnRule
from tidui.ledger.pieces import (
    BLANKS,
    FLOAT_TYPES,
    FULL_WIDTH,
    MOST,
    Expressions,
    absent_codes,
    case_of,
    code_sql,
    piece,
    words_sql,
)
from tidui.ledger.tables import Column

MOST_POWER: Final = 11
"""亿元 of a currency with three decimals."""
NO_CURRENCY: Final = "ledger.amount-without-currency"
SIGNED: Final = ("money", "rate", "number")
"""Kinds that may be negative where the mapping allows it."""


def read_fixed(made: Expressions, rule: ColumnRule, source: StagedColumn, places: int) -> None:
    """Read an integer or a small DECIMAL of a Parquet file: no text in between."""
    column = made.column
    value, raised = source.sql, name(piece(column, "x"))
    wide = f"DECIMAL(38,{places})" if places else "HUGEINT"
    factor = power_factor(made.power)
    plain = factor == "1" and not places
    made.prepared = [
        (piece(column, "x"), value if plain else f"CAST({value} AS {wide}) * {factor}"),
        (piece(column, "n"), f"CAST({raised} AS HUGEINT)" if places else raised),
    ]
    number = name(piece(column, "n"))
    codes = [(f"{value} IS NULL", "ledger.missing-value")] if column.required else []
    if not made.power.isdigit():
        codes.append((f"{value} IS NOT NULL AND {made.power} IS NULL", NO_CURRENCY))
    codes.append((f"{number} NOT BETWEEN -{MOST} AND {MOST}", "ledger.amount-too-large"))
    if places and not (made.power.isdigit() and int(made.power) >= places):
        codes.append((f"{raised} <> {number}", "ledger.too-many-decimals"))
    if "leading" not in rule.negative:
        codes.append((f"{value} < 0", "ledger.negative"))
    codes += _bounds(column, f"({number})")
    made.code = case_of(codes)
    made.value = f"-({number})" if rule.invert else number


def power_factor(power: str) -> str:
    """Return the SQL of ten to a power that is a figure or ``(exponent of the row + figure)``."""
    if power.isdigit():
        return str(10 ** int(power))
    arms = " ".join(f"WHEN {n} THEN {10**n}" for n in range(MOST_POWER + 1))
    return f"CASE {power} {arms} END"


def read_text(
    made: Expressions, rule: ColumnRule, source: StagedColumn | None,
    cells: list[tuple[str, str]], sign: str | None,
) -> None:  # fmt: skip
    """Read a number from its text: declared signs are taken away, what remains must be digits."""
    column = made.column
    text, plain = name(piece(column, "t")), name(piece(column, "u"))
    minus, whole = name(piece(column, "m")), name(piece(column, "i"))
    part = name(piece(column, "f"))
    shown = f"translate({text}, {literal(FULL_WIDTH[0])}, {literal(FULL_WIDTH[1])})"
    start = shown if rule.full_width else text
    mark = {"percent": "%", "permille": "‰"}.get(rule.unit or "")
    if mark is not None:
        bare = f"{start}[1:length({start}) - 1]"
        start = f"CASE WHEN ends_with({start}, '{mark}') THEN {bare} ELSE {start} END"
    made.prepared.append((piece(column, "m"), _minus(start, rule)))
    made.prepared.append((piece(column, "u"), _unsigned(start, rule)))
    digits = f"split_part({plain}, '.', 1)"
    made.prepared.append((piece(column, "i"), f"ltrim({digits}, '0')"))
    made.prepared.append((piece(column, "f"), f"rtrim(split_part({plain}, '.', 2), '0')"))
    power = made.power
    most = power if rule.decimals is None else f"least({power}, {rule.decimals})"
    value = f"TRY_CAST('0' || {whole} || rpad({part}, CAST({power} AS INTEGER), '0') AS HUGEINT)"
    is_number = f"regexp_full_match({plain}, '[0-9]+(\\.[0-9]+)?')"
    number = f"CASE WHEN {minus} THEN -{value} ELSE {value} END"
    codes = [*cells, *absent_codes(made), (f"{text} <> '' AND NOT {is_number}", "?")]
    if not power.isdigit():
        codes.append((f"{text} <> '' AND {power} IS NULL", NO_CURRENCY))
    codes.append((f"length({whole}) + {power} > 30", "ledger.amount-too-large"))
    codes.append((f"{text} <> '' AND length({part}) > {most}", "ledger.too-many-decimals"))
    codes.append((f"{text} <> '' AND {value} > {MOST}", "ledger.amount-too-large"))
    if source is not None and source.type in FLOAT_TYPES:
        long = f"length(ltrim({whole} || {part}, '0')) > 15"
        codes.append((long, "ledger.more-than-15-digits"))
    if sign is not None and rule.sign is not None:
        number, codes = _with_sign_column(number, codes, rule, sign)
    codes += [(f"{text} <> '' AND {c}", code) for c, code in _bounds(column, f"({number})")]
    made.code = case_of(codes).replace(code_sql("?"), _diagnosis(text, plain))
    signed = f"-({number})" if rule.invert else number
    made.value = f"CASE WHEN {text} = '' THEN NULL ELSE {signed} END"


def _minus(start: str, rule: ColumnRule) -> str:
    ways = []
    if "leading" in rule.negative:
        ways.append(f"starts_with({start}, '-')")
    if "trailing" in rule.negative:
        ways.append(f"ends_with({start}, '-')")
    if "brackets" in rule.negative:
        ways.append(f"(starts_with({start}, '(') AND ends_with({start}, ')'))")
    return " OR ".join(ways) if ways else "FALSE"


def _unsigned(start: str, rule: ColumnRule) -> str:
    """Return the SQL of the number without its sign and separators.

    Only one sign is taken away: of ``(-5)`` the bracket, so that what remains is no number.
    """
    bare = start
    if rule.negative:
        arms = []
        if "brackets" in rule.negative:
            inner = f"{start}[2:length({start}) - 1]"
            arms.append(f"WHEN starts_with({start}, '(') AND ends_with({start}, ')') THEN {inner}")
        if "leading" in rule.negative:
            arms.append(f"WHEN starts_with({start}, '-') THEN {start}[2:]")
        if "trailing" in rule.negative:
            arms.append(f"WHEN ends_with({start}, '-') THEN {start}[1:length({start}) - 1]")
        bare = f"CASE {' '.join(arms)} ELSE {start} END"
        bare = f"trim({bare}, {BLANKS})"
    if rule.thousands is not None:
        mark = "\\" + rule.thousands if rule.thousands == "." else rule.thousands
        point = "\\" + rule.point if rule.point == "." else rule.point
        grouped = literal(f"[0-9]{{1,3}}({mark}[0-9]{{3}})+({point}[0-9]+)?")
        without = f"replace({bare}, {literal(rule.thousands)}, '')"
        bare = f"CASE WHEN regexp_full_match({bare}, {grouped}) THEN {without} ELSE {bare} END"
    if rule.point == ",":
        swapped = f"replace({bare}, ',', '.')"
        bare = f"CASE WHEN contains({bare}, '.') THEN 'x' ELSE {swapped} END"
    return bare


def _with_sign_column(
    number: str, codes: list[tuple[str, str]], rule: ColumnRule, sign: str
) -> tuple[str, list[tuple[str, str]]]:
    if rule.sign is None:
        return number, codes
    negative, positive = words_sql(rule.sign.negative), words_sql(rule.sign.positive)
    word = f"coalesce(trim({sign}, {BLANKS}), '')"
    unknown = (f"{word} NOT IN ({negative}, {positive})", "ledger.unknown-sign")
    return f"(CASE WHEN {word} IN ({negative}) THEN -1 ELSE 1 END) * ({number})", [*codes, unknown]


def _bounds(column: Column, number: str) -> list[tuple[str, str]]:
    if column.kind in SIGNED:
        return []
    return [(f"{number} NOT BETWEEN {column.low} AND {column.high}", "ledger.out-of-range")]


def _diagnosis(text: str, plain: str) -> str:
    """Return the SQL that says why a text is no number."""
    arms = (
        (f"regexp_matches(lower({text}), 'nan|inf|∞')", "ledger.not-finite"),
        (f"regexp_matches({text}, '[０-９，．－（）]')", "ledger.full-width"),
        (f"regexp_full_match({plain}, '-.*|.*-|\\(.*\\)')", "ledger.negative"),
        (f"regexp_full_match({plain}, '[0-9]+([, ''，][0-9]+)+(\\.[0-9]+)?')", "ledger.thousands"),
    )
    pairs = " ".join(f"WHEN {condition} THEN {code_sql(code)}" for condition, code in arms)
    return f"CASE {pairs} ELSE {code_sql('ledger.not-a-number')} END"
