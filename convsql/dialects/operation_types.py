"""The type of an operation or a call, by those of its parts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlglot import exp

from convsql.dialects import duckdb_types as types


def _is_whole_literal(node: Any) -> bool:
    inner = node
    while isinstance(inner, exp.Neg | exp.Paren):
        inner = inner.this
    return isinstance(inner, exp.Literal) and not inner.is_string


def _literal_aside(node: Any, left: str, right: str) -> tuple[str, str]:
    """The types of both sides: a small whole number written as a literal takes the type of whole numbers on the other side."""
    if left in types.INTEGERS and right in types.INTEGERS:
        if right == "INTEGER" and _is_whole_literal(node.expression) and not _is_whole_literal(node.this):
            return left, left
        if left == "INTEGER" and _is_whole_literal(node.this) and not _is_whole_literal(node.expression):
            return right, right
    return left, right


def operation(node: Any, kinds: Mapping[str, list[str]]) -> str:
    """The type of an expression by those of its parts."""
    left = (kinds.get("this") or [""])[0]
    others = kinds.get("expression") or kinds.get("expressions") or []
    right = others[0] if others else ""
    if isinstance(node, exp.Add | exp.Sub | exp.Mul):
        left, right = _literal_aside(node, left, right)
    if isinstance(node, exp.Cast):
        return types.parsed(node.to.sql(dialect="duckdb"))
    if isinstance(node, exp.Case):
        return types.common([*(k for part in (kinds["ifs"],) for k in part), *kinds.get("default", [])])
    if isinstance(node, exp.If):
        return (kinds.get("true") or [""])[0]
    if isinstance(node, exp.Coalesce | exp.Greatest | exp.Least):
        return types.common([left, *others])
    if isinstance(node, exp.Nullif):
        return left
    if isinstance(node, exp.Add | exp.Sub):
        return types.sum_or_difference(left, right, isinstance(node, exp.Sub))
    if isinstance(node, exp.Div) and left == "INTERVAL":
        return left
    if isinstance(node, exp.Mul):
        return types.product(left, right)
    if isinstance(node, exp.Mod | exp.IntDiv):
        return types.common((left, right))
    if isinstance(node, exp.Floor | exp.Ceil):
        return types.whole(left)
    if isinstance(node, exp.Round):
        digits = node.args.get("decimals")
        if digits is None:
            return types.whole(left) if left not in types.INTEGERS else left
        return types.rounded(left, int(digits.sql()) if digits.sql().lstrip("-").isdigit() else None)
    if isinstance(node, exp.Sum):
        return types.total(left)
    if isinstance(node, exp.WithinGroup):
        return types.percentile(right)
    if isinstance(node, exp.Order):
        return left or right
    if isinstance(node, exp.Extract):
        return "DOUBLE" if node.name.upper() in ("EPOCH", "JULIAN") else "BIGINT"
    if isinstance(node, exp.TimestampTrunc | exp.DateTrunc):
        return "TIMESTAMP" if left == "DATE" else left
    if isinstance(node, exp.AtTimeZone):
        return "TIMESTAMP" if left == "TIMESTAMP WITH TIME ZONE" else "TIMESTAMP WITH TIME ZONE"
    return types.of_call(
        type(node).__name__, node.name.lower() if isinstance(node, exp.Anonymous) else "", [left, right]
    )
