"""The bank starts with documents that are complete in both languages."""

from __future__ import annotations

import io
from typing import Any

import pytest
from docx import Document

from tidui.exchange.faults import FileError
from tidui.exchange.papers import Lang
from tidui.exchange.word import fill_template, placeholders_of
from tidui.exchange.word_templates import (
    check_document,
    default_template,
    document_kinds,
    document_template,
)

LANGUAGES: tuple[Lang, ...] = ("zh", "en")


def filled(kind: str, lang: Lang) -> Any:
    known = document_template(kind)
    values = {name: f"<{getattr(words, lang)}>" for name, words in known.names.items()}
    lists = {
        name: [{field: f"{field}{n}" for field in rule.fields} for n in range(3)]
        for name, rule in known.lists.items()
    }
    content = fill_template(default_template(kind, lang), values, lists)
    return Document(io.BytesIO(content))


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", document_kinds())
def test_each_default_template_asks_for_what_it_says_and_is_filled(kind: str, lang: Lang) -> None:
    known = document_template(kind)
    asked = check_document(default_template(kind, lang), kind)
    assert asked.names == known.names.keys()
    assert {name: set(fields) for name, fields in asked.lists.items()} == {
        name: set(rule.fields) for name, rule in known.lists.items()
    }
    made = filled(kind, lang)
    text = "\n".join(paragraph.text for paragraph in made.paragraphs)
    assert "{{" not in text
    for table in made.tables:
        assert len(table.rows) == 4


@pytest.mark.parametrize("kind", document_kinds())
def test_both_languages_of_a_document_ask_for_the_same(kind: str) -> None:
    chinese, english = (placeholders_of(default_template(kind, lang)) for lang in LANGUAGES)
    assert chinese == english


def test_a_default_template_is_the_same_bytes_each_time() -> None:
    assert default_template("appointment", "zh") == default_template("appointment", "zh")


def test_the_appointment_reads_as_an_official_letter() -> None:
    lines = [paragraph.text for paragraph in filled("appointment", "zh").paragraphs]
    assert lines[0] == "聘任书"
    assert lines[2] == "<姓名>同志（工号<工号>）："
    assert "特此聘任。" in lines


def test_the_published_list_never_asks_for_pay() -> None:
    known = document_template("publication")
    fields = {*known.names, *known.lists["people"].fields}
    assert not fields & {"pay", "payable", "amount", "deferred"}


def test_a_template_of_the_bank_with_a_misspelt_name_is_refused() -> None:
    made: Any = Document(io.BytesIO(default_template("appointment", "zh")))
    made.add_paragraph("{{naming}}")
    buffer = io.BytesIO()
    made.save(buffer)
    with pytest.raises(FileError, match="word-unknown"):
        check_document(buffer.getvalue(), "appointment")


def test_there_is_no_template_of_an_unknown_kind() -> None:
    with pytest.raises(KeyError):
        default_template("no-such-kind", "zh")
