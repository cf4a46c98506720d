"""The pay of a period: rounded once, held between floor and cap, deferred to the fen."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import board, loaded_scheme, subject, title
from tidui.core.appraisal.chain import compute_board
from tidui.core.appraisal.facts import FactRow
from tidui.core.appraisal.pay.ledger import balances, unbalanced_groups
from tidui.core.appraisal.pay.settlement import PayInputs, PayResult, pay_subjects
from tidui.core.calendar import day_of

POINTS = {"title": title(), "unit": "point", "fact": "measure", "code": "points"}
ITEM = {"title": title(), "value": "points", "rounding": "half_up"}


def paid(points: Fraction | int | None, post: str | None = None, **own: Any) -> PayResult:
    """Pay one yuan a point to A, under the pay rules given."""
    rules = {"title": title(), "currency": "CNY", "floor": None, "cap": None,
             "items": {"pay": ITEM}, **own}  # fmt: skip
    body = loaded_scheme(indicators={"points": POINTS}, pay=rules).scheme
    on = board(body, [subject(post=post)], measures={("A", "points"): points})
    compute_board(on)
    return pay_subjects(on, PayInputs((), (), (), "2025"))


@pytest.mark.parametrize(
    ("rounding", "points", "minor"),
    [
        ("half_up", Fraction(1, 8), 13), ("half_even", Fraction(1, 8), 12),
        ("down", Fraction(139, 1000), 13), ("up", Fraction(131, 1000), 14),
        ("half_up", Fraction(-1, 8), -13), ("half_even", Fraction(3, 8), 38),
    ],
)  # fmt: skip
def test_an_item_is_rounded_once_as_it_says(rounding: str, points: Fraction, minor: int) -> None:
    row = paid(points, items={"pay": {**ITEM, "rounding": rounding}}).rows["A"]
    assert (row.items, row.payable) == ((("pay", minor),), minor)


@pytest.mark.parametrize(
    ("floor", "cap", "points", "held", "adjustment"),
    [
        (None, None, 1000, 100000, 0), (None, 500, 1000, 50000, -50000),
        (None, 1000, 1000, 100000, 0), (200, None, 100, 20000, 10000),
        (0, None, -5, 0, 500), (200, 500, 300, 30000, 0), (600, 500, 1000, 60000, -40000),
    ],
)  # fmt: skip
def test_pay_is_held_between_floor_and_cap(
    floor: int | None, cap: int | None, points: int, held: int, adjustment: int
) -> None:
    row = paid(points, floor=floor, cap=cap).rows["A"]
    assert (row.earned, row.adjustment) == (held, adjustment)
    assert -balances(row.entries).get(("A", "earned"), 0) == held


def deferral(**own: Any) -> dict[str, Any]:
    """Return a deferral of a half in three yearly tranches."""
    return {"title": title(), "share": {"ratio": {"of": 1, "to": 2, "if_zero": 0}}, "tranches": 3,
            "first_after_months": 12, "every_months": 12, **own}  # fmt: skip


@given(st.integers(-(10**9), 10**12))
def test_tranches_add_up_to_the_fen_and_the_last_takes_the_rest(minor: int) -> None:
    row = paid(Fraction(minor, 100), deferral=deferral()).rows["A"]
    held = [part.amount for part in row.deferred]
    assert unbalanced_groups(row.entries) == ()
    if minor <= 0:
        assert (held, row.payable) == ([], minor)
        return
    assert sum(held) + row.payable == minor
    assert sum(held) == (minor + 1) // 2
    assert held[0] == held[1] <= held[2] < held[0] + 3
    assert [day_of(part.due_day).isoformat() for part in row.deferred] == [
        "2027-01-01", "2028-01-01", "2029-01-01",
    ]  # fmt: skip


def test_only_the_posts_that_are_named_defer_and_only_theirs_are_paid_an_item() -> None:
    rule = deferral(posts="head")
    assert paid(100, "rm", deferral=rule).rows["A"].deferred == ()
    assert len(paid(100, "head", deferral=rule).rows["A"].deferred) == 3
    items = {"pay": {**ITEM, "only_posts": "head"}}
    assert paid(100, "rm", items=items).rows["A"].items == ()
    assert paid(100, "head", items=items).rows["A"].items == (("pay", 10000),)


def test_a_missing_item_or_limit_is_an_issue_and_never_zero() -> None:
    result = paid(None)
    assert [found.code for found in result.issues] == ["pay.missing"]
    assert result.rows["A"].items == ()
    assert [found.where for found in paid(None, cap="points").issues] == [
        "pay.items.pay", "pay.cap",
    ]  # fmt: skip


COUNTS = st.dictionaries(st.sampled_from(["L1", "L2", "L3"]), st.integers(1, 50), min_size=1)


@given(COUNTS, st.integers(-(10**9), 10**9))
def test_the_parts_of_an_item_over_its_loans_add_up_to_the_item(
    counts: dict[str, int], minor: int
) -> None:
    granted = {"title": title(), "unit": "count", "fact": "flow_count", "flows": "disbursement"}
    pay = {"title": title(), "currency": "CNY", "floor": None, "cap": None,
           "items": {"pay": {**ITEM, "per_loan": "granted"}}}  # fmt: skip
    body = loaded_scheme(indicators={"points": POINTS, "granted": granted}, pay=pay).scheme
    on = board(body)
    on.columns["pay"] = {"A": Fraction(minor, 100)}
    facts = tuple(
        FactRow("granted@loan", "A", "CNY", (), 0, 0, 0, 1, count * 10**6, account_no=loan)
        for loan, count in counts.items()
    )
    row = pay_subjects(on, PayInputs(facts, (), (), "2025")).rows["A"]
    parts = [entry for entry in row.entries if entry.account == "payable"]
    assert sum(part.amount for part in parts) == minor
    assert {part.loan for part in parts} <= set(counts)
    for part in parts:
        share = Fraction(minor * counts[part.loan], sum(counts.values()))
        assert abs(part.amount - share) < 1


def test_a_scheme_without_pay_pays_nothing() -> None:
    on = board(loaded_scheme(indicators={"points": POINTS}).scheme)
    assert pay_subjects(on, PayInputs((), (), (), "2025")) == PayResult({}, ())


@pytest.mark.parametrize(
    ("share", "code"),
    [
        ({"lookup": {"by": "post", "rows": {"head": 1}}}, "pay.missing"),
        (2, "pay.share-outside"),
        (-1, "pay.share-outside"),
    ],
)
def test_a_deferred_share_that_is_missing_or_no_part_stops_the_run(share: Any, code: str) -> None:
    rule = {"title": title(), "share": share, "tranches": 3, "first_after_months": 12,
            "every_months": 12}  # fmt: skip
    (found,) = paid(1000, post="manager", deferral=rule).issues
    assert (found.code, found.where, found.severity) == (code, "pay.deferral.share", "error")
