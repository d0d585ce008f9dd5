"""`convsql compile --dialect … --into …`: what is written, where, and where not."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from convsql.dialects import session_settings
from tests.plain_dbt.project import FILES
from tests.support import Folder, Run

Make = Callable[..., Folder]


def write(project: Folder, dialect: str = "duckdb", into: str = "out", code: int = 0) -> Run:
    done = project.run("compile", "--dialect", dialect, "--into", str(project.root / into))
    assert done.code == code, done.err + done.out
    return done


def texts(folder: Path) -> dict[str, str]:
    return {f.relative_to(folder).as_posix(): f.read_text() for f in sorted(folder.rglob("*")) if f.is_file()}


def read(project: Folder, path: str) -> Any:
    return yaml.safe_load((project.root / "out" / path).read_text())


def test_every_part_of_the_project_is_there(folder: Make) -> None:
    project = folder(FILES)
    write(project)
    assert sorted(texts(project.root / "out")) == [
        "README.md",
        "convsql_written.json",
        "dbt_project.yml",
        "models/_models.yml",
        "models/large.sql",
        "models/marts/_models.yml",
        "models/marts/sales.sql",
        "models/sources.yml",
        "profiles.example.yml",
        "seeds/_seeds.yml",
        "seeds/amounts.csv",
        *above(project),
        "tests/none_is_lost.sql",
        "tests/not_null_sales_orders.sql",
    ]


def above(project: Folder) -> list[str]:
    return [name for name in texts(project.root / "out") if name.startswith("tests/above_")]


def test_references_are_dbts_again_and_nothing_else_is_a_template(folder: Make) -> None:
    project = folder(FILES)
    write(project)
    sales = (project.root / "out/models/marts/sales.sql").read_text()
    assert '{{ ref("amounts") }} as amounts' in sales
    assert '{{ source("raw", "orders") }}' in sales  # of the ephemeral model, which stands in it
    assert "'{{ '{{' }} x }} {{ '{%' }}'" in sales
    assert "⟦" not in "".join(texts(project.root / "out").values())


def test_configuration_columns_and_dbts_own_tests_stand_in_yaml(folder: Make) -> None:
    project = folder(FILES)
    write(project)
    (sales,) = read(project, "models/marts/_models.yml")["models"]
    assert sales["config"] == {
        "materialized": "table", "alias": "sold", "schema": "sales", "tags": ["money"], "meta": {"owner": "us"},
        "contract": {"enforced": True},
    }  # fmt: skip
    columns = {column["name"]: column for column in sales["columns"]}
    assert columns["id"] == {
        "name": "id", "data_type": "BIGINT", "description": "The amount.", "data_tests": ["not_null", "unique"],
    }  # fmt: skip
    assert columns["name"]["data_tests"] == [{"accepted_values": {"arguments": {"values": ["a", 'b "c"']}}}]
    assert "data_tests" not in columns["orders"]  # a test of some rows is a file
    (large,) = read(project, "models/_models.yml")["models"]
    assert large["columns"][0]["data_tests"] == [
        {"relationships": {"arguments": {"to": 'ref("sales")', "field": "id"}, "config": {"tags": ["keys"]}}}
    ]
    assert read(project, "models/sources.yml")["sources"][0]["tables"][0]["columns"][0]["data_tests"] == ["not_null"]


def test_other_tests_are_files_with_their_configuration(folder: Make) -> None:
    project = folder(FILES)
    write(project)
    found = texts(project.root / "out")
    assert found[above(project)[0]].startswith("{{ config(severity='warn') }}\nselect * from ")
    lost = found["tests/none_is_lost.sql"]
    assert lost.startswith(
        "{{ config(warn_if='> 3', error_if='> 5', fail_calc='coalesce(max(failures), 0)') }}\nselect sum(missing) as failures"
    )


def test_types_are_those_of_the_dialect(folder: Make) -> None:
    project = folder(FILES)
    write(project, "postgres")
    (seed,) = read(project, "seeds/_seeds.yml")["seeds"]
    assert seed["config"]["column_types"] == {"id": "bigint", "name": "text", "amount": "numeric(10, 2)"}
    (sales,) = read(project, "models/marts/_models.yml")["models"]
    assert [column["data_type"] for column in sales["columns"]][3:5] == ["numeric(38, 2)", "double precision"]
    assert "double precision" in (project.root / "out/models/marts/sales.sql").read_text()


def test_two_writings_are_the_same_bytes(folder: Make) -> None:
    project = folder(FILES)
    write(project, "postgres", "one")
    write(project, "postgres", "two")
    assert texts(project.root / "one") == texts(project.root / "two")


def test_what_is_written_says_of_what_it_was_made_and_what_was_proven(folder: Make) -> None:
    project = folder(FILES)
    write(project, "postgres", "pg")
    done = write(project, "snowflake", "sf")
    assert "not proven" in done.err
    proven, draft = ((project.root / name / "README.md").read_text() for name in ("pg", "sf"))
    assert "| postgres | supported: the rows of every relation of the convsql package were compared" in proven
    assert "What is known to differ" not in proven
    assert "| snowflake | written, not proven: no row was compared on this engine |" in draft
    assert "- / of whole numbers and of decimals: DuckDB's is a double (1 query: `sales`)" in draft
    marker = json.loads((project.root / "pg/convsql_written.json").read_text())
    assert marker["fingerprint"] in proven
    project.write("models/large.sql", "select * from {{ ref('sales') }} where total > 11")
    write(project, "postgres", "pg")
    assert marker["fingerprint"] not in (project.root / "pg/README.md").read_text()


def test_a_project_for_spark_brings_the_settings_that_its_numbers_depend_on(folder: Make) -> None:
    project = folder(FILES)
    done = project.run("compile", "--dialect", "spark", "--into", "out", "--json")
    assert (done.code, done.json["proven"]) == (0, True)
    output = yaml.safe_load((project.root / "out/profiles.example.yml").read_text())["tiny"]["outputs"]["dev"]
    assert output["server_side_parameters"] == session_settings("spark") != {}
    assert "dbt itself was not run on Spark" in (project.root / "out/README.md").read_text()


@pytest.mark.parametrize("dialect", ["databricks", "snowflake", "bigquery", "trino", "redshift"])
def test_drafts_are_whole_projects_too(folder: Make, dialect: str) -> None:
    project = folder(FILES)
    done = project.run("compile", "--dialect", dialect, "--into", "out", "--json")
    assert (done.code, done.json["proven"]) == (0, False)
    assert "{{ ref(" in (project.root / "out/models/marts/sales.sql").read_text()
    assert (
        yaml.safe_load((project.root / "out/profiles.example.yml").read_text())["tiny"]["outputs"]["dev"]["type"]
        == dialect
    )


def test_a_percentile_is_no_approximate_one_on_spark(folder: Make) -> None:
    project = folder(
        {"models/p.sql": "select percentile_cont(0.5) within group (order by x) as p from (select 1 as x) as xs"}
    )
    write(project, "spark")
    text = (project.root / "out/models/p.sql").read_text()
    assert "PERCENTILE(X, 0.5)" in text.upper()
    assert "APPROX" not in text.upper()


def test_a_folder_with_other_things_in_it_is_left_alone(folder: Make) -> None:
    project = folder(FILES)
    project.write("out/mine.txt", "mine")
    done = write(project, code=2)
    assert "is not empty, and convsql did not write it" in done.err
    assert texts(project.root / "out") == {"mine.txt": "mine"}


def test_what_convsql_wrote_is_written_again_and_a_profile_in_it_stays(folder: Make) -> None:
    project = folder(FILES)
    write(project)
    project.write("out/profiles.yml", "mine")
    project.write("out/target/manifest.json", "{}")
    project.remove("models/large.sql")
    text = FILES["models/models.yml"]
    project.write("models/models.yml", text[: text.index("  - name: large")].rstrip(" ") + "\n")
    write(project)
    found = texts(project.root / "out")
    assert found["profiles.yml"] == "mine"
    assert "models/large.sql" not in found
    assert not [name for name in project.root.iterdir() if name.name.startswith(".unfinished")]


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("out/models/marts/sales.sql", "'models/marts/sales.sql' in "),
        ("out/models/own.sql", "'models/own.sql' in "),
    ],
)
def test_what_people_changed_in_it_is_not_lost(folder: Make, path: str, said: str) -> None:
    project = folder(FILES)
    write(project)
    project.write(path, "select 1 as mine")
    done = write(project, code=2)
    assert said in done.err
    assert (project.root / path).read_text() == "select 1 as mine"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--dialect", "postgres"), "--dialect and --into go together"),
        (("--into", "out"), "--dialect and --into go together"),
        (("--dialect", "postgers", "--into", "out"), "did you mean 'postgres'?"),
        (("--dialect", "postgres", "--into", "models/out"), "lies among the project's own files"),
        (("--dialect", "postgres", "--into", "."), "is not empty, and convsql did not write it"),
        (("--dialect", "postgres", "--into", "out", "--select", "sales"), "--into writes the whole project"),
    ],
)
def test_what_can_not_be_written_is_said(folder: Make, arguments: tuple[str, ...], said: str) -> None:
    project = folder(FILES)
    done = project.run("compile", *arguments)
    assert (done.code, said in done.err) == (2, True), done.err
    assert not (project.root / "out").exists()


def test_a_link_that_leads_out_of_the_project_is_not_written_through(folder: Make, tmp_path_factory: Any) -> None:
    project = folder(FILES)
    outside = tmp_path_factory.mktemp("outside")
    (project.root / "out").symlink_to(outside)
    assert "is a link that leads out of the project" in write(project, code=2).err
    assert not list(outside.iterdir())


def test_a_query_without_a_translation_leaves_nothing_behind(folder: Make) -> None:
    project = folder({"models/odd.sql": "select list_value(1, 2) as listed"})
    done = write(project, "postgres", code=2)
    assert "models/odd.sql" in done.err
    assert not (project.root / "out").exists()
