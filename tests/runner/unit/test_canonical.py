"""Canonical text of expressions: equal for what says the same, other for what does not, and pinned.

A pinned text that changes makes every lock of every user differ: raise `FORMAT` in `convsql.change_control.lock` then.
"""

from __future__ import annotations

import pytest
import sqlglot

from convsql.lineage.canonical import Canonical
from convsql.lineage.differing import differing_parts

PINNED = {
    "a AND b": "a and b",
    "b and (a)": "a and b",
    "a or b and c or a": "(b and c) or a",
    "x > y": "y < x",
    "x >= y": "y <= x",
    "not (x < y)": "y <= x",
    "not x = y": "x <> y",
    "not not x": "x",
    "x is not null": "not (x is null)",
    "x != 'It''s'": "'It''s' <> x",
    "x between 1 and 2": "(1 <= x) and (x <= 2)",
    "x in (3, 1, 2, 1)": "x in (1, 2, 3)",
    "x in ('a')": "'a' = x",
    "x::int": "cast(x as int)",
    "CAST(x AS INTEGER)": "cast(x as int)",
    "try_cast(x as date)": "try_cast(x as date)",
    "case x when 1 then 'a' else null end": "case when 1 = x then 'a' end",
    "if(a, 1, 2)": "case when a then 1 else 2 end",
    "count(1)": "count(*)",
    "count(distinct x)": "count(distinct(x))",
    "coalesce(a, b)": "coalesce(a, b)",
    "ifnull(a, b)": "coalesce(a, b)",
    "b + a": "a + b",
    "b - a": "b - a",
    "row_number() over (partition by b, a order by c desc, d)": "row_number() over (partition by a, b order by c desc, d)",
    "sum(x) over (order by y rows between unbounded preceding and current row)": (
        "sum(x) over (order by y rows between unbounded preceding and current row)"
    ),
    "x + interval '30 days'": "interval '30' days + x",
    "timestamp '2026-01-01'": "cast('2026-01-01' as timestamp)",
    "x at time zone 'UTC'": "(x at time zone 'UTC')",
    "my_function(a, 1)": "my_function(a, 1)",
    "x like 'a%'": "x like 'a%'",
    "md5(a || b)": "md5(a || b)",
}


def text(sql: str) -> str:
    return Canonical(lambda _: "", lambda _: "").text(sqlglot.parse_one(sql, read="duckdb"))


@pytest.mark.parametrize("sql", PINNED)
def test_an_expression_has_its_pinned_text(sql: str) -> None:
    assert text(sql) == PINNED[sql]


@pytest.mark.parametrize("sql", PINNED)
def test_a_canonical_text_is_its_own_canonical_text(sql: str) -> None:
    assert text(PINNED[sql]) == PINNED[sql]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a < b", "a <= b"),
        ("a and b", "a or b"),
        ("a - b", "b - a"),
        ("a in (1, 2)", "a not in (1, 2)"),
        ("coalesce(a, b)", "coalesce(b, a)"),
        ("count(a)", "count(*)"),
        ("count(a)", "count(distinct a)"),
        ("'A'", "'a'"),
        ("cast(a as int)", "cast(a as bigint)"),
        ("cast(a as int)", "try_cast(a as int)"),
        ("sum(a) over (order by b)", "sum(a) over (order by b desc)"),
        ("sum(a) over (order by b, c)", "sum(a) over (order by c, b)"),
        ("sum(a) over (order by b nulls first)", "sum(a) over (order by b nulls last)"),
        ("lag(a) over (order by b)", "lag(a, 2) over (order by b)"),
        ("sum(a) over (order by b rows between 1 preceding and current row)", "sum(a) over (order by b)"),
        ("case when a then 1 end", "case when a then 1 else 0 end"),
        ("case when a then 1 when b then 2 end", "case when b then 2 when a then 1 end"),
        ("interval '1 day'", "interval '1 hour'"),
        ("a is null", "a = null"),
        ("sum(a) filter (where b)", "sum(a)"),
        ("substring(a, 1, 2)", "substring(a, 2, 1)"),
    ],
)
def test_what_says_something_else_reads_otherwise(one: str, other: str) -> None:
    assert text(one) != text(other)


@pytest.mark.parametrize(
    ("before", "after", "parts"),
    [
        ("(a < b) and c", "(a <= b) and c", [("a < b", "a <= b")]),
        ("case when a < 1 then b end", "case when a < 2 then b end", [("a < 1", "a < 2")]),
        ("f(a, 2 * b) + 1", "f(a, 4 * b) + 1", [("2 * b", "4 * b")]),
        ("a", "b", [("a", "b")]),
        ("a", "", [("a", "")]),
        ("not sql (", "a", [("not sql (", "a")]),
    ],
)
def test_the_smallest_differing_part_is_shown(before: str, after: str, parts: list[tuple[str, str]]) -> None:
    assert differing_parts(before, after) == parts
