"""Whether the sources still have a person: in which columns of raw tables contacts are named, and where one still is.

Lineage says which raw columns the ids of contacts are made of. A connector makes `hubspot:51` of `51`; in a cell of several ids each counts.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from convsql.base.errors import ConvsqlError
from convsql.base.printable import first_of, number_of
from convsql.base.quoting import literal, quote
from convsql.compiling.project import Compiled
from convsql.compiling.queries import Models
from convsql.compiling.sources import is_warehouse
from convsql.engines.access import Access
from convsql.engines.session import EngineError, Session
from convsql.forgetting.people import KEYS, among, names_contacts
from convsql.lineage.personal import open_parts
from convsql.lineage.query import Query
from convsql.project.nodes import Node


def check_gone(compiled: Compiled, access: Access, ids: Collection[str]) -> None:
    """Raises ConvsqlError that says where raw tables still name one of the contacts."""
    keys = _key_columns(compiled)
    found: list[str] = []
    database, memory = access.read(), access.memory()
    try:
        for unique_id, columns in keys.items():
            node = compiled.graph.nodes[unique_id]
            state = compiled.sources.get(unique_id)
            if state is None:
                continue
            session = database if is_warehouse(node) else memory
            if session is not None:
                where = ", ".join(state.files[:3]) or state.relation
                found += [
                    f"{node.dotted_name}.{c} ({number_of(n, 'row')} in {where})"
                    for c, n in _held(session, node, state.relation, columns, ids)
                ]
    except EngineError as error:
        raise ConvsqlError(error.message) from None
    finally:
        memory.close()
        if database is not None:
            database.close()
    if found:
        raise ConvsqlError(
            f"the sources still have the person: {first_of(found, 10, '; ')}",
            hint="delete them there first: what a source has, the next build reads again",
        )


def _held(
    session: Session, node: Node, relation: str, columns: Collection[str], ids: Collection[str]
) -> Iterator[tuple[str, int]]:
    """Columns of a source that name one of the contacts, each with its rows."""
    tool = f"{node.source_table.source_name}:"
    forms = set(ids) | {i.removeprefix(tool) for i in ids if i.startswith(tool)}
    there = [name for name, _ in session.columns(relation)]
    asked = [name for name in there if name.lower() in columns]
    if not asked:
        return
    counts = ", ".join(f"sum(case when {_names(session, quote(c), forms)} then 1 else 0 end)" for c in asked)
    ((*found,),) = session.fetch(f"select {counts} from {relation} as looked_through")
    yield from ((column, int(count)) for column, count in zip(asked, found, strict=True) if count)


def _names(session: Session, column: str, forms: Collection[str]) -> str:
    if session.dialect != "duckdb":
        return among(f"trim(cast({column} as varchar))", forms)
    listed = "|".join(re.escape(form) for form in sorted(forms))
    pattern = rf"(?:^|[;,|\s])(?:{listed})(?:$|[;,|:\s])"
    return f"regexp_matches(cast({column} as varchar), {literal(pattern)})"


def _key_columns(compiled: Compiled) -> dict[str, set[str]]:
    """Unique id of a source → its columns, in lower case, of which ids of contacts are made, or that are called so."""
    found = {
        n.unique_id: {c.lower() for c, _ in compiled.columns.get(n.unique_id, []) if names_contacts(c.lower())}
        for n in compiled.graph.of("source")
    }
    for unique_id, column in _origins(compiled):
        if unique_id in found:
            found[unique_id].add(column)
    return {unique_id: columns for unique_id, columns in found.items() if columns}


def _origins(compiled: Compiled) -> Iterator[tuple[str, str]]:
    """The columns of sources and seeds that ids of contacts are made of."""
    under = Models(compiled, {}).of({})
    for node in compiled.graph.of("model"):
        try:
            under.query(node.unique_id)
        except (ConvsqlError, KeyError):
            continue
    by_name = {node.name: node for node, _ in under.queries()}
    work: list[tuple[Query, str]] = [
        (query, column)
        for node, query in under.queries()
        if node.kind == "model"
        for column in KEYS
        if column in query.columns
    ]
    seen: set[tuple[int, str]] = set()
    while work:
        query, column = work.pop()
        if (id(query), column) in seen:
            continue
        seen.add((id(query), column))
        if query.kind == "table":
            yield query.table, column
        elif query.kind == "opaque":  # columns there have the names that they have below
            reader = by_name.get(query.model)
            yield from ((parent, column) for parent in (reader.parents if reader else []))
        elif query.kind == "set" and column in query.columns:
            index = query.columns.index(column)
            work += [(b, b.columns[index]) for b in query.branches if index < len(b.columns)]
        elif query.kind == "select" and column in query.outputs:
            for part in open_parts(query.outputs[column]):
                if isinstance(part, Query):
                    work += [(part, name) for name in part.columns]
                elif part is not None:
                    work.append((part.source.query, part.column))
