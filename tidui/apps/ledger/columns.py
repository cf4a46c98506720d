"""The mapping as a form: the columns of a file beside the columns of ours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tidui.apps.ledger.mapping_texts import tidied
from tidui.apps.ledger.titles import column_title
from tidui.core.documents import DocumentError, parse_document
from tidui.exchange.previewing import Preview
from tidui.exchange.staging import tidy
from tidui.ledger import TABLES
from tidui.ledger.mapping import SHAPES, UNITS
from tidui.ledger.tables import Column

CONSTANT: Final = "="
"""Stands for a value that holds for each row, in the place of a column of theirs."""
NUMERIC: Final = ("money", "number", "share", "rate", "integer", "class")
SAMPLES: Final = 3


@dataclass(frozen=True, slots=True)
class ColumnLine:
    """One column of ours in the editor.

    Attributes:
        name, title, kind, required: of our column.
        theirs: their column; ``=`` for a constant, empty for none.
        constant: the value that holds for each row.
        unit, units: what 1 means, and what it may mean.
        date: date formats.
        codes: their words to ours, a line each.
        accepted: our words, where the list is closed.
        thousands, leading: how numbers are written.
        samples: first values of their column.
        numeric, dated, coded: which fields the line has.
    """

    name: str
    title: str
    kind: str
    required: bool
    theirs: str
    constant: str
    unit: str
    units: tuple[str, ...]
    date: str
    codes: str
    accepted: tuple[str, ...]
    thousands: str
    leading: bool
    samples: tuple[str, ...]
    numeric: bool
    dated: bool
    coded: bool


@dataclass(frozen=True, slots=True)
class FileLine:
    """How the file is read and what the delivery says, beside its columns."""

    feed: str
    shape: str
    shapes: tuple[str, ...]
    fill: bool
    complete: bool
    since: str
    header: int
    sheet: str
    sheets: tuple[str, ...]
    delimiter: str
    encoding: str
    formulas: bool


def column_lines(
    document: Mapping[str, Any], table: str, preview: Preview | None
) -> list[ColumnLine]:
    """Return the editor's lines of a document, in the order of the table."""
    rules = document.get("columns")
    rules = rules if isinstance(rules, Mapping) else {}
    return [_line(column, rules.get(column.name), preview) for column in TABLES[table].columns]


def _line(column: Column, rule: Any, preview: Preview | None) -> ColumnLine:
    rule = rule if isinstance(rule, Mapping) else {}
    theirs = CONSTANT if "constant" in rule else str(rule.get("column", ""))
    codes = rule.get("codes")
    codes = codes if isinstance(codes, Mapping) else {}
    negative = rule.get("negative", ())
    return ColumnLine(
        name=column.name, title=column_title(column.name), kind=column.kind,
        required=column.required, theirs=theirs, constant=str(rule.get("constant", "")),
        unit=str(rule.get("unit", "")), units=tuple(UNITS.get(column.kind, ())),
        date=_joined(rule.get("date", "YYYY-MM-DD")),
        codes="\n".join(f"{key}={word}" for key, word in codes.items()), accepted=column.codes,
        thousands=str(rule.get("thousands", "")), leading="leading" in negative,
        samples=_samples(theirs, preview), numeric=column.kind in NUMERIC,
        dated=column.kind == "day", coded=column.kind in ("text", "class", "currency"),
    )  # fmt: skip


