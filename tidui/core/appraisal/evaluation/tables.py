"""Step tables: half-open rows, compared on unrounded values."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple

from tidui.core.appraisal.scheme import nodes
from tidui.core.values import Missing, Value

if TYPE_CHECKING:
    from tidui.core.appraisal.evaluation.environment import Environment


class Step(NamedTuple):
    """A row with its bounds as numbers; None is open-ended."""

    lower: Fraction | None
    upper: Fraction | None
    row: nodes.Row


def step_table(node: nodes.StepTable, env: Environment) -> Value:
    """Find the row of a value; a value outside every row is missing, never zero."""
    of = env.evaluate(node.of)
    if node.rows == "open":
        return Missing("open", "rows")
    steps = _steps(node.rows, env)
    if isinstance(steps, Missing):
        return steps
    if isinstance(of, Missing):
        return of
    index = find_row(steps, of)
    if index is None:
        return Missing("not_defined", f"no row for {of}")
    step = steps[index]
    if env.traced:
        distance = None if step.upper is None else step.upper - of
        env.note(row=index, lower=step.lower, upper=step.upper, distance=distance)
    if node.mode == "whole":
        return env.evaluate(step.row.value)
    if node.mode == "marginal":
        return _marginal(steps, of, env)
    return _interpolate(steps, index, of, env)


def _steps(rows: tuple[nodes.Row, ...], env: Environment) -> list[Step] | Missing:
    """Return the rows with their bounds; a table of constants is read once in a run."""
    if not env.traced:
        known = env.board.tables.get(id(rows))
        if known is not None:
            return known
    steps = []
    for row in rows:
        bounds: list[Fraction | None] = []
        for bound in (row.from_, row.to):
            value = None if bound is None else env.evaluate(bound)
            if isinstance(value, Missing):
                return value
            bounds.append(value)
        steps.append(Step(bounds[0], bounds[1], row))
    if all(_is_constant(row.from_) and _is_constant(row.to) for row in rows):
        env.board.tables[id(rows)] = steps
    return steps


def _is_constant(bound: Any) -> bool:
    return bound is None or bound.kind == "constant"


def find_row(steps: list[Step], value: Fraction) -> int | None:
    """Return the index of the row with lower ≤ value < upper, None where no row has it."""
    for index, (lower, upper, _) in enumerate(steps):
        if (lower is None or lower <= value) and (upper is None or value < upper):
            return index
    return None


def _marginal(steps: list[Step], of: Fraction, env: Environment) -> Value:
    """Add each row's rate × the part of the value inside it, from zero or the lowest bound on."""
    total = Fraction(0)
    for lower, upper, row in steps:
        start = Fraction(0) if lower is None else lower
        end = of if upper is None else min(of, upper)
        if end > start:
            rate = env.evaluate(row.value)
            if isinstance(rate, Missing):
                return rate
            total += (end - start) * rate
    return total


def _interpolate(steps: list[Step], index: int, of: Fraction, env: Environment) -> Value:
    step = steps[index]
    value = env.evaluate(step.row.value)
    if index + 1 == len(steps) or step.lower is None or step.upper is None:
        return value
    following = env.evaluate(steps[index + 1].row.value)
    if isinstance(value, Missing) or isinstance(following, Missing):
        return value if isinstance(value, Missing) else following
    share = (of - step.lower) / (step.upper - step.lower)
    return value + (following - value) * share
