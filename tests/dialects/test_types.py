"""The layer knows of every query's columns what DuckDB's own binder says of them."""

from __future__ import annotations

import pytest
import sqlglot
from sqlglot import exp

from convsql.dialects import translate
from convsql.dialects.duckdb_types import INTEGERS, parsed
from convsql.dialects.typed_tree import Typer, kind_of
from convsql.engines.session import Columns
from convsql.sqltext.references import placeholder
from convsql.sqltext.sent_sql import bound_sql
from tests.runner.portability.package import CHOSEN, compiled
from tests.support.scratch import scratch_rows

EXPRESSIONS = """
1; 1.5; 1e0; 0.05; 100000000000; 'a'; null; true; -1.5; -1
1/2; 1.0/3; 5 % 2; 5 // 2; 2 * 1.5; 1 + 1.5; 604800 * 1000000; 3 * cast(1 as bigint); cast(1 as smallint) + 1
cast(1 as decimal(38,12)) * cast(1 as decimal(18,9)); cast(1 as decimal(38,12)) * 2; cast(1 as decimal(18,12)) + cast(1 as decimal(18,3))
cast(1 as decimal(18,6)) * cast(1 as decimal(18,9)); cast(1 as decimal(17,2)) * 2; cast(1 as decimal(18,2)) * cast(1 as decimal(20,2))
cast(1 as bigint) * 1.5; cast(1 as hugeint) * 1.5; 1e0 * 1.5; round(1.234, 2); round(1.5); round(1.5e0, 2); floor(1.5); floor(1.5e0); ceil(1.5); abs(-1)
date '2020-01-01' - date '2020-01-01'; date '2020-01-01' + 1; date '2020-01-01' + interval '1' day; timestamp '2020-01-01' - timestamp '2020-01-01'
timestamp '2020-01-01' + interval '1' day; 2.5 * interval '1' second; date_trunc('month', date '2020-01-01'); date_trunc('day', timestamp '2020-01-01')
extract(epoch from timestamp '2020-01-01'); extract(year from date '2020-01-01'); epoch_us(timestamp '2020-01-01')
timestamp '2020-01-01' at time zone 'UTC'; (timestamp '2020-01-01' at time zone 'UTC') at time zone 'Asia/Tokyo'
case when true then 1 else 2.5e0 end; case when true then 'a' end; case when true then 1 else cast(2 as decimal(38,12)) end
coalesce(null, 1); coalesce(cast(1 as bigint), 0); least(1, 2.5); greatest(cast(1 as bigint), 2); nullif(1, 2.5)
sum(1); sum(true); sum(1.5); sum(1e0); avg(1.5); count(*); min(true); max('a'); string_agg('a', ','); row_number() over (); lag(1) over ()
percentile_cont(0.5) within group (order by cast(1 as bigint)); percentile_cont(0.5) within group (order by cast(1 as decimal(18,3)))
length('a'); strpos('a', 'b'); 'a' || 'b'; lower('a'); split_part('a', 'b', 1); regexp_extract('a', 'b'); regexp_matches('a', 'b'); md5('a')
sqrt(2); exp(1); ln(2); pow(2, 3); 1 = 2; 'a' like 'b'; 1 in (1, 2); 1 between 0 and 2; not true; 1 is null; 1 is not distinct from 2; exists (select 1)
(select max(x) from (select date '2020-01-01' as x union all select timestamp '2020-01-01') as t); (select 1)
"""


@pytest.mark.slow
@pytest.mark.parametrize(("settings", "kinds"), CHOSEN)
def test_every_model_of_the_package_has_the_columns_that_duckdb_says(settings: str, kinds: str) -> None:
    project = compiled(settings, kinds)
    wrong = {}
    for node in project.graph.of("model"):
        tree = sqlglot.parse_one(bound_sql(project.graph, node, placeholder), read="duckdb")
        found = [(name.lower(), kind) for name, kind in Typer(project.columns).query(tree, {}, None)]
        said = [(name.lower(), parsed(kind)) for name, kind in project.columns[node.unique_id]]
        if found != said:
            wrong[node.name] = [pair for pair in zip(found, said, strict=False) if pair[0] != pair[1]]
    assert wrong == {}


@pytest.mark.slow
@pytest.mark.parametrize("dialect", ["postgres", "spark"])
@pytest.mark.parametrize(("settings", "kinds"), CHOSEN)
def test_every_query_of_the_package_is_translated(settings: str, kinds: str, dialect: str) -> None:
    project = compiled(settings, kinds)
    for node in project.graph.of("model", "test"):
        text = translate(bound_sql(project.graph, node, placeholder), project.columns, dialect)
        assert {part.split("⟧")[0] for part in text.split("⟦")[1:]} <= set(project.graph.built_parents(node)), node.name
        sqlglot.parse_one(text, read=dialect)


@pytest.mark.slow
@pytest.mark.parametrize(("settings", "kinds"), CHOSEN)
def test_percentiles_are_of_whole_numbers(settings: str, kinds: str) -> None:
    """Engines differ in the last digits of what lies between two doubles."""
    project = compiled(settings, kinds)
    found = []
    for node in project.graph.of("model"):
        tree = sqlglot.parse_one(bound_sql(project.graph, node, placeholder), read="duckdb")
        Typer(project.columns).query(tree, {}, None)
        ordered = [each.expression.expressions[0].this for each in tree.find_all(exp.WithinGroup)]
        found += [(node.name, kind_of(each)) for each in ordered if each.find(exp.Column)]
    assert found
    assert [each for each in found if each[1] not in INTEGERS] == []


@pytest.mark.parametrize(
    "expression", [e.strip() for line in EXPRESSIONS.strip().splitlines() for e in line.split(";")]
)
def test_an_expression_is_of_the_type_that_duckdb_says(expression: str) -> None:
    ((said,),) = scratch_rows(f"select typeof(x) from (select {expression} as x)")
    tree = sqlglot.parse_one(f"select {expression} as x", read="duckdb")
    assert Typer({}).query(tree, {}, None) == [("x", parsed(said))]


def test_columns_are_found_by_name_through_ctes_aliases_and_stars() -> None:
    columns: dict[str, Columns] = {
        "model.p.a": [("Id", "BIGINT"), ("At", "TIMESTAMP")],
        "model.p.b": [("id", "VARCHAR")],
    }
    sql = """
        with a as (select * from "⟦model.p.a⟧"), r(n) as (select id from a)
        select a.*, b.ID as other, r.n, (select max(at) from a as x where x.id = a.id) as latest
        from a cross join "⟦model.p.b⟧" as b join r on r.n = a.id
    """
    found = Typer(columns).query(sqlglot.parse_one(sql, read="duckdb"), {}, None)
    assert found == [
        ("Id", "BIGINT"),
        ("At", "TIMESTAMP"),
        ("other", "VARCHAR"),
        ("n", "BIGINT"),
        ("latest", "TIMESTAMP"),
    ]
