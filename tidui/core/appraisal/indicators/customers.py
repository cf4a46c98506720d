"""Indicators of customers: who passes a bar, and who no longer does."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from tidui.core.appraisal.evaluation.entries import Entry
from tidui.core.appraisal.evaluation.environment import Environment
from tidui.core.appraisal.indicators.amounts import FactIndex, base_conversion, conversion_rate
from tidui.core.appraisal.questions import window_slices
from tidui.core.appraisal.scheme import indicators as kinds
from tidui.core.values import PPM, Missing, Value


def _customer_values(
    index: FactIndex, entry: Entry, subject: str, slice_no: int, days: int
) -> tuple[dict[str, list[Any]], Missing | None]:
    """Return customer → [attributed, whole, products, last share, rows] of a slice."""
    slices = window_slices(index.period, "windows", entry.node)
    values: dict[str, list[Any]] = {}
    for row in index.customers.get((entry.name, subject), ()):
        if row.slice_no != slice_no:
            continue
        rate = conversion_rate(index, entry, row.currency, slices[slice_no])
        if isinstance(rate, Missing) and entry.unit not in ("customer", "ratio", "count"):
            return {}, rate
        if isinstance(rate, Missing):
            rate = base_conversion(index, entry, row.currency, slices[slice_no])
        if isinstance(rate, Missing):
            return {}, rate
        known = values.setdefault(row.customer_no, [Fraction(0), Fraction(0), 0, 0, 0])
        known[0] += row.total * rate / (PPM * days)
        known[1] += row.whole * rate / (PPM * days)
        known[2] = max(known[2], row.products)  # over all currencies already
        known[3] = max(known[3], row.last_share_ppm)
        known[4] += row.rows
    return values, None


def read_customer_count(index: FactIndex, entry: Entry, env: Environment) -> Value:
    node: kinds.CustomerCount = entry.node
    bar = env.evaluate(node.at_least)
    if isinstance(bar, Missing):
        return bar
    days = 1 if node.measured == "closing" else index.period.days
    values, missing = _customer_values(index, entry, env.subject.id, 0, days)
    if missing:
        return missing
    column = 0 if node.credit == "attributed" else 1
    if node.measured == "products":
        column = 2
    held = {c: v for c, v in values.items() if node.credit == "attributed" or v[3] > 0}
    passing = sorted(customer for customer, known in held.items() if known[column] >= bar)
    env.note(
        customers=len(held), passing=passing, key=entry.name, bar=bar,
        rows=sum(known[4] for known in held.values()),
    )  # fmt: skip
    return Fraction(len(passing))


def read_customer_lost(index: FactIndex, entry: Entry, env: Environment) -> Value:
    """Customers whose whole value passed the bar before and doesn't now, for who holds them now.

    A customer whom nobody holds any more counts for who held him on the last day of the window
    before; one handed to a colleague counts for the colleague.
    """
    node: kinds.CustomerLost = entry.node
    bar = env.evaluate(node.bar)
    if isinstance(bar, Missing):
        return bar
    windows = window_slices(index.period, "windows", node)
    days = [1 if node.measured == "closing" else window.days for window in windows]
    before, missing = _customer_values(index, entry, env.subject.id, 0, days[0])
    now, also_missing = _customer_values(index, entry, env.subject.id, 1, days[1])
    if missing or also_missing:
        return missing or also_missing or Missing("no_rate", entry.name)
    wholes = _wholes_before(index, entry, days[0])
    held_now = _held_now(index, entry.name)
    mine = {c for c, known in now.items() if known[3] > 0}
    mine |= {c for c, known in before.items() if known[3] > 0 and c not in held_now}
    passed = sorted(c for c in mine if wholes.get(c, Fraction(0)) >= bar)
    lost = [c for c in passed if c not in now or now[c][1] < bar]
    env.note(customers=len(passed), lost=lost, key=entry.name, bar=bar)
    if node.result == "count":
        return Fraction(len(lost))
    if not passed:
        return Missing("not_defined", "no customer above the bar before")
    return Fraction(len(lost), len(passed))


def _wholes_before(index: FactIndex, entry: Entry, days: int) -> dict[str, Fraction]:
    """Return the whole value before of every customer, whoever held him."""
    result: dict[str, Fraction] = {}
    span = window_slices(index.period, "windows", entry.node)[0]
    by_currency: dict[tuple[str, str], int] = {}
    for (key, _), rows in index.customers.items():
        for row in rows if key == entry.name else ():
            if row.slice_no == 0:
                by_currency[row.customer_no, row.currency] = row.whole
    for (customer, currency), whole in by_currency.items():
        rate = base_conversion(index, entry, currency, span)
        if not isinstance(rate, Missing):
            value = whole * rate / (PPM * days)
            result[customer] = result.get(customer, Fraction(0)) + value
    return result


def _held_now(index: FactIndex, key: str) -> set[str]:
    return {
        row.customer_no
        for (name, _), rows in index.customers.items()
        if name == key
        for row in rows
        if row.slice_no == 1 and row.last_share_ppm > 0
    }
