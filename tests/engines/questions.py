"""Random requests to put to random ledgers."""

from __future__ import annotations

from random import Random

from tidui.core.appraisal.facts import FactRequest, Filter
from tidui.core.calendar import Span

KINDS = ("balance", "balance", "carried_base", "flow", "customer", "loan_quality")


def random_requests(rng: Random, span: Span, count: int = 6) -> list[FactRequest]:
    """Ask for every kind of fact, with overlapping slices, filters and splits."""
    shared = random_slices(rng, span)
    requests = []
    for number in range(count):
        kind = rng.choice(KINDS)
        slices = shared if rng.random() < 0.6 else random_slices(rng, span)
        columns = ["product", "customer_rate_ppb", "transfer_price_code", "tier", "segment"]
        requests.append(
            FactRequest(
                key=f"{number}-{kind}",
                kind=kind,
                slices=slices,
                where=random_filter(rng),
                split=() if kind == "customer" else tuple(rng.sample(columns, rng.randint(0, 2))),
                base=random_span(rng, Span(span.from_day - 15, span.to_day))
                if kind == "carried_base"
                else None,
                worst_class=rng.choice([None, 3]) if kind == "loan_quality" else None,
                overdue_above=rng.choice([None, 30]) if kind == "loan_quality" else None,
                flow_kinds=rng.choice([(), ("fee",)]) if kind == "flow" else (),
                by_account=kind != "customer" and rng.random() < 0.2,
            )
        )
    return requests


def random_slices(rng: Random, span: Span) -> tuple[Span, ...]:
    """Cut out spans that may overlap, leave gaps and repeat."""
    if rng.random() < 0.3:
        return (span,)
    return tuple(random_span(rng, span) for _ in range(rng.randint(1, 3)))


def random_span(rng: Random, span: Span) -> Span:
    """Cut out a span of at least a day."""
    from_day = rng.randint(span.from_day, span.to_day - 1)
    return Span(from_day, rng.randint(from_day + 1, span.to_day))


def random_filter(rng: Random) -> Filter:
    """Ask for nothing, a kind, a currency, a role or their opposites."""
    parts = [
        Filter((("kind", ("deposit",)),)),
        Filter((("currency", ("CNY",)),)),
        Filter((("role", ("lead",)),)),
        Filter((("segment", ("corporate", "personal")),)),
    ]
    choice = rng.random()
    if choice < 0.4:
        return Filter()
    if choice < 0.6:
        return rng.choice(parts)
    if choice < 0.8:
        return Filter(any_of=tuple(rng.sample(parts, 2)))
    return Filter(none_of=(rng.choice(parts),))
