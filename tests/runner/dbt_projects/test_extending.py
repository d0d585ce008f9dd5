"""An incremental model that asks for it is made of its last version and what is new, and held against the whole."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.support import Folder

Make = Callable[..., Folder]
MODEL = """
    {{ config(materialized='incremental', unique_key='id', meta={'extends_last_build': true}) }}
    select id, amount, '%s' as made from {{ source('raw', 't') }}
    {%% if is_incremental() %%} where seen > (select max(seen_last) from (select max(id) as seen_last from {{ this }})) {%% endif %%}
    """


def project_of(folder: Make, made: str = "whole", **files: str) -> Folder:
    model = MODEL % made
    project = folder(
        {
            "models/s.yml": "sources: [{name: raw, tables: [{name: t}]}]\n",
            "models/a.sql": model.replace(f"'{made}'", "{{ \"'new'\" if is_incremental() else \"'" + made + "'\" }}"),
            "models/b.sql": "{{ config(materialized='table') }} select sum(amount) as n from {{ ref('a') }}",
            **files,
        }
    )
    project.execute("create schema raw; create table raw.t as select 1 as id, 10 as amount, 1 as seen")
    return project


def test_what_is_new_is_added_in_a_new_relation_and_takes_the_place_of_its_key(folder: Make) -> None:
    project = project_of(folder)
    assert "incremental models are built whole" in project.build().err
    project.execute("insert into raw.t values (2, 20, 2), (1, 11, 3)")
    done = project.build()
    assert "made of their last version and what is new (`convsql verify --whole` compares): a" in done.err
    assert project.query("from a order by id") == [(1, 11, "new"), (2, 20, "new")]
    assert project.query("from b") == [(31,)]
    assert project.run("rollback").code == 0
    assert project.query("from a") == [(1, 10, "whole")]  # the last version stays as it was
    assert "nothing to do" not in project.build().err
    assert project.query("select count(*) from a") == [(2,)]


def test_a_changed_query_seed_or_column_and_a_full_refresh_build_it_whole(folder: Make) -> None:
    project = project_of(folder)
    project.build()
    project.execute("insert into raw.t values (2, 20, 2)")
    project.build("--full-refresh")
    assert project.query("select distinct made from a") == [("whole",)]
    project.write("models/a.sql", (project.root / "models/a.sql").read_text().replace("whole", "again"))
    project.build()
    assert project.query("select distinct made from a") == [("again",)]
    project.execute("insert into raw.t values (3, 30, 3)")
    project.build()
    assert project.query("select made, count(*) from a group by 1 order by 1") == [("again", 2), ("new", 1)]


def test_verify_says_whether_it_is_what_the_whole_would_be(folder: Make) -> None:
    files = {"models/a.sql": MODEL % "x"}
    project = project_of(folder, **files)
    project.build()
    project.execute("insert into raw.t values (2, 20, 2)")
    done = project.run("verify", "--whole")
    assert done.code == 0, done.err + done.out
    assert "1 model is what a whole build would make of it" in done.err
    project.execute("insert into raw.t values (7, 70, 0)")  # late: seen before what is there
    done = project.run("verify", "--whole")
    assert done.code == 1
    assert "1 of 1 model differs from what a whole build would make of it (here: published; there: whole)" in done.err
    assert "only there: id 7, amount 70, made 'x'" in done.out
    project.build("--full-refresh")
    assert project.run("verify", "--whole", "--no-build").code == 0
    assert project.run("verify").code == project.run("verify", "--whole", "--against", "dev").code == 2


@pytest.mark.parametrize(
    ("model", "reason"),
    [
        ("{{ config(materialized='table', meta={'extends_last_build': true}) }} select 1 as id", "'extends_last_build' is for models that are incremental"),
        ("{{ config(materialized='incremental', meta={'extends_last_build': true}) }} select 1 as id", "'extends_last_build' needs a unique_key, and the strategy merge or delete+insert"),
        ("{{ config(materialized='incremental', unique_key='id', meta={'extends_last_build': true}) }} select 1 as id", "'extends_last_build' needs a part for `is_incremental()`, which says what is new"),
        ("{{ config(materialized='incremental', unique_key='key', meta={'extends_last_build': true}) }} select 1 as id {% if is_incremental() %} where 1 = 2 {% endif %}", "the unique_key 'key' is no column of 'a'"),
        ("{{ config(materialized='incremental', unique_key='id', meta={'extends_last_build': true}) }} select 1 as id {% if is_incremental() %} , 2 as b {% endif %}", "its part for `is_incremental()` has other columns than the whole"),
        ("{{ config(materialized='incremental', unique_key='id', meta={'extends_last_build': true}) }} select 1 as id {% if is_incremental() %} where id > (select max(idd) from {{ this }}) {% endif %}", "its part for `is_incremental()`: "),
        ("{{ config(materialized='incremental', unique_key='id', meta={'extends_last_build': true}) }} select 1 as id {% if is_incremental() %} from {{ ref('b') }} {% endif %}", "its part for `is_incremental()` reads 'b', which the whole does not"),
        ("{{ config(materialized='incremental', unique_key='id', merge_update_columns=['id'], meta={'extends_last_build': true}) }} select 1 as id", "'extends_last_build' does not go with 'merge_update_columns'"),
    ],
)  # fmt: skip
def test_what_can_not_be_extended_is_refused_by_name(model: str, reason: str, folder: Make) -> None:
    (error,) = folder({"models/a.sql": model, "models/b.sql": "select 1 as id"}).errors()
    assert error.startswith(f"models/a.sql:1: {reason}")
