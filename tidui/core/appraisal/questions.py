"""What a scheme asks the engine: one request per indicator, over slices that it can price."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from tidui.core.appraisal.facts import FactRequest, Filter, Membership
from tidui.core.appraisal.inputs import Inputs
from tidui.core.appraisal.population import Subject, find_memberships
from tidui.core.appraisal.scheme import indicators as kinds
from tidui.core.appraisal.scheme.document import Scheme
from tidui.core.calendar import (
    Period,
    Span,
    add_months,
    cut_span,
    day_number,
    merge_spans,
    month_spans,
    previous_period,
)
from tidui.core.values import CURRENCY_EXPONENTS, Issue, issue

FOREIGN: Final = "@foreign"
FILTERED = ("kind", "product", "currency", "segment", "tier", "industry", "org_code", "role")


@dataclass(frozen=True, slots=True)
class Batch:
    """Requests that share an attribution basis and the same memberships.

    Attributes:
        basis: basis of the attribution.
        count_for: whose holdings count.
        memberships: for whom each holder's days count.
        requests: the questions.
        span: all days that the requests read.
    """

    basis: str
    count_for: str
    memberships: tuple[Membership, ...]
    requests: tuple[FactRequest, ...]
    span: Span


def ask_engine(
    scheme: Scheme, period: Period, inputs: Inputs, subjects: tuple[Subject, ...]
) -> tuple[Batch, ...]:
    """Turn the indicators of a scheme into batches of requests."""
    groups: dict[tuple[str, str], list[FactRequest]] = {}
    per_loan = _per_loan(scheme)
    for name, node in scheme.indicators.items():
        if isinstance(node, kinds.Derived | kinds.Measure | kinds.Headcount):
            continue
        requests = _requests(scheme, period, inputs, name, node)
        if name in per_loan:
            requests += [_by_account(request) for request in requests]
        groups.setdefault((node.basis, node.count_for), []).extend(requests)
    batches = []
    for (basis, count_for), requests in groups.items():
        bases = _bases(period, requests)
        members = find_memberships(scheme, subjects, inputs, count_for, bases)
        spans = [span for request in requests for span in (*request.slices, request.base) if span]
        span = Span(min(s.from_day for s in spans), max(s.to_day for s in spans))
        batches.append(Batch(basis, count_for, members, tuple(requests), span))
    return tuple(batches)


def _per_loan(scheme: Scheme) -> set[str]:
    items = scheme.pay.items.values() if scheme.pay is not None else ()
    return {name for item in items for name in item.per_loan}


def _by_account(request: FactRequest) -> FactRequest:
    return FactRequest(
        key=loan_key(request.key),
        kind=request.kind,
        slices=request.slices,
        basis=request.basis,
        where=request.where,
        split=request.split,
        flow_kinds=request.flow_kinds,
        by_account=True,
    )


def loan_key(name: str) -> str:
    """Return the key under which an indicator's facts stand loan by loan."""
    return f"{name}@loan"


def foreign_key(key: str) -> str:
    """Return the key under which the amounts in other currencies than the unit's stand."""
    return f"{key}{FOREIGN}"


def base_key(name: str) -> str:
    """Return the key under which the facts of an increase's base stand."""
    return f"{name}@base"


def _bases(period: Period, requests: list[FactRequest]) -> tuple[Span, ...]:
    """Return the slices that lie outside the period: there every holder counts for himself."""
    spans = {span for request in requests for span in request.slices}
    return merge_spans([span for span in spans if span.meet(period.span) is None])


def _requests(
    scheme: Scheme, period: Period, inputs: Inputs, name: str, node: kinds.Fact
) -> list[FactRequest]:
    where = fact_filter(node)
    split: tuple[str, ...] = ("product",) if node.coefficients else ()
    if not splits_currencies(scheme, node):
        return _asked(scheme, period, inputs, name, node, where, split)
    home, abroad = _in_currency(where, node.unit), _in_other_currencies(where, node.unit)
    asked = _asked(scheme, period, inputs, name, node, home, split, rates=False)
    others = _asked(scheme, period, inputs, name, node, abroad, split)
    return [*asked, *(replace(other, key=foreign_key(other.key)) for other in others)]


def _in_currency(where: Filter, currency: str) -> Filter:
    return replace(where, accept=(*where.accept, ("currency", (currency,))))


def _in_other_currencies(where: Filter, currency: str) -> Filter:
    home = Filter(accept=(("currency", (currency,)),))
    return replace(where, none_of=(*where.none_of, home))


