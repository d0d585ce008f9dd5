"""SQL as text: aliases in table positions only, and a canonical form that knows what matters."""

from __future__ import annotations

import pytest

from convsql.base.errors import ConvsqlError, Where
from convsql.sqltext.references import (
    canonical,
    column_names,
    line_before,
    placeholder,
    substitute,
    tokens,
    with_aliases,
)

A, B = placeholder("model.p.a"), placeholder("model.p.b")


def filled(sql: str) -> str:
    aliased = with_aliases(sql, lambda i: i.split(".")[-1])
    return substitute(aliased, lambda i: f"phys_{i.split('.')[-1]}")


@pytest.mark.parametrize(
    ("sql", "sent"),
    [
        (f"select * from {A}", 'select * from phys_a as "a"'),
        (f"select * from {A} as x", "select * from phys_a as x"),
        (f"select * from {A} x", "select * from phys_a x"),
        (f'select * from {A} "x y"', 'select * from phys_a "x y"'),
        (f"select * from {A} where id > 1", 'select * from phys_a as "a" where id > 1'),
        (f"select * from {A}, {B}", 'select * from phys_a as "a", phys_b as "b"'),
        (
            f"select * from {A} left join {B} using (id)",
            'select * from phys_a as "a" left join phys_b as "b" using (id)',
        ),
        (
            f"select * from {A} natural join {B} on true",
            'select * from phys_a as "a" natural join phys_b as "b" on true',
        ),
        (f"select * from ({A})", 'select * from (phys_a as "a")'),
        (
            f"select * from {A} qualify row_number() over () = 1",
            'select * from phys_a as "a" qualify row_number() over () = 1',
        ),
        (f"select * from {A} tablesample 10%", 'select * from phys_a as "a" tablesample 10%'),
        (
            f"select 1 from {A} union all select 1 from {B};",
            'select 1 from phys_a as "a" union all select 1 from phys_b as "b";',
        ),
        (f"select * from {A} -- not an alias\nwhere true", 'select * from phys_a as "a" -- not an alias\nwhere true'),
        (f"select * from {A} /* c */ as x", "select * from phys_a /* c */ as x"),
        (f"select '{A}' as text", "select 'phys_a' as text"),
        (f"select {A}.id from {A}", 'select phys_a.id from phys_a as "a"'),
        (f"select * from {A} order by 1", 'select * from phys_a as "a" order by 1'),
        (
            f"select * from {A} pivot (sum(x) for y in ('1'))",
            "select * from phys_a as \"a\" pivot (sum(x) for y in ('1'))",
        ),
        (f"with x as (select * from {A}) select * from x", 'with x as (select * from phys_a as "a") select * from x'),
        (f"select a.x from {A} group by a.x having true", 'select a.x from phys_a as "a" group by a.x having true'),
        (f"select * from {A} cross join {B} limit 1", 'select * from phys_a as "a" cross join phys_b as "b" limit 1'),
        (f"from {A} select id", 'from phys_a as "a" select id'),
    ],
)
def test_a_reference_gets_its_published_name_where_a_table_stands_without_an_alias(sql: str, sent: str) -> None:
    assert filled(sql) == sent


def form(sql: str) -> str:
    return canonical(tokens(sql))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("select id from t", "SELECT\n\tid\n\n  FROM t  "),
        ("select id from t", "select id /* why */ from t -- because"),
        ("select id from t", "select id from t;"),
        ("select a, b from t", "select a , b from t"),
        ("select count(*) from t", "select COUNT(*) from t".replace("COUNT", "count")),
        ("select case when x then 1 end", "Select Case WHEN x THEN 1 END"),
    ],
)
def test_white_space_comments_and_the_case_of_keywords_do_not_count(one: str, other: str) -> None:
    assert form(one) == form(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("select id from t", "select ID from t"),
        ('select "id" from t', 'select "Id" from t'),
        ("select 'a'", "select 'A'"),
        ("select 'a  b'", "select 'a b'"),
        ("select '-- x'", "select '-- y'"),
        ("select 'a'", 'select "a"'),
        ('select "a|b" from t', 'select "a|c" from t'),
        ('select "a⟧" from t', 'select "a" from t'),
        ("select 'it''s'", "select 'its'"),
        ("select 1.0", "select 1"),
        ("select a -b", "select a, -b"),
        ("select 1 - -1", "select 1 --1"),
        (f"select * from {A}", f"select * from {B}"),
    ],
)
def test_identifiers_strings_and_references_count(one: str, other: str) -> None:
    assert form(one) != form(other)


@pytest.mark.parametrize("sql", ["select 'open", 'select "open', "select 1 /* open"])
def test_an_unclosed_quote_or_comment_is_an_error(sql: str) -> None:
    with pytest.raises(ConvsqlError, match="not valid SQL"):
        tokens(sql)


def test_a_line_of_sent_sql_leads_back_to_the_line_it_came_from() -> None:
    sql = f"select 1\nfrom {A} as a\njoin {B} as b\n  on true\nwhere x"
    sent = {"model.p.a": "(\none\ntwo\n)", "model.p.b": "b"}
    assert [line_before(sql, lambda i: sent[i], n) for n in range(1, 9)] == [1, 2, 2, 2, 2, 3, 4, 5]


def test_columns_that_an_expression_reads_are_named_in_order() -> None:
    where = Where("vars.yml", 3)
    assert column_names("channel = 'email' and lower(persona) in ('x') or channel is null", where) == [
        "channel",
        "persona",
    ]
    with pytest.raises(ConvsqlError, match="not valid SQL") as error:
        column_names("channel = = 1", where)
    assert error.value.where == where
