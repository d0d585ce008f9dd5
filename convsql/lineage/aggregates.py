"""Which calls bring rows together: of functions that the SQL parser knows for aggregates, and of others of DuckDB."""

from __future__ import annotations

from typing import Any

from sqlglot import exp

from convsql.sqltext.references import AGGREGATES


def is_aggregate(node: Any) -> bool:
    """Whether an expression is the call of an aggregate."""
    return isinstance(node, exp.AggFunc) or (isinstance(node, exp.Anonymous) and node.name.lower() in AGGREGATES)