def _asked(
    scheme: Scheme,
    period: Period,
    inputs: Inputs,
    name: str,
    node: kinds.Fact,
    where: Filter,
    split: tuple[str, ...],
    *,
    rates: bool = True,
) -> list[FactRequest]:
    slices = fact_slices(scheme, period, inputs, node, rates=rates)
    if isinstance(node, kinds.BalanceIncrease | kinds.AssetIncrease):
        now = FactRequest(name, "balance", slices, node.basis, where, split)
        span, key = base_span(period, node), base_key(name)
        if node.base.follows == "account":
            base = FactRequest(key, "carried_base", slices, node.basis, where, split, base=span)
        else:
            cut = base_slices(scheme, period, inputs, node, rates=rates)
            base = FactRequest(key, "balance", cut, node.basis, where, split)
        return [now, base]
    if isinstance(node, kinds.MarginIncome):
        split = ("product", "customer_rate_ppb", "transfer_price_code")
        return [FactRequest(name, "balance", slices, node.basis, where, split)]
    if isinstance(node, kinds.FlowSum | kinds.FlowCount):
        return [FactRequest(name, "flow", slices, node.basis, where, split, flow_kinds=node.flows)]
    if isinstance(node, kinds.CustomerCount | kinds.CustomerLost):
        windows = window_slices(period, "windows", node)
        return [FactRequest(name, "customer", windows, node.basis, where)]
    if isinstance(node, kinds.LoanQuality):
        return [
            FactRequest(
                name, "loan_quality", slices, node.basis, where,
                worst_class=node.worst_class, overdue_above=node.overdue_above,
            )
        ]  # fmt: skip
    return [FactRequest(name, "balance", slices, node.basis, where, split)]


def fact_filter(node: kinds.Fact) -> Filter:
    """Turn the conditions of an indicator into a filter on combos."""
    where = _filter(node.where)
    if isinstance(node, kinds.AssetIncrease):
        return Filter((*where.accept, ("kind", node.kinds)), where.any_of, where.none_of)
    return where


def _filter(where: kinds.Where) -> Filter:
    accept = tuple(
        (column, getattr(where, column))
        for column in FILTERED
        if getattr(where, column) is not None
    )
    return Filter(
        accept,
        tuple(_filter(part) for part in where.any),
        tuple(_filter(part) for part in where.not_),
    )


def splits_currencies(scheme: Scheme, node: kinds.Fact) -> bool:
    """Tell whether amounts in the unit's own currency are asked apart from those in others.

    An exchange rate that changes daily would cut a year into 365 slices for every account, and
    all but a few need no rate.
    """
    by_date = (node.conversion or scheme.conversion) in ("day", "month_end")
    customers = isinstance(node, kinds.CustomerCount | kinds.CustomerLost)
    return by_date and node.unit in CURRENCY_EXPONENTS and not customers


def read_slices(
    scheme: Scheme, period: Period, inputs: Inputs, node: kinds.Fact, *, base: bool
) -> tuple[tuple[Span, ...], int]:
    """Return the slices that the rows of an indicator, or of its base, are numbered by.

    Those of the own currency come first; their number is what a row in another currency is
    shifted by.
    """
    own_base = isinstance(node, kinds.BalanceIncrease | kinds.AssetIncrease) and (
        node.base.follows == "holder"
    )
    cut = base_slices if base and own_base else fact_slices
    if not splits_currencies(scheme, node):
        slices = cut(scheme, period, inputs, node)
        return slices, len(slices)
    own = cut(scheme, period, inputs, node, rates=False)
    return (*own, *cut(scheme, period, inputs, node)), len(own)


def fact_slices(
    scheme: Scheme, period: Period, inputs: Inputs, node: kinds.Fact, *, rates: bool = True
) -> tuple[Span, ...]:
    """Cut an indicator's window where an average, coefficient or rate makes a new part.

    Within a slice every coefficient, exchange rate and transfer price is constant; without
    ``rates`` exchange rates cut nothing.
    """
    window = fact_window(period, node)
    if isinstance(node, kinds.MarginIncome):
        return price_slices(scheme, period, inputs, node, rates=rates)
    closing = isinstance(node, kinds.BalanceClosing)
    closing = closing or getattr(node, "measured", "") == "closing"
    closing = closing or getattr(node, "averaging", "") == "closing"
    if closing:
        return (Span(window.to_day - 1, window.to_day),)
    cuts = _cuts(scheme, inputs, node, window, rates) | {period.span.from_day}
    if getattr(node, "averaging", "") in ("month_means", "last_month"):
        cuts |= {month.from_day for month in month_spans(window)}
    return cut_span(window, cuts)


def fact_window(period: Period, node: kinds.Fact) -> Span:
    """Return the days that an indicator reads: those of the period, or twelve months up to it."""
    if getattr(node, "window", "period") == "period":
        return period.span
    return Span(day_number(add_months(period.to_on, -12)), period.span.to_day)


