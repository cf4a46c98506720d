"""What each value node computes. Missing inputs make missing results, never zeros."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from tidui.core.appraisal.evaluation.tables import step_table
from tidui.core.appraisal.scheme import nodes
from tidui.core.values import Missing, Value

if TYPE_CHECKING:
    from tidui.core.appraisal.evaluation.environment import Environment


def first_missing(values: Iterable[Value]) -> Missing | None:
    """Return the first missing value, None if all are there."""
    return next((value for value in values if isinstance(value, Missing)), None)


def _parts(node: Any, env: Environment) -> tuple[list[Fraction], Missing | None]:
    values = [env.evaluate(part) for part in node.of]
    return [value for value in values if not isinstance(value, Missing)], first_missing(values)


def _constant(node: nodes.Constant, env: Environment) -> Value:
    return node.value


def _open(node: nodes.OpenValue, env: Environment) -> Value:
    return Missing("open", "value")


def _named(node: nodes.Named, env: Environment) -> Value:
    return env.named(node.name)


def _parameter(node: nodes.Parameter, env: Environment) -> Value:
    parameter = env.board.scheme.parameters[node.of]
    env.note(name=node.of, parameter_unit=parameter.unit, source=parameter.source)
    return env.board.parameter(node.of)


def _sum(node: nodes.Sum, env: Environment) -> Value:
    values, missing = _parts(node, env)
    return missing or sum(values, Fraction(0))


def _difference(node: nodes.Difference, env: Environment) -> Value:
    values, missing = _parts(node, env)
    return missing or values[0] - sum(values[1:], Fraction(0))


def _product(node: nodes.Product, env: Environment) -> Value:
    values, missing = _parts(node, env)
    if missing:
        return missing
    result = Fraction(1)
    for value in values:
        result *= value
    return result


def _minimum(node: nodes.Minimum, env: Environment) -> Value:
    values, missing = _parts(node, env)
    return missing or min(values)


def _maximum(node: nodes.Maximum, env: Environment) -> Value:
    values, missing = _parts(node, env)
    return missing or max(values)


def _zero(if_zero: Any, env: Environment, what: str) -> Value:
    return Missing("not_defined", what) if if_zero == "missing" else env.evaluate(if_zero)


def _ratio(node: nodes.Ratio, env: Environment) -> Value:
    of, to = env.evaluate(node.of), env.evaluate(node.to)
    if isinstance(of, Missing):
        return of
    if isinstance(to, Missing):
        return to
    return _zero(node.if_zero, env, "ratio") if to == 0 else of / to


def _growth(node: nodes.Growth, env: Environment) -> Value:
    of, base = env.evaluate(node.of), env.evaluate(node.base)
    if isinstance(of, Missing):
        return of
    if isinstance(base, Missing):
        return base
    if base < 0:
        # From -4 to 10 would be a growth of -350 %.
        return Missing("not_defined", "growth from a negative base")
    return _zero(node.if_zero, env, "growth") if base == 0 else (of - base) / base


def _held(value: Fraction, floor: Any, cap: Any, env: Environment) -> Value:
    """Hold a value between two nodes, either of which may be absent."""
    if cap is not None:
        upper = env.evaluate(cap)
        if isinstance(upper, Missing):
            return upper
        if value > upper:
            env.note(capped=True)
            value = upper
    if floor is not None:
        lower = env.evaluate(floor)
        if isinstance(lower, Missing):
            return lower
        if value < lower:
            env.note(floored=True)
            value = lower
    return value


ADDING_UP: Final = ("flow_sum", "flow_count", "margin_income")
"""Facts that grow with the days of a period."""


def delivered_target(node: nodes.Attainment, env: Environment) -> Value:
    """Return the confirmed target of an attainment's indicator.

    What adds up over the days (flows, margins) has its target in the proportion of the counted
    days. An average, a balance or a rating is measured on the counted days already: its target is
    the same however many they are. ``target_by_days`` says otherwise where the bank does.
    """
    name = getattr(node.of, "name", "")
    row = env.board.targets.get((env.subject.id, name))
    if row is None:
        return Missing("not_delivered", f"target {name}")
    if row.confirmed_on is None:
        return Missing("unconfirmed", f"target {name}")
    by_days = _adds_up(node, env) if node.target_by_days is None else node.target_by_days
    counted, days = env.subject.counted_days, env.board.period.days
    share = Fraction(counted, days) if by_days and counted != days else None
    if env.traced:
        env.note(target=row.value, counted_share=share, delivery=row.delivery, line=row.line)
    return row.value if share is None else row.value * share


def _adds_up(node: nodes.Attainment, env: Environment) -> bool:
    entry = env.board.entries.get(getattr(node.of, "name", ""))
    return getattr(getattr(entry, "node", None), "fact", "") in ADDING_UP


def _is_to_date(node: nodes.Attainment, env: Environment) -> bool:
    """Tell whether a value stands for the passed days alone and its target for all of them.

    So it is while the period runs, with what adds up over its days. An average of the passed days
    has the same target as one of all, and a window of twelve months is always whole.
    """
    if not env.board.period.running or node.target_by_days is False or not _adds_up(node, env):
        return False
    fact = env.board.entries[getattr(node.of, "name", "")].node
    return bool(fact.window == "period")


def attainment_target(node: nodes.Attainment, env: Environment) -> Value:
    """Return what an attainment measures against: its target, for the days that have passed."""
    target = (
        delivered_target(node, env) if node.target == "delivered" else env.evaluate(node.target)
    )
    if isinstance(target, Missing):
        return target
    if node.progress == "time_proportional" or (node.progress == "none" and _is_to_date(node, env)):
        env.note(elapsed=env.board.elapsed_ratio)
        return target * env.board.elapsed_ratio
    if node.progress == "year_to_date":
        env.note(elapsed=env.board.year_ratio)
        return target * env.board.year_ratio
    return target


def _attainment(node: nodes.Attainment, env: Environment) -> Value:
    of, target = env.evaluate(node.of), attainment_target(node, env)
    if isinstance(of, Missing):
        return of
    if isinstance(target, Missing):
        return target
    if target <= 0:
        # Of a target of -10, a loss of 20 would be an attainment of 200 %.
        kind = "zero" if target == 0 else "negative"
        return Missing("not_defined", f"attainment of a {kind} target")
    if env.traced:
        env.note(distance=target - of)
    return _held(of / target, node.floor, node.cap, env)


def _linear(node: nodes.Linear, env: Environment) -> Value:
    of, start, rate = (env.evaluate(part) for part in (node.of, node.from_, node.per_unit))
    missing = first_missing((of, start, rate))
    if missing:
        return missing
    return _held((_number(of) - _number(start)) * _number(rate), node.floor, node.cap, env)


def _number(value: Value) -> Fraction:
    if isinstance(value, Missing):
        raise TypeError("value: missing where it was shown to be there")
    return value


def _deduct(node: nodes.Deduct, env: Environment) -> Value:
    size = _bonus_size(node, env)
    return size if isinstance(size, Missing) else -size


def _bonus_size(node: nodes.Deduct | nodes.Bonus, env: Environment) -> Value:
    of, rate = env.evaluate(node.of), env.evaluate(node.per_unit)
    missing = first_missing((of, rate))
    if missing:
        return missing
    size = max(Fraction(0), _number(of) * _number(rate))
    return _held(size, None, node.at_most, env)


def _by_rank(node: nodes.ByRank, env: Environment) -> Value:
    place = env.board.places[node.rank][env.subject.id]
    if place.rank is None:
        return Missing("not_ranked", node.rank)
    env.note(rank=place.rank, size=place.size)
    row = next((row for row in node.rows if row.to is None or place.rank <= row.to), None)
    return Missing("not_defined", f"rank {place.rank}") if row is None else env.evaluate(row.value)


def _rubric(node: nodes.Rubric, env: Environment) -> Value:
    mark = env.evaluate(node.of)
    if isinstance(mark, Missing) or node.levels == "open":
        return mark if isinstance(mark, Missing) else Missing("open", "levels")
    level = next((level for level in node.levels if level.value == mark), None)
    if level is None:
        return Missing("not_on_a_level", str(mark))
    env.note(level=level.title)
    return mark


def _when(node: nodes.When, env: Environment) -> Value:
    truth = env.holds(node.condition)
    if isinstance(truth, Missing):
        return truth
    return env.evaluate(node.then if truth else node.otherwise)


def _weighted(node: nodes.Weighted, env: Environment) -> Value:
    """Add the weighted parts; a part left out gives its weight to the others in proportion."""
    total, present, whole = Fraction(0), Fraction(0), Fraction(0)
    for part in node.parts:
        value, weight = env.evaluate(part.of), env.evaluate(part.weight)
        if isinstance(weight, Missing):
            return weight
        whole += weight
        if isinstance(value, Missing):
            if node.missing == "block":
                return value
            continue
        if part.cap is not None:
            cap = env.evaluate(part.cap)
            if isinstance(cap, Missing):
                return cap
            value = min(value, cap)
        total += value * weight
        present += weight
    if whole != node.total:
        return Missing("not_defined", f"weights: Σ = {whole}")
    if present == 0:
        return Missing("not_delivered", "every part")
    if present != whole:
        env.note(weight_present=present)
    return total / present


def _capped(node: nodes.Capped, env: Environment) -> Value:
    value = env.evaluate(node.of)
    return value if isinstance(value, Missing) else _held(value, node.floor, node.cap, env)


def _blend(node: nodes.Blend, env: Environment) -> Value:
    if node.shares == "open":
        return Missing("open", "shares")
    started = [start for start in node.shares if start <= env.board.last_day]
    share = node.shares[max(started)] if started else Fraction(0)
    env.note(share=share)
    old, new = env.evaluate(node.from_), env.evaluate(node.to)
    if isinstance(old, Missing) and share != 1:
        return old
    if isinstance(new, Missing) and share != 0:
        return new
    before = Fraction(0) if share == 1 else _number(old) * (1 - share)
    after = Fraction(0) if share == 0 else _number(new) * share
    return before + after


def attribute(name: str, env: Environment) -> str | None:
    """Return an attribute of the subject; ``class:NAME`` is a class he was given."""
    if name.startswith("class:"):
        return env.board.classes[name.removeprefix("class:")][env.subject.id]
    return env.subject.attribute(name)


def _lookup(node: nodes.Lookup, env: Environment) -> Value:
    if node.rows == "open":
        return Missing("open", "rows")
    word = attribute(node.by, env)
    env.note(by=node.by, word=word)
    if word is None or word not in node.rows:
        return Missing("not_defined", f"{node.by} {word}")
    return env.evaluate(node.rows[word])


def _excess_by_grade(node: nodes.ExcessByGrade, env: Environment) -> Value:
    if node.rates == "open":
        return Missing("open", "rates")
    of, above = env.evaluate(node.of), env.evaluate(node.above)
    missing = first_missing((of, above))
    if missing:
        return missing
    excess = max(Fraction(0), _number(of) - _number(above))
    grade = env.subject.grade
    env.note(excess=excess, grade=grade)
    if excess == 0:
        return Fraction(0)
    if grade is None or grade not in node.rates:
        return Missing("not_defined", f"rate of grade {grade}")
    rate = env.evaluate(node.rates[grade])
    return rate if isinstance(rate, Missing) else excess * rate


VALUE_HANDLERS: dict[str, Callable[[Any, Environment], Value]] = {
    "constant": _constant,
    "open": _open,
    "named": _named,
    "parameter": _parameter,
    "sum": _sum,
    "difference": _difference,
    "product": _product,
    "ratio": _ratio,
    "minimum": _minimum,
    "maximum": _maximum,
    "attainment": _attainment,
    "growth": _growth,
    "step_table": step_table,
    "linear": _linear,
    "deduct": _deduct,
    "bonus": _bonus_size,
    "by_rank": _by_rank,
    "rubric": _rubric,
    "when": _when,
    "weighted": _weighted,
    "capped": _capped,
    "blend": _blend,
    "lookup": _lookup,
    "excess_by_grade": _excess_by_grade,
}
"""Nodes that read other subjects are missing here: their stage computes them for all at once."""
