"""The rule for SQL texts: one text that two engines read alike, over integers.

What is not listed here is banned, because each ban was paid for: ``/`` and ``AVG`` give a double
on DuckDB, ``DIV`` wraps on Spark, ``"a"`` is a name on one and a text on the other.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

_NODES: Final = (
    exp.Select, exp.Subquery, exp.Union, exp.Distinct, exp.From, exp.Join, exp.Where, exp.Group,
    exp.Having, exp.Table, exp.TableAlias, exp.Alias, exp.Column, exp.Identifier, exp.Literal,
    exp.Null, exp.Paren, exp.Neg, exp.Add, exp.Sub, exp.Mul, exp.And, exp.Or, exp.Not, exp.Is,
    exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.NullSafeEQ, exp.Case, exp.If, exp.Cast,
    exp.DataType, exp.DataTypeParam, exp.Sum, exp.Count, exp.Min, exp.Max, exp.Greatest, exp.Least,
    exp.Star,
)  # fmt: skip
_TYPES: Final = frozenset({"BIGINT", "INT", "DECIMAL(38, 0)"})


class BannedSqlError(ValueError):
    """A SQL text says something that the engines might read differently."""


def lint_sql(sql: str) -> None:
    """Refuse a text that is not the same calculation over integers on every engine.

    Raises
    ------
    BannedSqlError
        With the first finding: the construct and the rule.
    """
    finding = _finding(sql)
    if finding is not None:
        raise BannedSqlError(f"{finding}: {sql[:200]}")


@lru_cache(maxsize=2048)
def _finding(sql: str) -> str | None:
    for mark in ('"', "`", "--", "/*", ";", "\\"):
        if mark in sql:
            return f"{mark} is banned"
    for dialect in ("duckdb", "spark"):
        try:
            tree = sqlglot.parse_one(sql, dialect=dialect)
        except SqlglotError as error:
            return f"{dialect} cannot read it ({error})"
        if not isinstance(tree, (exp.Select, exp.Union)):
            return "not a query"
        for node in tree.walk():
            finding = _node_finding(node, dialect)
            if finding is not None:
                return f"{finding} ({dialect})"
    return None


def _node_finding(node: exp.Expression, dialect: str) -> str | None:
    # The exact type counts: a class must not pass as the one that it inherits from. SQLGlot reads
    # Spark's CAST as TRY_CAST, which it is without ANSI mode; a real one is found on DuckDB.
    if type(node) not in _NODES and not (dialect == "spark" and type(node) is exp.TryCast):
        return f"{type(node).__name__} is banned"
    if isinstance(node, exp.Literal) and not node.is_string and not node.this.isdigit():
        return "a number that is not an integer"
    if isinstance(node, exp.Cast):
        if node.to.sql() not in _TYPES:
            return f"a cast to {node.to.sql()}"
        if isinstance(node.this, exp.Literal) and node.this.is_string:
            return "a cast of a text"
    if isinstance(node, exp.Sum) and not _is_decimal_sum(node):
        return "a SUM that is not CAST(SUM(CAST(x AS DECIMAL(38,0))) AS DECIMAL(38,0))"
    if isinstance(node, exp.Join):
        return _join_finding(node)
    if isinstance(node, exp.Group) and set(node.args) - {"expressions"}:
        return "a GROUP BY that does not list its columns"
    if isinstance(node, exp.Union) and node.args.get("by_name"):
        return "a union by name"
    if isinstance(node, exp.Star) and not isinstance(node.parent, exp.Count):
        return "a star"
    if isinstance(node, exp.Table) and (node.args.get("db") or not _is_name(node.this)):
        return "a table that is not one of ours"
    if isinstance(node, exp.From) and node.parent and _lists_tables(node.parent):
        return "a join without ON"
    return None


def _is_name(node: exp.Expression) -> bool:
    plain = isinstance(node, exp.Identifier) and not node.args.get("quoted")
    return plain and re.fullmatch("[a-z][a-z0-9_]*", node.name) is not None


def _is_decimal_sum(node: exp.Sum) -> bool:
    around, inside = node.parent, node.this
    return (
        isinstance(around, exp.Cast)
        and isinstance(inside, exp.Cast)
        and around.to.sql() == inside.to.sql() == "DECIMAL(38, 0)"
    )


def _lists_tables(select: exp.Expression) -> bool:
    return any(join.args.get("on") is None for join in select.args.get("joins") or ())


def _join_finding(join: exp.Join) -> str | None:
    if (join.side, join.kind, join.method) not in {
        ("", "", ""), ("", "INNER", ""), ("LEFT", "", ""),
    } or join.args.get("using"):  # fmt: skip
        return f"a {join.side} {join.kind} {join.method} join"
    condition = join.args.get("on")
    if condition is None:
        return "a join without ON"
    if any(isinstance(node, exp.Or) for node in condition.walk()):
        return "a join with OR"
    equal = [
        part
        for part in (condition.flatten() if isinstance(condition, exp.And) else [condition])
        if isinstance(part, (exp.EQ, exp.NullSafeEQ))
        and isinstance(part.left, exp.Column)
        and isinstance(part.right, exp.Column)
        and part.left.table != part.right.table
    ]
    return None if equal else "a join without an equation of columns"
