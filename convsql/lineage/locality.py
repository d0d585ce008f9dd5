"""By which columns a query can be made in parts: rows of one key come from rows of that key alone.

A column k of a query is a **key** where its rows with k = v, for every v, come from those rows of some of the relations it reads
(`leaves`) for which an expression over their own columns is v, and from rows of others that these look up (`lookups`). So the keys that
changed rows touch can be told (`building.touched`), and rows of other keys stay as they are. What is read may be too much: what is made of
keys that are not touched is dropped. The proof goes over the resolved query (`lineage.query`):

| a part | what stays a key |
|---|---|
| a relation | each of its columns |
| a projection | columns, expressions over keys of the same rows |
| `where`, `having` | all, unless a subquery reads what changes |
| `join … on a = b` where a and b are keys | a; with `inner`, b too |
| any other join | keys of the left (with `inner`, of the right too): they look up what is joined |
| `group by`, `distinct on`, `partition by` | what is made of the columns by which it is done, in all of its grouping sets |
| `union`, `except`, `intersect` | a column that is a key in every branch |
| lateral joins of rows that do not change | the keys of what is joined |
| `limit`, other lateral joins, recursion, `right` and `full` joins over what changes | none |

Null is a value like any other: a row has the key null where `k is null`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Any

from sqlglot import exp

from convsql.lineage.groups import grouped_by
from convsql.lineage.keys import Key, base_of, together
from convsql.lineage.lookups import Lookups
from convsql.lineage.made_keys import MadeKeys
from convsql.lineage.merged import merged
from convsql.lineage.only import Only, only
from convsql.lineage.query import Query, Source, subqueries_of
from convsql.lineage.traces import (
    Texts,
    Traces,
    beside,
    column_read,
    columns_read,
    equal_columns,
    expressions_of,
    is_no_value,
    maybe,
    moved_to,
    of_other_row,
    rows_of,
    same_text,
    traced,
)

MOST_ORIGINS = 64
_READS_NOTHING = re.compile(r"\s*\(?\s*(lateral\s+)?(unnest|generate_series|range)\s*\((?!.*\bfrom\b)", re.I | re.S)


@dataclass(slots=True)
class Local:
    """What is known of a relation: whether its rows change, its keys by column, the traces of its rows for each origin of them, and why it has no key.

    `is_whole`: it has every row of one relation, each once. `reads` are the occurrences that it reads. `is_by_row`: of the one relation that changes, each
    row gives what it gives whatever the others are; `only`: what a row of it has to fulfil to give anything (`lineage.only`).
    """

    changes: bool
    keys: dict[Any, Key] = field(default_factory=dict)
    origins: list[Traces] = field(default_factory=lambda: [{}])
    why: str = ""
    is_whole: bool = False
    reads: frozenset[str] = frozenset()
    is_by_row: bool = False
    only: Only = ()


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of relations, by occurrence: whether their rows change, and whether there is one row at most for each value of some columns."""

    changes: Callable[[str], bool]
    is_unique: Callable[[str, frozenset[str]], bool]


def locality(query: Query, facts: Facts) -> Local:
    """The keys of a query by column; where it has none, `why` says the reason."""
    return _Proof(facts).of(query)


