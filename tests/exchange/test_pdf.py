"""A paper is archived as printed: no sign is lost, no word of data is run."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.exchange.papers import font_folder, pages, plain, record, scorecard, slip
from tidui.exchange.faults import FileError
from tidui.exchange.papers import Column, Paper, Table, paper_words
from tidui.exchange.pdf import print_paper, render_source
from tidui.library.messages import messages

HEAD = b"#set text(font: sys.inputs.font)\n#let d = json(bytes(sys.inputs.data))\n"


@pytest.fixture(scope="module")
def fonts() -> Path:
    return font_folder()


@pytest.mark.parametrize("paper", [scorecard(), slip(), record()], ids=["card", "slip", "record"])
def test_each_paper_is_one_page_of_archive_pdf_with_true_bold(paper: Paper, fonts: Path) -> None:
    made = plain(print_paper(paper, fonts=fonts))
    assert made.startswith(b"%PDF-1.7")
    assert b"<pdfaid:part>2</pdfaid:part>" in made
    assert b"<pdfaid:conformance>B</pdfaid:conformance>" in made
    assert pages(made) == 1
    assert b"-Regular" in made
    assert b"-Bold" in made


def test_the_same_paper_gives_the_same_bytes(fonts: Path) -> None:
    first = print_paper(scorecard(), fonts=fonts)
    assert print_paper(slip(), fonts=fonts) != first
    assert print_paper(scorecard(), fonts=fonts) == first
    assert b"2000-01-01" in plain(first)  # and no clock is read
    later = datetime(2026, 11, 2, 8, tzinfo=UTC)
    assert b"2026-11-02" in plain(print_paper(scorecard(), fonts=fonts, made_at=later))


@pytest.mark.parametrize(
    "name", ['#panic("x")', '"}; #read("/look.typ")', "*_`$<a>@b", "\\u{41}", "// no", "= 一"]
)
def test_data_is_printed_and_never_run(name: str, fonts: Path) -> None:
    plainly = print_paper(scorecard(person=name, remarks=(name,)), fonts=fonts)
    assert pages(plainly) == 1
    table = Table((Column(name),), ((name,),), title=name)
    assert pages(print_paper(slip(tables=(table,), objection=(name,)), fonts=fonts)) == 1
    assert pages(print_paper(record(title=name, number=name), fonts=fonts)) == 1


def test_a_sign_that_no_font_has_is_a_fault_with_its_name(fonts: Path) -> None:
    with pytest.raises(FileError) as caught:
        print_paper(scorecard(person="王\U000f0000"), fonts=fonts)
    assert caught.value.issue.code == "exchange.pdf-no-glyph"
    assert dict(caught.value.issue.values)["text"] == "\\u{f0000}"


def test_a_font_that_is_not_there_is_a_fault(fonts: Path) -> None:
    with pytest.raises(FileError) as caught:
        render_source(b'#set text(font: "No Such Font")\nx', {}, fonts=fonts)
    assert caught.value.issue.code == "exchange.pdf-warning"


def test_a_folder_without_a_bold_font_is_refused(tmp_path: Path, fonts: Path) -> None:
    regular = next(path for path in sorted(fonts.rglob("Noto*Regular*")))
    (tmp_path / regular.name).symlink_to(regular)
    for folder in (tmp_path, tmp_path / "nothing"):
        with pytest.raises(FileError) as caught:
            render_source(b"x", {}, fonts=folder)
        assert caught.value.issue.code == "exchange.no-fonts"


@pytest.mark.parametrize(
    "source", [b'#read("/etc/hostname")', b'#read("../pdf.py")', b"#d.nothing", b"#let"]
)
def test_a_template_that_reaches_out_or_is_broken_is_a_fault(source: bytes, fonts: Path) -> None:
    with pytest.raises(FileError) as caught:
        render_source(HEAD + source, {}, fonts=fonts)
    assert caught.value.issue.code == "exchange.pdf-failed"


def test_a_long_card_goes_on_to_the_next_page(fonts: Path) -> None:
    assert pages(print_paper(scorecard(count=60), fonts=fonts)) == 2


def test_what_a_scheme_does_not_have_needs_no_column(fonts: Path) -> None:
    rows = tuple(
        type(row)(title=row.title, actual="", points=row.points) for row in scorecard().rows
    )
    bare = scorecard(rows=rows, total="", figures=(), facts=(), foot=(), signatures=(), mark="试算")
    assert pages(print_paper(bare, fonts=fonts)) == 1
    assert pages(print_paper(record(facts=(), sections=(), number=""), fonts=fonts)) == 1


def test_threads_share_the_compiler(fonts: Path) -> None:
    cards = [scorecard(person=f"林{n}") for n in range(8)]
    alone = [print_paper(card, fonts=fonts) for card in cards]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda card: print_paper(card, fonts=fonts), cards)) == alone


def test_a_row_that_does_not_fit_its_table_is_a_programming_error() -> None:
    with pytest.raises(ValueError, match="one per column"):
        Table((Column("a"), Column("b")), (("1",),))


def test_the_words_of_the_papers_stand_in_both_languages() -> None:
    for kind in ("scorecard", "slip"):
        zh, en = paper_words(kind, "zh"), paper_words(kind, "en")  # type: ignore[arg-type]
        assert zh.keys() == en.keys()
        assert all(zh.values())
        assert all(en.values())
    for code in ("no-fonts", "pdf-no-glyph", "pdf-warning", "pdf-failed"):
        assert f"exchange.{code}" in messages()
