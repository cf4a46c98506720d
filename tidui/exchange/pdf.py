"""Papers as PDF/A, set by typst with the fonts of one folder and no others.

Data reaches a template as JSON text in ``sys.inputs`` and is never part of its source, so that a
name like ``#panic()`` is printed and not run. A glyph that no font has, and a font that isn't
there, are faults: a bank's paper with boxes in the place of a name is worse than none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from functools import lru_cache
from json import dumps
from pathlib import Path
from threading import Lock
from typing import Any, Final

import typst

from tidui.exchange.faults import FileError, fault
from tidui.exchange.papers import Paper, PaySlip, Record, Scorecard

TEMPLATES: Final = Path(__file__).parent / "templates"
PREFERRED: Final = ("Noto Sans SC", "Noto Sans CJK SC", "Source Han Sans SC")
"""Families taken first where the folder has several."""
REGULAR, BOLD = 400, 600
"""A family must have a weight up to the first (or 500) and one from the second on."""
EPOCH: Final = datetime(2000, 1, 1, tzinfo=UTC)

_NAMES: Final[Mapping[type[Paper], str]] = {
    Scorecard: "scorecard", PaySlip: "slip", Record: "record",
}  # fmt: skip
_GLYPH: Final = re.compile(r"the text `(.*)` could not be displayed", re.S)
_LOCK: Final = Lock()


def print_paper(paper: Paper, *, fonts: Path, made_at: datetime | None = None) -> bytes:
    """Return a paper as PDF/A-2b; the same paper gives the same bytes.

    Parameters
    ----------
    paper : Scorecard, PaySlip or Record
        what stands on it.
    fonts : Path
        folder with the fonts: ``build/assets/fonts``, or the bank's own.
    made_at : datetime, optional
        moment that the file says it was made at.

    Raises
    ------
    FileError
        If the fonts lack a glyph or a weight.
    """
    data = {**asdict(paper), "subject": paper.subject}
    return render_pdf(_NAMES[type(paper)], data, fonts=fonts, made_at=made_at)


def render_pdf(
    template: str, data: Mapping[str, Any], *, fonts: Path, made_at: datetime | None = None
) -> bytes:
    """Return a template of ours, by its name, filled with data that JSON can hold.

    Raises
    ------
    FileError
        If the fonts lack a glyph or a weight, or the template and its data don't fit.
    """
    return render_source(
        (TEMPLATES / f"{template}.typ").read_bytes(), data,
        fonts=fonts, made_at=made_at, shown=template,
    )  # fmt: skip


def render_source(
    source: bytes,
    data: Mapping[str, Any],
    *,
    fonts: Path,
    made_at: datetime | None = None,
    shown: str = "template",
) -> bytes:
    """Return a typst source filled with data; it reads files of the template folder only."""
    compiler, family = _compiler(fonts)
    inputs = {"data": dumps(data, ensure_ascii=False), "font": family}
    try:
        with _LOCK:  # a compiler is one, and threads gain nothing in it
            made, warnings = compiler.compile_with_warnings(
                input=source, format="pdf", sys_inputs=inputs, pdf_standards=["a-2b"],
                timestamp=made_at or EPOCH,
            )  # fmt: skip
    except typst.TypstError as error:
        raise _fault(error, shown) from error
    if warnings:
        detail = "; ".join(warning.message for warning in warnings)[:300]
        raise fault("exchange.pdf-warning", shown, detail=detail)
    if not isinstance(made, bytes):
        raise TypeError("source: typst made no single file of it")
    return made


def _fault(error: typst.TypstError, shown: str) -> FileError:
    missing = _GLYPH.search(error.message)
    if missing:
        return fault("exchange.pdf-no-glyph", shown, text=missing[1].strip('"'))
    hints = "; ".join([error.message, *error.hints])
    return fault("exchange.pdf-failed", shown, detail=hints[:300])


def _compiler(fonts: Path) -> tuple[typst.Compiler, str]:
    """Return the compiler of a folder of fonts; reading the fonts takes most of a first paper."""
    with _LOCK:
        return _kept(fonts.resolve())


@lru_cache(maxsize=4)
def _kept(fonts: Path) -> tuple[typst.Compiler, str]:
    found = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[fonts]
    )
    weights: dict[str, set[int]] = {}
    for font in found.fonts():
        if font.style == "normal":
            weights.setdefault(font.family, set()).add(font.weight)
    whole = [
        family
        for family, known in sorted(weights.items())
        if any(weight < BOLD for weight in known) and any(weight >= BOLD for weight in known)
    ]
    if not whole:
        listed = ", ".join(sorted(weights)) or "-"
        raise fault("exchange.no-fonts", str(fonts), found=listed)
    family = next((name for name in PREFERRED if name in whole), whole[0])
    compiler = typst.Compiler(root=TEMPLATES, font_paths=found, ignore_system_fonts=True)
    return compiler, family
