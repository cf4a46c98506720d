"""The templates that a bank starts with, built from the texts in ``library/documents``.

The pages follow GB/T 9704 in the main: A4, title of 22 points, text of 16 in 仿宋, the seal's
place at the right.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any, Final, Literal

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from pydantic import BaseModel, ConfigDict

from tidui.core.documents import parse_document
from tidui.exchange.papers import Lang
from tidui.exchange.word import Placeholders, check_template
from tidui.exchange.word_package import close_word, open_word
from tidui.library import names, texts

KIND: Final = "documents"
_SIDES: Final = {"left": ALIGN.LEFT, "right": ALIGN.RIGHT, "center": ALIGN.CENTER}
TEXT_WIDTH: Final = 15.6
"""Centimetres between the margins."""
_MADE_AT: Final = datetime(2000, 1, 1, tzinfo=UTC)


class Node(BaseModel):
    """A part of a document: typed, frozen, closed."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")


class Words(Node):
    """A text in both languages."""

    zh: str
    en: str


class Line(Words):
    """A paragraph and how it looks."""

    style: Literal["title", "number", "greeting", "text", "closing", "signature", "receipt"]


class ListColumn(Words):
    """A column of a table of entries; ``share`` is its width in per cent."""

    field: str
    share: int
    side: Literal["left", "right", "center"]


class ListTable(Node):
    """A table whose row repeats for each entry of a list."""

    list: str
    columns: tuple[ListColumn, ...]


class ListRule(Node):
    """The fields that each entry of a list has."""

    title: Words
    fields: Mapping[str, Words]


class DocumentTemplate(Node):
    """The text of a document, and all that may be asked for in it (``document/1``)."""

    format: Literal["document/1"]
    id: str
    version: int
    title: Words
    names: Mapping[str, Words]
    lists: Mapping[str, ListRule] = {}
    body: tuple[Line | ListTable, ...]
    footer: Words


@cache
def document_template(kind: str) -> DocumentTemplate:
    """Return the library's text of one kind; an unknown kind raises ``KeyError``."""
    parsed = parse_document(texts(KIND, kind))
    parsed["body"] = tuple(
        {**part, "columns": tuple(part["columns"])} if "columns" in part else part
        for part in parsed["body"]
    )
    return DocumentTemplate.model_validate(parsed)


def document_kinds() -> tuple[str, ...]:
    """Return the kinds that there are.

    >>> document_kinds()
    ('appointment', 'grade-change', 'publication', 'result-notice')
    """
    return names(KIND)


def check_document(template: bytes, kind: str, *, shown: str = "template.docx") -> Placeholders:
    """Refuse a bank's own template of a kind if it isn't sound or asks for what there isn't."""
    known = document_template(kind)
    lists = {name: frozenset(rule.fields) for name, rule in known.lists.items()}
    return check_template(template, frozenset(known.names), lists, shown=shown)


def default_template(kind: str, lang: Lang) -> bytes:
    """Return a template as a ``.docx``, ready to be edited; the same bytes each time.

    Raises
    ------
    KeyError
        If there is no such kind.
    """
    source = document_template(kind)
    made: Any = Document()
    _set_page(made, lang)
    for part in source.body:
        if isinstance(part, ListTable):
            _add_table(made, part, lang)
        elif getattr(part, lang):
            _add_line(made, part.style, getattr(part, lang), lang)
    footer = made.sections[0].footer.paragraphs[0]
    _write(footer, getattr(source.footer, lang), 9, lang)
    footer.alignment = ALIGN.CENTER
    about = made.core_properties
    about.title, about.author, about.comments = getattr(source.title, lang), "", ""
    about.created = about.modified = _MADE_AT
    buffer = io.BytesIO()
    made.save(buffer)
    return close_word(open_word(buffer.getvalue(), kind))


def _set_page(made: Any, lang: Lang) -> None:
    page = made.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.top_margin, page.bottom_margin = Cm(3.7), Cm(3.5)
    page.left_margin, page.right_margin = Cm(2.8), Cm(2.6)
    normal = made.styles["Normal"]
    normal.font.name = "Times New Roman"
    normal.font.size = Pt(_size(lang))
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), "仿宋")
    for language in made.styles.element.iter(qn("w:lang")):  # decides where punctuation stands
        language.set(qn("w:eastAsia"), "zh-CN")
    normal.paragraph_format.space_after = Pt(0)


def _size(lang: Lang) -> int:
    return 16 if lang == "zh" else 12


def _write(
    paragraph: Any, text: str, size: float, lang: Lang, face: str = "", bold: bool = False
) -> None:
    run = paragraph.add_run(text)
    run.font.size, run.font.bold = Pt(size), bold
    if face and lang == "zh":
        run.font.name = "Times New Roman"
        run._element.rPr.rFonts.set(qn("w:eastAsia"), face)


def _add_line(made: Any, style: str, text: str, lang: Lang) -> None:
    paragraph = made.add_paragraph()
    look = paragraph.paragraph_format
    size = _size(lang)
    look.line_spacing = Pt(28) if lang == "zh" else 1.3
    if style == "title":
        look.line_spacing, look.space_after = Pt(34), Pt(8)
        paragraph.alignment = ALIGN.CENTER
        _write(paragraph, text, 22 if lang == "zh" else 18, lang, "宋体", bold=True)
        return
    if style == "number":
        paragraph.alignment = ALIGN.CENTER
        look.space_after = Pt(18)
    elif style == "greeting":
        look.space_after = Pt(0) if lang == "zh" else Pt(8)
    elif style in ("text", "closing"):
        look.first_line_indent = Pt(2 * size) if lang == "zh" else None
        look.space_after = Pt(0) if lang == "zh" else Pt(8)
        paragraph.alignment = ALIGN.JUSTIFY
    elif style == "signature":
        paragraph.alignment = ALIGN.RIGHT
        look.right_indent, look.space_before = Pt(2 * size), Pt(6)
        look.keep_with_next = True  # a receipt alone on a page belongs to nothing
    elif style == "receipt":
        look.space_before = Pt(26)
    _write(paragraph, text, size - 2 if style == "receipt" else size, lang)


def _add_table(made: Any, part: ListTable, lang: Lang) -> None:
    """A head, and one row with the placeholders, which repeats."""
    made.paragraphs[-1].paragraph_format.space_after = Pt(8)
    table = made.add_table(rows=2, cols=len(part.columns), style="Table Grid")
    table.autofit, table.alignment = False, WD_TABLE_ALIGNMENT.CENTER
    for place, column in enumerate(part.columns):
        # Word goes by the cells, LibreOffice by the columns.
        table.columns[place].width = Cm(TEXT_WIDTH * column.share / 100)
        for row, text in enumerate((getattr(column, lang), f"{{{{{part.list}.{column.field}}}}}")):
            cell = table.cell(row, place)
            cell.width = Cm(TEXT_WIDTH * column.share / 100)
            paragraph = cell.paragraphs[0]
            paragraph.alignment = ALIGN.CENTER if row == 0 else _SIDES[column.side]
            paragraph.paragraph_format.space_before = Pt(3)
            paragraph.paragraph_format.space_after = Pt(3)
            _write(paragraph, text, _size(lang) - 4 if lang == "zh" else 10.5, lang, bold=row == 0)
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    made.add_paragraph().paragraph_format.line_spacing = Pt(8)
