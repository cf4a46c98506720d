"""Staged files to parsed rows and rejects: every check of a row, as SQL over all rows at once.

``parsed`` holds the physical columns, ``t_from``/``t_to`` or ``t_day`` as delivered, and ``line``;
``rejects`` holds each thing that is wrong. A row with one reject or more is not used.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from unicodedata import normalize

from tidui.core.calendar import OPEN_END, Span
from tidui.core.values import CURRENCY_EXPONENTS
from tidui.exchange import StagedColumn, StagedFile
from tidui.exchange.sql import literal, name
from tidui.ledger.expressions import build_expressions, clean_text, unit_power
from tidui.ledger.faults import refusal
from tidui.ledger.mapping import ColumnRule, MappingDocument
from tidui.ledger.pieces import Expressions, one_of
from tidui.ledger.tables import TYPES, Column, Table
from tidui.library.messages import messages

KEY: Final = "key_words"
MOST_KEYS: Final = 2_000_000
"""Words of a key column that are numbered; more of them would take too much memory."""
PLAIN: Final = "[!-~]([ -~]*[!-~])?"
"""What a text is that needs no trimming, no NFKC and no look for control characters."""
REJECTS: Final = (
    "CREATE TABLE rejects (line BIGINT, file VARCHAR, row_line BIGINT, column_name VARCHAR, "
    "value VARCHAR, code VARCHAR)"
)


@dataclass(frozen=True, slots=True)
class DeliveredFile:
    """A staged file of a delivery.

    Attributes:
        staged: its staging table.
        shown: its name.
        offset: lines of the files before it, so that a line names one row of the delivery.
    """

    staged: StagedFile
    shown: str
    offset: int


def asked_columns(mapping: MappingDocument) -> tuple[str, ...]:
    """Return their column names that the mapping reads, each once."""
    found: dict[str, None] = {}
    for rule in mapping.columns.values():
        if rule.column is not None:
            found[rule.column] = None
        if rule.sign is not None:
            found[rule.sign.column] = None
    return tuple(found)


def parse_files(
    connection: Any, table: Table, mapping: MappingDocument, files: Sequence[DeliveredFile],
    summed: Collection[str] = (),
) -> None:  # fmt: skip
    """Make ``parsed`` and ``rejects``; of ``summed`` columns ``p_`` tells the power of the unit."""
    connection.execute(REJECTS)
    codes = ", ".join(literal(code) for code in messages() if code.startswith("ledger."))
    connection.execute(f"CREATE TYPE reject_code AS ENUM ({codes})")
    for number, file in enumerate(files):
        clean = plain_columns(connection, table, mapping, file)
        parsed = f"parsed_{number}"
        keyed = len(files) == 1 and _number_keys(connection, table, mapping, file.staged, clean)
        reads = _reads(table, mapping, file.staged, clean, keyed)
        _parse(connection, table, reads, file, parsed, summed)
        _collect_rejects(connection, reads, file, parsed)
    union = " UNION ALL ".join(
        f"SELECT * EXCLUDE (fault, {_codes(table, mapping)}) FROM parsed_{number}"
        for number in range(len(files))
    )
    connection.execute(f"CREATE VIEW parsed AS {union}")


def _number_keys(
    connection: Any, table: Table, mapping: MappingDocument, staged: StagedFile,
    clean: Collection[str],
) -> bool:  # fmt: skip
    """Make the type ``key``, the sorted words of a Parquet key column: numbers sort much faster."""
    rule = mapping.columns[table.key[0]] if table.monthly else None
    source = next((c for c in staged.columns if rule is not None and c.theirs == rule.column), None)
    if source is None or source.sql not in clean or staged.format != "parquet":
        return False
    words = f"SELECT DISTINCT {source.sql} AS word FROM {name(staged.table)}"
    words = f"SELECT word FROM ({words}) WHERE word IS NOT NULL"
    if connection.execute(f"SELECT count(*) FROM ({words})").fetchall()[0][0] > MOST_KEYS:
        return False
    connection.execute(f"CREATE TYPE {KEY} AS ENUM ({words} ORDER BY word)")
    return True


def _codes(table: Table, mapping: MappingDocument) -> str:
    return ", ".join(f"e_{c.name}" for c in table.columns if c.name in mapping.columns)


def _reads(
    table: Table, mapping: MappingDocument, staged: StagedFile, clean: Collection[str], keyed: bool
) -> list[Expressions]:
    """Return the expressions of the mapped columns; ``keyed`` keys become numbers of words."""
    by_name = {column.theirs: column for column in staged.columns}
    exponent = _exponent(table, mapping)
    made = []
    for column in table.columns:
        rule = mapping.columns.get(column.name)
        if rule is None:
            continue
        source = by_name[rule.column] if rule.column is not None else None
        sign = by_name[rule.sign.column].sql if rule.sign is not None else None
        if (
            source is not None
            and source.sql in clean
            and not column.codes
            and column.kind == "text"
        ):
            made.append(clean_text(column, source))
            if keyed and column.name == table.key[0]:
                made[-1].type = KEY
            continue
        power = unit_power(column, rule, exponent)
        made.append(build_expressions(column, rule, source, power, sign))
    return made


def _exponent(table: Table, mapping: MappingDocument) -> str:
    """Return the SQL of the digits after the point of the row's currency."""
    rule = mapping.columns.get("currency")
    if rule is None:
        return "2" if "currency" not in {column.name for column in table.columns} else "NULL"
    if rule.constant is not None and not rule.codes:
        if rule.constant not in CURRENCY_EXPONENTS:
            raise refusal("mapping.bad-value", "columns.currency", detail=str(rule.constant))
        return str(CURRENCY_EXPONENTS[str(rule.constant)])
    word = "w_currency" if rule.codes else "t_currency"
    groups: dict[int, list[str]] = {}
    for code, digits in CURRENCY_EXPONENTS.items():
        groups.setdefault(digits, []).append(code)
    arms = " ".join(f"WHEN {one_of(word, codes)} THEN {n}" for n, codes in groups.items())
    return f"(CASE {arms} END)"


