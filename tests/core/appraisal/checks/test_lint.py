"""Compliance lint: each warning can be seen, and an override turns it into a note with a name."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.factories import scheme, title
from tidui.core.appraisal.checks.lint import lint_scheme

DEPOSITS = {"title": title(), "unit": "CNY", "fact": "balance_average", "averaging": "daily",
            "where": {"kind": "deposit"}}  # fmt: skip
CLOSING = {"title": title(), "unit": "CNY", "fact": "balance_closing", "where": {"kind": "deposit"}}
EXAM = {"title": title(), "unit": "point", "fact": "measure", "code": "exam"}
RISK = {"title": title(), "unit": "ratio", "fact": "loan_quality", "worst_class": 3,
        "averaging": "closing", "if_zero": 0}  # fmt: skip
PAY = {"title": title(), "currency": "CNY", "floor": None, "cap": None,
       "items": {"i": {"title": title(), "value": "exam", "rounding": "down"}}}  # fmt: skip
RULE = {"title": title(), "events": "overdue", "amount_of": "fixed", "amount": 1,
        "rounding": "down", "refund_within_months": 1, "later_recovery": "none",
        "partial_recovery": "none", "exempt_on_finding": True}  # fmt: skip


def warnings(**own: Any) -> list[tuple[str, str]]:
    """Return the warnings of a scheme with an exam and a risk indicator."""
    indicators = {"exam": EXAM, "risk": RISK, **own.pop("indicators", {})}
    found = lint_scheme(scheme(indicators=indicators, **own))
    return [(one.code, one.severity) for one in found]


def ranked(of: str) -> dict[str, Any]:
    """Return a ranking."""
    return {"r": {"title": title(), "of": of, "best": "high", "within": [], "ties": "dense",
                  "min_group": 1, "cut": "ceil",
                  "below_min_group": "widen_population"}}  # fmt: skip


def deferral(share: Any, tranches: int, **own: Any) -> dict[str, Any]:
    """Return pay with a yearly deferral."""
    return {**PAY, "deferral": {"title": title(), "share": share, "tranches": tranches,
                                "first_after_months": 12, "every_months": 12, **own}}  # fmt: skip


HEAD = {"designated_posts": "head"}


@pytest.mark.parametrize(
    ("own", "codes"),
    [
        ({}, []),
        ({"indicators": {"d": CLOSING}}, ["lint.deposit-at-a-date"]),
        ({"indicators": {"d": {**CLOSING, "where": {"kind": "loan"}}}}, []),
        ({"indicators": {"d": DEPOSITS}, "ranks": ranked("d")}, ["lint.deposit-ranking"]),
        ({"indicators": {"d": DEPOSITS}, "scores": {"s": {"title": title(), "value": {
            "sum": ["d", 1]}}}, "ranks": ranked("s")}, ["lint.deposit-ranking"]),
        ({"indicators": {"d": DEPOSITS}, "scores": {"s": {"title": title(), "value": {
            "product": ["d", "exam"]}}}, "ranks": ranked("s")}, []),
        ({"indicators": {"d": DEPOSITS}, "scores": {"s": {"title": title(), "value": {
            "share_of_total": {"of": "d", "if_zero": 0}}}}}, ["lint.deposit-ranking"]),
        ({"pay": {**PAY, "floor": 1}}, ["lint.guaranteed-bonus"]),
        ({"pay": {**PAY, "floor": 0}}, []),
        ({"pay": {**PAY, "guarantees": [{"title": title(), "amount": 1,
                                         "first_year_only": False}]}}, ["lint.guaranteed-bonus"]),
        ({"pay": {**PAY, "guarantees": [{"title": title(), "amount": 1,
                                         "first_year_only": True}]}}, []),
        ({"indicators": {"risk": EXAM}}, ["lint.no-risk-class"]),
        ({"indicators": {"risk": EXAM}, "compliance": {"risk_entries": "exam"}}, []),
        ({"pay": PAY, "compliance": HEAD}, ["lint.not-deferred"]),
        ({"pay": deferral(Decimal("0.4"), 3), "compliance": HEAD}, []),
        ({"pay": deferral(Decimal("0.4"), 3, posts="rm"), "compliance": HEAD},
         ["lint.not-deferred"]),
        ({"pay": deferral(Decimal("0.39"), 3), "compliance": HEAD}, ["lint.deferred-share"]),
        ({"pay": deferral(Decimal("0.4"), 2), "compliance": HEAD}, ["lint.deferred-months"]),
        ({"pay": {**PAY, "deductions": {"o": RULE}}}, ["lint.no-deduction-limit"]),
        ({"pay": {**PAY, "deductions": {"o": RULE},
                  "monthly_deduction_limit": {"product": ["exam", Decimal("0.2")]}}}, []),
        ({"pay": {**PAY, "deductions": {"o": RULE},
                  "monthly_deduction_limit": {"product": ["exam", Decimal("0.21")]}}},
         ["lint.deduction-limit"]),
        ({"published_on": None}, ["lint.not-published"]),
        ({"published_on": date(2025, 1, 2)}, ["lint.reaches-back"]),
        ({"published_on": date(2025, 1, 1)}, []),
        ({"consulted_on": None}, ["lint.not-consulted"]),
    ],
)  # fmt: skip
def test_each_warning_has_its_cause_and_its_limit(own: dict[str, Any], codes: list[str]) -> None:
    assert warnings(**own) == [(code, "warning") for code in codes]


def test_an_override_names_its_reason_and_its_approver() -> None:
    overrides = {"lint.not-published": {"reason": "pilot", "approver": "Dana"}}
    body = scheme(indicators={"risk": RISK}, published_on=None, compliance={"overrides": overrides})
    (note,) = lint_scheme(body)
    assert note.severity == "note"
    assert dict(note.values) == {"approver": "Dana", "reason": "pilot"}
