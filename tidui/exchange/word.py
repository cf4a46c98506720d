"""Word documents from templates that a bank edits itself.

The convention, all of it: ``{{name}}`` is replaced by the value of that name, wherever it stands:
paragraph, table, text box, header, footer, note. A table row that has ``{{list.field}}`` is
repeated once per entry of that list. Full-width braces ``｛｛name｝｝`` count as well, since an
input method types them. The value takes the look of the first sign of its placeholder; a line
break in a value is a line break on paper. What is put in is never searched for placeholders.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from lxml import etree  # type: ignore[import-untyped]

from tidui.exchange.faults import fault
from tidui.exchange.word_package import W, WordPackage, close_word, open_word

Values = Mapping[str, str]
Lists = Mapping[str, Sequence[Mapping[str, str]]]

PLACEHOLDER: Final = re.compile(r"(?:\{\{|｛｛)\s*([^{}｛｝]*?)\s*(?:\}\}|｝｝)")
_LEFT_OVER: Final = re.compile(r"\{\{|｛｛|\}\}|｝｝")
_UNPRINTABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_SPACE: Final = "{http://www.w3.org/XML/1998/namespace}space"
_W14: Final = "{http://schemas.microsoft.com/office/word/2010/wordml}"
_MARKS: Final = (f"{W}bookmarkStart", f"{W}bookmarkEnd")

Found = Callable[[str], str | None]
"""A name to its value, None if there is none."""


@dataclass(frozen=True, slots=True)
class Placeholders:
    """What a template asks for.

    Attributes:
        names: single values.
        lists: fields by list.
    """

    names: frozenset[str]
    lists: Mapping[str, frozenset[str]]


def fill_template(
    template: bytes, values: Values, lists: Lists | None = None, *, shown: str = "template.docx"
) -> bytes:
    """Return the template with its values, as a new document; the same input gives equal bytes.

    Parameters
    ----------
    template : bytes
        a ``.docx``.
    values : mapping
        text by name.
    lists : mapping, optional
        entries by list, each with its fields; no entries leave out the row.
    shown : str
        name of the template in messages.

    Raises
    ------
    FileError
        If it is no harmless Word document, or asks for something that isn't given: all unknown
        names stand in one fault.
    """
    package = open_word(template, shown)
    given = lists or {}
    asked = _placeholders(package, shown)
    _refuse_unknown(asked, frozenset(values), given, shown)
    for tree in package.texts.values():
        done = {made for row in _list_rows(tree) for made in _repeat(row, values, given)}
        for paragraph in tree.iter(f"{W}p"):
            if _row_of(paragraph) not in done:  # else a value would be searched for placeholders
                _fill(paragraph, values.get)
    return close_word(package)


def placeholders_of(template: bytes, *, shown: str = "template.docx") -> Placeholders:
    """Return what a template asks for, so that it can be checked when the bank uploads it."""
    return _placeholders(open_word(template, shown), shown)


def check_template(
    template: bytes,
    names: frozenset[str],
    lists: Mapping[str, frozenset[str]],
    *,
    shown: str = "template.docx",
) -> Placeholders:
    """Refuse a template that asks for more than what will be given; return what it asks for."""
    asked = placeholders_of(template, shown=shown)
    given = {name: (dict.fromkeys(fields, ""),) for name, fields in lists.items()}
    _refuse_unknown(asked, names, given, shown)
    return asked


def _placeholders(package: WordPackage, shown: str) -> Placeholders:
    names: set[str] = set()
    lists: dict[str, set[str]] = {}
    for tree in package.texts.values():
        rows = {row: _list_of(row, shown) for row in _list_rows(tree)}
        for paragraph in tree.iter(f"{W}p"):
            text = "".join(part.text or "" for part in _texts_of(paragraph))
            rest = PLACEHOLDER.sub("", text)
            if _LEFT_OVER.search(rest):
                raise fault("exchange.word-broken-placeholder", shown, text=text[:80])
            for name in PLACEHOLDER.findall(text):
                owner, dot, field = name.partition(".")
                if not dot:
                    names.add(name)
                elif _row_of(paragraph) not in rows:
                    raise fault("exchange.word-list-outside", shown, text=name)
                else:
                    lists.setdefault(owner, set()).add(field)
    return Placeholders(
        frozenset(names), {name: frozenset(fields) for name, fields in lists.items()}
    )


def _refuse_unknown(asked: Placeholders, names: frozenset[str], lists: Lists, shown: str) -> None:
    unknown = sorted(asked.names - names)
    for name, fields in sorted(asked.lists.items()):
        if name not in lists:
            unknown += [f"{name}.{field}" for field in sorted(fields)]
        for entry in lists.get(name, ()):
            unknown += [f"{name}.{field}" for field in sorted(fields - entry.keys())]
    if unknown:
        found = ", ".join(dict.fromkeys(f"{{{{{name}}}}}" for name in unknown))
        raise fault("exchange.word-unknown", shown, found=found[:600])


def _texts_of(paragraph: Any) -> list[Any]:
    """Return a paragraph's own pieces of text, not those of a text box that hangs in it."""
    return [part for part in paragraph.iter(f"{W}t") if _above(part, f"{W}p") is paragraph]


