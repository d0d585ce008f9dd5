"""What is left in target/ has dbt's own shapes, and an earlier run's is compared with."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support import PROJECT, Folder

Make = Callable[..., Folder]
FILES = {
    "vars.yml": "allow_hooks: true\n",
    "dbt_project.yml": PROJECT + "on-run-end: [select 1]\nseeds: {+pre-hook: select 1}\n",
    "seeds/s.csv": "id\n1\n2\n",
    "macros/m.sql": "{% macro twice(x) %}{{ x }} * 2{% endmacro %}",
    "models/marts/a.sql": "{{ config(materialized='table', tags=['x'], meta={'owner': 'me'}, group='finance') }} select id from {{ ref('s') }}",
    "models/b.sql": "select {{ twice('id') }} as id from {{ ref('a') }}",
    "models/late.sql": "select id from {{ source('raw', 't') }}",
    "tests/none_negative.sql": "select id from {{ ref('b') }} where id < 0",
    "models/p.yml": """
        models:
          - name: a
            description: The first.
            columns: [{name: id, description: Key., data_type: integer, data_tests: [unique, not_null: {config: {severity: warn}}]}]
        sources: [{name: raw, tables: [{name: t, columns: [{name: id, data_tests: [unique]}]}]}]
        groups: [{name: finance, owner: {name: x}}]
        exposures: [{name: weekly, type: dashboard, owner: {name: x}, depends_on: [ref('b')], url: "https://x"}]
        unit_tests:
          - {name: doubled, model: b, given: [{input: ref('a'), rows: [{id: 3}]}], expect: {rows: [{id: 6}]}}
        """,
}


@pytest.fixture
def built(folder: Make) -> Folder:
    project = folder(FILES)
    project.execute("create schema raw; create table raw.t as select 1 as id")
    project.build()
    assert project.run("docs", "generate").code == 0
    return project


def left(project: Folder, name: str) -> Any:
    return json.loads((project.root / "target" / name).read_text(encoding="utf-8"))


def test_the_manifest_has_every_node_under_the_id_that_dbt_gives_it(built: Folder) -> None:
    manifest = left(built, "manifest.json")
    assert manifest["metadata"]["dbt_schema_version"] == "https://schemas.getdbt.com/dbt/manifest/v12.json"
    assert {"model.tiny.a", "model.tiny.b", "seed.tiny.s", "test.tiny.none_negative"} < manifest["nodes"].keys()
    assert manifest["sources"].keys() == {"source.tiny.raw.t"}
    assert manifest["unit_tests"].keys() == {"unit_test.tiny.b.doubled"}
    assert manifest["macros"].keys() == {"macro.tiny.twice"}
    a = manifest["nodes"]["model.tiny.a"]
    assert (a["fqn"], a["path"], a["original_file_path"]) == (
        ["tiny", "marts", "a"],
        "marts/a.sql",
        "models/marts/a.sql",
    )
    assert (a["relation_name"], a["config"]["materialized"], a["config"]["meta"]) == (
        '"tiny"."main"."a"',
        "table",
        {"owner": "me"},
    )
    assert a["compiled_code"].strip() == 'select id from "tiny"."main"."s" as "s"'
    assert manifest["nodes"]["model.tiny.b"]["depends_on"] == {
        "macros": ["macro.tiny.twice"],
        "nodes": ["model.tiny.a"],
    }
    assert manifest["child_map"]["model.tiny.b"] == [
        "test.tiny.none_negative",
        "unit_test.tiny.b.doubled",
        "exposure.tiny.weekly",
    ]
    (unique,) = (n for n in manifest["nodes"].values() if n["name"] == "unique_a_id")
    (filled,) = (n for n in manifest["nodes"].values() if n["name"] == "not_null_a_id")
    assert unique["unique_id"] == "test.tiny.unique_a_id.f6a5f640da"  # which dbt gives it, too
    assert manifest["group_map"] == {"finance": ["model.tiny.a", filled["unique_id"], unique["unique_id"]]}
    assert a["primary_key"] == ["id"]
    assert unique["test_metadata"]["kwargs"] == {"column_name": "id", "model": "{{ get_where_subquery(ref('a')) }}"}


def test_run_results_and_the_catalog_speak_of_the_same_nodes(built: Folder) -> None:
    manifest, results, catalog = (left(built, f"{n}.json") for n in ("manifest", "run_results", "catalog"))
    known = {**manifest["nodes"], **manifest["unit_tests"], **manifest["exposures"]}
    assert {r["unique_id"] for r in results["results"]} <= known.keys()
    assert {r["status"] for r in results["results"]} == {"success", "pass", "no-op"}
    assert catalog["nodes"]["model.tiny.a"]["columns"]["id"] == {
        "type": "INTEGER",
        "index": 1,
        "name": "id",
        "comment": "Key.",
    }
    assert catalog["sources"]["source.tiny.raw.t"]["metadata"]["schema"] == "raw"


def test_a_build_that_changes_nothing_leaves_the_artifacts_alone(built: Folder) -> None:
    before = left(built, "run_results.json")["metadata"]["invocation_id"]
    assert "nothing to do" in built.build("--select", "+b").err
    assert left(built, "run_results.json")["metadata"]["invocation_id"] == before
    (built.root / "target" / "run_results.json").unlink()
    assert "nothing to do" in built.build("--select", "+b").err
    assert "model.tiny.b" in {r["unique_id"] for r in left(built, "run_results.json")["results"]}


def test_a_manifest_that_still_holds_is_not_worked_out_again(built: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    first = left(built, "manifest.json")
    monkeypatch.setattr("convsql.artifacts.manifest.manifest", None)  # to call it would be an error
    built.run("compile")
    second = left(built, "manifest.json")
    assert first.pop("metadata")["invocation_id"] != second.pop("metadata")["invocation_id"]
    assert first == second


@pytest.mark.parametrize("change", ["edited", "cut", "of another project", "gone"])
def test_a_manifest_is_written_whole_where_it_is_not_as_it_was_written(built: Folder, change: str) -> None:
    file = built.root / "target" / "manifest.json"
    first = left(built, "manifest.json")
    text = file.read_text(encoding="utf-8")
    if change == "edited":
        file.write_text(text.replace('"The first."', '"The worst."'), encoding="utf-8")
    elif change == "cut":
        file.write_text(text[:2_000], encoding="utf-8")
    elif change == "gone":
        file.unlink()
    else:
        (built.root / "models/b.sql").write_text("select id from {{ ref('a') }}", encoding="utf-8")
    built.run("compile")
    second = left(built, "manifest.json")
    codes = [m["nodes"]["model.tiny.b"].pop("raw_code") for m in (first, second)]
    assert (codes[0] == codes[1]) is (change != "of another project")
    assert first["nodes"]["model.tiny.a"]["description"] == second["nodes"]["model.tiny.a"]["description"]
    assert first["nodes"].keys() == second["nodes"].keys()


def chosen(project: Folder, selector: str) -> str:
    done = project.run(
        "ls", "--select", selector, "--state", str(project.root / "before"), "--indirect-selection", "empty"
    )
    assert done.code == 0, done.err
    return " ".join(line.partition(":")[2] for line in done.out.splitlines())


def test_what_changed_since_an_earlier_run_is_selected(built: Folder) -> None:
    (built.root / "target").rename(built.root / "before")
    assert chosen(built, "state:modified") == ""
    built.write("models/b.sql", "select id from {{ ref('a') }}")
    built.write("models/c.sql", "select 1 as id")
    assert chosen(built, "state:modified") == chosen(built, "state:modified.body") == "c b"
    assert chosen(built, "state:new") == "c"
    assert chosen(built, "1+state:modified") == "c a b"
    assert chosen(built, "state:unmodified,models/marts/a.sql").split()[0] == "a"
    built.write("models/b.sql", FILES["models/b.sql"])
    built.write("macros/m.sql", "{% macro twice(x) %}2 * {{ x }}{% endmacro %}")
    assert chosen(built, "state:modified.macros") == "b"
    built.write("models/marts/a.sql", FILES["models/marts/a.sql"].replace("'me'", "'you'"))
    assert chosen(built, "state:modified.configs") == "c a"
    assert "no state 'modifed'" in built.run("ls", "-s", "state:modifed", "--state", "before").err


def test_what_an_earlier_run_said_is_selected(folder: Make) -> None:
    project = folder(
        {
            "models/a.sql": "select 1 as id union all select 1",
            "models/p.yml": "models: [{name: a, columns: [{name: id, data_tests: [unique]}]}]\n",
        }
    )
    project.build(code=1)
    (project.root / "target").rename(project.root / "before")
    assert chosen(project, "result:fail") == "unique_a_id"
    assert chosen(project, "result:success") == "a"


@pytest.mark.slow
def test_the_artifacts_are_what_the_published_schemas_say(built: Folder) -> None:
    """dbt's own classes, from which the published schemas are made."""
    jsonschema = pytest.importorskip("jsonschema")
    pytest.importorskip("dbt.artifacts")
    from dbt.artifacts.schemas.catalog import CatalogArtifact
    from dbt.artifacts.schemas.freshness import FreshnessExecutionResultArtifact
    from dbt.artifacts.schemas.manifest import WritableManifest
    from dbt.artifacts.schemas.run import RunResultsArtifact

    built.write(
        "models/q.yml",
        "sources: [{name: raw, schema: raw, tables: [{name: u, identifier: t, loaded_at_field: seen_at, freshness: {warn_after: {count: 1, period: day}}}]}]\n",
    )
    built.execute("alter table raw.t add column seen_at timestamp; update raw.t set seen_at = '2024-01-01'")
    built.run("source", "freshness")
    for name, shape in {
        "manifest": WritableManifest,
        "run_results": RunResultsArtifact,
        "catalog": CatalogArtifact,
        "sources": FreshnessExecutionResultArtifact,
    }.items():
        wrong = jsonschema.Draft202012Validator(shape.json_schema()).iter_errors(left(built, f"{name}.json"))
        assert [f"{list(e.absolute_path)}: {e.message[:200]}" for e in wrong] == [], name
    read: Any = WritableManifest.read_and_check_versions(str(Path(built.root, "target/manifest.json")))
    assert read.nodes["model.tiny.a"].config.materialized == "table"


