"""Scenarios that an HR officer can read: a story, what is given, and what must come out."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from tidui.core.appraisal.chain import Appraisal
from tidui.core.appraisal.pay.ledger import PayEntry, unbalanced_groups
from tidui.core.appraisal.scheme.document import LoadedScheme, load_scheme
from tidui.core.documents import parse_document, print_document
from tidui.core.values import Missing, Rounding, round_fraction

from .bank import appraise_scenario

CASES = Path(__file__).parent / "cases"
SCHEME = {
    "format": "scheme/1", "id": "scenario", "version": 1, "title": {"zh": "情景", "en": "Scenario"},
    "in_flight": "finish_under_old", "period": "year", "subjects": "employee",
    "population": {"line": "corporate"},
    "part_periods": {
        "joined": "by_days", "left": "by_days", "leave": "by_days", "maternity_leave": "by_days",
        "medical_leave": "by_days", "seconded": "by_days", "changed_line": "by_days",
        "changed_grade": "full",
    },
}  # fmt: skip
"""What every scenario's scheme has unless the scenario says otherwise."""


def scenarios() -> list[Any]:
    """Return every scenario of every file, named by file and title."""
    found = []
    for path in sorted(CASES.glob("*.yaml")):
        body = parse_document(path.read_text(encoding="utf-8"))
        for scenario in body["scenarios"]:
            name = f"{path.stem}: {scenario['title']['en']}"
            found.append(pytest.param(body.get("scheme", {}), scenario, id=name))
    return found


def scheme_of(shared: dict[str, Any], own: dict[str, Any]) -> LoadedScheme:
    """Lay a scenario's scheme over that of its file and over the defaults."""
    effective = {"effective": {"from": parse_document("2000-01-01"), "to": None}}
    raw = {**SCHEME, **effective, **shared, **own}
    loaded, issues = load_scheme(print_document(raw))
    assert loaded is not None, issues
    return loaded


def value_of(appraisal: Appraisal, who: str, name: str) -> Any:
    """Return what a scenario may expect of a subject."""
    board = appraisal.board
    if name == "grade":
        return appraisal.grades[who].proposed
    if name == "rule":
        return appraisal.grades[who].rule
    if name.startswith("class."):
        return board.classes[name[6:]][who]
    if name.startswith("rank."):
        return board.places[name[5:]][who].rank
    if name in ("payable", "earned", "not_deducted"):
        return Fraction(getattr(appraisal.pay[who], name), 100)
    if name == "tranches":
        return [Fraction(part.amount, 100) for part in appraisal.pay[who].deferred]
    if name in ("withheld", "refunded", "reversed", "taken_back"):
        lines = appraisal.pay[who].loans
        return Fraction(sum(line.amount for line in lines if line.kind == name), 100)
    if name == "appraised":
        return "yes" if who in board.subjects else "no"
    if name == "counted_days":
        return next(s.counted_days for s in appraisal.subjects if s.id == who)
    return board.columns[name][who]


def agrees(found: Any, wanted: Any) -> bool:
    """Compare to the decimals that the scenario writes; ``missing`` means missing."""
    if wanted == "missing":
        return isinstance(found, Missing)
    if wanted is None or isinstance(wanted, str):
        return bool(found == wanted)
    if isinstance(wanted, list):
        return [Fraction(one) for one in found] == [Fraction(one) for one in wanted]
    if isinstance(found, Missing):
        return False
    text = str(wanted)
    places = len(text.partition(".")[2])
    return round_fraction(Fraction(found), places, Rounding.HALF_UP) == Fraction(wanted)


@pytest.mark.parametrize(("shared", "scenario"), scenarios())
def test_a_scenario_comes_out_as_told(shared: dict[str, Any], scenario: dict[str, Any]) -> None:
    loaded = scheme_of(shared, scenario.get("scheme", {}))
    history: tuple[PayEntry, ...] = ()
    for period, expected in scenario["expect"].items():
        appraisal = appraise_scenario(loaded, scenario, str(period), history)
        codes = sorted({found.code for found in appraisal.issues if found.severity == "error"})
        assert codes == sorted(expected.get("issues", [])), appraisal.issues
        for who, values in expected.items():
            if who == "issues":
                continue
            found = {name: value_of(appraisal, who, name) for name in values}
            wrong = {n: (found[n], values[n]) for n in values if not agrees(found[n], values[n])}
            assert wrong == {}, f"{who} in {period}"
        entries = tuple(e for slip in appraisal.pay.values() for e in slip.entries)
        assert unbalanced_groups(entries) == ()
        history = (*history, *entries)


def test_a_wrong_expectation_is_found() -> None:
    assert agrees(Fraction(130_000_000, 3), parse_document("43_333_333.33"))
    assert not agrees(Fraction(130_000_000, 3), parse_document("43_333_333.34"))
    assert not agrees(Missing("unknown", "x"), 0)
