"""What is printed on a paper: score card, pay slip, record; each word of it comes from the caller.

Figures arrive as text that is formatted for the reader: a paper passes nothing on. ``paper_words``
hands out the words that the templates need, in Chinese or English.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from tidui.library.messages import messages, sentence

Lang = Literal["zh", "en"]
Tone = Literal["good", "fair", "poor", "plain"]
Side = Literal["left", "right", "center"]
Pair = tuple[str, str]
"""A word and what it says: ``("工号", "A01030")``."""

_WORDS: Final = "paper."


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure that is printed large.

    Attributes:
        label: what it is.
        value: the figure, or a word such as a grade.
        unit: after it, small: ``元``, ``/ 131``.
        note: a line below it.
    """

    label: str
    value: str
    unit: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table.

    Attributes:
        title: its head.
        side: where its cells stand; figures stand ``right``.
        share: part of the free width, 0 for as wide as its text.
    """

    title: str
    side: Side = "left"
    share: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """A table of text.

    Attributes:
        columns: its columns.
        rows: one text per column in each.
        title: above it; empty for none.
        note: beside the title, small.
        total: a last row in bold; empty for none.
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    title: str = ""
    note: str = ""
    total: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        wide = len(self.columns)
        if any(len(row) != wide for row in self.rows) or len(self.total) not in (0, wide):
            raise ValueError(f"rows, total: each needs {wide} texts, one per column")


@dataclass(frozen=True, slots=True)
class IndicatorRow:
    """One indicator on a score card; what a scheme doesn't have stays empty, and is not printed.

    Attributes:
        title, unit: the indicator.
        actual: what was measured.
        points: what it gave.
        clause: where the document says so.
        weight, target: by the scheme.
        ratio: attainment as text.
        ratio_ppm: the same for the bar; None for no bar.
        tone: colour of the bar and the ratio.
        group: heading above the rows of a perspective.
    """

    title: str
    actual: str
    points: str
    unit: str = ""
    clause: str = ""
    weight: str = ""
    target: str = ""
    ratio: str = ""
    ratio_ppm: int | None = None
    tone: Tone = "plain"
    group: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """What each paper has.

    Attributes:
        lang: the language its words are in; decides line breaks and hyphenation.
        bank: whose paper it is.
        title: which paper it is.
        foot: scheme version, run, hash … on each page.
        signatures: a line to sign on for each.
        classification: stamp at the top right, e.g. ``内部资料``.
        mark: watermark, e.g. ``试算``; empty for none.
        words: words of the template, from ``paper_words``.
    """

    lang: Lang
    bank: str
    title: str
    words: Mapping[str, str]
    foot: tuple[Pair, ...] = ()
    signatures: tuple[str, ...] = ()
    classification: str = ""
    mark: str = ""

    @property
    def subject(self) -> str:
        """Whom or what it is about, for the title of the file."""
        return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonPaper(Paper):
    """A paper about one person and one period.

    Attributes:
        person: the name.
        badge: beside the name, e.g. the grade.
        facts: number, branch, line, post …
        period: the period, for the reader.
        figures: the large ones, at most four.
        tables: further tables.
        remarks: paragraphs in a box.
    """

    person: str
    period: str
    facts: tuple[Pair, ...] = ()
    badge: str = ""
    figures: tuple[Figure, ...] = ()
    tables: tuple[Table, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def subject(self) -> str:
        """The person and the period."""
        return f"{self.person} {self.period}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scorecard(PersonPaper):
    """The score card of a person.

    Attributes:
        rows: the indicators.
        total, total_weight: last line; an empty ``total`` for none.
        note: beside the heading of the indicators.
    """

    rows: tuple[IndicatorRow, ...]
    total: str = ""
    total_weight: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaySlip(PersonPaper):
    """The pay slip of a person: its tables say what was measured, scored, paid and deferred.

    Attributes:
        payable: what is paid out now; its note may give the amount in words.
        objection: how to object and until when.
    """

    payable: Figure
    objection: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a record: paragraphs and tables in their order."""

    title: str
    parts: tuple[str | Table, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Record(Paper):
    """Any other document: improvement plan, answer to an objection, file of a person.

    Attributes:
        number: its number, below the title.
        facts: pairs in a table at the head.
        sections: its text.
    """

    number: str = ""
    facts: tuple[Pair, ...] = ()
    sections: tuple[Section, ...] = field(default=())

    @property
    def subject(self) -> str:
        """Its number."""
        return self.number


def paper_words(kind: Literal["scorecard", "slip", "record"], lang: Lang) -> dict[str, str]:
    """Return the words of a template in a language.

    >>> paper_words("slip", "en")["objection"]
    'If you object'
    """
    start = f"{_WORDS}{kind}."
    return {
        code.removeprefix(start): sentence(code, lang)
        for code in messages()
        if code.startswith(start)
    }
