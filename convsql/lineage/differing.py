"""The smallest parts in which two expressions differ, for people."""

from __future__ import annotations

from typing import Any

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from convsql.lineage.canonical import COMMUTATIVE, Canonical

_MOST = 3


def differing_parts(before: str, after: str) -> list[tuple[str, str]]:
    """Pairs of sub-expressions (canonical SQL text) that differ, each as small as still says something.

    The whole texts where they can't be read as SQL, or differ in more than three parts.
    """
    if not before or not after:
        return [(before, after)]
    try:
        one, other = (sqlglot.parse_one(text, read="duckdb") for text in (before, after))
    except SqlglotError:
        return [(before, after)]
    writer = Canonical(lambda _: "", lambda _: "")
    pairs = list(dict.fromkeys((writer.text(a), writer.text(b)) for a, b in _pairs(one, other)))
    return pairs if 0 < len(pairs) <= _MOST else [(before, after)]


def _pairs(one: Any, other: Any) -> list[tuple[Any, Any]]:
    mine, theirs = _parts(one), _parts(other)
    if type(one) is not type(other) or len(mine) != len(theirs):
        return [(one, other)]
    if isinstance(one, exp.Order):
        return [(one, other)]
    if isinstance(one, COMMUTATIVE):  # their sides are sorted by text, so that a change moves them about
        left = [b for b in theirs if b not in mine]
        different = list(zip([a for a in mine if a not in theirs], left, strict=False))
    else:
        different = [(a, b) for a, b in zip(mine, theirs, strict=True) if a != b]
    if not different or any(not _parts(a) and not _parts(b) for a, b in different):
        return [(one, other)]  # a lone literal or column says too little
    return [pair for a, b in different for pair in _pairs(a, b)]


def _parts(node: Any) -> list[Any]:
    """The expressions directly below one; those that only spell a name are none."""
    return [e for e in node.iter_expressions() if not isinstance(e, exp.Identifier | exp.DataType | exp.Var)]
