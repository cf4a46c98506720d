"""Documents: YAML text read without guesses, and printed as canonical JSON with a hash.

PyYAML alone reads ``0123`` as 83, ``no`` as False and ``20:30`` as 1230; a scheme that decides on
pay can't be read like that. Here a scalar is null, ``true``/``false``, an integer without leading
zero (``60_000_000`` is one), a decimal (as ``Decimal``), an ISO date, or text.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

import yaml

MAX_CHARACTERS: Final = 2_000_000
MAX_DEPTH: Final = 60
MAX_DIGITS: Final = 100
"""More than any figure needs, and few enough to be computed with."""

_INTEGER = re.compile(r"[+-]?(0|[1-9][0-9]*(_[0-9]+)*)\Z")
_DECIMAL = re.compile(r"[+-]?(0|[1-9][0-9]*(_[0-9]+)*)\.[0-9]+\Z")
_EXPONENT = re.compile(r"[+-]?(\.[0-9]+|[0-9][0-9_]*(\.[0-9]*)?)[eE][+-]?[0-9]+\Z")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")


class DocumentError(ValueError):
    """A text that is no document of ours; says where.

    Attributes:
        code: slug of the message, e.g. ``document.duplicate-key``.
        line: 1-based line, 0 if there is none.
        column: 1-based column, 0 if there is none.
        detail: the piece of text it is about.
    """

    def __init__(self, code: str, line: int, column: int, detail: str) -> None:
        super().__init__(f"{code} at line {line}, column {column}: {detail}")
        self.code, self.line, self.column, self.detail = code, line, column, detail


def parse_document(text: str) -> Any:
    """Read a YAML text into mappings, lists, text, ``int``, ``Decimal``, ``date``, bool and None.

    Raises
    ------
    DocumentError
        For broken YAML, duplicate keys, aliases, tags, exponents, more than one document, texts
        above 2,000,000 characters or nested deeper than 60.

    Examples
    --------
    >>> parse_document("{rate: 0.35, no: 0123, at: 20:30, on: 2026-01-01}")
    {'rate': Decimal('0.35'), 'no': '0123', 'at': '20:30', 'on': datetime.date(2026, 1, 1)}
    """
    if len(text) > MAX_CHARACTERS:
        raise DocumentError("document.too-long", 0, 0, str(len(text)))
    try:
        _refuse_extras(text)
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
        raise DocumentError("document.broken", line, column, error.problem or "") from error
    except yaml.YAMLError as error:
        raise DocumentError("document.broken", 0, 0, str(error)[:200]) from error
    return None if node is None else _value(node)


def _refuse_extras(text: str) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        anchor = getattr(event, "anchor", None)
        if anchor is not None:
            raise _fault("document.alias", event, str(anchor))
        tag = getattr(event, "tag", None)
        if tag is not None:
            raise _fault("document.tag", event, str(tag))
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            raise _fault("document.too-deep", event, str(MAX_DEPTH))


def _fault(code: str, at: yaml.Node | yaml.Event, detail: str) -> DocumentError:
    mark = at.start_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
    return DocumentError(code, line, column, detail)


def _value(node: yaml.Node) -> Any:
    if isinstance(node, yaml.MappingNode):
        return _mapping(node)
    if isinstance(node, yaml.SequenceNode):
        return [_value(child) for child in node.value]
    if not isinstance(node, yaml.ScalarNode):
        raise TypeError("node: neither mapping, sequence nor scalar")
    return node.value if node.style is not None else _scalar(node)


def _mapping(node: yaml.MappingNode) -> dict[Any, Any]:
    result: dict[Any, Any] = {}
    for key_node, value_node in node.value:
        if not isinstance(key_node, yaml.ScalarNode):
            raise _fault("document.key", key_node, "")
        key = _value(key_node)
        if key in result:
            raise _fault("document.duplicate-key", key_node, str(key))
        result[key] = _value(value_node)
    return result


def _scalar(node: yaml.ScalarNode) -> Any:
    text = node.value
    words = {"": None, "null": None, "~": None, "true": True, "false": False}
    if text in words:
        return words[text]
    if _EXPONENT.match(text):
        raise _fault("document.exponent", node, text)
    if len(text) > MAX_DIGITS and (_INTEGER.match(text) or _DECIMAL.match(text)):
        raise _fault("document.long-number", node, text[:20])
    if _INTEGER.match(text):
        return int(text.replace("_", ""))
    if _DECIMAL.match(text):
        return Decimal(text.replace("_", ""))
    if _DATE.match(text):
        try:
            return date.fromisoformat(text)
        except ValueError as error:
            raise _fault("document.date", node, text) from error
    return text


def canonical_json(value: Any) -> str:
    """Print a value as JSON of one form: sorted keys, no spaces, decimals as text.

    Raises
    ------
    TypeError
        For a ``float`` or a type that no document holds.

    Examples
    --------
    >>> canonical_json({"b": Decimal("1.50"), "a": [date(2026, 1, 1), None]})
    '{"a":["2026-01-01",null],"b":"1.5"}'
    """
    return json.dumps(_plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def print_document(value: Any) -> str:
    """Print a document as one line of YAML that ``parse_document`` reads back as the same value.

    Keys keep their order, for people; what is computed never depends on it.

    >>> text = print_document({"on": date(2026, 1, 1), "rate": Decimal("0.30"), "no": "0123"})
    >>> text
    '{"on": 2026-01-01, "rate": 0.3, "no": "0123"}'
    >>> parse_document(text)["on"]
    datetime.date(2026, 1, 1)
    """
    if isinstance(value, Mapping):
        pairs = [(print_document(key), print_document(item)) for key, item in value.items()]
        return "{" + ", ".join(f"{key}: {item}" for key, item in pairs) + "}"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, Sequence):
        return "[" + ", ".join(print_document(item) for item in value) + "]"
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    if isinstance(value, Decimal):
        text = _decimal_text(value)
        return text if "." in text else f"{text}.0"
    if isinstance(value, int | date):
        return value.isoformat() if isinstance(value, date) else str(value)
    raise TypeError(f"value: a {type(value).__name__} has no place in a document")


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | str):
        return str(value) if isinstance(value, str) else value
    if isinstance(value, int):
        return value if -(2**53) < value < 2**53 else str(value)
    if isinstance(value, Decimal):
        return _decimal_text(value)
    if isinstance(value, Fraction):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {_key(key): _plain(item) for key, item in value.items()}
    if isinstance(value, Sequence):
        return [_plain(item) for item in value]
    raise TypeError(f"value: a {type(value).__name__} has no place in a document")


def _key(key: Any) -> str:
    plain = _plain(key)
    return plain if isinstance(plain, str) else json.dumps(plain)


def _decimal_text(value: Decimal) -> str:
    if not value.is_finite():
        raise TypeError("value: NaN and infinity have no place in a document")
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def sha256_text(text: str) -> str:
    """Return the SHA-256 of a text in UTF-8, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def document_hash(value: Any) -> str:
    """Return the SHA-256 of a document: key order and comments don't count, meanings do."""
    return sha256_text(canonical_json(value))
