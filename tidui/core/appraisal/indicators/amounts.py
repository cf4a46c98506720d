"""Amounts: Σ total × coefficient × rate ÷ divisor, and where each of them comes from."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any, NamedTuple

from tidui.core.appraisal.evaluation.entries import Entry
from tidui.core.appraisal.evaluation.environment import Environment
from tidui.core.appraisal.facts import CustomerRow, FactRow, FactTable
from tidui.core.appraisal.inputs import Inputs, MeasureRow, RateRow
from tidui.core.appraisal.questions import FOREIGN, base_key, read_slices
from tidui.core.appraisal.scheme import indicators as kinds
from tidui.core.appraisal.scheme.document import Scheme
from tidui.core.calendar import Period, Span, add_months, day_number, day_of
from tidui.core.values import CURRENCY_EXPONENTS, PPB, Missing, Value


class Factors(NamedTuple):
    """What a sum is multiplied by: coefficient, rate per minor unit, and both together."""

    coefficient: Fraction
    rate: Fraction
    both: Fraction


@dataclass(slots=True)
class FactIndex:
    """The facts and inputs of a run, by what they are asked for.

    Attributes:
        scheme: the document.
        period: the appraised period.
        inputs: measures, rates and people.
    """

    scheme: Scheme
    period: Period
    inputs: Inputs
    rows: dict[tuple[str, str], list[FactRow]] = field(default_factory=dict)
    customers: dict[tuple[str, str], list[CustomerRow]] = field(default_factory=dict)
    measures: dict[tuple[str, str], list[MeasureRow]] = field(default_factory=dict)
    rates: dict[tuple[str, str], list[RateRow]] = field(default_factory=dict)
    factors: dict[tuple[str, Any, str, int, int], Factors] = field(default_factory=dict)
    _slices: dict[tuple[str, bool], tuple[tuple[Span, ...], int]] = field(default_factory=dict)

    @classmethod
    def over(cls, scheme: Scheme, period: Period, inputs: Inputs, facts: FactTable) -> FactIndex:
        """Index facts and inputs by what they are asked for."""
        rows: dict[tuple[str, str], list[FactRow]] = defaultdict(list)
        customers: dict[tuple[str, str], list[CustomerRow]] = defaultdict(list)
        measures: dict[tuple[str, str], list[MeasureRow]] = defaultdict(list)
        rates: dict[tuple[str, str], list[RateRow]] = defaultdict(list)
        made = cls(scheme, period, inputs)
        for row in facts.rows:
            known = made.numbered(row) if row.key.endswith(FOREIGN) else row
            rows[known.key, known.subject].append(known)
        for customer in facts.customers:
            customers[customer.key, customer.subject].append(customer)
        for measure in inputs.measures:
            if measure.period == period.text:
                measures[measure.subject, measure.measure].append(measure)
        for rate in inputs.rates:
            rates[rate.kind, rate.code].append(rate)
        made.rows, made.customers = dict(rows), dict(customers)
        made.measures, made.rates = dict(measures), dict(rates)
        return made

    def slices(self, entry: Entry, *, base: bool = False) -> tuple[Span, ...]:
        """Return the slices that the rows of an indicator, or of its base, are numbered by."""
        return self._numbering(entry.name, base)[0]

    def _numbering(self, name: str, base: bool) -> tuple[tuple[Span, ...], int]:
        if (name, base) not in self._slices:
            node = self.scheme.indicators[name]
            if not isinstance(node, kinds.Fact):
                raise TypeError(f"name: {name} reads no facts")
            self._slices[name, base] = read_slices(
                self.scheme, self.period, self.inputs, node, base=base
            )
        return self._slices[name, base]

    def numbered(self, row: FactRow) -> FactRow:
        """Put a row in another currency among those of the own one, its slice after theirs."""
        key = row.key.removesuffix(FOREIGN)
        name = key.partition("@")[0]
        shift = self._numbering(name, key == base_key(name))[1]
        return replace(row, key=key, slice_no=row.slice_no + shift)

    def rate(self, kind: str, code: str, day: int) -> Value:
        """Return a rate on a day as a plain ratio; an undelivered one is missing."""
        for row in self.rates.get((kind, code), ()):
            if row.span.from_day <= day < row.span.to_day:
                return Fraction(row.value_ppb, PPB)
        return Missing("no_rate", f"{kind} {code} {day_of(day).isoformat()}")


def coefficient_of(index: FactIndex, node: kinds.Fact, product: Any, span: Span) -> Value:
    """Return the product's coefficient on a slice's first day; 1 where the scheme names none."""
    day = day_of(span.from_day)
    found = [c for c in node.coefficients if product in c.product and c.from_ <= day]
    if not found:
        return Fraction(1)
    value = max(found, key=lambda coefficient: coefficient.from_).value
    if value.kind == "constant":
        return value.value
    if value.kind == "parameter":
        on = max(day, min(coefficient.from_ for coefficient in found))
        return parameter_on(index, value.of, on)
    return Missing("open", "coefficient")


def parameter_on(index: FactIndex, name: str, on: Any) -> Value:
    values = index.scheme.parameters[name].values
    if values == "open":
        return Missing("open", f"parameters.{name}")
    started = [start for start in values if start <= on]
    return values[max(started)] if started else Missing("not_defined", f"parameters.{name}")


def conversion_rate(index: FactIndex, entry: Entry, currency: str, span: Span) -> Value:
    """Return what one minor unit is worth in major units of the indicator's unit."""
    minor = Fraction(1, 10 ** CURRENCY_EXPONENTS[currency])
    if currency == entry.unit:
        return minor
    conversion = entry.node.conversion or index.scheme.conversion
    if conversion is None:
        return Missing("no_conversion", f"{currency} → {entry.unit}")
    if conversion == "day":
        day = span.from_day
    elif conversion == "month_end":
        day = _month_end(span.from_day)
    elif conversion == "period_end":
        day = index.period.span.to_day - 1
    else:
        day = day_number(conversion.fixed)
    own, other = (rate_to_base(index, code, day) for code in (currency, entry.unit))
    if isinstance(own, Missing):
        return own
    return other if isinstance(other, Missing) else minor * own / other