def _parse(
    connection: Any, table: Table, reads: Sequence[Expressions], file: DeliveredFile,
    parsed: str, summed: Collection[str],
) -> None:  # fmt: skip
    staging = name(file.staged.table)
    layers = f"(SELECT line + {file.offset} AS line, fault, * EXCLUDE (line, fault) FROM {staging})"
    deepest = max(len(read.prepared) for read in reads)
    for depth in range(deepest):
        pieces = [read.prepared[depth] for read in reads if depth < len(read.prepared)]
        fields = "".join(f", {sql} AS {name(piece)}" for piece, sql in pieces)
        layers = f"(SELECT *{fields} FROM {layers})"
    codes = "".join(f", {read.code} AS {name('e_' + read.column.name)}" for read in reads)
    values = ["line", "fault"]
    for read in reads:
        column = read.column
        own = name("e_" + column.name)
        values.append(own if read.code != "NULL" else f"CAST(NULL AS reject_code) AS {own}")
        value = (
            read.value if read.code == "NULL" else f"CASE WHEN {own} IS NULL THEN {read.value} END"
        )
        values.append(f"CAST({value} AS {read.type}) AS {name(parsed_name(column))}")
        if column.name in summed:
            values.append(f"CAST({read.power} AS INTEGER) AS {name('p_' + column.name)}")
        if column.kind == "number":
            values.append(f"{read.power} AS {name('s_' + column.name)}")
    values += [_default(column, reads) for column in table.columns if _lacks(column, reads)]
    values += [f"CAST(0 AS INTEGER) AS {name('s_' + c.name)}" for c in table.columns
               if c.kind == "number" and _lacks(c, reads)]  # fmt: skip
    connection.execute(
        f"CREATE TABLE {parsed} AS SELECT {', '.join(values)} FROM (SELECT *{codes} FROM {layers})"
    )


def parsed_name(column: Column) -> str:
    """Return the name of a logical column in ``parsed``."""
    special = {"valid_from": "t_from", "valid_to": "t_to"}
    return special.get(column.name) or column.physical or "t_" + column.name


def _lacks(column: Column, reads: Sequence[Expressions]) -> bool:
    return all(read.column.name != column.name for read in reads)


def _default(column: Column, reads: Sequence[Expressions]) -> str:
    default = "NULL" if column.default is None else literal(str(column.default))
    if column.name in ("closed_on",):
        default = str(OPEN_END)
    return f"CAST({default} AS {TYPES[column.kind]}) AS {name(parsed_name(column))}"


