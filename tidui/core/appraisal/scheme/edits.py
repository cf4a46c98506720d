"""Changing values in the text of a scheme in place: comments, order and style survive.

A form knows a value by its path (``parameters.rate.values.2026-01-01``, ``scores.a.rows[0].to``).
The text is read with its marks, the piece at the path is exchanged, and the new text is read again:
where anything but the asked values differs, the edit is refused and nothing is lost.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import yaml

from tidui.core.documents import DocumentError, canonical_json, parse_document
from tidui.core.values import Issue, issue

_NUMBER: Final = re.compile(r"[+-]?(0|[1-9][0-9]*)(\.[0-9]+)?\Z")
_WORD: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]*\Z")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")


class EditError(ValueError):
    """An edit that can't be made; carries what a person is told."""

    def __init__(self, told: Issue) -> None:
        super().__init__(f"{told.code} at {told.where}")
        self.issue = told


@dataclass(frozen=True, slots=True)
class Place:
    """A value with where it stands.

    Attributes:
        path: its path in the document.
        text: the piece of text, as written.
        kind: ``number``, ``open``, ``null``, ``date``, ``flag``, ``text``, ``map`` or ``list``.
        line: 1-based line.
    """

    path: str
    text: str
    kind: str
    line: int


def list_places(text: str) -> tuple[Place, ...]:
    """Return every value of a document in reading order; a broken text raises ``DocumentError``."""
    parse_document(text)
    return tuple(
        Place(path, text[node.start_mark.index : _end(node)], _kind(node), node.start_mark.line + 1)
        for path, node in _walk(_root(text), "")
    )


def set_values(text: str, changes: Mapping[str, str]) -> str:
    """Exchange single values; each new one is a number, a date, a word, ``null`` or ``open``.

    >>> set_values("a: {b: 1_000}  # why\\n", {"a.b": "2000"})
    'a: {b: 2_000}  # why\\n'
    """
    known = dict(_walk(_root(text), ""))
    pieces: list[tuple[int, int, str]] = []
    for path, value in changes.items():
        node = known.get(path)
        if not isinstance(node, yaml.ScalarNode):
            raise EditError(issue("edit.no-such-place", path, path=path))
        start, end = node.start_mark.index, _end(node)
        blank = " " if start == end else ""
        pieces.append((start, end, blank + scalar_text(value, path, like=text[start:end])))
    made = _exchange(text, pieces)
    return _sound(text, made, tuple(changes))


def add_value(text: str, path: str, key: str, value: str) -> str:
    """Add a key with a value to the mapping at a path, or make it where ``open`` stands there.

    >>> add_value("values: {2025-01-01: 1}\\n", "values", "2026-01-01", "2")
    'values: {2025-01-01: 1, 2026-01-01: 2}\\n'
    """
    node = dict(_walk(_root(text), "")).get(path)
    if node is None:
        raise EditError(issue("edit.no-such-place", path, path=path))
    pair = f"{scalar_text(key, path)}: {scalar_text(value, path)}"
    if isinstance(node, yaml.ScalarNode):
        piece = (node.start_mark.index, _end(node), "{" + pair + "}")
    elif isinstance(node, yaml.MappingNode) and node.flow_style:
        end = _end(node) - 1
        piece = (end, end, f", {pair}" if node.value else pair)
    elif isinstance(node, yaml.MappingNode):
        end = _end(node)
        piece = (end, end, "\n" + " " * node.start_mark.column + pair)
    else:
        raise EditError(issue("edit.unsafe", path))
    return _sound(text, _exchange(text, [piece]), (path,))


def set_rows(text: str, path: str, rows: Sequence[Mapping[str, str]]) -> str:
    """Exchange the rows of a table at a path; each cell is a value or a piece of YAML as it stood.

    Where no row comes or goes, the cells alone are exchanged, so comments between rows survive.
    """
    known = dict(_walk(_root(text), ""))
    node = known.get(path)
    if node is None or isinstance(node, yaml.MappingNode):
        raise EditError(issue("edit.no-such-place", path, path=path))
    if isinstance(node, yaml.SequenceNode) and _same_shape(node, rows):
        cells = {
            f"{path}[{number}].{key}": value
            for number, row in enumerate(rows)
            for key, value in row.items()
            if isinstance(known[f"{path}[{number}].{key}"], yaml.ScalarNode)
        }
        return set_values(text, cells)
    lines = [_flow(row, f"{path}[{number}]") for number, row in enumerate(rows)]
    start = node.start_mark.index
    if isinstance(node, yaml.SequenceNode) and not node.flow_style:
        joint = "\n" + " " * node.start_mark.column
        new = joint.join(f"- {line}" for line in lines)
    else:
        new = "[" + ", ".join(lines) + "]"
    return _sound(text, _exchange(text, [(start, _end(node), new)]), (path,))


