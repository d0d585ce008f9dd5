"""What SQL text shows by itself, held to the engine's own parser."""

from __future__ import annotations

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convsql.engines.plain_text import is_plainly_a_query, is_plainly_one_statement

PLAIN = [
    "select 1",
    "-- one; two\nselect ';' as \"a;b\", 'it''s; so' -- end;",
    "\n with a as (select (1) as x) select * from a where x in (1, 2)",
    "select trim(x, ' \t\r\n;') as x from a",
    "SELECT '--' || '/*' || '$a$;'",
]
UNSURE = [
    "select 1; select 2",
    "select E'\\'; select 2 --'",
    "select $$;$$",
    "select /* ; */ 1",
    "select 1 /* /* ; */ */",
    "select U&'\\0041;'",
    "select 'open",
    'select "open',
    "select 1 \r; select 2",
    "select 1 -- \r; select 2",
]
NO_QUERY = [
    "from a",
    "select 1) union all (select 2",
    "select (1",
    "select 1)",
    "with x as (insert into t values (1) returning *) select * from x",
    "select * into t from a",
    "drop table a",
    "",
    "-- select",
    "selection",
]


@pytest.mark.parametrize("sql", PLAIN)
def test_a_plain_query_is_known_without_the_engine(sql: str) -> None:
    assert is_plainly_one_statement(sql)
    assert is_plainly_a_query(sql)


@pytest.mark.parametrize("sql", [*UNSURE, *NO_QUERY])
def test_what_is_not_plain_is_left_to_the_engine(sql: str) -> None:
    assert not is_plainly_a_query(sql)


@pytest.mark.parametrize("sql", [s for s in UNSURE if ";" in s])
def test_a_semicolon_that_may_part_statements_is_left_to_the_engine(sql: str) -> None:
    assert not is_plainly_one_statement(sql)


PIECES = st.sampled_from(
    [
        "select",
        " 1",
        "'",
        '"',
        "--",
        "\n",
        ";",
        "(",
        ")",
        " a",
        "E'",
        "\\",
        "$$",
        "$x$",
        "/*",
        "*/",
        "''",
        ",",
        " from t",
        "x'",
        "\r",
    ]
)


@settings(deadline=None)
@given(st.lists(PIECES, max_size=12).map(lambda parts: "select 1" + "".join(parts)))
def test_what_is_plainly_one_statement_is_one_for_the_engine_and_a_plain_query_stays_one_in_brackets(sql: str) -> None:
    with duckdb.connect() as connection:
        try:
            alone = [s.type.name for s in connection.extract_statements(sql)]
        except duckdb.Error:
            alone = None
        if alone is not None and is_plainly_one_statement(sql):
            assert len(alone) == 1
        if is_plainly_a_query(sql):
            try:
                within = len(connection.extract_statements(f"create table t as (\n{sql}\n) with no data"))
            except duckdb.Error:
                within = 0
            assert (alone == ["SELECT"]) == (within == 1)
