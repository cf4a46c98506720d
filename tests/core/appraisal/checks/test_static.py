"""Static checks: each fault that makes a scheme impossible is found, and only that one."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.factories import CAUSES, scheme, title
from tidui.core.appraisal.checks.static import check_scheme, find_overlaps

MEASURE = {"title": title(), "unit": "point", "fact": "measure", "code": "m"}
AVERAGE = {"title": title(), "unit": "CNY", "fact": "balance_average", "averaging": "daily"}
FLOW = {"title": title(), "unit": "CNY", "fact": "flow_sum", "flows": "fee"}
RANK = {"title": title(), "of": "m", "best": "high", "within": [], "ties": "share_best",
        "min_group": 1, "cut": "ceil", "below_min_group": "widen_population"}  # fmt: skip
LADDER = {"low": {"title": title()}, "high": {"title": title()}}
GRADES = {"title": title(), "mode": "conditions", "order": ["low", "high"], "ladder": LADDER,
          "grade_on": "last_day"}  # fmt: skip
ROWS = [{"to": 60, "class": "bad"}, {"from": 60, "class": "good"}]
CLASSES = {"title": title(), "order": ["good", "bad"], "bands": {"of": "m", "rows": ROWS}}
MOVES = {"class_of": "c", "after_move": "consumed", "unrated_quarter": "skips", "tenure_gate": True,
         "floor": "low", "ceiling": "high",
         "rules": [{"classes": "good", "periods": 2, "step": 1}]}  # fmt: skip
PAY = {"title": title(), "currency": "CNY", "floor": None, "cap": None,
       "items": {"i": {"title": title(), "value": "m", "rounding": "down"}}}  # fmt: skip


def found(**own: Any) -> list[str]:
    """Return the codes of a scheme with one measure and what is given."""
    indicators = {"m": MEASURE, **own.pop("indicators", {})}
    return [one.code for one in check_scheme(scheme(indicators=indicators, **own))]


def value(node: Any, **own: Any) -> dict[str, Any]:
    """Return one score."""
    return {"x": {"title": title(), "value": node, **own}}


def parts(*weights: Any) -> dict[str, Any]:
    """Return a weighted sum to 100."""
    return {"weighted": {"parts": [{"of": "m", "weight": w} for w in weights], "total": 100,
                         "missing": "block"}}  # fmt: skip


def table(*rows: tuple[Any, Any]) -> dict[str, Any]:
    """Return a table of rows from a bound to another."""
    lines = [{"from": low, "to": high, "value": 1} for low, high in rows]
    return {"step_table": {"of": "m", "mode": "whole", "rows": lines}}


def test_a_sound_scheme_has_no_fault() -> None:
    assert found(
        scores={**value(parts(60, 40)), "y": value(table((None, 0), (0, None)))["x"]},
        ranks={"r": RANK}, classes={"c": CLASSES}, grades={**GRADES, "mode": "moves",
                                                           "moves": MOVES}, pay=PAY,
    ) == []  # fmt: skip


DATED = {"unit": "point", "source": "x", "values": {date(2025, 1, 1): 1}}
LATE = {**DATED, "values": {date(2025, 1, 2): 1}}
USED = value({"parameter": "p"})
ITEM = PAY["items"]["i"]  # type: ignore[index]
QUOTA = {"title": title(), "order": ["good", "bad"]}


@pytest.mark.parametrize(
    ("code", "own"),
    [
        ("scheme.part-period-missing", {"part_periods": dict.fromkeys(CAUSES[1:], "full")}),
        ("scheme.part-period-unknown", {"part_periods": dict.fromkeys((*CAUSES, "z"), "full")}),
        ("scheme.part-period-unknown",
         {"conditions": {"c": {"days_off": "holiday", "at_least": 5}}}),
        ("scheme.name-twice", {"scores": {"m": value(1)["x"]}}),
        ("scheme.unknown-name", {"scores": value({"sum": ["m", "nobody"]})}),
        ("scheme.circle", {"scores": {"x": value("y")["x"], "y": value("x")["x"]}}),
        ("scheme.unknown-parameter", {"scores": USED}),
        ("scheme.dead-parameter", {"parameters": {"p": DATED}}),
        ("scheme.parameter-undated", {"parameters": {"p": {**DATED, "values": {}}},
                                      "scores": USED}),
        ("scheme.parameter-late", {"parameters": {"p": LATE}, "scores": USED}),
        ("scheme.weights", {"scores": value(parts(60, 41))}),
        ("scheme.weight-negative", {"scores": value(parts(110, -10))}),
        ("scheme.table-hole", {"scores": value(table((None, 1), (2, None)))}),
        ("scheme.units", {"indicators": {"a": AVERAGE}, "scores": value({"sum": ["m", "a"]})}),
        ("scheme.cross-inside", {"scores": value({"sum": [
            1, {"team_total": {"of": "m", "combine": "sum"}}]})}),
        ("scheme.grade-without-row", {"grades": GRADES, "scores": value(
            {"lookup": {"by": "grade", "rows": {"low": 1}}})}),
        ("scheme.grade-without-row", {"grades": GRADES, "scores": value(
            {"excess_by_grade": {"of": "m", "above": 1, "rates": {"high": 1}}})}),
        ("scheme.rank-within", {"scores": value(
            {"share_of_total": {"of": "m", "within": "mood", "if_zero": 0}})}),
        ("scheme.rank-within", {"ranks": {"r": {**RANK, "within": "mood"}}}),
        ("scheme.rounding-half", {"scores": value(1, places=2)}),
        ("scheme.no-tenure-bands", {"ranks": {"r": {**RANK, "within": "tenure_band"}}}),
        ("scheme.classes-source", {"classes": {"c": {**CLASSES, "bands": None}}}),
        ("scheme.unknown-class", {"classes": {"c": {**CLASSES, "order": ["good"]}}}),
        ("scheme.quota-rest-first", {"ranks": {"r": RANK}, "classes": {"c": {
            **QUOTA, "quotas": {"rank": "r", "rows": [{"class": "good"},
                                                      {"percent": 100, "class": "bad"}]}}}}),
        ("scheme.quota-sum", {"ranks": {"r": RANK}, "classes": {"c": {
            **QUOTA, "quotas": {"rank": "r", "rows": [{"percent": 60, "class": "good"},
                                                      {"percent": 30, "class": "bad"}]}}}}),
        ("scheme.quota-dense", {"ranks": {"r": {**RANK, "ties": "dense"}}, "classes": {"c": {
            **QUOTA, "quotas": {"rank": "r", "rows": [{"percent": 60, "class": "good"},
                                                      {"class": "bad"}]}}}}),
        ("scheme.floor-above-cap", {"pay": {**PAY, "floor": 6000, "cap": 5000}}),
        ("scheme.grades-of-units", {"subjects": "team", "grades": GRADES}),
        ("scheme.ladder-order", {"grades": {**GRADES, "order": ["low"]}}),
        ("scheme.unknown-grade", {"grades": {**GRADES, "tenure_months": {"top": 3}}}),
        ("scheme.unknown-grade", {"grades": {**GRADES, "probation": {
            "grade": "low", "months": 6, "passes": {"indicator": "m", "above": 1}, "next": "top",
            "on_failure": "keep"}}}),
        ("scheme.no-threshold", {"grades": {**GRADES, "ladder": {**LADDER, "high": {
            "title": title(), "appoint_or_keep": {"all": ["threshold"]}, "on_failure": "keep"}}}}),
        ("scheme.waives-nothing", {"grades": {**GRADES, "ladder": {**LADDER, "high": {
            "title": title(), "threshold": {"indicator": "m", "above": 1},
            "protection": {"when": {"indicator": "m", "above": 1}, "waives": "threshold"}}}}}),
        ("scheme.no-failure-rule", {"grades": {**GRADES, "ladder": {**LADDER, "high": {
            "title": title(), "appoint_or_keep": {"indicator": "m", "above": 1}}}}}),
        ("scheme.moves-mode", {"grades": {**GRADES, "mode": "moves"}}),
        ("scheme.unknown-name", {"grades": {**GRADES, "mode": "moves", "moves": MOVES}}),
        ("scheme.rule-never-fires", {"classes": {"c": CLASSES}, "grades": {
            **GRADES, "mode": "moves", "moves": {**MOVES, "rules": [
                {"classes": ["good", "bad"], "periods": 1, "step": 1},
                {"classes": "bad", "periods": 2, "step": -2}]}}}),
        ("scheme.coefficient-twice", {"indicators": {"a": {**AVERAGE, "coefficients": [
            {"product": "p", "from": date(2025, 1, 1), "value": 1},
            {"product": "p", "from": date(2025, 1, 1), "value": 2}]}}}),
        ("scheme.conversion-missing", {"indicators": {"a": {**AVERAGE, "unit": "USD"}}}),
        ("scheme.window-averaging", {"indicators": {"a": {
            **AVERAGE, "averaging": "last_month", "window": "twelve_months"}}}),
        ("scheme.count-for-units", {"subjects": "team", "indicators": {"a": {
            **AVERAGE, "count_for": "own_team"}}}),
        ("scheme.unknown-currency", {"pay": {**PAY, "currency": "ABC"}}),
        ("scheme.per-loan-not-flow", {"pay": {**PAY, "items": {"i": {**ITEM, "per_loan": "m"}}}}),
        ("scheme.share-range", {"pay": {**PAY, "deferral": {
            "title": title(), "share": Decimal("1.1"), "tranches": 3, "first_after_months": 1,
            "every_months": 1}}}),
    ],
)  # fmt: skip
def test_each_fault_is_found_and_no_other(code: str, own: dict[str, Any]) -> None:
    assert set(found(**own)) == {code}


BASE = date(2025, 1, 1)


@pytest.mark.parametrize(
    ("one", "other", "overlap"),
    [
        ({}, {}, True),
        ({"population": {"line": "corporate"}}, {"population": {"line": "personal"}}, False),
        ({"population": {"line": "corporate"}}, {"population": {"posts": "rm"}}, True),
        ({"effective": {"from": BASE, "to": date(2026, 1, 1)}},
         {"effective": {"from": date(2026, 1, 1), "to": None}}, False),
        ({"effective": {"from": BASE, "to": date(2026, 1, 2)}},
         {"effective": {"from": date(2026, 1, 1), "to": None}}, True),
        ({"period": "month"}, {"period": "year"}, False),
        ({"subjects": "team"}, {"subjects": "employee"}, False),
    ],
)  # fmt: skip
def test_two_schemes_for_one_population_on_one_day_overlap(
    one: dict[str, Any], other: dict[str, Any], overlap: bool
) -> None:
    codes = [item.code for item in find_overlaps([scheme(**one), scheme(**other)])]
    assert codes == (["scheme.overlap"] if overlap else [])


def test_weights_that_drift_apart_on_a_later_day_are_found() -> None:
    weight = {"unit": "x", "source": "y", "values": {date(2025, 1, 1): 40, date(2026, 1, 1): 50}}
    parts = [{"of": 1, "weight": {"parameter": "w"}}, {"of": 2, "weight": 60}]
    node = {"weighted": {"parts": parts, "total": 100, "missing": "block"}}
    body = scheme(parameters={"w": weight}, scores={"x": {"title": title(), "value": node}})
    assert [found.code for found in check_scheme(body)] == ["scheme.weights"]
    ended = scheme(
        parameters={"w": weight}, scores={"x": {"title": title(), "value": node}},
        effective={"from": date(2025, 1, 1), "to": date(2026, 1, 1)},
    )  # fmt: skip
    assert check_scheme(ended) == ()
