"""Tables for people: a text that looks like a formula is never run, and numbers stay numbers."""

from __future__ import annotations

import pytest

from tidui.exchange.workbook import Sheet, csv_text


@pytest.mark.parametrize(
    ("cell", "printed"),
    [
        ("=1+1", "'=1+1"),
        ("=SUM(A1)", "'=SUM(A1)"),
        ("-2+cmd|x!A1", "'-2+cmd|x!A1"),
        ("+1+1", "'+1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("-12.50", "-12.50"),
        ("+86", "+86"),
        ("-1/3", "-1/3"),
        ("E001", "E001"),
    ],
)
def test_no_text_is_run_as_a_formula(cell: str, printed: str) -> None:
    assert csv_text(Sheet("s", "", (cell,), ((cell,),))) == f"{printed}\n{printed}\n"
