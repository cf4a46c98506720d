"""Indicators that don't come from the ledger's money: delivered measures and head-counts."""

from __future__ import annotations

from fractions import Fraction

from tidui.core.appraisal.evaluation.entries import Entry
from tidui.core.appraisal.evaluation.environment import Environment
from tidui.core.appraisal.indicators.amounts import FactIndex
from tidui.core.appraisal.scheme import indicators as kinds
from tidui.core.values import Missing, Value


def read_measure(index: FactIndex, entry: Entry, env: Environment) -> Value:
    node: kinds.Measure = entry.node
    rows = index.measures.get((env.subject.id, node.code), [])
    if not rows:
        return Missing("not_delivered", f"measure {node.code}")
    values = [row.value for row in rows]
    known = [value for value in values if value is not None]
    if len(known) < len(values):
        return Missing("unknown", f"measure {node.code}")
    env.note(
        code=node.code, makers=[row.maker for row in rows], checkers=[row.checker for row in rows],
        sources=[(row.source, row.delivery, row.line) for row in rows], values=known,
    )  # fmt: skip
    if node.combine == "only" and len(known) > 1:
        return Missing("delivered_twice", f"measure {node.code}")
    total = sum(known, Fraction(0))
    return total / len(known) if node.combine == "mean" else total


def read_headcount(index: FactIndex, entry: Entry, env: Environment) -> Value:
    node: kinds.Headcount = entry.node
    last = index.period.span.to_day - 1
    attribute = {
        "own_team": "belongs_to",
        "own_outlet": "sits_at",
        "subordinates": "superior_no",
    }.get(node.count_for)
    unit = (
        env.subject.id if attribute in (None, "superior_no") else env.subject.attribute(attribute)
    )
    keys = ("belongs_to", "sits_at") if attribute is None else (attribute,)
    people = [
        spell
        for spell in index.inputs.employees
        if spell.span.from_day <= last < spell.span.to_day
        and spell.status != "left"
        and any(getattr(spell, key) == unit for key in keys)
    ]
    chosen = [
        spell
        for spell in people
        if (not node.grades or spell.grade in node.grades)
        and (node.certificate is None or node.certificate in spell.certificates)
    ]
    env.note(people=len(people), chosen=sorted(spell.employee_no for spell in chosen))
    if node.result == "count":
        return Fraction(len(chosen))
    if not people:
        return Missing("not_defined", "nobody in the unit")
    return Fraction(len(chosen), len(people))
