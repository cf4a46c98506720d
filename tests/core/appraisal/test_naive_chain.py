"""The chain equals an obvious program on random small banks: every value, place, grade and fen."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories import scheme, spell, title
from tidui.core.appraisal.chain import Appraisal, appraise, prepare
from tidui.core.appraisal.facts import Combo, FactRequest, FactRow, FactTable, Membership
from tidui.core.appraisal.inputs import Inputs, MeasureRow, TargetRow
from tidui.core.calendar import Span, day_number, parse_period
from tidui.core.values import PPM, Missing

from .naive_chain import NaiveBank, appraise_naively

QUARTER = parse_period("2024Q1")
FIRST, LAST = date(2024, 1, 1), date(2024, 3, 31)
PEOPLE = ("A", "B", "C", "D", "E", "F")
HALVES = st.integers(0, 400).map(lambda n: Decimal(n) / 4)
MONEY = st.integers(0, 9999) | st.integers(0, 9).map(lambda yuan: yuan * 100)
SHARES = st.integers(0, PPM) | st.sampled_from([500_000, PPM, PPM])


@st.composite
def banks(draw: st.DrawFn) -> NaiveBank:
    """Draw a bank of up to six people and four accounts that change hands and balance."""
    bank = NaiveBank(FIRST, LAST)
    for person in PEOPLE[: draw(st.integers(1, 6))]:
        bank.grades[person] = draw(st.sampled_from(["low", "mid", "top"]))
        joined = FIRST + timedelta(days=draw(st.sampled_from([0, 0, 31, 59])))
        bank.counted[person] = {day for day in bank.days if day >= joined}
        bank.measures[person, "exam"] = draw(st.none() | HALVES.map(Fraction))
        bank.targets[person, "average"] = Fraction(draw(st.integers(1, 500)))
        for _ in range(draw(st.integers(0, 2))):
            day = FIRST + timedelta(days=draw(st.integers(0, 90)))
            bank.flows.append((day, person, "fee", draw(st.integers(-900, 9999)), 1))
    for account in ("L1", "L2", "L3", "L4")[: draw(st.integers(0, 4))]:
        bank.products[account] = draw(st.sampled_from(["current", "margin"]))
        change, swap = draw(st.integers(0, 91)), draw(st.integers(0, 91))
        fen = (draw(MONEY), draw(MONEY))
        names = list(bank.grades)
        held = [{draw(st.sampled_from(names)): Fraction(draw(SHARES), PPM)} for _ in range(2)]
        for number, day in enumerate(bank.days):
            bank.balances[account, day] = fen[number >= change]
            bank.holders[account, day] = held[number >= swap]
    return bank


def score_nodes(draw: st.DrawFn, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Draw the scores: an attainment, a table, a deduction, a weighted sum, a total."""
    weight = draw(st.sampled_from([0, 37, 50, 100]))
    return {
        "attained": {"attainment": {"of": "average", "target": "delivered", "progress": "none",
                                    "floor": 0, "cap": draw(st.sampled_from([None, 1, 2]))}},
        "step": {"step_table": {"of": "average", "mode": draw(st.sampled_from(
            ["whole", "marginal"])), "rows": rows}},
        "fine": {"deduct": {"of": "fees", "per_unit": Decimal("0.1"), "at_most": 20}},
        "mixed": {"weighted": {"parts": [{"of": "exam", "weight": weight},
                                         {"of": "step", "weight": 100 - weight}], "total": 100,
                               "missing": draw(st.sampled_from(
                                   ["block", "leave_out_and_reweight"]))}},
        "total": {"sum": ["mixed", {"linear": {"of": "attained", "per_unit": 10, "cap": 15}},
                          "fine", {"minimum": ["closing", 5]}]},
    }  # fmt: skip


