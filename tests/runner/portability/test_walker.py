"""The walker finds each construct that does not travel, and lets pass what does."""

from __future__ import annotations

import pytest

from tests.runner.portability.walker import findings

SCHEMA = {
    "t": {"a": "BIGINT", "b": "BOOLEAN", "f": "DOUBLE", "s": "VARCHAR", "d": "DATE", "at": "TIMESTAMP", "until": "TIMESTAMP"},
    "u": {"a": "BIGINT", "at": "TIMESTAMP"},
}  # fmt: skip
UNIQUE = frozenset({"a"})

AVOIDED = {
    "asof join": "select t.a from t asof join u on t.at >= u.at",
    "positional join": "select t.a from t positional join u",
    "natural join": "select t.a from t natural join u",
    "semi join": "select t.a from t semi join u on t.a = u.a",
    "anti join": "select t.a from t anti join u on t.a = u.a",
    "date_diff of instants": "select date_diff('day', at, until) as days from t",
    "cast of a float": "select cast(f * 2 as bigint) as n from t",
    "text of a double": "select cast(f * 2 as varchar) as n from t",
    "text of a double:": "select 'about ' || f as n from t",
    "text of a double: engines": "select concat('about ', f) as n from t",
    "text of a double: engines write": "select string_agg(f, ',' order by a) as n from t",
    "a percentile of doubles": "select percentile_cont(0.5) within group (order by f * 2) as f from t",
    "a double into a decimal of more than 15 digits": "select cast(f as decimal(38, 12)) as n from t",
    "try_cast": "select try_cast(s as date) as day from t",
    "arg_max": "select arg_max(s, a) as s from t",
    "arg_min": "select min_by(s, a) as s from t",
    "any_value": "select any_value(s) as s from t",
    "first": "select first(s) as s from t",
    "last": "select last(s) as s from t",
    "filter": "select count(*) filter (where b) as n from t",
    "bool_or": "select bool_or(b) as b from t",
    "bool_and": "select bool_and(b) as b from t",
    "generate_series": "select * from generate_series(1, 3)",
    "generate_series or range": "select * from range(3)",
    "unnest": "select unnest([1, 2]) as a",
    "quantile_cont": "select quantile_cont(f, 0.5) as f from t",
    "median": "select median(f) as f from t",
    "approx_quantile": "select approx_quantile(f, 0.5) as f from t",
    "day of week": "select dayofweek(d) as n from t",
    "hash()": "select hash(s) as h from t",
    "md5 of a float": "select md5(cast(f as varchar)) as h from t",
    "* exclude": "select * exclude (a) from t",
    "group by all": "select s, count(*) as n from t group by all",
    "group by a constant": "select s, '' as nothing, count(*) as n from t group by s, ''",
    "order by all": "select s from t order by all",
    "pivot": "select * from t pivot (sum(a) for s in ('x', 'y'))",
    "union by name": "select a from t union all by name select a from u",
    "a struct": "select {'a': a} as pair from t",
    "a list": "select list(a) as listed from t",
    "a lambda": "select list_filter([1, 2], x -> x > 1) as listed",
    "union (distinct) in a recursion": "with recursive r as (select a from t union select a + 1 from r where a < 3) select a from r",
    "distinct on": "select distinct on (s) s, a from t",
    "columns(": "select max(columns(*)) from t",
    "no order": "select row_number() over (partition by s) as n from t",
    "does not end in a unique key, but in at": "select lag(s) over (order by a, at) as s from t",
    "does not end in a unique key, but in f": "select sum(a) over (partition by s order by f) as n from t",
}


@pytest.mark.parametrize("reason", AVOIDED)
def test_finds(reason: str) -> None:
    assert any(reason in f.reason for f in findings(AVOIDED[reason], SCHEMA, UNIQUE)), findings(AVOIDED[reason], SCHEMA)


@pytest.mark.parametrize("sql", [
    "select isodow(d) as n from t", "select extract(isodow from d) as n from t", "select extract('dow' from at) as n from t",
    "select dayname(d) as n from t", "select weekday(d) as n from t",
])  # fmt: skip
def test_finds_days_of_week(sql: str) -> None:
    assert any("day" in f.reason for f in findings(sql, SCHEMA))


@pytest.mark.parametrize("sql", [
    "select a + 1 as n, n + 1 as m from t",
    "select a + 1 as n from t where n > 1",
    "select a + 1 as n, count(*) as c from t group by n",
    "with w as (select a + 1 as n, n * 2 as m from t) select m from w",
])  # fmt: skip
def test_finds_an_alias_reused(sql: str) -> None:
    assert any("is an alias of the same select" in f.reason for f in findings(sql, SCHEMA))


@pytest.mark.parametrize("sql", [
    "select t.a, u.at from t inner join u on t.a = u.a and t.at >= u.at and t.at < u.at + interval 1 hour",
    "select date_diff('day', d, d) as days from t",
    "select cast(floor(f * 2) as bigint) as n, cast(round(f) as bigint) as m, cast(s as bigint) as k from t",
    "select sum(case when b then 1 else 0 end) as n, max(case when b then 1 else 0 end) = 1 as any_b from t",
    "select percentile_cont(0.5) within group (order by case when b then a end) as a from t",
    "select sum(cast(f as decimal(38, 12))) as total, cast(f as decimal(15, 2)) as n, cast(a as decimal(38, 12)) as m from t",
    "select md5(s) as h, md5(cast(length(s) as varchar) || s) as k from t",
    "select s, row_number() over (partition by s order by at, a) as n, count(*) over (partition by s) as c from t",
    "select s, rank() over (order by f desc) as place from t",
    "select s, count(*) as n from t group by s having count(*) > 1 order by n desc",
    "select a + 1 as at, at as started_at from t",
    "select s, string_agg(s, ',' order by a) as listed from t group by grouping sets ((s), ())",
    "with recursive days as (select d from t union all select d + interval 1 day from days) select d from days",
    "with w as (select * from t), final as (select *, a + 1 as n from w) select * from final where n > 1",
    "select a from t qualify row_number() over (partition by s order by a) = 1",
    "select a from t where s is distinct from 'x' and cast(f as decimal(15, 3)) > 1",
])  # fmt: skip
def test_lets_pass(sql: str) -> None:
    assert findings(sql, SCHEMA, UNIQUE) == []
