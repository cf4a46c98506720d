"""The readings that a scheme applies stand in its manifest and on each slip."""

from __future__ import annotations

from tests.runs.conftest import SCHEME, ExampleBank
from tidui.runs.slips import slip_text

READINGS = """
readings:
  C-50: {zh: 三项均须满足, en: all three bases must hold}
"""


def test_a_reading_is_listed_where_it_is_applied(bank: ExampleBank) -> None:
    stored = bank.stored(SCHEME + READINGS)
    assert stored.manifest["readings"]["C-50"]["en"] == "all three bases must hold"
    for lang, words in (("zh", "三项均须满足"), ("en", "all three bases must hold")):
        slip = slip_text(stored, "E001", lang)
        line = next(line for line in slip.splitlines() if "C-50" in line)
        assert words in line
        assert len(line) > len(words) + 12