def _month_end(day: int) -> int:
    """Return the last day of a day's month."""
    return day_number(add_months(day_of(day).replace(day=1), 1)) - 1


def rate_to_base(index: FactIndex, currency: str, day: int) -> Value:
    if currency == index.inputs.base_currency:
        return Fraction(1)
    return index.rate("exchange", currency, day)


def base_conversion(index: FactIndex, entry: Entry, currency: str, span: Span) -> Value:
    """Bars of customers are in the base currency."""
    minor = Fraction(1, 10 ** CURRENCY_EXPONENTS[currency])
    if currency == index.inputs.base_currency:
        return minor
    conversion = entry.node.conversion or index.scheme.conversion
    if conversion is None:
        return Missing("no_conversion", currency)
    rate = rate_to_base(index, currency, span.to_day - 1)
    return rate if isinstance(rate, Missing) else minor * rate


def sum_amount(
    index: FactIndex,
    entry: Entry,
    env: Environment,
    rows: list[FactRow],
    slices: tuple[Span, ...],
    divisor: int,
) -> Value:
    """Σ total × coefficient × rate ÷ divisor; each part is kept for the explanation.

    Totals that share coefficient and rate are added as integers first: a sum of fractions with
    one denominator costs as much as any other.
    """
    sums: dict[int, tuple[Factors, int]] = {}
    parts = []
    for row in rows:
        product = row.group[0] if row.group else None
        factors = _factors(index, entry, product, row.currency, slices[row.slice_no])
        if isinstance(factors, Missing):
            return factors
        _, so_far = sums.get(id(factors), (factors, 0))
        sums[id(factors)] = (factors, so_far + row.total)
        if env.traced:
            coefficient, rate = factors.coefficient, factors.rate
            parts.append((row.total, coefficient, rate, row.currency, row.slice_no, row.rows))
    if env.traced:
        env.note(
            parts=parts, divisor=divisor, rows=sum(row.rows for row in rows), key=entry.name,
            account_days=sum(row.days for row in rows),
        )  # fmt: skip
    result = Fraction(0)
    for factors, total in sums.values():
        both = factors.both
        result += Fraction(total * both.numerator, both.denominator * divisor)
    return result


def _factors(
    index: FactIndex, entry: Entry, product: Any, currency: str, span: Span
) -> Factors | Missing:
    """Return coefficient and rate of a product and currency in a slice; looked up once a run."""
    key = (entry.name, product, currency, span.from_day, span.to_day)
    known = index.factors.get(key)
    if known is not None:
        return known
    coefficient = coefficient_of(index, entry.node, product, span)
    rate = conversion_rate(index, entry, currency, span)
    if isinstance(coefficient, Missing):
        return coefficient
    if isinstance(rate, Missing):
        return rate
    index.factors[key] = Factors(coefficient, rate, coefficient * rate)
    return index.factors[key]
