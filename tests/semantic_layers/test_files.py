"""What is written for Ossie, Cube and Looker reads as these read it, and its expressions give the rates of `cohort_rates`."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from convsql.semantic_layers.exported import COUNTS
from tests.semantic_layers.conftest import METRIC, Export, assert_same, rates
from tests.semantic_layers.ossie_shape import Document
from tests.support import convsql


def assert_rates(built: duckdb.DuckDBPyConnection, expression: str, column: str) -> None:
    sql = f"select strftime(placed_on, '%Y-%m'), channel, {expression} from main.rate_members group by 1, 2"
    found = {(month, channel): value for month, channel, value in built.execute(sql).fetchall()}
    assert_same(found, rates(built, column))


def test_ossie_s_document_is_valid_and_its_expressions_give_the_rates(
    export: Export, built: duckdb.DuckDBPyConnection
) -> None:
    document = yaml.safe_load(export("ossie", METRIC))
    Document.model_validate(document)
    (model,) = document["semantic_model"]
    metrics = {metric["name"]: metric for metric in model["metrics"]}
    expression = {name: metric["expression"]["dialects"][0]["expression"] for name, metric in metrics.items()}
    assert_rates(built, expression[f"{METRIC}_v2"], "conversion_rate")
    assert_rates(built, expression[f"{METRIC}_v2_credited"], "credited_rate")
    assert_rates(built, expression[f"{METRIC}_v2_eligible"], "eligible")
    columns = [name for name, *_ in built.execute("describe main.rate_members").fetchall()]
    assert [field["name"] for field in model["datasets"][0]["fields"]] == columns
    extension = json.loads(metrics[f"{METRIC}_v2"]["custom_extensions"][0]["data"])
    ((digest,),) = built.execute(
        f"select definition_digest from metric_definitions where metric = '{METRIC}' and metric_version = 2"
    ).fetchall()
    assert (extension["metric_version"], extension["definition_digest"]) == (2, digest)
    assert extension["meaning_digest"]


def resolved(measures: dict[str, dict[str, Any]], name: str) -> str:
    """A measure of a cube as SQL, by what Cube's documentation says of `{CUBE}`, of filters and of members."""
    measure = measures[name]
    if measure["type"] == "number":
        return re.sub(r"\{(\w+)\}", lambda match: resolved(measures, match[1]), measure["sql"])
    condition = " and ".join(each["sql"] for each in measure["filters"])
    return f"sum(case when {condition} then {measure['sql']} end)".replace("{CUBE}", "rate_members")


def test_cube_s_measures_give_the_rates(export: Export, built: duckdb.DuckDBPyConnection) -> None:
    (cube,) = yaml.safe_load(export("cube", METRIC))["cubes"]
    measures = {measure["name"]: measure for measure in cube["measures"]}
    assert_rates(built, resolved(measures, f"{METRIC}_v2"), "conversion_rate")
    assert_rates(built, resolved(measures, f"{METRIC}_v2_credited"), "credited_rate")
    key = next(each["sql"] for each in cube["dimensions"] if each.get("primary_key")).replace("{CUBE}", "rate_members")
    ((rows, keys),) = built.execute(
        f"select count(*), count(distinct {key}) from {cube['sql_table']} as rate_members"
    ).fetchall()
    assert rows == keys > 0


def test_looker_s_view_parses_and_its_measures_give_the_rates(export: Export, built: duckdb.DuckDBPyConnection) -> None:
    lkml = pytest.importorskip("lkml")
    (view,) = lkml.load(export("lookml", METRIC))["views"]
    measures = {measure["name"]: measure for measure in view["measures"]}
    assert set(measures) == {f"{METRIC}_v2", f"{METRIC}_v2_credited", *(f"{METRIC}_v2_{name}" for name in COUNTS)}

    def as_sql(name: str) -> str:
        measure = measures[name]
        if measure["type"] == "number":
            return re.sub(r"\$\{(\w+)\}", lambda match: as_sql(match[1]), measure["sql"])
        (filters,) = measure["filters__all"]
        wanted = {key: value.replace("^_", "_") for each in filters for key, value in each.items()}
        condition = " and ".join(f"cast({key} as varchar) = '{value}'" for key, value in wanted.items())
        return f"sum(case when {condition} then {measure['sql'].replace('${TABLE}', 'rate_members')} end)"

    assert_rates(built, as_sql(f"{METRIC}_v2"), "conversion_rate")
    assert_rates(built, as_sql(f"{METRIC}_v2_credited"), "credited_rate")
    assert any(tag.startswith("convsql:meaning_digest=") for tag in measures[f"{METRIC}_v2"]["tags"])


@pytest.mark.parametrize("tool", ["metricflow", "ossie", "cube", "lookml"])
def test_what_a_tool_has_no_place_for_is_said(demo_project: Path, tool: str) -> None:
    done = convsql("metrics", "export", "--to", tool, "--project-dir", str(demo_project))
    assert f"note: {tool} has no place for how sure a rate is" in done.err
    assert f"note: {METRIC}@2 rests on dispositions, facts later than the anchor" in done.err
    assert done.out.startswith(f"# Written by `convsql metrics export --to {tool}`")
    again = convsql("metrics", "export", "--to", tool, "--project-dir", str(demo_project))
    assert again.out == done.out


def test_a_file_is_written_where_it_is_asked_for(demo_project: Path, tmp_path: Path) -> None:
    file = tmp_path / "model" / "rates.yml"
    done = convsql("metrics", "export", METRIC, "--to", "cube", "--into", str(file), "--project-dir", str(demo_project))
    assert (done.code, done.out) == (0, "")
    assert f"{file}: 1 metric version for cube" in done.err
    assert yaml.safe_load(file.read_text(encoding="utf-8"))["cubes"]


@pytest.mark.slow
def test_a_definition_that_is_not_what_was_locked_is_not_exported(demo_copy: Path) -> None:
    variables = demo_copy / "vars.yml"
    text = variables.read_text(encoding="utf-8")
    variables.write_text(
        text.replace(
            "window_days: 30\n      unit: contact\n      attribution: linear",
            "window_days: 31\n      unit: contact\n      attribution: linear",
            1,
        ),
        encoding="utf-8",
    )
    done = convsql("metrics", "export", METRIC, "--to", "ossie", "--project-dir", str(demo_copy))
    assert done.code == 2
    assert "vars.yml:" in done.err and f"{METRIC}@2 is not what was locked as {METRIC}@2" in done.err
    assert done.out == ""


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--to", "cubes"], "--to: no tool 'cubes'\n  hint: did you mean 'cube'?"),
        ([], "--to is missing\n  hint: there are metricflow, semantic_manifest, ossie, cube, lookml"),
        (["--to", "cube", "no_such"], "no_such"),
    ],
)
def test_wrong_usage_is_answered(demo_project: Path, arguments: list[str], said: str) -> None:
    done = convsql("metrics", "export", *arguments, "--project-dir", str(demo_project))
    assert (done.code, done.out) == (2, "")
    assert said in done.err
