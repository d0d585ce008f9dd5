"""By what a select groups its rows in every one of its grouping sets: a group has rows of one value of that alone."""

from __future__ import annotations

from typing import Any

from sqlglot import exp

from convsql.lineage.query import Query
from convsql.lineage.traces import Texts


def grouped_by(query: Query, texts: Texts) -> list[Any]:
    """The expressions that stand in every grouping set; none where all rows are counted together in one."""
    found = {texts(e): e for parts in (query.group or {}).values() for part in parts for e in _in_all_sets(part, texts)}
    return list(found.values())


def _in_all_sets(part: Any, texts: Texts) -> list[Any]:
    """What stands in every set of one part of a `group by`."""
    if isinstance(part, exp.Rollup | exp.Cube):
        return []  # one of their sets is the empty one
    if isinstance(part, exp.GroupingSets):
        sets = [_in_all_sets(one, texts) for one in part.expressions]
        named = [{texts(e) for e in one} for one in sets]
        return [e for e in sets[0] if all(texts(e) in names for names in named)] if sets else []
    if isinstance(part, exp.Paren):
        return _in_all_sets(part.this, texts)
    return [e for one in part.expressions for e in _in_all_sets(one, texts)] if isinstance(part, exp.Tuple) else [part]
