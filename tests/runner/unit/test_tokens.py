"""Which rows a query has is another thing where any part of its SQL leaves rows out, wherever that stands."""

from __future__ import annotations

import pytest

from convsql.lineage.query import Query
from convsql.lineage.resolve_names import resolve
from convsql.lineage.tokens import Tokens
from convsql.lineage.usage import Usage

T = '"⟦model.tiny.t⟧"'
PLAIN = f"select s.k from (select k from {T}) as s"


def rows(sql: str) -> str:
    found = resolve(sql, "m", lambda unique_id: Query("table", "t", "", ["k", "x"], table=unique_id))
    usage = Usage({}, {})
    usage.ask(found, found.columns)
    return Tokens(usage).rows(found).token


@pytest.mark.parametrize(
    "sql",
    [
        f"select s.k from ((select k from {T}) limit 4) as s",
        f"select s.k from ((select k from {T}) offset 4) as s",
        f"select s.k from (select k from {T} limit 4) as s",
        f"select s.k from (select k from {T}) as s using sample 10 rows",
        f"select s.k from (select k from {T} tablesample 10 rows) as s",
    ],
)
def test_what_is_cut_off_anywhere_is_another_meaning(sql: str) -> None:
    assert rows(sql) != rows(PLAIN)
    assert rows(sql.replace("4", "5").replace("10", "11")) != rows(sql)


def test_parentheses_that_cut_nothing_off_are_none() -> None:
    assert rows(f"select s.k from ((select k from {T})) as s") == rows(PLAIN)
