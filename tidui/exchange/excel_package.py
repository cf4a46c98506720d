"""The zip and XML inside an Excel file: refuse bombs before opening, find formulas and errors."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import IO, Final
from xml.etree import ElementTree

from tidui.exchange.faults import fault
from tidui.exchange.zip_limits import CHUNK, ZipLimits, check_zip

MEMBERS: Final = 10_000
UNPACKED: Final = 1 << 29
"""Bytes that all members may have together, unpacked."""
RATIO: Final = 250
"""Unpacked to packed size above which a file is a bomb; sheets of a bank reach about 40."""
SMALL: Final = 1 << 20

Cell = tuple[int, int]
"""1-based row and zero-based column."""
MarkedCells = Mapping[Cell, str]

_TELLING = re.compile(rb"<(\w+:)?f[ >/]|t=[\"']e[\"']")
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def check_package(path: Path, shown: str) -> None:
    """Refuse a zip bomb or a broken zip, before any reader opens it."""
    check_zip(path, path.stat().st_size, shown, _limits())


def _limits() -> ZipLimits:
    return ZipLimits(
        MEMBERS, UNPACKED, RATIO, SMALL, bomb="exchange.zip-bomb", broken="exchange.broken-excel"
    )


def marked_cells(path: Path, sheet: str, shown: str) -> MarkedCells:
    """Return the cells of a sheet that hold a ``formula``, a ``hollow`` one, or an ``error``."""
    try:
        with zipfile.ZipFile(path) as package:
            member = _sheet_member(package, sheet)
            with package.open(member) as stream:
                if not _tells(stream):
                    return {}
            with package.open(member) as stream:
                return dict(_marks(stream))
    except (ElementTree.ParseError, KeyError, ValueError) as error:
        raise fault("exchange.broken-excel", shown, detail=str(error)[:200]) from error


def _tells(stream: IO[bytes]) -> bool:
    """Look for a formula or an error without parsing: most sheets have none."""
    tail = b""
    while piece := stream.read(CHUNK):
        if _TELLING.search(tail + piece):
            return True
        tail = piece[-40:]
    return False


def _marks(stream: IO[bytes]) -> Iterator[tuple[Cell, str]]:
    for _, element in ElementTree.iterparse(stream):
        tag = element.tag.rpartition("}")[2]
        if tag == "c":
            parts = {child.tag.rpartition("}")[2]: child.text for child in element}
            if element.get("t") == "e":
                yield cell_at(element.get("r", "")), "error"
            elif "f" in parts:
                hollow = not parts.get("v")
                yield cell_at(element.get("r", "")), "hollow" if hollow else "formula"
        elif tag == "row":
            element.clear()


def _sheet_member(package: zipfile.ZipFile, sheet: str) -> str:
    book = ElementTree.fromstring(package.read("xl/workbook.xml"))
    relations = ElementTree.fromstring(package.read("xl/_rels/workbook.xml.rels"))
    targets = {entry.get("Id"): entry.get("Target", "") for entry in relations}
    for element in book.iter():
        if element.tag.rpartition("}")[2] == "sheet" and element.get("name") == sheet:
            target = targets[element.get(_RELATION)]
            return (
                target.lstrip("/") if target.startswith("/") else str(PurePosixPath("xl") / target)
            )
    raise KeyError(sheet)


def cell_at(reference: str) -> Cell:
    """Return the row and column of a cell's name; anything else raises ``ValueError``.

    >>> cell_at("AB10")
    (10, 27)
    """
    digits = reference.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    column = 0
    for letter in reference[: len(reference) - len(digits)]:
        column = column * 26 + ord(letter) - 64
    return int(digits), column - 1
