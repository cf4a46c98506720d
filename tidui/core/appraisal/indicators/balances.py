"""Indicators of balances and flows."""

from __future__ import annotations

from fractions import Fraction

from tidui.core.appraisal.evaluation.entries import Entry
from tidui.core.appraisal.evaluation.environment import Environment
from tidui.core.appraisal.indicators.amounts import (
    FactIndex,
    base_conversion,
    coefficient_of,
    conversion_rate,
    sum_amount,
)
from tidui.core.appraisal.questions import (
    base_key,
    base_span,
    fact_window,
    window_slices,
)
from tidui.core.appraisal.scheme import indicators as kinds
from tidui.core.calendar import Span
from tidui.core.values import PPB, PPM, Missing, Value


def read_average(index: FactIndex, entry: Entry, env: Environment) -> Value:
    node: kinds.BalanceAverage = entry.node
    if node.averaging == "daily":
        earlier = Span(fact_window(index.period, node).from_day, index.period.span.from_day)
        counted = (earlier, *env.subject.counted) if earlier.days else env.subject.counted
        return _average(index, entry, env, entry.name, counted)
    months = _months(index, node, env)
    parts = [_average(index, entry, env, entry.name, spans, month) for month, spans in months]
    missing = next((part for part in parts if isinstance(part, Missing)), None)
    if missing:
        return missing
    env.note(averaging=node.averaging, months=len(parts), month_averages=list(parts))
    return sum((p for p in parts if not isinstance(p, Missing)), Fraction(0)) / len(parts)


def _months(
    index: FactIndex, node: kinds.BalanceAverage, env: Environment
) -> list[tuple[Span, tuple[Span, ...]]]:
    """Return the months with counted days, each with those days; only the last for last_month."""
    result = []
    for month in window_slices(index.period, "months"):
        common = [span.meet(month) for span in env.subject.counted]
        inside = tuple(span for span in common if span is not None)
        if inside:
            result.append((month, inside))
    return result[-1:] if node.averaging == "last_month" else result


def _average(
    index: FactIndex,
    entry: Entry,
    env: Environment,
    key: str,
    counted: tuple[Span, ...],
    only: Span | None = None,
) -> Value:
    """Σ total ÷ (ppm × counted days), in major units of the indicator's unit."""
    slices = index.slices(entry)
    days = sum(span.days for span in counted)
    rows = [
        row
        for row in index.rows.get((key, env.subject.id), ())
        if only is None or only.from_day <= slices[row.slice_no].from_day < only.to_day
    ]
    if days == 0:
        return Missing("not_defined", "no counted day")
    return sum_amount(index, entry, env, rows, slices, PPM * days)


def read_closing(index: FactIndex, entry: Entry, env: Environment) -> Value:
    slices = index.slices(entry)
    rows = index.rows.get((entry.name, env.subject.id), [])
    return sum_amount(index, entry, env, list(rows), slices, PPM)


def read_increase(index: FactIndex, entry: Entry, env: Environment) -> Value:
    node: kinds.BalanceIncrease | kinds.AssetIncrease = entry.node
    closing = node.measured == "closing"
    days = 1 if closing else env.subject.counted_days
    slices = index.slices(entry)
    own = env.subject.id
    if days == 0:
        return Missing("not_defined", "no counted day")
    with _Noted(env, "now"):
        rows = list(index.rows.get((entry.name, own), ()))
        now = sum_amount(index, entry, env, rows, slices, PPM * days)
    span = base_span(index.period, node)
    rows = list(index.rows.get((base_key(entry.name), own), ()))
    carried = node.base.follows == "account"
    at = index.slices(entry, base=True)
    divisor = PPM * span.days * (days if carried else 1)
    with _Noted(env, "base"):
        base = sum_amount(index, entry, env, rows, at, divisor)
    if isinstance(now, Missing):
        return now
    return base if isinstance(base, Missing) else now - base


class _Noted:
    """Gives the notes of one half of a difference a node of their own in the trace."""

    def __init__(self, env: Environment, name: str) -> None:
        self.env, self.name = env, name

    def __enter__(self) -> None:
        if self.env.tracer is not None:
            self.env.tracer.enter_part(self.name)

    def __exit__(self, *details: object) -> None:
        if self.env.tracer is not None:
            self.env.tracer.leave_part()


def read_margin(index: FactIndex, entry: Entry, env: Environment) -> Value:
    """Σ balance × days × (price − rate) ÷ day count; groups are (customer rate, price code)."""
    node: kinds.MarginIncome = entry.node
    slices = index.slices(entry)
    result, parts = Fraction(0), []
    for row in index.rows.get((entry.name, env.subject.id), ()):
        customer_rate, code = row.group[-2], row.group[-1]
        if not isinstance(customer_rate, int) or not isinstance(code, str):
            return Missing("not_delivered", "customer_rate or transfer_price_code")
        day = slices[row.slice_no].from_day
        price = index.rate("transfer_price", code, day)
        if isinstance(price, Missing):
            return price
        margin = price - Fraction(customer_rate, PPB)
        margin = margin if node.side == "deposit" else -margin
        coefficient = coefficient_of(index, node, row.group[0], slices[row.slice_no])
        rate = conversion_rate(index, entry, row.currency, slices[row.slice_no])
        if isinstance(rate, Missing):
            return rate
        if isinstance(coefficient, Missing):
            return coefficient
        result += row.total * margin * coefficient * rate
        parts.append((row.total, margin * coefficient, rate, row.currency, row.slice_no, row.rows))
    divisor = PPM * node.day_count
    env.note(parts=parts, divisor=divisor, rows=sum(part[5] for part in parts), key=entry.name)
    return result / divisor


def read_flow_sum(index: FactIndex, entry: Entry, env: Environment) -> Value:
    slices = index.slices(entry)
    rows = index.rows.get((entry.name, env.subject.id), [])
    return sum_amount(index, entry, env, list(rows), slices, PPM)


def read_flow_count(index: FactIndex, entry: Entry, env: Environment) -> Value:
    rows = index.rows.get((entry.name, env.subject.id), ())
    total = sum(row.count_ppm for row in rows)
    env.note(count_ppm=total, rows=sum(row.rows for row in rows), key=entry.name)
    return Fraction(total, PPM)


def read_loan_quality(index: FactIndex, entry: Entry, env: Environment) -> Value:
    node: kinds.LoanQuality = entry.node
    slices = index.slices(entry)
    marked, total, parts = Fraction(0), Fraction(0), []
    for row in index.rows.get((entry.name, env.subject.id), ()):
        rate = base_conversion(index, entry, row.currency, slices[row.slice_no])
        if isinstance(rate, Missing):
            return rate
        marked += row.marked * rate
        total += row.total * rate
        parts.append((row.marked, row.total, rate, row.currency, row.slice_no, row.rows))
    env.note(marked=marked, total=total, key=entry.name, rows=sum(part[5] for part in parts))
    if total == 0:
        if node.if_zero == "missing":
            return Missing("not_defined", "no loans")
        return env.evaluate(node.if_zero)
    return marked / total