class _Proof:
    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.texts = Texts()
        self.known: dict[int, Local] = {}
        self.merged: list[Query] = []
        self.joins = 0

    def of(self, query: Query) -> Local:
        if id(query) not in self.known:
            self.known[id(query)] = self._of(query)
        return self.known[id(query)]

    def _of(self, query: Query) -> Local:
        if query.kind == "table":
            columns = {name: exp.column(name, table=query.table, quoted=True) for name in query.columns}
            reads = frozenset([query.table])
            keys: dict[Any, Key] = {n: Key({query.table: [self.texts(c)]}) for n, c in columns.items()}
            traces: Traces = {name: {query.table: column} for name, column in columns.items()}
            changes = self.facts.changes(query.table)
            return Local(changes, keys, [traces], is_whole=True, reads=reads, is_by_row=True)
        if query.kind == "select" and not query.text:
            return self._as_one(query, self._select(query))
        if query.kind == "set" and query.operation != "recursive union" and not query.text:
            return self._set(query)
        parts = [self.of(q) for q in chain(query.branches, (source.query for source in query.sources))]
        is_known = query.kind in ("set", "select", "recursion") or _READS_NOTHING.match(query.text)
        changes = not is_known or any(part.changes for part in parts)
        return Local(changes, why=f"{_name(query)} can't be looked into" if changes else "", reads=_reads(parts))

    def _as_one(self, query: Query, found: Local) -> Local:
        """What is known of a select, and of the same merged with the one that it reads, where that knows better what a changed row makes different."""
        if not found.changes or any(not _inexact(key) for key in found.keys.values()):
            return found
        self.merged.append(one := merged(query))  # kept: what is known of it goes by its identity
        if one is query:
            return found
        other = self._select(one)
        for name, key in other.keys.items():
            if name not in found.keys or _inexact(key) < _inexact(found.keys[name]):
                found.keys[name] = key
        found.why = "" if found.keys else found.why
        return found

    def _set(self, query: Query) -> Local:
        parts = [self.of(branch) for branch in query.branches]
        found = Local(any(part.changes for part in parts), reads=_reads(parts))
        found.why = next((part.why for part in parts if part.changes and part.why), "")
        if any(len(branch.columns) != len(query.columns) for branch in query.branches):
            found.why = f"the columns of {_name(query)} are not known" if found.changes else ""
            return found
        found.origins = [
            {name: origin[own] for name, own in zip(query.columns, branch.columns, strict=True) if own in origin}
            for part, branch in zip(parts, query.branches, strict=True)
            for origin in part.origins
        ]
        if len(found.origins) > MOST_ORIGINS:
            found.origins = [{}]
        counting = [(p, b) for p, b in zip(parts, query.branches, strict=True) if p.changes or not found.changes]
        whole = _reads([part for part in parts if found.changes and not part.changes])
        for position, name in enumerate(query.columns):
            own = [part.keys.get(branch.columns[position]) for part, branch in counting]
            if all(key is not None for key in own):
                found.keys[name] = together(own, whole)
        if found.changes and not found.keys:
            found.why = found.why or f"no column of {_name(query)} is a key in every branch"
        return found

    def _select(self, query: Query) -> Local:
        parts = [self.of(source.query) for source in query.sources]
        changes = any(part.changes for part in parts)
        within = [self.of(q) for expression in expressions_of(query) for q in subqueries_of(expression)]
        reads = _reads([*parts, *within])
        if any(part.changes for part in within):
            return Local(True, why=f"{_name(query)} has a subquery over rows that change", reads=reads)
        if query.limit or not parts:
            return Local(changes, why=f"{_name(query)} has a limit" if changes else "", reads=reads)
        rows = self._joined(query, parts)
        made = MadeKeys(rows, self.texts)
        grouped: list[list[Any]] = [query.distinct_on] if query.distinct_on else []
        by_all = grouped_by(query, self.texts)
        if query.is_aggregate:
            grouped.append(by_all)
            if not by_all:
                return Local(changes, why=f"{_name(query)} counts all rows together" if changes else "", reads=reads)
        for expression in [*query.outputs.values(), *query.qualify, *query.order]:
            grouped += [window.args.get("partition_by") or [] for window in expression.find_all(exp.Window)]
        for expressions in grouped:
            made.within(expressions)
        found = Local(changes, why=rows.why or next((p.why for p in parts if p.changes and p.why), ""), reads=reads)
        keys = {name: key for name, e in query.outputs.items() if (key := made.key(e)) is not None}
        found.keys = {name: key.with_(Key(whole=_reads(within))) for name, key in keys.items()}
        found.origins = [self._traces(query, by_all, origin) for origin in rows.origins]
        changing = [(s, part) for s, part in zip(query.sources, parts, strict=True) if part.changes]
        if len(changing) == 1:
            ((source, part),) = changing
            found.is_by_row = part.is_by_row and not (grouped or query.distinct or query.qualify)
            found.only = part.only + (only(query, source, rows.origins, self.texts) if part.is_by_row else ())
        is_unnested = any(e.find(exp.Unnest, exp.Explode) for e in query.outputs.values())
        is_cut = is_unnested or grouped or query.where or query.distinct or query.qualify
        found.is_whole = len(parts) == 1 and parts[0].is_whole and not is_cut
        if changes and not found.keys:
            found.why = found.why or f"no column of {_name(query)} is a key"
        return found

    def _traces(self, query: Query, by_all: list[Any], origin: Traces) -> Traces:
        """The traces of a select's outputs; of groups, those of what all are grouped by."""
        found: Traces = {}
        for name, expression in query.outputs.items():
            if query.is_aggregate and not self._is_made_of(expression, by_all):
                continue
            if mine := traced(expression, origin):
                found[name] = {**found.get(name, {}), **mine}
            elif not query.is_aggregate and (other := of_other_row(expression, origin, self.texts)):
                found[name] = other
                for by in expression.args.get("partition_by") or []:  # it has the same value in the other row
                    for same in same_text(query.outputs, by, self.texts):
                        for occurrence, tree in traced(by, origin).items():
                            for there in (o for o in other if base_of(o) == occurrence):
                                found.setdefault(same, {})[there] = moved_to(tree, occurrence, there)
        return found

    def _is_made_of(self, expression: Any, keys: list[Any]) -> bool:
        if is_no_value(expression):
            return False
        if any(self.texts(key) == self.texts(expression) for key in keys):
            return True
        columns = {column_read(key) for key in keys}
        return all(read in columns for read in columns_read(expression))

    def _joined(self, query: Query, parts: list[Local]) -> Local:
        """What is known of a select's rows before they are grouped, by source and column."""
        found = Local(False)
        for position, (source, part) in enumerate(zip(query.sources, parts, strict=True)):
            own = Local(
                part.changes,
                {(id(source), name): key for name, key in part.keys.items()},
                [{(id(source), name): by for name, by in origin.items()} for origin in part.origins],
                part.why,
                part.is_whole,
                part.reads,
                only=part.only,
            )
            if position == 0:
                found = own
            elif source.join in ("inner", "cross") or (source.join == "lateral" and not found.changes):
                # where no row before it changes, a lateral query gives what another would
                found = self._join(query, found, own, source, [*source.on, *query.where], True)
            elif source.join in ("left", "semi", "anti", "left semi", "left anti"):
                found = self._join(query, found, own, source, source.on, False)
            elif found.changes or own.changes:
                return Local(True, why=f"{_name(query)} has a {source.join} join over rows that change")
            else:
                found = Local(False, reads=found.reads | own.reads)
        return found

    def _join(
        self, query: Query, left: Local, right: Local, source: Source, conditions: list[Any], is_inner: bool
    ) -> Local:
        self.joins += 1
        right = replace(right, origins=beside(right.origins, rows_of(left.origins), self.joins))
        found = Local(left.changes or right.changes, why=left.why, reads=left.reads | right.reads)
        brought = right.origins if is_inner else [maybe(origin) for origin in right.origins]
        found.origins = [{**a, **b} for a in left.origins for b in brought]
        if len(found.origins) > MOST_ORIGINS:
            found.origins = [{}]
        pairs = list(_pairs(conditions, source))
        for a, b in pairs:
            if a in left.keys and b in right.keys:
                key = left.keys[a].with_(right.keys[b])
                found.keys.setdefault(a, key)
                if is_inner:
                    found.keys.setdefault(b, key)
        back = [(b, a) for a, b in pairs]
        for mine, other, by in [(left, right, pairs), *([(right, left, back)] if is_inner else [])]:
            lookups = Lookups(query, mine, other, by, conditions, self.texts)
            for column, key in mine.keys.items():
                if column in found.keys:
                    continue
                if not other.changes:
                    found.keys[column] = key.with_(Key(whole=other.reads))
                    continue
                if (lookup := lookups.best(column, key, self.facts.is_unique)) is not None:
                    found.keys[column] = key.with_(Key({}, [lookup], frozenset() if lookup.key else other.reads))
        if found.changes and not found.keys:
            found.why = found.why or right.why or f"{_name(query)} joins {source.alias or 'rows that change'} by no key"
        return found


def _pairs(conditions: list[Any], source: Source) -> Any:
    """Columns that have to be equal, the one of `source` second."""
    for condition in conditions:
        if (pair := equal_columns(condition)) is not None:
            for a, b in (pair, pair[::-1]):
                if b[0] == id(source) and a[0] != id(source):
                    yield a, b


def _inexact(key: Key) -> int:
    """How many lookups touch whoever finds a changed row, whatever they make of it, and for how many reasons."""
    return sum(lookup.blunt if lookup.how == "differs" else 1 for lookup in key.lookups)


def _reads(parts: list[Local]) -> frozenset[str]:
    return frozenset().union(*(part.reads for part in parts))


def _name(query: Query) -> str:
    return query.cte or "its query"
