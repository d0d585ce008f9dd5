"""Whatever the query, and by whichever of its keys: the rows of touched keys made anew, and all others as they were, are what the whole query gives."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

import duckdb
import pytest

from convsql.base.quoting import quote
from convsql.building.changed_rows import Changed, ChangedRows, has_one_row_each
from convsql.building.touched import Touched
from convsql.compiling.localities import MARK, plain, read_at
from convsql.lineage.locality import Facts, locality
from convsql.lineage.query import Query
from convsql.lineage.resolve_names import resolve
from convsql.sqltext.references import placeholder, substitute
from tests.runner.in_parts.random_queries import Writer
from tests.runner.in_parts.shapes import COLUMNS, Tables, filling, first_night, next_night

QUERIES, NIGHTS, LONGEST = 12, 6, 2_200


class Asked:
    """As much of a session as is asked here."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection

    def execute(self, sql: str) -> None:
        self.connection.execute(sql)

    def fetch(self, sql: str) -> list[tuple[Any, ...]]:
        return self.connection.execute(sql).fetchall()

    def columns(self, relation: str) -> list[tuple[str, str]]:
        return [(str(row[0]), str(row[1])) for row in self.fetch(f"describe {relation}")]


class Between(ChangedRows):
    """The rows in which a table of the schema `new` differs from that of the schema `old`."""

    def __init__(self, session: Asked) -> None:
        self.session = session  # type: ignore[assignment]
        self._found = {}

    def of(self, unique_id: str) -> Changed | None:
        if unique_id not in self._found:
            self._found[unique_id] = self.between(*(in_schema(schema, unique_id) for schema in ("old", "new")))
        return self._found[unique_id]


def in_schema(schema: str, occurrence: str) -> str:
    return f"{schema}.{(read_at(occurrence) or occurrence).rpartition('.')[2]}"


def numbered(sql: str) -> str:
    """The query with a placeholder, of its own number, at each place where a table is read."""
    places = iter(range(1, 1_000))
    return re.sub(r"\{(\w+)\}", lambda table: placeholder(f"model.tiny.{table[1]}{MARK}{next(places)}"), sql)


def keys_of(sql: str, facts: Facts) -> dict[str, Any]:
    def table(occurrence: str) -> Query:
        name = in_schema("", occurrence)[1:]
        return Query("table", name, "", list(COLUMNS[name]), table=occurrence)

    found = locality(resolve(sql, "random", table, laterals=True), facts)
    return {name: plain(asdict(key)) for name, key in found.keys.items()}


def drawn(of: random.Random, session: Asked) -> Iterator[str]:
    """Queries without end that the engine takes, that give a few rows, and that have a key if all tables change."""
    while True:
        sql, _ = Writer(of).query(of.choice([0, 1, 1, 2, 2, 3]))
        if len(sql) > LONGEST:
            continue
        text = numbered(sql)
        try:
            over = substitute(text, lambda o: in_schema("new", o))
            ((rows,),) = session.fetch(f"select count(*) from (from ({over}) limit 2000) as few")
        except duckdb.Error:
            continue  # such as two columns of one name
        if 2 <= rows < 2000 and keys_of(text, Facts(lambda _: True, lambda *_: False)):
            yield text


def stranger_night(of: random.Random, tables: Tables, earlier: Tables) -> Tables:
    """The next night, in which a table may be empty, or what it was before that, or have a row twice."""
    found = next_night(of, tables)
    for name, rows in found.items():
        which = of.random()
        if which < 0.06:
            earlier[name], found[name] = tables[name], []
        elif not rows or (name in earlier and which < 0.2):
            found[name] = earlier.get(name, rows)
        elif which < 0.35:
            found[name] = [*rows, of.choice(rows)]
    return {name: rows or earlier[name][:1] if name == "cal" else rows for name, rows in found.items()}


def counted(session: Asked, sql: str) -> Counter[str]:
    return Counter(map(repr, session.fetch(sql)))


def wrong_keys(session: Asked, touched: Touched, text: str, keys: dict[str, Any]) -> list[str]:
    """The keys by which the query made in parts gives other rows than the whole one."""
    whole = counted(session, substitute(text, lambda o: in_schema("new", o)))
    session.execute(f"create or replace temp table was as {substitute(text, lambda o: in_schema('old', o))}")
    found = []
    for name, key in keys.items():
        values = touched.values(key)
        kept = {
            o: f"(select * from {in_schema('new', o)} as {quote(o)} where {' or '.join(conditions)})"
            for o, conditions in touched.filters(key, values).items()
            if conditions
        }
        made = counted(session, f"select * from was as old where {values.none_of('old.' + quote(name))}")
        if not values.are_none:
            query = substitute(text, lambda o, kept=kept: kept.get(o) or in_schema("new", o))  # type: ignore[misc]
            made += counted(session, f"select * from ({query}) as made where {values.among('made.' + quote(name))}")
        if made != whole:
            found.append(name)
    return found


def live(seed: int, queries: int, nights: int) -> int:
    """Nights of queries that are drawn; returns how many keys were looked at."""
    of, looked_at = random.Random(seed), 0
    with duckdb.connect(config={"threads": 1}) as connection:
        session, tables, earlier = Asked(connection), first_night(of), Tables()
        put(session, "new", tables)
        several = drawn(of, session)
        texts = [next(several) for _ in range(queries)]
        for _ in range(nights):
            put(session, "old", tables)
            tables = stranger_night(of, tables, earlier)
            put(session, "new", tables)
            looked_at += sum(all_right(session, text, f"seed {seed}") for text in texts)
    return looked_at


def all_right(session: Asked, text: str, seed: str) -> int:
    """See that a query is right by each of its keys, between the schemas; returns how many these are."""
    changed = Between(session)
    touched = Touched(session, changed, lambda u: in_schema("new", u), lambda u: in_schema("old", u))  # type: ignore[arg-type]
    keys = keys_of(text, Facts(lambda o: bool(changed.of(read_at(o)).rows), unique(session)))  # type: ignore[union-attr]
    assert wrong_keys(session, touched, text, keys) == [], f"{seed}: {text}"
    return len(keys)


def put(session: Asked, schema: str, tables: Tables) -> None:
    for statement in filling(tables, schema).split("; "):
        session.execute(statement)


def unique(session: Asked) -> Any:
    def is_unique(occurrence: str, columns: Sequence[str]) -> bool:
        relations = [in_schema(schema, occurrence) for schema in ("old", "new")]
        return all(has_one_row_each(session, relation, frozenset(columns)) for relation in relations)  # type: ignore[arg-type]

    return is_unique


def test_a_few_queries_are_what_the_whole_would_be_by_each_of_their_keys() -> None:
    assert live(0, 3, 2) > 3


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(1, 41))
def test_many_queries_are_what_the_whole_would_be_by_each_of_their_keys(seed: int) -> None:
    assert live(seed, QUERIES, NIGHTS) > QUERIES