def set_section(text: str, key: str, section: str, *, after: str) -> str:
    """Put a top-level section (its whole text, key included) in the place of the old one.

    Where there is none yet it goes below the section ``after``. A document in one line is refused.
    """
    root = _root(text)
    if not isinstance(root, yaml.MappingNode) or root.flow_style:
        raise EditError(issue("edit.unsafe", key))
    spans = {
        name.value: (name.start_mark.index, _end(value))
        for name, value in root.value
        if isinstance(name, yaml.ScalarNode)
    }
    if key in spans:
        piece = (*spans[key], section.rstrip("\n"))
    elif after in spans:
        end = spans[after][1]
        stop = text.find("\n", end)
        end = len(text) if stop < 0 else stop
        piece = (end, end, "\n" + section.rstrip("\n"))
    else:
        raise EditError(issue("edit.no-such-place", after, path=after))
    return _sound(text, _exchange(text, [piece]), (key,))


def scalar_text(value: str, path: str, *, like: str = "") -> str:
    """Return a value as the document writes it; thousands are grouped as they were.

    >>> scalar_text("60,000,000", "a", like="50_000_000"), scalar_text("open", "a")
    ('60_000_000', 'open')
    """
    plain = value.strip().replace(",", "").replace("，", "").replace("_", "")
    if _NUMBER.match(plain):
        whole, point, rest = plain.partition(".")
        grouped = "_" in like or not like
        digits = whole.lstrip("+-")
        if grouped and len(digits) > (3 if "_" in like else 4):
            sign = "-" if whole.startswith("-") else ""
            whole = f"{sign}{int(digits):_}"
        return whole.lstrip("+") + point + rest
    word = value.strip()
    if _WORD.match(word) or _DAY.match(word):
        return word
    raise EditError(issue("edit.not-a-value", path, text=word[:80], path=path))


def _flow(row: Mapping[str, str], path: str) -> str:
    pairs = []
    for key, value in row.items():
        piece = value.strip()
        # A nested piece stands as it was written; its lines are one line here.
        nested = piece[:1] in "{["
        shown = " ".join(piece.split()) if nested else scalar_text(piece, f"{path}.{key}")
        pairs.append(f"{key}: {shown}")
    return "{" + ", ".join(pairs) + "}"


def _same_shape(node: yaml.SequenceNode, rows: Sequence[Mapping[str, str]]) -> bool:
    if len(node.value) != len(rows):
        return False
    for child, row in zip(node.value, rows, strict=True):
        if not isinstance(child, yaml.MappingNode):
            return False
        if [key.value for key, _ in child.value] != list(row):
            return False
    return True


def _root(text: str) -> yaml.Node:
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        raise EditError(issue("edit.unsafe", "document")) from error
    if node is None:
        raise EditError(issue("edit.unsafe", "document"))
    return node


def _walk(node: yaml.Node, path: str) -> Iterator[tuple[str, yaml.Node]]:
    if path:
        yield path, node
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from _walk(value, f"{path}.{key.value}" if path else key.value)
    elif isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value):
            yield from _walk(value, f"{path}[{number}]")


def _end(node: yaml.Node) -> int:
    """Return where a node's text ends; PyYAML ends a block only at the next token."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return _end(last[1] if isinstance(node, yaml.MappingNode) else last)
    return int(node.end_mark.index)


def _kind(node: yaml.Node) -> str:
    if isinstance(node, yaml.MappingNode):
        return "map"
    if isinstance(node, yaml.SequenceNode):
        return "list"
    if not isinstance(node, yaml.ScalarNode) or node.style is not None:
        return "text"
    plain = node.value.replace("_", "")
    if _NUMBER.match(plain):
        return "number"
    if _DAY.match(plain):
        return "date"
    return {"": "null", "null": "null", "~": "null", "true": "flag", "false": "flag",
            "open": "open"}.get(node.value, "text")  # fmt: skip


def _exchange(text: str, pieces: list[tuple[int, int, str]]) -> str:
    for start, end, new in sorted(pieces, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def _sound(before: str, after: str, paths: tuple[str, ...]) -> str:
    """Return the new text if nothing outside the paths has another meaning than before."""
    try:
        old, new = parse_document(before), parse_document(after)
    except DocumentError as error:
        raise EditError(issue("edit.unsafe", paths[0])) from error
    kept = [_flat(document, "", paths) for document in (old, new)]
    if kept[0] != kept[1]:
        raise EditError(issue("edit.unsafe", paths[0]))
    return after


def _flat(value: Any, path: str, without: tuple[str, ...]) -> dict[str, str]:
    if path in without:
        return {}
    found: dict[str, str] = {}
    items: Any = ()
    if isinstance(value, dict):
        items = ((f"{path}.{key}" if path else str(key), item) for key, item in value.items())
    elif isinstance(value, list):
        items = ((f"{path}[{number}]", item) for number, item in enumerate(value))
    else:
        return {path: canonical_json(value)}
    for inner, item in items:
        found |= _flat(item, inner, without)
    return found