def base_slices(
    scheme: Scheme,
    period: Period,
    inputs: Inputs,
    node: kinds.Fact,
    *,
    rates: bool = True,
) -> tuple[Span, ...]:
    """Cut the window of an increase's base as its own period is cut.

    A base that follows the account isn't cut: it is valued with the coefficients and rates of the
    days on which it is set against the balance, so that a rate alone makes no increase.
    """
    window = base_span(period, node)
    return cut_span(window, _cuts(scheme, inputs, node, window, rates))


def _cuts(scheme: Scheme, inputs: Inputs, node: kinds.Fact, window: Span, rates: bool) -> set[int]:
    """Return the days on which a coefficient or, with ``rates``, an exchange rate changes."""
    cuts = _coefficient_cuts(scheme, node)
    if not rates:
        return cuts
    conversion = node.conversion or scheme.conversion
    if conversion == "day":
        cuts |= _rate_changes(inputs, "exchange")
    if conversion == "month_end":
        cuts |= {month.from_day for month in month_spans(window)}
    return cuts


def price_slices(
    scheme: Scheme,
    period: Period,
    inputs: Inputs,
    node: kinds.MarginIncome,
    *,
    rates: bool = True,
) -> tuple[Span, ...]:
    """Cut a margin's window also where a transfer price changes."""
    window = fact_window(period, node)
    cuts = _cuts(scheme, inputs, node, window, rates) | {period.span.from_day}
    cuts |= _rate_changes(inputs, "transfer_price")
    return cut_span(window, cuts)


def _rate_changes(inputs: Inputs, kind: str) -> set[int]:
    """Return the days on which a rate begins or ends: after its end it is missing, not the same."""
    spans = [row.span for row in inputs.rates if row.kind == kind]
    return {day for span in spans for day in (span.from_day, span.to_day)}


def _coefficient_cuts(scheme: Scheme, node: kinds.Fact) -> set[int]:
    cuts = {day_number(coefficient.from_) for coefficient in node.coefficients}
    for coefficient in node.coefficients:
        value = coefficient.value
        if value.kind == "parameter" and value.of in scheme.parameters:
            values = scheme.parameters[value.of].values
            cuts |= {day_number(start) for start in values} if values != "open" else set()
    return cuts


def window_slices(period: Period, what: str, node: kinds.Fact | None = None) -> tuple[Span, ...]:
    """Return the months of a period, or the windows that an indicator of customers compares."""
    span = period.span
    if what == "months":
        return tuple(month_spans(span))
    closing = getattr(node, "measured", "") == "closing"
    now = Span(span.to_day - 1, span.to_day) if closing else span
    if isinstance(node, kinds.CustomerLost):
        before = earlier_span(period, node.before)
        return (Span(before.to_day - 1, before.to_day) if closing else before, now)
    return (now,)


def earlier_span(period: Period, which: str) -> Span:
    """Return the span of the period before, or of the calendar year before."""
    if which == "previous_period":
        return previous_period(period).span
    first = period.from_on.replace(month=1, day=1)
    return Span(day_number(add_months(first, -12)), day_number(first))


def base_span(period: Period, node: kinds.Fact) -> Span:
    """Return the days of an increase's base: an earlier period, or one day."""
    if not isinstance(node, kinds.BalanceIncrease | kinds.AssetIncrease):
        raise TypeError("node: only an increase has a base")
    if isinstance(node.base, kinds.DateBase):
        day = day_number(node.base.date)
        return Span(day, day + 1)
    return earlier_span(period, node.base.average)


def find_unknown_codes(scheme: Scheme, seen: Mapping[str, frozenset[str]]) -> tuple[Issue, ...]:
    """Name each code that no row of the ledger holds and that the scheme doesn't declare.

    A code that is mistyped would count nothing, and nothing looks like zero.

    Parameters
    ----------
    seen : mapping
        column (``kind``, ``product``, …, ``flow``) → the codes that occur in the ledger.
    """
    issues = []
    for name, node in scheme.indicators.items():
        if isinstance(node, kinds.Derived | kinds.Measure | kinds.Headcount):
            continue
        for column, code in _codes_of(node):
            declared = scheme.codes.get(column, ())
            if code not in seen.get(column, frozenset()) and code not in declared:
                issues.append(
                    issue("run.unknown-code", f"indicators.{name}", column=column, value=code)
                )
    return tuple(issues)


def _codes_of(node: kinds.Fact) -> Iterator[tuple[str, str]]:
    if isinstance(node, kinds.AssetIncrease):
        yield from (("kind", code) for code in node.kinds)
    if isinstance(node, kinds.FlowSum | kinds.FlowCount):
        yield from (("flow", code) for code in node.flows)
    for coefficient in node.coefficients:
        yield from (("product", code) for code in coefficient.product)
    yield from _codes_where(node.where)


def _codes_where(where: kinds.Where) -> Iterator[tuple[str, str]]:
    for column in FILTERED:
        yield from ((column, code) for code in getattr(where, column) or ())
    for part in (*where.any, *where.not_):
        yield from _codes_where(part)
