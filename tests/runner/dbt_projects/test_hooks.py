"""Hooks are done with the build that they belong to, where a project allows them; what could be noticed before is refused by name."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from tests.support import PROJECT, Folder

Make = Callable[..., Folder]
ALLOWED = {"vars.yml": "allow_hooks: true\n"}
AUDIT = """
    on-run-start: create table if not exists {{ target.schema }}.audit (what varchar)
    on-run-end:
      - insert into {{ target.schema }}.audit values ('{{ schemas | join(",") }}'); insert into main.audit select count(*) from {{ ref('a') }}
    models: {tiny: {+post-hook: "insert into {{ this.schema }}.audit values ('built {{ this.name }}')"}}
    """


def with_hooks(folder: Make, hooks: str = AUDIT, **files: str) -> Folder:
    project = PROJECT + "\n".join(line.strip() if line.startswith("    ") else line for line in hooks.splitlines())
    return folder(
        {**ALLOWED, "dbt_project.yml": project.replace("\n- ", "\n  - "), "models/a.sql": "select 1 as id", **files}
    )


def test_hooks_are_done_with_the_publish_in_the_order_of_dbt(folder: Make) -> None:
    project = with_hooks(folder, **{"models/b.sql": "{{ config(materialized='table') }} select * from {{ ref('a') }}"})
    project.build()
    assert [what for (what,) in project.query("from audit")] == ["built a", "built b", "main", "1"]


def test_a_build_with_nothing_to_do_and_a_compile_run_none(folder: Make) -> None:
    project = with_hooks(folder)
    project.build()
    project.build()
    assert project.run("compile").code == 0
    assert project.query("select count(*) from audit") == [(3,)]


def test_a_hook_of_a_model_is_run_again_when_readers_see_another_relation_of_it(folder: Make) -> None:
    project = with_hooks(folder, **{"models/b.sql": "select 2 as id"})
    project.build()
    project.write("models/b.sql", "select 3 as id")
    project.build()
    assert project.query("select what, count(*) from audit where what like 'built%' group by all order by all") == [
        ("built a", 1),
        ("built b", 2),
    ]


def test_of_a_build_that_is_not_published_no_hook_leaves_anything(folder: Make) -> None:
    project = with_hooks(folder, **{"tests/t.sql": "select * from {{ ref('a') }}"})
    project.build(code=1)
    assert project.query("select count(*) from information_schema.tables where table_name = 'audit'") == [(0,)]
    project.remove("tests/t.sql")
    project.build()  # its relation is there, and shown for the first time
    assert ("built a",) in project.query("from audit")


def test_a_hook_that_fails_leaves_what_readers_saw(folder: Make) -> None:
    project = with_hooks(folder)
    project.build()
    project.write("models/a.sql", "{{ config(post_hook='insert into main.nowhere values (1)') }} select 2 as id")
    done = project.build(code=2)
    assert "publishing failed and was rolled back: the hook at models/a.sql:1: " in done.err
    assert "nowhere" in done.err
    assert project.query("from a") == [(1,)]
    assert project.query("select count(*) from audit") == [(3,)]


def test_an_index_and_a_key_belong_to_each_version_of_a_relation(folder: Make) -> None:
    hooks = "alter table {{ this }} add primary key (id); create index if not exists by_id on {{ this }} (id)"
    model = "{{ config(materialized='table', post_hook='" + hooks + "') }} select "
    project = folder({**ALLOWED, "models/a.sql": model + "1 as id"})
    project.build()
    project.write("models/a.sql", model + "2 as id")
    project.build()
    found = project.query("select table_name, index_name from duckdb_indexes() where index_name like 'by_id%'")
    assert [name.replace("by_id", "a") for _, name in found] == [table for table, _ in found]
    assert len(found) == 2
    project.write("models/a.sql", model + "3 as id union all select 3")
    done = project.build(code=1)
    assert "models/a.sql:1: TransactionContext Error: " in done.err
    assert len(project.relations()) == 2  # of what its hook failed on, nothing is left


def test_a_changed_hook_makes_another_model_and_one_of_a_seed_is_done_too(folder: Make) -> None:
    hook = "seeds: {tiny: {+post_hook: \"create or replace table main.loaded as select '%s' as x\"}}\n"
    project = folder({**ALLOWED, "dbt_project.yml": PROJECT + hook % 1, "seeds/s.csv": "id\n1\n"})
    project.build()
    project.write("dbt_project.yml", PROJECT + hook % 2)
    assert "1 built" in project.build().err
    assert project.query("from loaded") == [("2",)]


def test_hooks_of_folder_yml_and_file_add_up(folder: Make) -> None:
    project = with_hooks(
        folder,
        AUDIT,
        **{
            "models/p.yml": "models: [{name: a, config: {pre_hook: [{sql: \"insert into main.audit values ('before')\", transaction: false}]}}]\n",
            "models/a.sql": "{{ config(post_hook=[\"insert into main.audit values ('of the file')\"]) }} select 1 as id",
        },
    )
    project.build()
    assert [what for (what,) in project.query("from audit")][:3] == ["before", "built a", "of the file"]


def test_hooks_are_refused_by_name_where_nobody_allows_them(folder: Make) -> None:
    project = with_hooks(folder)
    project.write("vars.yml", "")
    hint = "if you know what they do, set the variable allow_hooks: true in vars.yml (docs/runner.md, Hooks)"
    assert project.errors() == [
        f"dbt_project.yml:{line}: convsql does not run hooks ({what}) unless the project says so | {hint}"
        for line, what in ((5, "'on-run-start'"), (6, "'on-run-end'"), (8, "config 'post_hook'"))
    ]


@pytest.mark.parametrize(
    ("hook", "reason"),
    [
        ("delete from {{ this }} where id = 1", "a hook can't change the rows of 'a'"),
        ("insert into {{ this.schema }}.{{ this.name }} values (3)", "a hook can't change 'main.a', which is published"),
        ("update {{ ref('b') }} set id = 1", "a hook can't change the rows of 'b'"),
        ("drop table main.b", "a hook can't change 'main.b', which is published"),
        ("delete from _convsql.heads", "a hook may not touch the schema '_convsql'"),
        ('drop table "_convsql_data"."x"', "a hook may not touch the schema '_convsql_data'"),
        ("insert into elsewhere.t values (1)", "a hook may not touch the schema 'elsewhere'"),
        ("insert into t values (1)", "a hook must say the schema of 't'"),
        ("insert into main.raw values (1)", "a hook can't write to 'main.raw', which is the source 'x.raw'"),
        ("create view main.v as select 1", "convsql does not run 'create view' in a hook"),
        ("create macro f() as 1", "convsql does not run 'create macro' in a hook"),
        ("alter table {{ this }} add column x int", "convsql does not run 'alter table … add column' in a hook"),
        ("alter table main.t rename to b", "convsql does not run 'alter table … rename to' in a hook"),
        ("set memory_limit = '1GB'", "convsql does not run 'set' in a hook"),
        ("attach 'x.duckdb'", "convsql does not run 'attach' in a hook"),
        ("copy main.t to 'x.csv'", "convsql does not run 'copy' in a hook"),
        ("vacuum", "convsql does not run 'vacuum' in a hook"),
        ("begin; commit", "convsql does not run 'begin' in a hook"),
        ("insert into main.t with x as (delete from b returning *) from x", "convsql does not run a 'delete' within another statement of a hook"),
        ("grant select on {{ this }} to reporter", "DuckDB has no roles, and so no grants"),
        ("select '{{ run_started_at }}'", "convsql does not support 'run_started_at' in templates"),
        ("{{ no_such_macro() }}", "template error: 'no_such_macro' is undefined"),
    ],
)  # fmt: skip
def test_what_a_hook_may_not_do_is_refused_by_name(hook: str, reason: str, folder: Make) -> None:
    project = folder(
        {
            **ALLOWED,
            "dbt_project.yml": PROJECT + f"models:\n  tiny:\n    a:\n      +post-hook: {hook!r}\n",
            "models/a.sql": "select 1 as id",
            "models/b.sql": "select 1 as id",
            "models/s.yml": "sources: [{name: x, schema: main, tables: [{name: raw, columns: [{name: id}]}]}]\n",
        }
    )
    assert [e.split(" | ")[0] for e in project.errors()] == [f"dbt_project.yml:7: {reason}"]


@pytest.mark.parametrize(
    ("hook", "reason"),
    [
        ("create index i on {{ this }} (id)", "there is no {{ this }} in a hook of a run"),
        ("insert into main.t values ({{ results | length }})", "convsql does not support 'results' in templates"),
        ("{% do run_query('select * from ' ~ ref('a')) %}", "a hook of a run can't ask for rows in its template"),
        ("select * from {{ ref('none') }}", "no model or seed 'none'"),
    ],
)
def test_what_a_hook_of_a_run_may_not_do_is_refused_by_name(hook: str, reason: str, folder: Make) -> None:
    files = {"dbt_project.yml": PROJECT + f"on-run-end: [{hook!r}]\n", "models/a.sql": "select 1 as id"}
    assert [e.split(" | ")[0] for e in folder({**ALLOWED, **files}).errors()] == [f"dbt_project.yml:4: {reason}"]


def test_the_manifest_has_the_hooks_of_models_and_of_runs(folder: Make) -> None:
    project = with_hooks(folder)
    project.build()
    nodes = json.loads((project.root / "target/manifest.json").read_text())["nodes"]
    said = "insert into {{ this.schema }}.audit values ('built {{ this.name }}')"
    assert nodes["model.tiny.a"]["config"]["post-hook"] == [{"sql": said, "transaction": True, "index": None}]
    assert (
        nodes["operation.tiny.tiny-on-run-start-0"]["compiled_code"]
        == "create table if not exists main.audit (what varchar)"
    )
    done = project.run("compile", "--dialect", "postgres", "--into", "plain")
    assert (done.code, done.err.count("has a hook (dbt_project.yml:8)")) == (2, 1)


def test_a_hook_of_a_file_that_names_its_schema_is_done_once(folder: Make) -> None:
    hook = "create table if not exists main.log (x int); insert into main.log values (1)"
    project = folder({**ALLOWED, "models/a.sql": f"{{{{ config(schema='s', post_hook='{hook}') }}}} select 1 as id"})
    project.build()
    assert project.query("from log") == [(1,)]