def _collect_rejects(
    connection: Any, reads: Sequence[Expressions], file: DeliveredFile, parsed: str
) -> None:
    """Write one reject for each code; the fast look tells that a clean file has none."""
    flags = ["count(fault)"] + [f"count({name('e_' + read.column.name)})" for read in reads]
    counts = connection.execute(f"SELECT {', '.join(flags)} FROM {parsed}").fetchall()[0]
    shown, staging = literal(file.shown), name(file.staged.table)
    if counts[0]:
        connection.execute(
            f"INSERT INTO rejects SELECT line, {shown}, line - {file.offset}, '', fault, "
            f"'ledger.field-count' FROM {parsed} WHERE fault IS NOT NULL"
        )
    for read, count in zip(reads, counts[1:], strict=True):
        if count:
            code = name("e_" + read.column.name)
            connection.execute(
                f"INSERT INTO rejects SELECT p.line, {shown}, s.line, {literal(read.column.name)}, "
                f"left({read.raw}, 200), p.{code} FROM {parsed} p JOIN {staging} s "
                f"ON p.line = s.line + {file.offset} "
                f"WHERE p.{code} IS NOT NULL AND p.fault IS NULL"
            )


def plain_columns(
    connection: Any, table: Table, mapping: MappingDocument, file: DeliveredFile
) -> set[str]:
    """Return the text columns that are clean as they are, others are brought to NFKC.

    A column whose every value is trimmed ASCII needs no work row by row. Parquet tells its distinct
    values at little cost, so the look is taken at them.
    """
    by_name = {column.theirs: column for column in file.staged.columns}
    staging = name(file.staged.table)
    clean: set[str] = set()
    for column in table.columns:
        source = _word_source(column, mapping.columns.get(column.name), by_name)
        if source is None or source.sql in clean:
            continue
        words = f"SELECT {source.sql} AS word FROM {staging}"
        if file.staged.format == "parquet":
            words = words.replace("SELECT", "SELECT DISTINCT", 1)
        plain = f"regexp_full_match(word, {literal(PLAIN)}) AND strlen(word) <= 200"
        unclean, wide = connection.execute(
            f"SELECT count_if(NOT ({plain})), count_if(strlen(word) <> length(word)) FROM ({words})"
        ).fetchall()[0]
        if wide:
            _normalize(connection, file, source)
        elif not unclean and source.cells is None:
            clean.add(source.sql)
    return clean


def _normalize(connection: Any, file: DeliveredFile, source: StagedColumn) -> None:
    """Bring a column to NFKC, by its distinct values; a view of a Parquet file becomes a table."""
    staging = name(file.staged.table)
    words = connection.execute(
        f"SELECT DISTINCT {source.sql} FROM {staging} "
        f"WHERE strlen({source.sql}) <> length({source.sql})"
    ).fetchall()
    changed = [(w, normalize("NFKC", w)) for (w,) in words if normalize("NFKC", w) != w]
    if not changed:
        return
    pairs = ", ".join(f"({literal(a)}, {literal(b)})" for a, b in changed)
    if _is_view(connection, file):
        connection.execute(f"ALTER VIEW {staging} RENAME TO {name(file.staged.table + '_file')}")
        source_view = name(file.staged.table + "_file")
        connection.execute(f"CREATE TABLE {staging} AS SELECT * FROM {source_view}")
    connection.execute(
        f"UPDATE {staging} SET {source.sql} = plain FROM (VALUES {pairs}) v(theirs, plain) "
        f"WHERE {source.sql} = theirs"
    )


def _is_view(connection: Any, file: DeliveredFile) -> bool:
    found = connection.execute(
        "SELECT count(*) FROM duckdb_views() WHERE view_name = ?", [file.staged.table]
    ).fetchall()[0]
    return bool(found[0])


def _word_source(
    column: Column, rule: ColumnRule | None, by_name: Mapping[str, StagedColumn]
) -> StagedColumn | None:
    if rule is None or rule.column is None or column.kind not in ("text", "currency", "period"):
        return None
    source = by_name[rule.column]
    return source if source.type == "VARCHAR" and not rule.codes else None


@dataclass(frozen=True, slots=True)
class RowRule:
    """A condition that makes a row a reject.

    Attributes:
        condition: SQL over ``parsed``; true is wrong.
        column: logical column that the reject names.
        value: SQL of the value that it shows.
        code: of the message.
    """

    condition: str
    column: str
    value: str
    code: str