def _above(element: Any, tag: str) -> Any:
    return next(element.iterancestors(tag), None)


def _row_of(paragraph: Any) -> Any:
    return _above(paragraph, f"{W}tr")


def _own_paragraphs(row: Any) -> Iterator[Any]:
    for paragraph in row.iter(f"{W}p"):
        if _row_of(paragraph) is row:
            yield paragraph


def _list_rows(tree: Any) -> list[Any]:
    """Return the rows that have a placeholder of a list."""
    return [row for row in tree.iter(f"{W}tr") if any(_fields_in(row))]


def _fields_in(row: Any) -> Iterator[str]:
    for paragraph in _own_paragraphs(row):
        text = "".join(part.text or "" for part in _texts_of(paragraph))
        yield from (name for name in PLACEHOLDER.findall(text) if "." in name)


def _list_of(row: Any, shown: str) -> str:
    owners = sorted({name.partition(".")[0] for name in _fields_in(row)})
    nested = any(any(_fields_in(above)) for above in row.iterancestors(f"{W}tr"))
    if len(owners) != 1 or nested:
        raise fault("exchange.word-two-lists", shown, found=", ".join(owners))
    return owners[0]


def _repeat(row: Any, values: Values, lists: Lists) -> list[Any]:
    """Put a copy of the row for each entry, and return them; a table's only row stays, empty."""
    name = next(_fields_in(row)).partition(".")[0]
    entries = lists[name]
    only = len(row.getparent().findall(f"{W}tr")) == 1
    copies = []
    for number, entry in enumerate(entries):
        made = copy.deepcopy(row)
        if number:
            _drop_identities(made)
        _fill_row(made, values, name, entry)
        row.addprevious(made)
        copies.append(made)
    if entries or not only:
        row.getparent().remove(row)
        return copies
    _fill_row(row, values, name, None)
    return [row]


def _fill_row(row: Any, values: Values, name: str, entry: Mapping[str, str] | None) -> None:
    def find(asked: str) -> str | None:
        owner, dot, field = asked.partition(".")
        if not dot:
            return values.get(asked)
        return ("" if entry is None else entry.get(field)) if owner == name else None

    for paragraph in _own_paragraphs(row):
        _fill(paragraph, find)


def _drop_identities(row: Any) -> None:
    """Take away what may stand once in a document only."""
    for element in list(row.iter()):
        for key in (f"{_W14}paraId", f"{_W14}textId"):
            element.attrib.pop(key, None)
        if element.tag in _MARKS:
            element.getparent().remove(element)


def _fill(paragraph: Any, find: Found) -> None:
    """Replace the placeholders of one paragraph, from the last to the first.

    Word splits a placeholder over runs as it likes; the value goes to the run in which it begins.
    """
    parts = _texts_of(paragraph)
    text = "".join(part.text or "" for part in parts)
    changed = []
    for match in reversed(list(PLACEHOLDER.finditer(text))):
        value = find(match[1])
        if value is None:
            continue
        changed.append(_put(parts, match.start(), match.end(), _printable(value)))
    for part in dict.fromkeys(changed):
        _break_lines(part)


def _put(parts: Sequence[Any], start: int, end: int, value: str) -> Any:
    """Replace a stretch of the joined text; return the piece that got the value."""
    at = 0
    target = None
    for part in parts:
        text = part.text or ""
        first, last = max(start - at, 0), min(end - at, len(text))
        at += len(text)
        if first >= last:
            continue
        if target is None:
            target = part
            part.text = text[:first] + value + text[last:]
        else:
            part.text = text[:first] + text[last:]
        part.set(_SPACE, "preserve")
    return target


def _printable(value: str) -> str:
    """Drop what XML can't hold; a tab is a space on paper."""
    lines = value.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return _UNPRINTABLE.sub("", lines)


def _break_lines(part: Any) -> None:
    first, *more = (part.text or "").split("\n")
    part.text = first
    at = part
    for line in more:
        for tag, text in ((f"{W}br", None), (f"{W}t", line)):
            made = etree.Element(tag)
            made.text = text
            at.addnext(made)
            at = made
        at.set(_SPACE, "preserve")
