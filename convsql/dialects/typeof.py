"""What types decide: `typeof(x)` is a constant once the type of x is known, and branches that never apply go."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from sqlglot import exp

from convsql.dialects.duckdb_types import NULL


def decided(case: Any, kind_of: Callable[[Any], str]) -> Any:
    """A `case` without the branches that its types rule out; what it is, where types alone tell.

    It takes the place of the old one in the tree. Conditions about anything but types stay.
    """
    if case.this is not None or next(case.find_all(exp.Typeof), None) is None:
        return case
    kept: list[Any] = []
    default = case.args.get("default")
    for branch in case.args["ifs"]:
        answer = truth(branch.this, kind_of)
        if answer is True:
            default = branch.args["true"]
            break
        if answer is not False:
            kept.append(branch)
    if len(kept) == len(case.args["ifs"]):
        return case
    if not kept:
        found = default if default is not None else exp.Null()
        found = exp.paren(found) if isinstance(found, exp.Binary) and not isinstance(case.parent, exp.Alias) else found
        case.replace(found)
        return found
    case.set("ifs", kept)
    case.set("default", default)
    return case


def truth(condition: Any, kind_of: Callable[[Any], str]) -> bool | None:
    """Whether a condition holds, as far as types tell; None where they don't."""
    if isinstance(condition, exp.Paren):
        return truth(condition.this, kind_of)
    if isinstance(condition, exp.Not):
        inner = truth(condition.this, kind_of)
        return None if inner is None else not inner
    if isinstance(condition, exp.And | exp.Or):
        wins = isinstance(condition, exp.Or)
        sides = truth(condition.left, kind_of), truth(condition.right, kind_of)
        return wins if wins in sides else None if None in sides else not wins
    if not isinstance(condition, exp.EQ | exp.NEQ | exp.In | exp.Like) or not isinstance(condition.this, exp.Typeof):
        return None
    name = kind_of(condition.this.this)
    if not name:
        return None
    name = '"NULL"' if name == NULL else name
    if isinstance(condition, exp.In):
        return name in [e.name for e in condition.expressions]
    if isinstance(condition, exp.Like):
        pattern = re.escape(condition.expression.name).replace("%", ".*").replace("_", ".")
        return re.fullmatch(pattern, name, re.DOTALL) is not None
    return bool(name == condition.expression.name) == isinstance(condition, exp.EQ)
