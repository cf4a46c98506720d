"""Facts: a filter is what it says, and the rows of a leaf add up as the engine adds them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tidui.core.appraisal.facts import (
    COMBO_COLUMNS,
    Combo,
    FactRequest,
    Filter,
    LeafRow,
    leaf_total,
)
from tidui.core.calendar import Span

COMBOS = st.builds(
    Combo,
    **{name: st.sampled_from([None, "a", "b"]) for name in COMBO_COLUMNS if name[-3:] != "ppb"},
    customer_rate_ppb=st.none(),
)
ACCEPT = st.lists(
    st.tuples(st.sampled_from(["kind", "product", "segment"]),
              st.lists(st.sampled_from("ab"), min_size=1).map(tuple)),
    max_size=2,
).map(tuple)  # fmt: skip
FILTERS = st.builds(Filter, ACCEPT)


def test_the_columns_of_a_combo_are_those_that_engines_group_by() -> None:
    assert tuple(Combo.__slots__) == COMBO_COLUMNS


@given(COMBOS, FILTERS, FILTERS)
def test_any_is_or_and_none_is_not(combo: Combo, one: Filter, other: Filter) -> None:
    both = Filter(any_of=(one, other))
    assert both.matches(combo) == (one.matches(combo) or other.matches(combo))
    assert Filter(none_of=(one,)).matches(combo) == (not one.matches(combo))
    joined = Filter((*one.accept, *other.accept))
    assert joined.matches(combo) == (one.matches(combo) and other.matches(combo))


def row(amount: int, share: int, days: int) -> LeafRow:
    """Build a leaf row of so many days."""
    return LeafRow("A1", 100, 100 + days, amount, "CNY", share, None, None, 1, 1)


def test_a_balance_weighs_by_days_and_a_flow_does_not() -> None:
    rows = [row(500, 10**6, 31), row(-20, 400_000, 2)]
    span = (Span(100, 131),)
    assert leaf_total(FactRequest("x", "balance", span), rows) == 500 * 10**6 * 31 - 20 * 800_000
    flows = [row(500, 10**6, 1), row(-20, 400_000, 1)]
    assert leaf_total(FactRequest("x", "flow", span), flows) == 500 * 10**6 - 20 * 400_000
    assert leaf_total(FactRequest("x", "balance", span), []) == 0


def test_a_sum_to_the_limit_of_the_ledger_stays_exact() -> None:
    big = row(10**15, 1, 366)
    assert leaf_total(FactRequest("x", "balance", ()), [big] * 1000) == 366 * 10**18
