"""Sharing amounts out to the fen: pools, second distributions, and the loans behind an item."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from math import floor
from typing import Any

from tidui.core.appraisal.evaluation.board import Board
from tidui.core.appraisal.evaluation.environment import Environment
from tidui.core.appraisal.scheme.nodes import PoolPrice, SecondDistribution
from tidui.core.appraisal.scores import Shared, population_key
from tidui.core.values import Missing, Value, currency_exponent


def share_out(total: int, weights: dict[str, Fraction]) -> dict[str, int]:
    """Share an integer out in proportion to weights; the parts add up to it exactly.

    Each part is cut towards zero and the units left over go to the largest remainders, ties by
    key, so the order of the keys never matters.

    >>> share_out(100, {"a": Fraction(1), "b": Fraction(1), "c": Fraction(1)})
    {'a': 34, 'b': 33, 'c': 33}
    """
    whole = sum(weights.values(), Fraction(0))
    if whole == 0:
        if total == 0:
            return dict.fromkeys(sorted(weights), 0)
        raise ValueError("weights: an amount can't be shared out over a zero sum")
    sign = -1 if total < 0 else 1
    exact_parts = {key: abs(total) * weights[key] / whole for key in sorted(weights)}
    parts = {key: part.numerator // part.denominator for key, part in exact_parts.items()}
    left = abs(total) - sum(parts.values())
    by_remainder = sorted(parts, key=lambda key: (parts[key] - exact_parts[key], key))
    for key in by_remainder[:left]:
        parts[key] += 1
    return {key: sign * part for key, part in parts.items()}


def share_pools(board: Board, name: str, node: PoolPrice | SecondDistribution) -> None:
    """Compute a pool's parts for all subjects of each population and put them on the board."""
    groups: dict[str, list[str]] = defaultdict(list)
    for subject_id in board.subjects:
        groups[population_key(board, subject_id, node.within)].append(subject_id)
    shared: Shared = {}
    for members in groups.values():
        if isinstance(node, PoolPrice):
            shared.update(_pool_price(board, node, members))
        else:
            shared.update(_second(board, node, members))
    board.shared[name] = {subject_id: shared[subject_id] for subject_id in board.subjects}


def _pool_minor(board: Board, members: list[str], *parts: Any) -> int | Missing:
    """Return the pool of a population in minor units; every member must see the same pool."""
    scale = 10 ** currency_exponent(board.scheme.pay.currency if board.scheme.pay else "CNY")
    seen: set[Fraction] = set()
    for member in members:
        env = Environment(board, board.subjects[member])
        pool = Fraction(1)
        for part in parts:
            value = env.evaluate(part)
            if isinstance(value, Missing):
                return value
            pool *= value
        seen.add(pool)
    if len(seen) != 1:
        return Missing("not_defined", "one pool for the population")
    pooled: Fraction = seen.pop() * scale
    return floor(pooled)


def _pool_price(board: Board, node: PoolPrice, members: list[str]) -> Shared:
    column = board.columns[node.of]
    values = {member: column[member] for member in members}
    missing = next((value for value in values.values() if isinstance(value, Missing)), None)
    pool = _pool_minor(board, members, node.pool, node.weight)
    failure = missing or (pool if isinstance(pool, Missing) else None)
    if failure is not None:
        return {member: (failure, {}) for member in members}
    weights = {
        member: value
        for member, value in values.items()
        if not isinstance(value, Missing) and (value > 0 or not node.only_positive)
    }
    total = sum(weights.values(), Fraction(0))
    if total == 0 and node.if_zero != "missing":
        return {
            member: (Environment(board, board.subjects[member]).evaluate(node.if_zero), {})
            for member in members
        }
    if total <= 0 or any(weight < 0 for weight in weights.values()):
        reason = Missing("not_defined", f"unit price: Σ {node.of} = {total}")
        return {member: (reason, {}) for member in members}
    return _parts(board, int(pool) if isinstance(pool, int) else 0, weights, members, total)


def _parts(
    board: Board, pool: int, weights: dict[str, Fraction], members: list[str], total: Fraction
) -> Shared:
    scale = 10 ** currency_exponent(board.scheme.pay.currency if board.scheme.pay else "CNY")
    parts = share_out(pool, weights)
    result: Shared = {}
    for member in members:
        part: Value = Fraction(parts.get(member, 0), scale)
        own = weights.get(member, Fraction(0))
        notes = {"pool_minor": pool, "own": own, "total": total}
        result[member] = (part, {**notes, "unit_price": Fraction(pool, scale) / total})
    return result


def _second(board: Board, node: SecondDistribution, members: list[str]) -> Shared:
    """Share a unit's pool out by the shares its head gave; they must add up to 1."""
    shares = {m: board.second_shares.get((node.shares, m)) for m in members}
    weights = {m: share for m, share in shares.items() if isinstance(share, Fraction)}
    pool = _pool_minor(board, members, node.pool)
    if isinstance(pool, Missing):
        return {member: (pool, {}) for member in members}
    if len(weights) < len(members):
        absent = next(m for m in members if m not in weights)
        return {m: (Missing("not_delivered", f"{node.shares} {absent}"), {}) for m in members}
    total = sum(weights.values(), Fraction(0))
    if total != 1 or any(share < 0 for share in weights.values()):
        return {m: (Missing("not_defined", f"{node.shares}: Σ = {total}"), {}) for m in members}
    return _parts(board, pool, weights, members, total)
