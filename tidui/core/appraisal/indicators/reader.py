"""One reader per kind of fact.

Guarantees: nothing is rounded; a missing rate or measure is missing, never zero; an average is
divided by the days that count, and a subject without a balance has an average of 0 because the
ledger says so for each of his days.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from tidui.core.appraisal.evaluation.entries import Entry
from tidui.core.appraisal.evaluation.environment import Environment
from tidui.core.appraisal.indicators import balances, customers, people
from tidui.core.appraisal.indicators.amounts import FactIndex
from tidui.core.values import Value

_READERS: Final[dict[str, Callable[[FactIndex, Entry, Environment], Value]]] = {
    "balance_average": balances.read_average,
    "balance_closing": balances.read_closing,
    "balance_increase": balances.read_increase,
    "asset_increase": balances.read_increase,
    "margin_income": balances.read_margin,
    "flow_sum": balances.read_flow_sum,
    "flow_count": balances.read_flow_count,
    "customer_count": customers.read_customer_count,
    "customer_lost": customers.read_customer_lost,
    "loan_quality": balances.read_loan_quality,
    "measure": people.read_measure,
    "headcount": people.read_headcount,
}


class FactReader:
    """Computes an indicator for any subject from the facts and inputs of a run."""

    def __init__(self, index: FactIndex) -> None:
        self.index = index

    def __call__(self, entry: Entry, env: Environment) -> Value:
        """Compute an indicator for the environment's subject."""
        return _READERS[entry.node.fact](self.index, entry, env)
