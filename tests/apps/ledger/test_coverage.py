"""The calendar: given, filled, missing and awaited days add up to the days that count."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.apps.cast import Bank, Clients
from tests.apps.ledger.samples import BALANCES, delivered
from tidui.apps.ledger.folder import the_ledger
from tidui.apps.ledger.queries.coverage import calendar_of, missing_lately

BODY = "账号,日期,余额\nA1,2025-03-03,1.00\nA1,2025-03-05,2.00\n"
SPAN = (date(2025, 3, 3), date(2025, 3, 8))


def balances(mapping: str = BALANCES) -> int:
    return delivered(BODY, table="balances", mapping=mapping, coverage=SPAN)


def test_days_without_a_row_are_missing_and_days_after_it_are_awaited(bank: Bank) -> None:
    balances()
    found = calendar_of(the_ledger(), date(2025, 3, 11))
    gaps = [(gap.from_text, gap.to_text, gap.kind) for gap in found.gaps]
    assert gaps == [
        ("2025-03-04", "2025-03-05", "missing"), ("2025-03-06", "2025-03-08", "missing"),
        ("2025-03-08", "2025-03-11", "awaited"),
    ]  # fmt: skip
    cell = found.strips[0].cells[-1]
    assert (cell.month, cell.days, cell.given, cell.state) == ("2025-03", 8, 2, "part")
    assert missing_lately(the_ledger(), date(2025, 3, 11)) == 6


def test_filled_days_are_given_and_named(bank: Bank) -> None:
    balances(BALANCES.replace("shape: snapshots", "shape: snapshots\nfill: previous_day"))
    found = calendar_of(the_ledger(), date(2025, 3, 8))
    assert [gap.kind for gap in found.gaps] == ["filled", "filled"]
    assert found.strips[0].cells[-1].state == "filled"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(st.integers(0, 900))
def test_given_and_missing_days_are_all_days_that_count(bank: Bank, later: int) -> None:
    if not the_ledger().entries():
        balances()
    today = SPAN[0] + timedelta(days=later)
    found = calendar_of(the_ledger(), today)
    for strip in found.strips:
        gaps = sum(gap.days for gap in found.gaps if gap.kind != "filled")
        assert sum(cell.missing for cell in strip.cells) == gaps
        assert all(0 <= cell.given <= cell.days for cell in strip.cells)


def test_the_page_shows_a_strip_per_feed_and_a_table_that_exports(clients: Clients) -> None:
    balances()
    eve = clients["eve"]
    page = eve.get("/ledger/calendar/?month=2025-03").content.decode()
    assert page.count("l-cell l-part") == 1
    answer = eve.get("/ledger/calendar/?export=csv&kind=missing")
    assert b"2025-03-04" in answer.getvalue()
    assert eve.get("/ledger/calendar/?month=2025-99").status_code == 404
