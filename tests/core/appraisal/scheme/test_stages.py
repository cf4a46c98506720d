"""Stages: every choice that changes a result is written down."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from tests.factories import title
from tidui.core.appraisal.scheme import stages
from tidui.core.appraisal.scheme.fields import Record

RANK = {"title": title(), "of": "x", "best": "high", "within": [], "ties": "dense", "min_group": 5,
        "below_min_group": "widen_population", "cut": "ceil"}  # fmt: skip
RULE = {"title": title(), "events": "overdue", "amount_of": "earned", "amount": 1,
        "rounding": "down", "refund_within_months": 1, "later_recovery": "none",
        "partial_recovery": "none", "exempt_on_finding": True}  # fmt: skip
DEFERRAL = {"title": title(), "share": 1, "tranches": 3, "first_after_months": 12,
            "every_months": 12}  # fmt: skip
MOVES = {"class_of": "c", "rules": [{"classes": "good", "periods": 2, "step": 1}],
         "after_move": "consumed", "unrated_quarter": "skips", "tenure_gate": True,
         "floor": "a", "ceiling": "b"}  # fmt: skip
ITEM = {"title": title(), "value": 1, "rounding": "down"}
PAY = {"title": title(), "currency": "CNY", "items": {"i": ITEM}, "floor": None, "cap": None}
GRADES = {"title": title(), "mode": "conditions", "order": ["a"], "ladder": {"a": {
    "title": title()}}, "grade_on": "last_day"}  # fmt: skip
COMPLETE: list[tuple[type[Record], dict[str, Any]]] = [
    (stages.Rank, RANK), (stages.LoanDeduction, RULE), (stages.Deferral, DEFERRAL),
    (stages.Moves, MOVES), (stages.Item, ITEM), (stages.Pay, PAY), (stages.Grades, GRADES),
    (stages.Veto, {"when": "met", "at_most": "good"}),
    (stages.Probation, {"grade": "a", "months": 6, "passes": "met", "next": "b",
                        "on_failure": "keep"}),
    (stages.EarlySettlement, {"title": title(), "ratio": 1, "rounding": "down"}),
    (stages.Guarantee, {"title": title(), "amount": 1, "first_year_only": True}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "body", "key"), [(kind, body, key) for kind, body in COMPLETE for key in body]
)
def test_no_choice_has_a_hidden_default(kind: type[Record], body: dict[str, Any], key: str) -> None:
    assert kind.model_validate(body)
    with pytest.raises(ValidationError):
        kind.model_validate({name: value for name, value in body.items() if name != key})


@pytest.mark.parametrize(
    ("kind", "body", "wrong"),
    [
        (stages.Rank, RANK, {"ties": "random"}),
        (stages.Rank, RANK, {"min_group": 0}),
        (stages.Rank, RANK, {"cut": "round"}),
        (stages.Rank, RANK, {"best": "middle"}),
        (stages.Deferral, DEFERRAL, {"tranches": 0}),
        (stages.Deferral, DEFERRAL, {"tranches": 61}),
        (stages.LoanDeduction, RULE, {"refund_within_months": -1}),
        (stages.LoanDeduction, RULE, {"exempt_on_finding": 1}),
        (stages.Moves, MOVES, {"rules": []}),
        (stages.Moves, MOVES, {"after_move": "kept"}),
        (stages.Item, ITEM, {"rounding": "near"}),
        (stages.Pay, PAY, {"items": {}}),
        (stages.Grades, GRADES, {"exit": "dismissed"}),
        (stages.Grades, GRADES, {"max_step": 0}),
        (stages.Streak, {"classes": "good", "periods": 1, "step": 1}, {"step": 10}),
    ],
)
def test_a_choice_is_one_of_those_declared(
    kind: type[Record], body: dict[str, Any], wrong: dict[str, Any]
) -> None:
    assert kind.model_validate(body)
    with pytest.raises(ValidationError):
        kind.model_validate({**body, **wrong})


def test_what_a_source_leaves_open_may_stay_open() -> None:
    open_ = dict.fromkeys(("within", "ties", "min_group", "below_min_group", "cut"), "open")
    found = stages.Rank.model_validate({**RANK, **open_})
    assert (found.ties, found.cut, found.min_group) == ("open", "open", "open")
