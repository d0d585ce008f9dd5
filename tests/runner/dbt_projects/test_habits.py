"""Commands, options and folders that people know from dbt do here what they do there, or say what to do instead."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support import Folder, convsql

Make = Callable[..., Folder]
FILES = {
    "seeds/s.csv": "id\n1\n2\n",
    "models/a.sql": "{{ config(materialized='table', group='finance') }} select id from {{ ref('s') }}",
    "models/b.sql": "{{ config(tags=['late']) }} select id from {{ ref('a') }}",
    "models/p.yml": """
        models:
          - {name: a, columns: [{name: id, data_tests: [unique]}]}
          - {name: b, columns: [{name: id, data_tests: [{relationships: {arguments: {to: ref('a'), field: id}}}]}]}
        groups: [{name: finance, owner: {name: x}}]
        exposures:
          - {name: weekly, type: dashboard, owner: {name: x}, depends_on: [ref('b')]}
        """,
}


def listed(project: Folder, *arguments: str) -> str:
    done = project.run("ls", *arguments)
    assert done.code == 0, done.err
    return " ".join(sorted(line.partition("\t")[0].partition(":")[2] for line in done.out.splitlines()))


def test_seed_and_run_build_nodes_of_one_kind_with_their_tests(folder: Make) -> None:
    project = folder(FILES)
    assert "1 built" in project.run("seed").err
    assert project.query("select count(*) from s") == [(2,)]
    done = project.run("run", "-m", "a")
    assert (done.code, "1 built, 1 test passed" in done.err) == (0, True)
    assert project.run("run").code == 0
    assert project.query("select count(*) from b") == [(2,)]


def test_list_and_parse_are_ls_and_compile(folder: Make) -> None:
    project = folder(FILES)
    assert project.run("list", "--resource-type", "model").out == "model:a\nmodel:b\n"
    assert "compiled 2 models and 2 tests: no errors" in project.run("parse").err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["snapshot"], "convsql does not support 'snapshot'"),
        (["run-operation", "grant_all", "--args", "{}"], "convsql does not support 'run-operation'"),
        (["clone", "--state", "x"], "convsql does not support 'clone'"),
        (["docs", "serve"], "`convsql docs` writes one HTML file"),
        (["build", "--empty"], "convsql does not support '--empty'"),
        (["run", "--event-time-start", "2024-01-01"], "convsql does not support '--event-time-start'"),
        (["build", "--indirect-selection", "some"], "one of eager, cautious, buildable, empty"),
        (["build", "--resource-type", "modle"], "did you mean 'model'?"),
        (["build", "--threads", "many"], "--threads must be a whole number"),
        (["ls", "--select", "state:modified"], "give its folder: --state"),
        (["ls", "--select", "state:modified", "--state", "nowhere"], "no manifest.json in"),
    ],
)
def test_what_convsql_has_not_is_refused_by_name(arguments: list[str], says: str, folder: Make) -> None:
    done = folder(FILES).run(*arguments)
    assert done.code == 2
    assert says in done.err


def test_options_of_dbt_are_taken_before_the_command_and_behind_it(folder: Make) -> None:
    project = folder(FILES)
    before = ["--no-use-colors", "--log-level", "debug", "--project-dir", str(project.root), "--no-partial-parse"]
    done = convsql(*before, "run", "-x", "-f", "--threads", "3", "--no-version-check", "--store-failures", "-s", "+a")
    assert done.code == 0, done.err
    assert project.query("select count(*) from a") == [(2,)]


def test_a_profile_and_a_target_path_are_chosen_on_the_command_line(folder: Make) -> None:
    project = folder(
        {
            **FILES,
            "profiles.yml": """
                tiny: {target: dev, outputs: {dev: {type: duckdb, path: "{{ env_var('NOT_SET') }}"}}}
                mine: {target: dev, outputs: {dev: {type: duckdb, path: tiny.duckdb, schema: other}}}
                """,
        }
    )
    assert project.run("build", "--profile", "mine", "--target-path", "elsewhere").code == 0
    assert project.query("select count(*) from other.a") == [(2,)]
    assert (project.root / "elsewhere" / "run_results.json").is_file()
    assert not (project.root / "target").exists()


def test_profiles_are_looked_for_where_dbt_does(folder: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = folder(FILES)
    for place in (tmp_path / "home/.dbt", tmp_path / "named"):
        place.mkdir(parents=True)
        (project.root / "profiles.yml").replace(place / "profiles.yml")
        monkeypatch.setenv("HOME", str(tmp_path / "home"))
        if place.name == "named":
            monkeypatch.setenv("DBT_PROFILES_DIR", str(place))
        assert project.run("ls").code == 0
        (place / "profiles.yml").replace(project.root / "profiles.yml")


def test_a_selection_of_nothing_warns_and_ends_well(folder: Make) -> None:
    project = folder(FILES)
    done = project.build("--select", "c")
    assert "'c' selects nothing" in done.err
    assert project.run("ls", "--select", "tag:none").out == ""


def test_ls_shows_nodes_as_dbt_does(folder: Make) -> None:
    project = folder(FILES)
    assert project.run("ls", "--output", "path", "-m", "a").out.splitlines()[0] == "models/a.sql"
    assert project.run("ls", "--output", "selector", "--resource-type", "model").out == "tiny.a\ntiny.b\n"
    line = project.run("ls", "--output", "json", "--output-keys", "name resource_type", "-s", "s").out
    assert json.loads(line) == {"name": "s", "resource_type": "seed"}


def test_groups_exposures_and_indirect_tests_are_selected(folder: Make) -> None:
    project = folder(FILES)
    assert listed(project, "-s", "group:finance", "--resource-type", "model") == "a"
    assert listed(project, "-s", "+exposure:weekly", "--resource-type", "model") == "a b"
    assert listed(project, "-s", "1+exposure:weekly", "--resource-type", "model") == "b"
    assert listed(project, "-s", "b", "--indirect-selection", "cautious") == "b"
    assert listed(project, "-s", "b", "--indirect-selection", "empty") == "b"
    assert listed(project, "-s", "b") == "b relationships_b_id__id__ref_a_"


def test_selectors_yml_names_selections(folder: Make) -> None:
    project = folder(
        {
            **FILES,
            "selectors.yml": """
                selectors:
                  - {name: late, definition: "tag:late"}
                  - {name: all_but, definition: {union: [{method: resource_type, value: model}, {exclude: [{tag: late}]}]}}
                  - name: upstream
                    definition: {method: fqn, value: b, parents: true, parents_depth: 1, exclude: [b]}
                  - {name: both, definition: {intersection: ["+b", {method: selector, value: late}]}}
                """,
        }
    )
    models = ("--resource-type", "model")
    assert listed(project, "--selector", "late", *models) == "b"
    assert listed(project, "--selector", "all_but", *models) == "a"
    assert listed(project, "--selector", "upstream", *models) == "a"
    assert listed(project, "--selector", "both", *models) == "b"
    assert "no selector 'lat'" in project.run("ls", "--selector", "lat").err
    project.write("selectors.yml", "selectors: [{name: late, default: true, definition: 'tag:late'}]\n")
    assert listed(project, *models) == "b"


def test_warn_error_makes_warnings_errors(folder: Make) -> None:
    failing = "models: [{name: a, columns: [{name: id, data_tests: [{unique: {config: {severity: warn}}}]}]}]\n"
    project = folder({"models/a.sql": "select 1 as id union all select 1", "models/p.yml": failing})
    done = project.run("build", "--warn-error")
    assert (done.code, "FAIL" in done.err) == (1, True)
    assert project.run("build").code == 0
    project.write("models/a.sql", "{{ config(sort='id') }} select 1 as id")
    assert project.run("build", "--warn-error").code == 2


def test_log_format_json_says_every_message_as_a_document(folder: Make) -> None:
    done = folder(FILES).run("--log-format", "json", "build")
    said = [json.loads(line) for line in done.out.splitlines()]
    assert said[-1]["info"]["msg"].startswith("published build 1")
    assert done.err == ""


def test_what_is_for_the_semantic_layer_is_left_unread_and_said_to_be_so(folder: Make) -> None:
    project = folder(
        {
            "models/a.sql": "select 1 as id",
            "models/layer.yml": """
                semantic_models:
                  - {name: a, model: ref('a'), entities: [{name: id, type: primary}]}
                metrics:
                  - {name: m, type: simple, filter: "{{ Dimension('id__x') }} = 1"}
                models:
                  - {name: a, columns: [{name: id, data_tests: [unique]}]}
                """,
        }
    )
    done = project.build()
    assert done.code == 0, done.err
    assert "models/layer.yml:2: 'semantic_models' is of dbt's semantic layer, and not read" in done.err
    assert "models/layer.yml:4: 'metrics' is of dbt's semantic layer" in done.err
    assert "1 test passed" in done.err
