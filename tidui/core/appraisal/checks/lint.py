"""Compliance lint: what regulators, labour law and courts object to, as warnings with a reason.

A warning may stand: the scheme then names the reason and who approved it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any, Final

from tidui.core.appraisal.checks.opens import walk_records
from tidui.core.appraisal.checks.tiling import known_number
from tidui.core.appraisal.evaluation.entries import dependencies, list_entries
from tidui.core.appraisal.scheme.document import Scheme
from tidui.core.appraisal.scheme.indicators import Derived, LoanQuality
from tidui.core.appraisal.scheme.nodes import ShareOfTotal
from tidui.core.values import Issue, decimal_text, issue

DEFERRED_SHARE: Final = Fraction(2, 5)
DEFERRED_MONTHS: Final = 36
"""Stable-pay supervision guideline (2010), article 16: 40 % over three years, equal instalments."""


def lint_scheme(scheme: Scheme) -> tuple[Issue, ...]:
    """Return the warnings of a scheme; one that is overridden becomes a note with its reason."""
    found = [
        *_deposits_at_a_date(scheme),
        *_deposits_ranked(scheme),
        *_guarantees(scheme),
        *_risk(scheme),
        *_deferral(scheme),
        *_deductions(scheme),
        *_dates(scheme),
    ]
    return tuple(overridden(scheme, warning) for warning in found)


def overridden(scheme: Scheme, warning: Issue) -> Issue:
    """Return a warning, as a note with reason and approver where the scheme overrides it."""
    override = scheme.compliance.overrides.get(warning.code)
    if override is None:
        return warning
    values = (*warning.values, ("approver", override.approver), ("reason", override.reason))
    return replace(warning, severity="note", values=tuple(sorted(values)))


def _is_deposit(node: Any) -> bool:
    kinds = None if isinstance(node, Derived) else node.where.kind
    own = getattr(node, "kinds", None)
    return any(words is not None and "deposit" in words for words in (kinds, own))


def _deposits_at_a_date(scheme: Scheme) -> Iterator[Issue]:
    """Deposit-deviation notice of 2018: no point-in-time deposit indicators."""
    for name, node in scheme.indicators.items():
        closing = getattr(node, "fact", "") == "balance_closing"
        closing = closing or getattr(node, "measured", "") == "closing"
        if closing and _is_deposit(node):
            yield issue("lint.deposit-at-a-date", f"indicators.{name}", "warning")


def _deposits_ranked(scheme: Scheme) -> Iterator[Issue]:
    """The same notice: no ranking and no peer share of deposits; a composite score is another."""
    deposits = {name for name, node in scheme.indicators.items() if _is_deposit(node)}
    graph = dependencies(scheme)
    for name, rank in scheme.ranks.items():
        sources = _indicators_of(rank.of, graph, set(scheme.indicators))
        if sources and sources <= deposits:
            yield issue("lint.deposit-ranking", f"ranks.{name}", "warning")
    for entry in list_entries(scheme):
        if isinstance(entry.node, ShareOfTotal):
            sources = _indicators_of(entry.node.of, graph, set(scheme.indicators))
            if sources and sources <= deposits:
                yield issue("lint.deposit-ranking", entry.path, "warning")


def _indicators_of(name: str, graph: dict[str, tuple[str, ...]], known: set[str]) -> set[str]:
    """Return the indicators that an entry rests on in the end."""
    found: set[str] = set()
    waiting, seen = [name], set()
    while waiting:
        current = waiting.pop()
        if current in seen:
            continue
        seen.add(current)
        if current in known and not graph.get(current):
            found.add(current)
        waiting.extend(graph.get(current, ()))
    return found


def _guarantees(scheme: Scheme) -> Iterator[Issue]:
    """No guaranteed bonus but in the first year."""
    pay = scheme.pay
    if pay is None:
        return
    for number, guarantee in enumerate(pay.guarantees):
        if not guarantee.first_year_only:
            yield issue("lint.guaranteed-bonus", f"pay.guarantees[{number}]", "warning")
    floor = None if pay.floor is None else known_number(scheme, pay.floor)
    if floor is not None and floor > 0:
        yield issue("lint.guaranteed-bonus", "pay.floor", "warning")


def _risk(scheme: Scheme) -> Iterator[Issue]:
    """An appraisal needs a class of risk or compliance indicators."""
    quality = any(isinstance(node, LoanQuality) for node in scheme.indicators.values())
    if not quality and not scheme.compliance.risk_entries:
        yield issue("lint.no-risk-class", "indicators", "warning")


def _deferral(scheme: Scheme) -> Iterator[Issue]:
    posts, pay = scheme.compliance.designated_posts, scheme.pay
    if not posts or pay is None:
        return
    rule = pay.deferral
    covered = rule is not None and (not rule.posts or set(posts) <= set(rule.posts))
    if rule is None or not covered:
        yield issue("lint.not-deferred", "pay.deferral", "warning", posts=", ".join(posts))
        return
    share = known_number(scheme, rule.share)
    if share is not None and share < DEFERRED_SHARE:
        yield issue("lint.deferred-share", "pay.deferral", "warning", share=decimal_text(share))
    months = rule.first_after_months + (rule.tranches - 1) * rule.every_months
    if months < DEFERRED_MONTHS:
        yield issue("lint.deferred-months", "pay.deferral", "warning", months=months)


def _deductions(scheme: Scheme) -> Iterator[Issue]:
    """Wage-payment provisions, article 16: at most 20 % of the month's wage."""
    pay = scheme.pay
    if pay is None or not pay.deductions:
        return
    limit = pay.monthly_deduction_limit
    if limit is None:
        yield issue("lint.no-deduction-limit", "pay.deductions", "warning")
        return
    for path, node in walk_records(limit, "pay.monthly_deduction_limit"):
        value = getattr(node, "value", None)
        if isinstance(value, Fraction) and Fraction(1, 5) < value <= 1:
            yield issue("lint.deduction-limit", path, "warning", share=decimal_text(value))


def _dates(scheme: Scheme) -> Iterator[Issue]:
    """Rules only forward: consulted, published, and then in force (labour contract law, art. 4)."""
    if scheme.published_on is None:
        yield issue("lint.not-published", "published_on", "warning")
    elif scheme.published_on > scheme.effective.from_:
        yield issue(
            "lint.reaches-back", "effective.from", "warning",
            published=scheme.published_on.isoformat(), start=scheme.effective.from_.isoformat(),
        )  # fmt: skip
    if scheme.consulted_on is None:
        yield issue("lint.not-consulted", "consulted_on", "warning")