def test_a_source_that_is_a_seed_is_read_as_the_source_that_the_files_name(folder: Make) -> None:
    project = folder(
        {
            "seeds/people.csv": "id\n1\n",
            "models/a.sql": "select id from {{ source('crm', 'people') }}",
            "models/b.sql": "select id from {{ ref('people') }} union all select id from {{ source('crm', 'people') }}",
            "models/p.yml": "sources: [{name: crm, schema: main, tables: [{name: people}]}]\n",
        }
    )
    assert project.run("docs").code == 0
    manifest = left(project, "manifest.json")
    assert manifest["parent_map"]["model.tiny.a"] == ["source.tiny.crm.people"]
    assert manifest["nodes"]["model.tiny.a"]["sources"] == [["crm", "people"]]
    assert manifest["parent_map"]["model.tiny.b"] == ["seed.tiny.people", "source.tiny.crm.people"]
    assert left(project, "catalog.json")["sources"]["source.tiny.crm.people"]["columns"].keys() == {"id"}


def test_what_a_test_is_about_is_the_last_that_it_reads(folder: Make) -> None:
    project = folder(
        {
            "models/a.sql": "select 1 as id",
            "models/b.sql": "select 1 as id",
            "models/p.yml": "models: [{name: b, columns: [{name: id, data_tests: [{relationships: {arguments: {to: ref('a'), field: id}}}]}]}]\n",
        }
    )
    project.run("compile")
    (test,) = (n for n in left(project, "manifest.json")["nodes"].values() if n["resource_type"] == "test")
    assert test["depends_on"]["nodes"] == ["model.tiny.a", "model.tiny.b"]


def test_exposures_are_among_the_results_of_a_build_of_everything(built: Folder) -> None:
    def said() -> list[str]:
        results = left(built, "run_results.json")["results"]
        return [r["status"] for r in results if r["unique_id"] == "exposure.tiny.weekly"]

    assert said() == ["no-op"]
    built.write("tests/none_negative.sql", "select id from {{ ref('b') }}")
    built.build(code=1)
    assert said() == ["no-op"]  # a test of its own file stands in nobody's way
    built.write("models/b.sql", "select cast('x' as integer) as id from {{ ref('a') }}")
    built.build(code=1)
    assert said() == ["skipped"]
    built.write("models/b.sql", "select 7 as id from {{ ref('a') }}")
    built.build("--select", "a", "--full-refresh")
    assert said() == []
