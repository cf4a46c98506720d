"""Customers: who passes a bar, who is lost, and that one who was handed over isn't."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from tests.factories import scheme, subject, title
from tidui.core.appraisal.chain import build_board, compute_board
from tidui.core.appraisal.facts import CustomerRow, FactTable
from tidui.core.appraisal.inputs import Inputs, RateRow
from tidui.core.appraisal.population import PopulationResult
from tidui.core.calendar import parse_period
from tidui.core.values import Missing, Value

PERIOD = parse_period("2025")
PPM = 10**6


def row(
    customer: str,
    yuan: int,
    who: str = "A",
    share: int = PPM,
    *,
    number: int = 0,
    last: int | None = None,
    products: int = 1,
    currency: str = "CNY",
) -> CustomerRow:
    """Build a customer's closing balance in yuan, and the share that somebody holds of it."""
    whole = yuan * 100 * PPM
    held = share if last is None else last
    return CustomerRow("x", who, customer, currency, number, whole * share // PPM, whole,
                       products, held, 1)  # fmt: skip


def values(
    node: dict[str, Any], rows: list[CustomerRow], rates: tuple[RateRow, ...] = ()
) -> dict[str, Value]:
    """Read one indicator of A and B."""
    body = scheme(indicators={"x": {"title": title(), "unit": "customer", **node}})
    people = PopulationResult((subject("A"), subject("B")), ())
    inputs = Inputs((), "CNY", PERIOD.to_on, rates=rates)
    on = build_board(body, PERIOD, inputs, people, FactTable((), (), tuple(rows)))
    compute_board(on)
    return on.columns["x"]


@pytest.mark.parametrize(
    ("own", "rows", "count"),
    [
        ({}, [row("C1", 100), row("C2", 99)], 1),
        ({}, [row("C1", 100, share=400_000)], 1),
        ({"credit": "attributed"}, [row("C1", 100, share=400_000)], 0),
        ({"credit": "attributed"}, [row("C1", 250, share=400_000)], 1),
        ({}, [row("C1", 100, last=0)], 0),
        ({"credit": "attributed"}, [row("C1", 100, last=0)], 1),
        ({"measured": "products", "at_least": 3}, [row("C1", 1, products=3),
                                                   row("C2", 900, products=2)], 1),
        ({}, [row("C1", 60), row("C1", 60)], 1),
        ({}, [], 0),
    ],
)  # fmt: skip
def test_a_customer_counts_from_the_bar_on(
    own: dict[str, Any], rows: list[CustomerRow], count: int
) -> None:
    node = {"fact": "customer_count", "measured": "closing", "at_least": 100, "credit": "whole"}
    assert values({**node, **own}, rows)["A"] == count


def test_an_average_bar_divides_by_the_days_of_the_period() -> None:
    node = {"fact": "customer_count", "measured": "average", "at_least": 100, "credit": "whole"}
    assert values(node, [row("C1", 36_500)])["A"] == 1
    assert values(node, [row("C1", 36_499)])["A"] == 0


def test_a_foreign_customer_without_a_rate_is_missing() -> None:
    node = {"fact": "customer_count", "measured": "closing", "at_least": 1, "credit": "whole"}
    assert isinstance(values(node, [row("C1", 1, currency="USD")])["A"], Missing)


LOST = {"fact": "customer_lost", "bar": 100, "before": "previous_year", "measured": "closing",
        "result": "count"}  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "lost"),
    [
        ([row("C1", 100), row("C1", 100, number=1)], {"A": 0, "B": 0}),
        ([row("C1", 100), row("C1", 99, number=1)], {"A": 1, "B": 0}),
        ([row("C1", 100)], {"A": 1, "B": 0}),
        ([row("C1", 99)], {"A": 0, "B": 0}),
        ([row("C1", 100), row("C1", 100, "B", number=1)], {"A": 0, "B": 0}),
        ([row("C1", 100), row("C1", 99, "B", number=1)], {"A": 0, "B": 1}),
    ],
    ids=["kept", "fell", "gone", "never", "handed over", "handed over and fell"],
)
def test_a_customer_is_lost_by_who_holds_him_now(
    rows: list[CustomerRow], lost: dict[str, int]
) -> None:
    assert values(LOST, rows) == lost


def test_the_ratio_of_lost_customers_needs_one_above_the_bar() -> None:
    ratio = {**LOST, "result": "ratio", "unit": "ratio"}
    found = values(ratio, [row("C1", 100), row("C2", 100), row("C2", 100, number=1)])
    assert found["A"] == Fraction(1, 2)
    assert isinstance(found["B"], Missing)


def test_a_product_held_in_two_currencies_is_one_product() -> None:
    """The engine counts over all currencies; the row of each brings the same number."""
    node = {"fact": "customer_count", "measured": "products", "credit": "whole", "at_least": 2}
    rows = [row("C1", 5, products=1), row("C1", 5, products=1, currency="USD")]
    dollars = RateRow("exchange", "USD", PERIOD.span, 7 * 10**9)
    assert values({**node, "conversion": "period_end"}, rows, (dollars,))["A"] == 0
    rows.append(row("C2", 5, products=2))
    assert values({**node, "conversion": "period_end"}, rows, (dollars,))["A"] == 1