def _joined(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _samples(theirs: str, preview: Preview | None) -> tuple[str, ...]:
    if preview is None or tidy(theirs) not in preview.header:
        return ()
    place = preview.header.index(tidy(theirs))
    found = dict.fromkeys(row[place] for row in preview.rows if row[place])
    return tuple(found)[:SAMPLES]


def file_line(document: Mapping[str, Any], table: str, preview: Preview | None) -> FileLine:
    """Return how a document says that the file is read."""
    balances = TABLES[table].grain == "balances"
    return FileLine(
        feed=str(document.get("feed", "")), shape=str(document.get("shape", "")),
        shapes=SHAPES if balances else (), fill=document.get("fill") == "previous_day",
        complete=bool(document.get("complete")), since=str(document.get("since") or ""),
        header=int(document["header"]) if isinstance(document.get("header"), int) else 1,
        sheet=str(document.get("sheet") or ""), sheets=preview.sheets if preview else (),
        delimiter=str(document.get("delimiter", ",")), encoding=str(document.get("encoding") or ""),
        formulas=bool(document.get("accept_formulas")),
    )  # fmt: skip


def apply_columns(
    document: Mapping[str, Any], table: str, said: Mapping[str, str]
) -> dict[str, Any]:
    """Return a document with what the form says; options that it doesn't show stay.

    ``said`` is the posted form: ``theirs.balance``, ``unit.balance`` and so on.
    """
    old = document.get("columns")
    old = old if isinstance(old, Mapping) else {}
    rules = {}
    for column in TABLES[table].columns:
        rule = _rule(column, old.get(column.name), said)
        if rule:
            rules[column.name] = rule
    made = {key: value for key, value in document.items() if key != "columns"}
    made["table"] = table
    made |= _file_part(table, made, said)
    for key in [key for key, value in made.items() if value is None]:
        del made[key]
    return tidied({**made, "columns": rules})


def _rule(column: Column, old: Any, said: Mapping[str, str]) -> dict[str, Any]:
    name = column.name
    theirs = said.get(f"theirs.{name}", "").strip()
    if not theirs:
        return {}
    kept = dict(old) if isinstance(old, Mapping) else {}
    for word in ("column", "constant", "unit", "date", "codes", "thousands"):
        kept.pop(word, None)
    rule: dict[str, Any] = {"column": theirs}
    if theirs == CONSTANT:
        rule = {"constant": _scalar(column, said.get(f"constant.{name}", "").strip())}
    codes = _codes(said.get(f"codes.{name}", ""))
    if codes:
        rule["codes"] = codes
    dates = [part.strip() for part in said.get(f"date.{name}", "").split(",") if part.strip()]
    if column.kind == "day" and dates not in ([], ["YYYY-MM-DD"]):
        rule["date"] = dates if len(dates) > 1 else dates[0]
    for word in ("unit", "thousands"):
        if said.get(f"{word}.{name}"):
            rule[word] = said[f"{word}.{name}"]
    if column.kind in NUMERIC:
        _signs(kept, bool(said.get(f"leading.{name}")))
    return {**rule, **kept}


def _signs(rule: dict[str, Any], leading: bool) -> None:
    """Put the leading sign in or take it out; other ways to write a negative number stay."""
    before = rule.pop("negative", ())
    ways = [before] if isinstance(before, str) else list(before)
    ways = [way for way in ways if way != "leading"]
    if leading:
        ways.insert(0, "leading")
    if ways:
        rule["negative"] = ways


def _scalar(column: Column, text: str) -> Any:
    """Return a constant as the document holds it: a number where the column is one."""
    if column.kind not in NUMERIC and column.kind != "day":
        return text
    try:
        value = parse_document(text)
    except DocumentError:
        return text
    return text if value is None or isinstance(value, list | dict) else value


def _codes(text: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for line in text.splitlines():
        key, equals, word = line.partition("=")
        if equals and key.strip():
            ours = word.strip()
            found[key.strip()] = int(ours) if ours.isascii() and ours.isdigit() else ours
    return found


def _file_part(table: str, old: Mapping[str, Any], said: Mapping[str, str]) -> dict[str, Any]:
    """Return the part about file and delivery; None takes a word out."""

    def text(name: str) -> str | None:
        return said.get(name, "").strip() or None

    header = text("header") or "1"
    delimiter = said.get("delimiter") or ","
    made: dict[str, Any] = {
        "feed": text("feed") or old.get("feed"), "sheet": text("sheet"),
        "encoding": text("encoding"),
        "header": int(header) if header.isdigit() and header != "1" else None,
        "delimiter": {"tab": "\t"}.get(delimiter, delimiter) if delimiter != "," else None,
        "accept_formulas": True if said.get("formulas") else None,
        "complete": True if said.get("complete") else None,
    }  # fmt: skip
    if TABLES[table].grain == "balances":
        since = text("since")
        made |= {
            "shape": text("shape"), "fill": "previous_day" if said.get("fill") else None,
            "since": parse_document(since) if since and _sound(since) else None,
        }  # fmt: skip
    return made


def _sound(text: str) -> bool:
    try:
        parse_document(text)
    except DocumentError:
        return False
    return True


def headings(preview: Preview | None, lines: Sequence[ColumnLine]) -> list[str]:
    """Return what may be chosen as a column of theirs: the header, and what is chosen already."""
    found = dict.fromkeys(word for word in (preview.header if preview else ()) if word)
    for line in lines:
        if line.theirs and line.theirs != CONSTANT and tidy(line.theirs) not in found:
            found[line.theirs] = None
    return list(found)
