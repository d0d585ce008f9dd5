"""What a row of the one relation that changes has to fulfil, to give anything in a select: a changed row that does not is no change to it.

It is what `where` and inner joins with what does not change ask of that row alone, before rows are grouped or numbered.
"""

from __future__ import annotations

from convsql.lineage.keys import may_be_none
from convsql.lineage.query import Query, Source
from convsql.lineage.traces import Texts, Traces, over, traces_of

Only = tuple[tuple[str, str], ...]
"""Conditions, each with the occurrence of which one row has to fulfil it, "" where it is of the row itself."""
_ASKING = ("from", "inner", "cross", "lateral")


def only(query: Query, changing: Source, origins: list[Traces], texts: Texts) -> Only:
    """The conditions of a select on a row of `changing`, its one source that changes; none where that may be missing."""
    if changing.join not in _ASKING or len(origins) != 1 or len(rows := traces_of(changing, origins[0])) != 1:
        return ()
    (origin,), (row,) = origins, rows
    if may_be_none(row):
        return ()
    asking = [s for s in query.sources if s.join in _ASKING]
    conditions = [*query.where, *(c for source in asking for c in source.on)]
    found: list[tuple[str, str]] = []
    for source in asking:
        for other in () if source is changing else traces_of(source, origin):
            if may_be_none(other):  # a condition may hold of its nulls, beside no row
                continue
            if together := _texts(conditions, origin, (row, other), texts, [row, other]):
                found.append((other, " and ".join(f"({text})" for text in together)))
    found += [("", text) for text in _texts(conditions, origin, (row,), texts, [row])]
    return tuple(found)


def _texts(
    conditions: list[object], origin: Traces, rows: tuple[str, ...], texts: Texts, named: list[str]
) -> list[str]:
    """The conditions that read these rows alone; none where no one of them reads all that are `named`."""
    found = [text for c in conditions if (text := over(c, origin, rows, texts))]
    return found if any(all(f'"{row}".' in text for row in named) for text in found) else []
