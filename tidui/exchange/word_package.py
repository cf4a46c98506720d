"""The zip and XML of a Word document: opened with suspicion, written back the same each time."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from lxml import etree  # type: ignore[import-untyped]

from tidui.exchange.faults import fault
from tidui.exchange.staging import ZIP_MAGIC
from tidui.exchange.zip_limits import ZipLimits, check_zip

LARGEST: Final = 16 << 20
"""Bytes of a template that are read at all."""
LIMITS: Final = ZipLimits(
    members=2000, unpacked=64 << 20, ratio=200, small=4 << 20,
    bomb="exchange.word-bomb", broken="exchange.no-word",
)  # fmt: skip
W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

_DOCUMENT: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml."
_TEXTS: Final = tuple(
    f"{_DOCUMENT}{kind}+xml"
    for kind in ("document.main", "header", "footer", "footnotes", "endnotes")
)
_MACROS: Final = re.compile(r"macroEnabled|vbaProject", re.I)
_ACTIVE: Final = re.compile(r"(^|/)(activeX|embeddings|afchunk)[^/]*/|vbaProject", re.I)
_FIELDS: Final = re.compile(r"\s*(DDE|DDEAUTO|INCLUDETEXT|INCLUDEPICTURE|LINK|MACROBUTTON)\b", re.I)
_FIXED: Final = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class WordPackage:
    """A Word document taken apart.

    Attributes:
        members: each file inside, in its order.
        texts: the XML trees with text: body, headers, footers, notes.
    """

    members: Mapping[str, bytes]
    texts: Mapping[str, Any]


def open_word(content: bytes, shown: str) -> WordPackage:
    """Take a document apart; what isn't plainly a ``.docx`` is refused by its content.

    Raises
    ------
    FileError
        For another kind of file, a broken one, a bomb, macros, and anything that would run or be
        fetched when somebody opens the document.
    """
    if len(content) > LARGEST:
        raise fault("exchange.word-bomb", shown, bytes=len(content), members=0)
    if content[:4] != ZIP_MAGIC:
        raise fault("exchange.no-word", shown, detail="no zip")
    check_zip(io.BytesIO(content), len(content), shown, LIMITS)
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        names = package.namelist()
        if len(set(names)) != len(names):
            raise fault("exchange.no-word", shown, detail="two members of one name")
        members = {name: package.read(name) for name in names}
    texts = _texts(members, shown)
    _refuse_active(members, texts, shown)
    return WordPackage(members, texts)


def close_word(package: WordPackage) -> bytes:
    """Return the document as bytes; equal documents give equal bytes."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in package.members.items():
            tree = package.texts.get(name)
            if tree is not None:
                content = etree.tostring(
                    tree, xml_declaration=True, encoding="UTF-8", standalone=True
                )
            entry = zipfile.ZipInfo(name, _FIXED)
            entry.compress_type = zipfile.ZIP_DEFLATED
            made.writestr(entry, content)
    return target.getvalue()


def parse_xml(content: bytes, shown: str) -> Any:
    """Read one XML member; a document type declaration has no place in it."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise fault("exchange.no-word", shown, detail=str(error)[:200]) from error
    if root.getroottree().docinfo.doctype:
        raise fault("exchange.no-word", shown, detail="DOCTYPE")
    return root


def _texts(members: Mapping[str, bytes], shown: str) -> dict[str, Any]:
    if "[Content_Types].xml" not in members:
        raise fault("exchange.no-word", shown, detail="no content types")
    types = parse_xml(members["[Content_Types].xml"], shown)
    found: dict[str, str] = {}
    for entry in types:
        kind = entry.get("ContentType", "")
        if _MACROS.search(kind):
            raise fault("exchange.word-macros", shown, found=kind.rpartition(".")[2][:60])
        if kind in _TEXTS:
            found[entry.get("PartName", "").lstrip("/")] = kind
    if _TEXTS[0] not in found.values():
        raise fault("exchange.no-word", shown, detail="no document")
    missing = sorted(name for name in found if name not in members)
    if missing:
        raise fault("exchange.no-word", shown, detail=f"no {missing[0]}"[:200])
    return {name: parse_xml(members[name], shown) for name in found}


def _refuse_active(members: Mapping[str, bytes], texts: Mapping[str, Any], shown: str) -> None:
    for name, content in members.items():
        if _ACTIVE.search(name):
            raise fault("exchange.word-active", shown, found=name[:120])
        if name.endswith(".rels"):
            for relation in parse_xml(content, shown):
                kind = str(relation.get("Type", "")).rpartition("/")[2]
                if relation.get("TargetMode") == "External" and kind != "hyperlink":
                    raise fault("exchange.word-active", shown, found=kind[:60])
    for tree in texts.values():
        for element in tree.iter(f"{W}altChunk"):
            raise fault("exchange.word-active", shown, found=element.tag.rpartition("}")[2])
        for code in _field_codes(tree):
            if _FIELDS.match(code):
                raise fault("exchange.word-active", shown, found=code.strip()[:60])


def _field_codes(tree: Any) -> list[str]:
    """Return the instructions of fields; Word splits one over several runs."""
    codes = [element.get(f"{W}instr", "") for element in tree.iter(f"{W}fldSimple")]
    parts: list[str] = []
    for element in tree.iter(f"{W}fldChar", f"{W}instrText"):
        if element.tag == f"{W}instrText":
            parts.append(element.text or "")
        elif element.get(f"{W}fldCharType") in ("begin", "separate", "end"):
            codes.append("".join(parts))
            parts = []
    return [*codes, "".join(parts)]
