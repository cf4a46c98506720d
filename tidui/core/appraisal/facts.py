"""Facts: the integers that an engine adds up in the ledger, and the questions it is asked.

An engine joins and adds, nothing else: it groups by attributes and by slices of days; filters,
coefficients, rates and prices are applied here, exactly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from tidui.core.calendar import Span

UNASSIGNED: Final = "unassigned"
"""The holder of every share that nobody holds."""

COMBO_COLUMNS: Final = (
    "kind", "product", "currency", "segment", "tier", "industry", "org_code",
    "customer_rate_ppb", "transfer_price_code", "role",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Combo:
    """A set of attributes that occur together on some account-day; None where not delivered.

    Attributes:
        kind: kind of the account (deposit, loan, wealth, …), None for a customer without account.
        product: the bank's product code.
        currency: ISO 4217.
        segment: customer segment (corporate, personal, …).
        tier: customer tier.
        industry: customer's industry code.
        org_code: unit that keeps the account.
        customer_rate_ppb: yearly rate of the account, parts per billion.
        transfer_price_code: code of its transfer price in ``rates``.
        role: the holder's role in the attribution.
    """

    kind: str | None
    product: str | None
    currency: str | None
    segment: str | None
    tier: str | None
    industry: str | None
    org_code: str | None
    customer_rate_ppb: int | None
    transfer_price_code: str | None
    role: str | None


@dataclass(frozen=True, slots=True)
class Filter:
    """Which combos count: all of the conditions, each a column with its accepted values.

    Attributes:
        accept: (column, accepted values) pairs; all must hold.
        any_of: filters of which at least one must hold (empty: no such condition).
        none_of: filters of which none may hold.
    """

    accept: tuple[tuple[str, tuple[str, ...]], ...] = ()
    any_of: tuple[Filter, ...] = ()
    none_of: tuple[Filter, ...] = ()

    def matches(self, combo: Combo) -> bool:
        """Tell whether a combo counts."""
        return (
            all(getattr(combo, column) in values for column, values in self.accept)
            and (not self.any_of or any(part.matches(combo) for part in self.any_of))
            and not any(part.matches(combo) for part in self.none_of)
        )


@dataclass(frozen=True, slots=True)
class FactRequest:
    """One question to the engine.

    Attributes:
        key: name under which the answer is stored, the indicator's name.
        kind: ``balance`` (Σ balance × share × days), ``carried_base`` (the account's Σ balance ×
            days over ``base``, credited to its holders in the slices), ``flow`` (Σ amount × share
            on the booking day), ``customer`` (per customer, see ``CustomerRow``) or
            ``loan_quality`` (``balance`` with the marked part beside it).
        slices: day spans, each answered apart; they may overlap.
        basis: basis of the attribution that is read.
        where: which combos count.
        split: combo columns kept apart beside the currency.
        base: span of the base of ``carried_base``.
        worst_class: loan class from which a balance is marked (``loan_quality``).
        overdue_above: days overdue above which a balance is marked (``loan_quality``).
        flow_kinds: kinds of flow that count; empty: all.
        by_account: keep each account (or customer of a flow without one) apart, as pay that is
            earned per loan needs it.
    """

    key: str
    kind: str
    slices: tuple[Span, ...]
    basis: str = "main"
    where: Filter = field(default_factory=Filter)
    split: tuple[str, ...] = ()
    base: Span | None = None
    worst_class: int | None = None
    overdue_above: int | None = None
    flow_kinds: tuple[str, ...] = ()
    by_account: bool = False


@dataclass(frozen=True, slots=True)
class FactRow:
    """One sum of the ledger.

    Attributes:
        key: the request's.
        subject: who holds it: an employee, a team, a unit, or ``unassigned``.
        currency: of the amounts.
        group: values of the request's ``split`` columns, in its order.
        slice_no: index into the request's slices.
        total: Σ minor units × ppm × days; for ``flow`` Σ minor units × ppm; for ``carried_base``
            Σ (base Σ minor units × days) × ppm × days.
        days: Σ account-days (``flow``: 0).
        rows: ledger rows that were added.
        count_ppm: ``flow``: Σ count × ppm.
        marked: ``loan_quality``: the part of ``total`` that is marked.
        account_no: the account where the request asks ``by_account``, else None.
    """

    key: str
    subject: str
    currency: str
    group: tuple[str | int | None, ...]
    slice_no: int
    total: int
    days: int
    rows: int
    count_ppm: int = 0
    marked: int = 0
    account_no: str | None = None


@dataclass(frozen=True, slots=True)
class CustomerRow:
    """One customer of one holder in one slice.

    Attributes:
        key: the request's.
        subject: a holder who held a share of the customer in the slice.
        customer_no: the customer.
        currency: of the amounts.
        slice_no: index into the request's slices.
        total: Σ minor units × ppm × days that the subject holds.
        whole: Σ minor units × ppm × days of the customer, all holders together.
        products: distinct products with a positive balance in the slice, all holders together.
        last_share_ppm: largest share of the subject in one of the customer's accounts on the last
            day of the slice; 0 when he no longer holds any.
        rows: ledger rows that were added for the subject.
    """

    key: str
    subject: str
    customer_no: str
    currency: str
    slice_no: int
    total: int
    whole: int
    products: int
    last_share_ppm: int
    rows: int


@dataclass(frozen=True, slots=True)
class Membership:
    """The days on which what ``who`` holds counts for ``subject``.

    Attributes:
        who: holder in the attributions.
        subject: the appraised employee, team, outlet or department.
        span: the days.
    """

    who: str
    subject: str
    span: Span


@dataclass(frozen=True, slots=True)
class FactTable:
    """Everything an engine answered, in the order key, subject, currency, group, slice.

    Attributes:
        requests: the questions.
        rows: sums.
        customers: rows of the ``customer`` requests.
    """

    requests: tuple[FactRequest, ...]
    rows: tuple[FactRow, ...] = ()
    customers: tuple[CustomerRow, ...] = ()


@dataclass(frozen=True, slots=True)
class LeafRow:
    """One ledger row behind a fact, with the part of it that was added.

    Attributes:
        account_no: the account (or the customer of a flow without account).
        from_day: first day counted.
        to_day: first day not counted; one day later for a flow.
        amount: minor units, the balance or the flow's amount.
        currency: of the amount.
        share_ppm: the subject's share.
        product: the account's product.
        entry_id: the flow's entry, None for a balance.
        delivery: catalogue number of the delivery it came with.
        line: its row there.
    """

    account_no: str
    from_day: int
    to_day: int
    amount: int
    currency: str
    share_ppm: int
    product: str | None
    entry_id: str | None
    delivery: int
    line: int


def leaf_total(request: FactRequest, rows: Sequence[LeafRow]) -> int:
    """Add up leaf rows the way the engine does, to check that they reproduce the sum."""
    weight = 0 if request.kind == "flow" else 1
    return sum(
        row.amount * row.share_ppm * ((row.to_day - row.from_day) if weight else 1) for row in rows
    )