def row_rules(table: Table, mapping: MappingDocument, span: Span) -> list[RowRule]:
    """Return what must hold inside each row: days in the coverage, ends after beginnings."""
    rules: list[RowRule] = []
    grain = table.grain
    if grain == "balances":
        grain = "interval" if mapping.shape == "intervals" else "points"
    if grain == "interval":
        start = f"coalesce(t_from, {span.from_day})"
        end = f"coalesce(t_to, {OPEN_END})"
        rules.append(
            RowRule(f"t_from >= {end}", "valid_to", day_sql("t_to"), "ledger.reversed-interval")
        )
        outside = f"{start} < {end} AND ({end} <= {span.from_day} OR {start} >= {span.to_day})"
        rules.append(RowRule(outside, "valid_from", day_sql("t_from"), "ledger.outside-coverage"))
    elif grain == "period":
        outside = f"{period_from()} < {span.from_day} OR {period_to()} > {span.to_day}"
        rules.append(RowRule(outside, "period", "period", "ledger.outside-coverage"))
    else:
        day = "t_day" if table.grain == "balances" else "day"
        rules += _day_rules(table, mapping, span, day)
    return rules + _table_rules(table)


def _day_rules(table: Table, mapping: MappingDocument, span: Span, day: str) -> list[RowRule]:
    holds_on = table.grain == "points" or mapping.shape == "change_points"
    outside = f"{day} >= {span.to_day}"
    if not holds_on:
        outside += f" OR {day} < {span.from_day}"
    shown = "booked_on" if table.name == "flows" else "day"
    rules = [RowRule(outside, shown, day_sql(day), "ledger.outside-coverage")]
    if table.grain == "balances":
        empty = RowRule(f"{day} IS NULL", "day", "''", "ledger.missing-value")
        rules.append(empty)
    return rules


def _table_rules(table: Table) -> list[RowRule]:
    both = "coalesce(account_no, '') || ' ' || coalesce(customer_no, '')"
    if table.name == "attributions":
        wrong = "(account_no IS NULL) = (customer_no IS NULL)"
        return [RowRule(wrong, "account_no", both, "ledger.one-of-two")]
    if table.name == "flows":
        wrong = "account_no IS NULL AND customer_no IS NULL"
        return [RowRule(wrong, "account_no", both, "ledger.account-or-customer")]
    if table.name == "accounts":
        wrong = "closed_day < opened_day"
        return [RowRule(wrong, "closed_on", day_sql("closed_day"), "ledger.closed-before-opened")]
    if table.name == "loan_events":
        wrong = "amount IS NOT NULL AND currency IS NULL"
        return [RowRule(wrong, "currency", "''", "ledger.missing-value")]
    if table.name == "rates":
        wrong = "value_ppb <= 0 AND kind = 'exchange'"
        return [RowRule(wrong, "value", "CAST(value_ppb AS VARCHAR)", "ledger.out-of-range")]
    return []


def reject_rows(connection: Any, rules: Sequence[RowRule]) -> None:
    """Apply the rules to the rows that have no reject yet."""
    flags = ", ".join(f"count_if(({rule.condition}) IS TRUE)" for rule in rules)
    if not rules:
        return
    counts = connection.execute(f"SELECT {flags} FROM parsed").fetchall()[0]
    for rule, count in zip(rules, counts, strict=True):
        if count:
            connection.execute(
                f"INSERT INTO rejects SELECT line, '', 0, {literal(rule.column)}, {rule.value}, "
                f"{literal(rule.code)} FROM parsed WHERE ({rule.condition}) "
                "AND line NOT IN (SELECT line FROM rejects)"
            )


def day_sql(number: str) -> str:
    """Return the SQL of a day number as ISO text."""
    return f"CAST(DATE '1970-01-01' + CAST({number} AS INTEGER) AS VARCHAR)"


def period_from() -> str:
    """Return the SQL of the first day of ``period``."""
    month = (
        "CASE WHEN period[5:5] = 'Q' THEN 3 * CAST(period[6:6] AS INTEGER) - 2 "
        "WHEN period[5:5] = '-' THEN CAST(period[6:7] AS INTEGER) ELSE 1 END"
    )
    return (
        f"CAST(make_date(CAST(period[1:4] AS INTEGER), {month}, 1) - DATE '1970-01-01' AS INTEGER)"
    )


def period_to() -> str:
    """Return the SQL of the first day after ``period``."""
    months = "CASE WHEN period[5:5] = 'Q' THEN 3 WHEN period[5:5] = '-' THEN 1 ELSE 12 END"
    first = f"(DATE '1970-01-01' + {period_from()})"
    return f"CAST(CAST({first} + to_months({months}) AS DATE) - DATE '1970-01-01' AS INTEGER)"
