"""A project in Spark from build to build: what readers see, what is reused, what the commands say."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from decimal import Decimal

import pytest

from tests.spark.project import SparkFolder
from tests.support.engine_projects import ORDERS

pytestmark = pytest.mark.slow  # a server is begun, and each build asks it a hundred times

Make = Callable[..., SparkFolder]
FILES = {
    "seeds/colours.csv": 'id,name,price\n1,red,1.5\n2,"a ""quoted"", \\ one",\n3,,2.25\n',
    "seeds/nothing.csv": "id,seen_at\n",
    "seeds/properties.yml": """\
        seeds:
          - name: colours
            config: {column_types: {id: bigint, name: varchar, price: "decimal(10, 2)"}}
          - name: nothing
            config: {column_types: {id: bigint, seen_at: timestamp}}
        """,
    **ORDERS,
    "models/models.yml": """\
        models:
          - name: sales
            config: {contract: {enforced: true}}
            columns:
              - {name: id, data_type: bigint, data_tests: [not_null, unique]}
              - {name: name, data_type: varchar}
              - {name: orders, data_type: bigint}
              - {name: total, data_type: "decimal(38, 2)"}
        unit_tests:
          - name: one_sale
            model: sales
            given:
              - {input: ref('colours'), rows: [{id: 1, name: red, price: 2}]}
              - {input: ref('orders'), rows: [{order_id: 5, colour_id: 1}]}
            expect: {rows: [{id: 1, orders: 1}]}
        """,
}
SALES = [(1, "red", 2, Decimal("3.00")), (2, 'a "quoted", \\ one', 0, None), (3, None, 1, Decimal("2.25"))]


def statuses(done: dict[str, list[dict[str, str]]]) -> dict[str, str]:
    return {result["name"]: result["status"] for result in done["results"]}


def test_readers_see_seeds_models_and_files(spark: Make) -> None:
    project = spark(FILES)
    done = project.build("--json").json
    assert set(statuses(done).values()) == {"success", "pass"}
    assert project.query("select id, name, orders, total from marts.sales order by id") == SALES
    assert project.query("select order_id, ordered_at from marts.orders order by 1") == [
        (10, datetime.datetime(2024, 1, 2, 3, 4, 5)),
        (11, datetime.datetime(2024, 1, 3)),
        (12, None),
    ]
    assert project.query("select name from marts.colours where name is null") == [(None,)]
    assert project.query("select count(*), max(seen_at) from marts.nothing") == [(0, None)]
    ((schema,),) = project.query("select schema_name from _convsql.heads where environment = 'marts'")
    assert project.query(f"select id, name, orders, total from {schema}.sales order by id") == SALES
    assert [tuple(row) for row in project.query("select sequence, kind from _convsql.builds")] == [(1, "build")]


def test_nothing_unchanged_is_built_loaded_or_tested_again(spark: Make) -> None:
    project = spark(FILES)
    project.build()
    before = project.relations()
    assert "nothing to do" in project.build().err
    project.write("models/sales.sql", FILES["models/sales.sql"].replace("group by", "where true group by"))
    done = statuses(project.build("--json").json)
    assert [name for name, status in done.items() if status == "success"] == ["sales"]
    assert before < project.relations()
    project.write("raw/orders.csv", "order_id,colour_id,ordered_at\n10,1,\n")
    project.build()
    assert project.query("select order_id from marts.orders") == [(10,)]
    assert "nothing to do" in project.build().err


def test_a_build_s_schema_stays_as_it_was_until_it_can_be_shown_no_more(spark: Make) -> None:
    project = spark({"models/a.sql": "select {{ var('n') }} as n", "vars.yml": "n: 1\n"})
    for n in (1, 2, 3, 4):
        project.write("vars.yml", f"n: {n}\n")
        project.build()
    assert {s for s in project.sessions.schemas() if s.startswith("marts")} == {
        "marts",
        "marts__b2",
        "marts__b3",
        "marts__b4",
    }
    assert [project.query(f"select n from marts__b{n}.a") for n in (2, 3, 4)] == [[(2,)], [(3,)], [(4,)]]
    project.run("rollback")
    assert project.query("select n from marts.a") == [(3,)]
    assert project.query("select schema_name from _convsql.heads") == [("marts__b5",)]
    assert project.query("select n from marts__b5.a union all select n from marts__b4.a order by 1") == [(3,), (4,)]


def test_what_fails_leaves_readers_the_last_build_and_says_why(spark: Make) -> None:
    project = spark(FILES)
    project.build()
    project.write("raw/orders.csv", "order_id,colour_id,ordered_at\n10,1,\n10,1,\n")
    project.write(
        "models/more.yml",
        "models: [{name: orders, columns: [{name: order_id, data_tests: [unique, not_null]}, {name: colour_id, data_tests: [not_null]}]}]\n",
    )
    done = project.build("--json", code=1).json
    found = statuses(done)
    assert found["unique_orders_order_id"] == "fail"
    assert found["not_null_orders_order_id"] == "pass"
    assert found["sales"] == "skipped"
    assert project.query("select count(*) from marts.orders") == [(3,)]
    assert project.query("select * from _convsql_failures.unique_orders_order_id") == [(10, 2)]
    assert project.query("select sequence from _convsql.heads") == [(1,)]


def test_an_error_of_spark_s_names_the_file_and_is_no_traceback(spark: Make) -> None:
    project = spark(
        {
            "seeds/words.csv": "word\nx\n",
            "models/numbers.sql": "{{ config(materialized='table') }}\nselect cast(word as bigint) as n from {{ ref('words') }}",
        }
    )
    done = project.build(code=1)
    assert "models/numbers.sql" in done.err + done.out
    assert "cannot be cast" in done.err + done.out
    assert "SQLSTATE" not in done.err + done.out
    assert "Traceback" not in done.err + done.out


def test_names_that_a_catalogue_would_write_otherwise_are_refused(spark: Make) -> None:
    project = spark({"models/Sales.sql": "select 1 as n"})
    assert "the name 'Sales' is not one that every catalogue" in project.errors("--target", "spark")[0]


def test_a_table_of_somebody_else_s_is_not_touched(spark: Make) -> None:
    project = spark({"models/a.sql": "select 1 as n"})
    project.execute("create schema marts")
    project.execute("create table marts.a as select 7 as mine")
    done = project.build(code=2)
    assert "marts.a is a table that convsql did not make" in done.err
    assert project.query("select mine from marts.a") == [(7,)]


def test_tables_of_the_catalogue_are_sources(spark: Make) -> None:
    project = spark(
        {
            "models/sources.yml": "sources: [{name: lake, schema: lake, tables: [{name: orders, loaded_at_field: seen_at}]}]\n",
            "models/counted.sql": "select count(*) as n, max(seen_at) as seen_at, max(what) as what from {{ source('lake', 'orders') }}",
        }
    )
    project.execute("create schema lake")
    project.execute(
        "create table lake.orders as select 1 as id, timestamp_ntz'2026-01-01 00:00:00' as seen_at, 'x' as what"
    )
    project.build()
    assert "nothing to do" in project.build().err
    project.execute("insert into lake.orders values (2, timestamp_ntz'2026-01-02 00:00:00', 'y')")
    project.build()
    assert project.query("select n, what from marts.counted") == [(2, "y")]


def test_readers_of_the_command_line_read_one_build(spark: Make) -> None:
    project = spark(FILES)
    project.build()
    shown = project.run("show", "--select", "sales", "--json").json
    assert "red" in str(shown)
    assert "Spark" not in project.run("history").err
    assert project.run("debug").code == 0
    assert project.run("test").code == 0
    assert project.run("clean").code == 0
