"""The chain in its most obvious form: plain mappings, daily rows, one loop after another.

Written from the documents and not from the code: an oracle. It knows the nodes that
``test_naive_chain`` draws, and raises ``KeyError`` for any other.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

Number = Fraction | None
"""None is missing."""


@dataclass
class NaiveBank:
    """What happened, day by day.

    Attributes:
        balances: (account, day) → fen.
        products: account → product.
        holders: (account, day) → {person: share}.
        flows: (day, person, kind, fen, count).
        measures: (person, code) → mark, None for unknown.
        targets: (person, indicator) → target.
        grades: person → grade.
        counted: person → the days on which he counts.
    """

    first: date
    last: date
    balances: dict[tuple[str, date], int] = field(default_factory=dict)
    products: dict[str, str] = field(default_factory=dict)
    holders: dict[tuple[str, date], dict[str, Fraction]] = field(default_factory=dict)
    flows: list[tuple[date, str, str, int, int]] = field(default_factory=list)
    measures: dict[tuple[str, str], Number] = field(default_factory=dict)
    targets: dict[tuple[str, str], Fraction] = field(default_factory=dict)
    grades: dict[str, str] = field(default_factory=dict)
    counted: dict[str, set[date]] = field(default_factory=dict)

    @property
    def days(self) -> list[date]:
        """Every day of the period."""
        number = (self.last - self.first).days + 1
        return [self.first + timedelta(days=offset) for offset in range(number)]


@dataclass
class NaiveResult:
    """What came out: values, places, classes, grades and pay in fen, by name and person."""

    values: dict[str, dict[str, Number]] = field(default_factory=dict)
    places: dict[str, dict[str, int | None]] = field(default_factory=dict)
    classes: dict[str, dict[str, str | None]] = field(default_factory=dict)
    grades: dict[str, str | None] = field(default_factory=dict)
    pay: dict[str, tuple[int, list[int], int]] = field(default_factory=dict)


def appraise_naively(scheme: dict[str, Any], bank: NaiveBank) -> NaiveResult:
    """Appraise everybody, stage after stage."""
    result = NaiveResult()
    for name, body in scheme["indicators"].items():
        result.values[name] = {p: _indicator(name, body, bank, p) for p in bank.grades}
    for name, body in scheme["scores"].items():
        result.values[name] = {}
        for person in bank.grades:
            found = _value(body["value"], scheme, bank, result, person)
            if found is not None and "places" in body:
                found = _round(found, body["places"], body["rounding"])
            result.values[name][person] = found
    for name, body in scheme["ranks"].items():
        result.places[name] = _places(body, bank, result)
    for name, body in scheme["classes"].items():
        result.classes[name] = {p: _class(body, scheme, bank, result, p) for p in bank.grades}
    for person in bank.grades:
        result.grades[person] = _grade(scheme, bank, result, person)
        result.pay[person] = _pay(scheme, bank, result, person)
    return result


def _held(bank: NaiveBank, person: str, body: dict[str, Any], days: set[date]) -> Fraction:
    """Add up balance × share × coefficient on each of the days, in yuan."""
    total = Fraction(0)
    weights = {c["product"]: Fraction(c["value"]) for c in body.get("coefficients", [])}
    for (account, day), fen in bank.balances.items():
        if day in days:
            share = bank.holders.get((account, day), {}).get(person, Fraction(0))
            weight = weights.get(bank.products[account], Fraction(1))
            wanted = body.get("where", {}).get("product")
            if wanted is None or bank.products[account] == wanted:
                total += Fraction(fen, 100) * share * weight
    return total


def _indicator(name: str, body: dict[str, Any], bank: NaiveBank, person: str) -> Number:
    counted = bank.counted[person]
    if body["fact"] == "measure":
        return bank.measures.get((person, body["code"]))
    if body["fact"] == "flow_sum":
        inside = [f for f in bank.flows if f[1] == person and f[2] == body["flows"]]
        return sum((Fraction(f[3], 100) for f in inside if f[0] in counted), Fraction(0))
    if body["fact"] == "balance_closing":
        return _held(bank, person, body, {bank.last} & counted)
    if body["fact"] != "balance_average":
        raise KeyError(body["fact"])
    if body["averaging"] == "daily":
        return _held(bank, person, body, counted) / len(counted)
    months: dict[tuple[int, int], set[date]] = {}
    for day in counted:
        months.setdefault((day.year, day.month), set()).add(day)
    means = [_held(bank, person, body, months[key]) / len(months[key]) for key in sorted(months)]
    return means[-1] if body["averaging"] == "last_month" else sum(means) / Fraction(len(means))


def _value(
    node: Any, scheme: dict[str, Any], bank: NaiveBank, result: NaiveResult, person: str
) -> Number:
    def value(part: Any) -> Number:
        return _value(part, scheme, bank, result, person)

    if isinstance(node, str):
        return result.values[node][person]
    if not isinstance(node, dict):
        return Fraction(node)
    ((kind, body),) = node.items()
    if kind in ("sum", "product", "minimum", "maximum"):
        parts = [value(part) for part in body]
        known = [part for part in parts if part is not None]
        if len(known) < len(parts):
            return None
        if kind == "product":
            whole = Fraction(1)
            for part in known:
                whole *= part
            return whole
        return {"sum": sum, "minimum": min, "maximum": max}[kind](known)  # type: ignore[operator]
    if kind == "attainment":
        of, target = value(body["of"]), bank.targets[person, body["of"]]
        fact = scheme["indicators"].get(body["of"], {}).get("fact", "")
        if fact in ("flow_sum", "flow_count"):
            target *= Fraction(len(bank.counted[person]), len(bank.days))
        return None if of is None else _between(of / target, body)
    if kind == "linear":
        of = value(body["of"])
        return None if of is None else _between(of * Fraction(body["per_unit"]), body)
    if kind == "deduct":
        of = value(body["of"])
        size = None if of is None else max(Fraction(0), of * Fraction(body["per_unit"]))
        return None if size is None else -min(size, Fraction(body["at_most"]))
    if kind == "step_table":
        return _table(body, value(body["of"]))
    if kind == "weighted":
        return _weighted(body, [value(part["of"]) for part in body["parts"]])
    if kind == "lookup":
        return Fraction(body["rows"][bank.grades[person]])
    raise KeyError(kind)


def _between(number: Fraction, body: dict[str, Any]) -> Fraction:
    if body.get("cap") is not None:
        number = min(number, Fraction(body["cap"]))
    if body.get("floor") is not None:
        number = max(number, Fraction(body["floor"]))
    return number


def _table(body: dict[str, Any], of: Number) -> Number:
    if of is None:
        return None
    if body["mode"] == "whole":
        for row in body["rows"]:
            if ("from" not in row or row["from"] <= of) and ("to" not in row or of < row["to"]):
                return Fraction(row["value"])
        return None
    paid = Fraction(0)
    for row in body["rows"]:
        low = Fraction(row.get("from", 0))
        high = of if "to" not in row else min(of, Fraction(row["to"]))
        if high > low:
            paid += (high - low) * Fraction(row["value"])
    return paid


def _weighted(body: dict[str, Any], values: list[Number]) -> Number:
    weights = [Fraction(part["weight"]) for part in body["parts"]]
    if None in values and body["missing"] == "block":
        return None
    there = [(v, w) for v, w in zip(values, weights, strict=True) if v is not None]
    whole = sum((w for _, w in there), Fraction(0))
    return sum((v * w for v, w in there), Fraction(0)) / whole if whole else None


def _round(number: Fraction, places: int, way: str) -> Fraction:
    """Look at the two neighbours on the grid and take the one that the way says."""
    grid = Fraction(1, 10**places)
    below = (number / grid).__floor__() * grid
    above = below if below == number else below + grid
    nearer_zero, farther = sorted((below, above), key=abs)
    if way == "down":
        return nearer_zero
    if way == "up":
        return farther
    left, right = number - below, above - number
    if left != right:
        return below if left < right else above
    if way == "half_up":
        return farther
    return below if (below / grid) % 2 == 0 else above


def _places(body: dict[str, Any], bank: NaiveBank, result: NaiveResult) -> dict[str, int | None]:
    marks = {p: m for p, m in result.values[body["of"]].items() if m is not None}
    found: dict[str, int | None] = dict.fromkeys(bank.grades)
    for person, mark in marks.items():
        group = [p for p in marks if bank.grades[p] == bank.grades[person]]
        if "grade" not in body["within"]:
            group = list(marks)
        if len(group) < body["min_group"]:
            if body["below_min_group"] != "widen_population" or len(marks) < body["min_group"]:
                continue
            group = list(marks)
        better = [p for p in group if marks[p] > mark]
        equal = [p for p in group if marks[p] == mark]
        found[person] = {
            "share_best": len(better) + 1,
            "share_worst": len(better) + len(equal),
            "dense": len({marks[p] for p in better}) + 1,
        }[body["ties"]]
    return found


def _class(
    body: dict[str, Any], scheme: dict[str, Any], bank: NaiveBank, result: NaiveResult, person: str
) -> str | None:
    mark = _value(body["bands"]["of"], scheme, bank, result, person)
    if mark is None:
        return None
    for row in body["bands"]["rows"]:
        if ("from" not in row or row["from"] <= mark) and ("to" not in row or mark < row["to"]):
            return str(row["class"])
    return None


def _grade(scheme: dict[str, Any], bank: NaiveBank, result: NaiveResult, person: str) -> str | None:
    """One grade up if the next one's bar is met; one down if his own is not."""
    order, present = scheme["grades"]["order"], bank.grades[person]
    place = order.index(present)

    def met(grade: str) -> bool | None:
        asked = scheme["grades"]["ladder"][grade].get("appoint_or_keep")
        if asked is None:
            return True
        mark = result.values[asked["score"]][person]
        return None if mark is None else mark >= asked["at_least"]

    if place + 1 < len(order) and met(order[place + 1]) is True:
        return str(order[place + 1])
    if met(present) is None:
        return None
    if met(present):
        return present
    return str(order[place - 1]) if place else None


def _pay(
    scheme: dict[str, Any], bank: NaiveBank, result: NaiveResult, person: str
) -> tuple[int, list[int], int]:
    """Return earned, the deferred tranches and what is payable, in fen."""
    pay = scheme["pay"]
    earned = 0
    for body in pay["items"].values():
        found = _value(body["value"], scheme, bank, result, person)
        if found is not None:
            earned += int(_round(found * 100, 0, body["rounding"]))
    if pay["cap"] is not None:
        earned = min(earned, pay["cap"] * 100)
    if pay["floor"] is not None:
        earned = max(earned, pay["floor"] * 100)
    rule = pay["deferral"]
    held = int(_round(earned * Fraction(rule["share"]), 0, "half_up")) if earned > 0 else 0
    each = held // rule["tranches"]
    tranches = [each] * (rule["tranches"] - 1) + [held - each * (rule["tranches"] - 1)]
    return earned, tranches if earned > 0 else [], earned - held