@st.composite
def schemes(draw: st.DrawFn) -> dict[str, Any]:
    """Draw a scheme of the nodes that the obvious program knows."""
    averaging = draw(st.sampled_from(["daily", "month_means", "last_month"]))
    average = {"title": title(), "unit": "CNY", "fact": "balance_average", "averaging": averaging}
    if draw(st.booleans()):
        average["coefficients"] = [
            {"product": "margin", "from": date(2020, 1, 1), "value": Decimal("0.3")}
        ]
    bound, second = sorted(draw(st.lists(st.integers(0, 9), min_size=2, max_size=2, unique=True)))
    rows = [{"to": bound, "value": draw(HALVES)}, {"from": bound, "to": second,
            "value": draw(HALVES)}, {"from": second, "value": draw(HALVES)}]  # fmt: skip
    places = {"places": draw(st.integers(0, 2)), "rounding": draw(st.sampled_from(
        ["half_up", "half_even", "down", "up"]))}  # fmt: skip
    scores = score_nodes(draw, rows)
    bar = draw(st.integers(0, 80))
    ladder: dict[str, Any] = {"low": {"title": title(), "on_failure": "down_one"}}
    for number, grade in enumerate(("mid", "top")):
        asked = {"score": "total", "at_least": bar + 20 * number}
        ladder[grade] = {"title": title(), "on_failure": "down_one", "appoint_or_keep": asked}
    return {
        "indicators": {
            "average": average,
            "closing": {"title": title(), "unit": "CNY", "fact": "balance_closing",
                        "where": {"product": "current"}},
            "fees": {"title": title(), "unit": "CNY", "fact": "flow_sum", "flows": "fee"},
            "exam": {"title": title(), "unit": "point", "fact": "measure", "code": "exam",
                     "missing": "leave_out_and_reweight"},
        },
        "scores": {name: {"title": title(), "value": node, **(places if name == "total" else {})}
                   for name, node in scores.items()},
        "ranks": {"place": {"title": title(), "of": "total", "best": "high",
                            "within": draw(st.sampled_from([[], ["grade"]])),
                            "ties": draw(st.sampled_from(["share_best", "share_worst", "dense"])),
                            "min_group": draw(st.integers(1, 3)), "cut": "ceil",
                            "below_min_group": draw(st.sampled_from(
                                ["widen_population", "not_ranked_human_decides"]))}},
        "classes": {"class": {"title": title(), "order": ["good", "bad"], "bands": {
            "of": "total", "rows": [{"to": bar, "class": "bad"}, {"from": bar, "class": "good"}]}}},
        "grades": {"title": title(), "mode": "conditions", "grade_on": "last_day",
                   "order": ["low", "mid", "top"], "ladder": ladder},
        "pay": {"title": title(), "currency": "CNY",
                "floor": draw(st.sampled_from([None, 0, 20])),
                "cap": draw(st.sampled_from([None, 100, 300])),
                "items": {"bonus": {"title": title(), "rounding": draw(st.sampled_from(
                    ["half_up", "half_even", "down", "up"])), "value": {"product": [
                        "total", {"lookup": {"by": "grade", "rows": {
                            "low": Decimal("0.8"), "mid": 1, "top": Decimal("1.337")}}}]}}},
                "deferral": {"title": title(), "share": Decimal("0.4"), "first_after_months": 1,
                             "tranches": draw(st.integers(1, 4)), "every_months": 1}},
    }  # fmt: skip


def combo(bank: NaiveBank, account: str) -> Combo:
    """Return an account's attributes."""
    parts = {"kind": "loan", "product": bank.products[account], "currency": "CNY"}
    return Combo(**{**dict.fromkeys(Combo.__slots__), **parts})


def answer(request: FactRequest, members: tuple[Membership, ...], bank: NaiveBank) -> list[FactRow]:
    """Answer a request of the chain in integers, one row a day and share."""
    found: list[FactRow] = []

    def add(who: str, day: int, product: Any, amount: int) -> None:
        for number, part in enumerate(request.slices):
            inside = part.from_day <= day < part.to_day
            for member in members if inside else ():
                if member.who == who and member.span.from_day <= day < member.span.to_day:
                    group = (product,) if request.split else ()
                    found.append(FactRow(request.key, member.subject, "CNY", group, number,
                                         amount, 1, 1))  # fmt: skip

    if request.kind == "flow":
        for on, who, kind, fen, _ in bank.flows:
            if kind in request.flow_kinds:
                add(who, day_number(on), None, fen * PPM)
        return found
    for (account, on), fen in bank.balances.items():
        if request.where.matches(combo(bank, account)):
            for who, share in bank.holders[account, on].items():
                add(who, day_number(on), bank.products[account], fen * int(share * PPM))
    return found


def production(raw: dict[str, Any], bank: NaiveBank) -> Appraisal:
    """Appraise the same bank with the chain."""
    body = scheme(period="quarter", effective={"from": FIRST, "to": None}, **raw)
    end = day_number(LAST) + 1
    people = tuple(
        spell(name, grade=grade, span=Span(day_number(min(bank.counted[name])), end))
        for name, grade in bank.grades.items()
    )
    inputs = Inputs(
        people, "CNY", QUARTER.to_on,
        measures=tuple(MeasureRow(who, code, "2024Q1", mark, "point")
                       for (who, code), mark in bank.measures.items()),
        targets=tuple(TargetRow(who, name, "2024Q1", target, "CNY", 1)
                      for (who, name), target in bank.targets.items()),
    )  # fmt: skip
    asked = prepare(body, QUARTER, inputs)
    assert asked.issues == ()
    rows = [
        row for batch in asked.batches for request in batch.requests
        for row in answer(request, batch.memberships, bank)
    ]  # fmt: skip
    return appraise(body, QUARTER, inputs, asked.population, FactTable((), tuple(rows)))


@settings(max_examples=70, deadline=None, suppress_health_check=list(HealthCheck))
@given(schemes(), banks())
def test_the_chain_is_what_an_obvious_program_computes(
    raw: dict[str, Any], bank: NaiveBank
) -> None:
    wanted, found = appraise_naively(raw, bank), production(raw, bank)
    for name, column in wanted.values.items():
        values = {p: None if isinstance(v, Missing) else v
                  for p, v in found.board.columns[name].items()}  # fmt: skip
        assert values == column, name
    places = {p: place.rank for p, place in found.board.places["place"].items()}
    assert places == wanted.places["place"]
    assert found.board.classes["class"] == wanted.classes["class"]
    assert {p: one.proposed for p, one in found.grades.items()} == wanted.grades
    for person, (earned, tranches, payable) in wanted.pay.items():
        row = found.pay[person]
        assert (row.earned, [t.amount for t in row.deferred], row.payable) == (
            earned, tranches, payable,
        )  # fmt: skip
