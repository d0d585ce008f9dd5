"""A project in PostgreSQL from build to build: what readers see, what is reused, what the commands say."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from decimal import Decimal

from tests.postgres.project import PostgresFolder
from tests.support import PROJECT
from tests.support.engine_projects import ORDERS

Make = Callable[..., PostgresFolder]
FILES = {
    "seeds/colours.csv": 'id,name,price\n1,red,1.5\n2,"a ""quoted"", one",\n3,,2.25\n',
    "seeds/properties.yml": """\
        seeds:
          - name: colours
            config: {column_types: {id: bigint, name: varchar, price: "decimal(10, 2)"}}
        """,
    **ORDERS,
    "models/models.yml": """\
        models:
          - name: sales
            columns:
              - name: id
                data_tests: [not_null, unique]
        unit_tests:
          - name: one_sale
            model: sales
            given:
              - {input: ref('colours'), rows: [{id: 1, name: red, price: 2}]}
              - {input: ref('orders'), rows: [{order_id: 5, colour_id: 1}]}
            expect: {rows: [{id: 1, orders: 1}]}
        """,
}
SALES = [(1, "red", 2, Decimal("3.00")), (2, 'a "quoted", one', 0, None), (3, None, 1, Decimal("2.25"))]


def test_readers_see_seeds_models_and_files(pg: Make) -> None:
    project = pg(FILES)
    project.build()
    assert project.query("select id, name, orders, total from marts.sales order by id") == SALES
    assert project.query("select order_id, ordered_at from marts.orders order by 1") == [
        (10, datetime.datetime(2024, 1, 2, 3, 4, 5)),
        (11, datetime.datetime(2024, 1, 3)),
        (12, None),
    ]
    assert project.query("select name from marts.colours where name is null") == [(None,)]


def test_nothing_unchanged_is_built_loaded_or_tested_again(pg: Make) -> None:
    project = pg(FILES)
    project.build()
    before = project.relations()
    assert "nothing to do" in project.build().err
    project.write("models/sales.sql", FILES["models/sales.sql"].replace("group by", "where true group by"))
    done = project.build("--json").json
    built = {r["name"] for r in done["results"] if r["status"] == "success"}
    assert built == {"sales"}
    assert before < project.relations()


def test_a_changed_file_is_loaded_anew_and_the_earlier_one_goes(pg: Make) -> None:
    project = pg(FILES)
    project.build()
    (loaded,) = (
        {name for name in project.relations() if name.startswith("orders__")}
        - {
            row[0]
            for row in project.query(
                "select split_part(split_part(views, 'orders__', 2), '\"', 1) from _convsql.builds"
            )
        }
        - {name for name in project.relations() if "orders__" in name and _is_model(project, name)}
    )
    project.write("raw/orders.csv", "order_id,colour_id,ordered_at\n10,1,\n")
    project.build()
    assert project.query("select order_id from marts.orders") == [(10,)]
    assert loaded not in project.relations()


def _is_model(project: PostgresFolder, name: str) -> bool:
    return bool(project.database.rows("select 1 from _convsql.builds where views like %s", [f"%{name}%"]))


def test_rights_are_granted_with_the_publish_and_an_index_with_the_relation(pg: Make) -> None:
    project = pg(
        {
            "vars.yml": "allow_hooks: true\n",
            "dbt_project.yml": PROJECT
            + "on-run-end: ['{% for s in schemas %}grant usage on schema {{ s }} to reporter; {% endfor %}']\n"
            + "models: {tiny: {+post-hook: 'grant select on {{ this }} to reporter'}}\n",
            "models/a.sql": "{{ config(materialized='table', post_hook=\"create index by_id on {{ this }} (id); analyze {{ this }}\") }} select 1 as id",
        }
    )
    project.execute("drop role if exists reporter")
    project.execute("create role reporter login password 'x'")
    for number in (1, 2):
        project.write(
            "models/a.sql", (project.root / "models/a.sql").read_text().replace("select 1", f"select {number}")
        )
        project.build()
        with project.database.connect(user="reporter", password="x") as connection:
            assert connection.execute("select id from marts.a").fetchall() == [(number,)]
    assert len(project.query("select 1 from pg_indexes where schemaname = '_convsql_data'")) == 2
    project.write("models/a.sql", "{{ config(post_hook='delete from marts.a') }} select 3 as id")
    assert [e.split(" | ")[0] for e in project.errors()] == [
        "models/a.sql:1: a hook can't change 'marts.a', which is published"
    ]
