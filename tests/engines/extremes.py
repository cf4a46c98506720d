"""The largest sums that are promised: 10^15 minor units, shares of 1 ppm, 366 days."""

from __future__ import annotations

from datetime import date

from tests.engines.ledgers import Ledger
from tidui.core.appraisal.facts import FactRequest
from tidui.core.calendar import OPEN_END, Span, day_number

EXTREME_SPAN = Span(day_number(date(2024, 1, 1)), day_number(date(2025, 1, 1)))


def extreme_ledger() -> Ledger:
    """Return ten accounts of 10^15 for a leap year in one interval, held to the last ppm."""
    ledger = Ledger()
    for number in range(10):
        name = f"a{number}"
        ledger.accounts.append(
            {"account_no": name, "customer_no": "c0", "kind": "loan", "product": "p0",
             "currency": "CNY", "org_code": "b0", "from_day": 0, "to_day": OPEN_END,
             "delivery": 1, "line": number}
        )  # fmt: skip
        ledger.balances.append(
            {"account_no": name, "balance": 10**15 * (-1 if number == 9 else 1), "class": 5,
             "overdue_days": 0, "from_day": EXTREME_SPAN.from_day,
             "to_day": EXTREME_SPAN.to_day, "delivery": 2, "line": number}
        )  # fmt: skip
        for who, share in (("e0", 1), ("e1", 999_998)):
            ledger.attributions.append(
                {"account_no": name, "who": who, "basis": "main", "share_ppm": share,
                 "from_day": 0, "to_day": OPEN_END, "delivery": 3, "line": number}
            )  # fmt: skip
        ledger.flows.append(
            {"account_no": name, "entry_id": name, "day": EXTREME_SPAN.from_day, "kind": "fee",
             "amount": 10**15, "currency": "CNY", "count": 10**9, "delivery": 4, "line": number}
        )  # fmt: skip
    return ledger


def extreme_requests() -> list[FactRequest]:
    """Ask for every kind of sum over the whole year."""
    year = (EXTREME_SPAN,)
    return [
        FactRequest("balance", "balance", year),
        FactRequest("carried", "carried_base", year, base=EXTREME_SPAN),
        FactRequest("flow", "flow", year),
        FactRequest("customer", "customer", year),
        FactRequest("quality", "loan_quality", year, worst_class=3),
    ]
