"""Mapping documents as people edit them: one line per column, started from the library."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from tidui.apps.ledger.titles import COLUMN_TITLES
from tidui.core.documents import DocumentError, parse_document, print_document
from tidui.core.values import Issue, issue
from tidui.exchange import FileLayout
from tidui.exchange.staging import tidy
from tidui.ledger import TABLES, LedgerError, MappingDocument, read_mapping
from tidui.ledger.checks import asked_columns
from tidui.ledger.tables import Column
from tidui.library import names, texts

_PLAIN: Final = re.compile(r"[\w][\w .%/()（）-]*\Z")


def library_mappings(table: str) -> tuple[str, ...]:
    """Return the names of the library's mappings for a table."""
    return tuple(
        name
        for name in names("mappings")
        if parse_document(texts("mappings", name))["table"] == table
    )


def print_mapping(document: Mapping[str, Any]) -> str:
    """Print a mapping document over several lines, for people.

    >>> print_mapping({"table": "rates", "columns": {"code": {"column": "代码"}}})
    'table: rates\\ncolumns:\\n  code: {column: 代码}\\n'
    """
    lines = []
    for key, value in document.items():
        if key == "columns" and isinstance(value, Mapping) and value:
            lines.append("columns:")
            lines += [f"  {_scalar(name)}: {_flow(rule)}" for name, rule in value.items()]
        else:
            lines.append(f"{_scalar(key)}: {_flow(value)}")
    return "\n".join(lines) + "\n"


def _flow(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_scalar(k)}: {_flow(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_flow, value)) + "]"
    return _scalar(value)


def _scalar(value: Any) -> str:
    """Print a word without quotes where it reads back as the same word."""
    if isinstance(value, str) and _PLAIN.match(value) and value == value.strip():
        try:
            if parse_document(f"[{value}]") == [value]:
                return value
        except DocumentError:
            pass
    return print_document(value)


def document_of(text: str) -> dict[str, Any] | None:
    """Return a text as a document, None where it isn't even YAML of ours."""
    try:
        found = parse_document(text)
    except DocumentError:
        return None
    return found if isinstance(found, dict) else None


def layout_of(text: str) -> FileLayout:
    """Return how a text says that files are read; what it doesn't say is the usual."""
    document = document_of(text) or {}

    def told(name: str, kind: type, usual: Any) -> Any:
        value = document.get(name)
        return value if isinstance(value, kind) and not isinstance(value, bool) else usual

    delimiter = told("delimiter", str, ",")
    return FileLayout(
        told("encoding", str, None), delimiter if len(delimiter) == 1 else ",",
        told("quote", str, '"')[:1], max(1, min(told("header", int, 1), 100)),
        told("sheet", str, None), bool(document.get("accept_formulas", False)),
    )  # fmt: skip


def start_mapping(table: str, header: Sequence[str]) -> str:
    """Return the library's mapping of a table that fits a header best, cut to what it has.

    A column that the header lacks is left out; a person then says where it stands.
    """
    known = {tidy(word) for word in header}
    best: tuple[int, dict[str, Any]] | None = None
    for name in library_mappings(table):
        document = parse_document(texts("mappings", name))
        fits = sum(_stands(rule, known) for rule in document["columns"].values())
        if best is None or fits > best[0]:
            best = (fits, document)
    if best is None:
        return print_mapping(_empty(table))
    document = best[1]
    kept = {}
    for column in TABLES[table].columns:
        rule = document["columns"].get(column.name, {})
        heading = _heading(column, rule, known)
        if "constant" in rule:
            kept[column.name] = rule
        elif heading:
            kept[column.name] = {**rule, "column": heading}
    if "currency" in document["columns"] and "currency" not in kept:
        kept["currency"] = {"constant": "CNY"}
    started = tidied({**document, "columns": kept})
    started.pop("coverage", None)  # an example's days; the person types those of the delivery
    return print_mapping(started)


def _heading(column: Column, rule: Mapping[str, Any], known: set[str]) -> str | None:
    """Return under which heading a column of ours stands: the library's, or its own words."""
    zh, en = COLUMN_TITLES.get(column.name, (column.name, column.name))
    usual = ("日期",) if column.kind == "day" and column.required else ()
    for word in (rule.get("column", ""), column.name, zh, en, *usual):
        if isinstance(word, str) and tidy(word) in known:
            return tidy(word)
    return None


def restored(kept: Mapping[str, Any]) -> dict[str, Any]:
    """Return a mapping of the catalogue in the order and types in which it was written.

    JSON has turned its dates into text and sorted its words.
    """
    order = ("format", "id", "version", "title", "table", "feed", "coverage", "shape", "since")
    document = {"version": 1, **kept}
    document["title"] = {word: document["title"][word] for word in ("zh", "en")}
    names = [word for word in order if word in document]
    names += [word for word in document if word not in (*order, "columns")]
    made = {word: document[word] for word in names}
    if "since" in made:
        made["since"] = date.fromisoformat(str(made["since"]))
    if "coverage" in made:
        made["coverage"] = {w: _date(day) for w, day in sorted(made["coverage"].items())}
    rules = dict(document["columns"])
    made["columns"] = {
        column.name: _restored_rule(column, rules[column.name])
        for column in TABLES[document["table"]].columns
        if column.name in rules
    }
    return made


def _restored_rule(column: Column, rule: Mapping[str, Any]) -> dict[str, Any]:
    first = {word: rule[word] for word in ("column", "constant") if word in rule}
    if column.kind == "day" and "constant" in first:
        first["constant"] = _date(first["constant"])
    return {**first, **{word: value for word, value in rule.items() if word not in first}}


def _date(text: Any) -> Any:
    return date.fromisoformat(text) if isinstance(text, str) and len(text) == 10 else text


def tidied(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return a document without checks of columns that it no longer reads, and without totals.

    Totals are the sender's and differ from delivery to delivery.
    """
    found = dict(document)
    columns = found.get("columns", {})
    check = {n: t for n, t in dict(found.get("check") or {}).items() if n in columns}
    found.pop("check", None)
    if check:
        found["check"] = check
    found.pop("controls", None)
    return found


def _stands(rule: Mapping[str, Any], known: set[str]) -> bool:
    return isinstance(rule.get("column"), str) and tidy(rule["column"]) in known


def _empty(table: str) -> dict[str, Any]:
    return {
        "format": "mapping/1", "id": table.replace("_", "-"), "version": 1,
        "title": {"zh": table, "en": table}, "table": table, "feed": table.replace("_", "-"),
        "columns": {},
    }  # fmt: skip


def checked(
    text: str, table: str, coverage: tuple[date, date] | None, header: Sequence[str]
) -> tuple[MappingDocument | None, tuple[Issue, ...]]:
    """Read a text; name what is wrong in it, and the columns that the file doesn't have."""
    try:
        mapping = read_mapping(text, table=table, coverage=coverage)
    except LedgerError as error:
        return None, tuple(error.issues)
    known = [tidy(word) for word in header]
    shown = ", ".join(known)[:500]
    missing = tuple(
        issue("exchange.missing-column", "columns", column=word, found=shown)
        for word in asked_columns(mapping)
        if known and tidy(word) not in known
    )
    return mapping, missing
