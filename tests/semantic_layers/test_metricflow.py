"""MetricFlow's own engine gives, of the exported definitions, the rates of `cohort_rates`."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from tests.runner.parity.both import dbt_command
from tests.semantic_layers.conftest import METRIC, Export, assert_same, rates

pytest.importorskip("metricflow")


class Client:
    """All that MetricFlow asks of a database to write SQL for it."""

    def __init__(self) -> None:
        from metricflow.protocols.sql_client import SqlEngine
        from metricflow.sql.render.duckdb_renderer import DuckDbSqlPlanRenderer

        self.sql_engine_type = SqlEngine.DUCKDB
        self.sql_plan_renderer = DuckDbSqlPlanRenderer()


def engine_of(text: str) -> Any:
    """The engine over the semantic models and metrics of a file, once MetricFlow's own validation found nothing."""
    from metricflow.engine.metricflow_engine import MetricFlowEngine
    from metricflow_semantic_interfaces.implementations.metric import PydanticMetric
    from metricflow_semantic_interfaces.implementations.project_configuration import PydanticProjectConfiguration
    from metricflow_semantic_interfaces.implementations.semantic_manifest import PydanticSemanticManifest
    from metricflow_semantic_interfaces.implementations.semantic_model import PydanticSemanticModel
    from metricflow_semantic_interfaces.transformations.semantic_manifest_transformer import (
        PydanticSemanticManifestTransformer,
    )
    from metricflow_semantic_interfaces.validations.semantic_manifest_validator import SemanticManifestValidator
    from metricflow_semantics.model.semantic_manifest_lookup import SemanticManifestLookup

    content = yaml.safe_load(text)
    (model,) = content["semantic_models"]
    assert model.pop("model") == "ref('rate_members')"  # which dbt resolves
    model["node_relation"] = {"alias": "rate_members", "schema_name": "main", "relation_name": "main.rate_members"}
    spine = {"alias": "spine", "schema_name": "main", "relation_name": "main.spine"}
    manifest = PydanticSemanticManifest(
        semantic_models=[PydanticSemanticModel.parse_obj(model)],
        metrics=[PydanticMetric.parse_obj(metric) for metric in content["metrics"]],
        project_configuration=PydanticProjectConfiguration.parse_obj(
            {"time_spines": [{"node_relation": spine, "primary_column": {"name": "ds", "time_granularity": "day"}}]}
        ),
    )
    manifest = PydanticSemanticManifestTransformer.transform(manifest)
    issues = SemanticManifestValidator().validate_semantic_manifest(manifest)
    assert [issue.message for issue in (*issues.errors, *issues.warnings)] == []
    return MetricFlowEngine(SemanticManifestLookup(manifest), Client())


def answer(engine: Any, built: duckdb.DuckDBPyConnection, metric: str) -> dict[tuple[str, str], float | None]:
    from metricflow.engine.metricflow_engine import MetricFlowQueryRequest

    request = MetricFlowQueryRequest.create(
        metric_names=[metric], group_by_names=["metric_time__month", "rate_member__channel"]
    )
    sql = engine.explain(request).sql_statement.sql
    return {(f"{month:%Y-%m}", channel): value for month, channel, value in built.execute(sql).fetchall()}


@pytest.mark.parametrize(
    ("metric", "column", "version"),
    [
        (f"{METRIC}_v2", "conversion_rate", 2),
        (f"{METRIC}_v1", "conversion_rate", 1),
        (f"{METRIC}_v2_credited", "credited_rate", 2),
        (f"{METRIC}_v2_matured", "matured", 2),
        (f"{METRIC}_v2_amount", "amount", 2),
    ],
)
def test_its_figures_are_those_of_cohort_rates(
    export: Export, built: duckdb.DuckDBPyConnection, metric: str, column: str, version: int
) -> None:
    found = answer(engine_of(export("metricflow", METRIC, f"{METRIC}@1")), built, metric)
    expected = rates(built, column, version)
    assert found.keys() == expected.keys()
    assert_same(found, expected)


def test_every_version_that_is_no_draft_is_a_metric_of_its_own(export: Export) -> None:
    names = {metric["name"] for metric in yaml.safe_load(export("metricflow"))["metrics"]}
    assert {f"{METRIC}_v1", f"{METRIC}_v2", "qualified_to_won_v1"} < names
    assert {metric["name"] for metric in yaml.safe_load(export("metricflow", METRIC))["metrics"]} == {
        name for name in names if name.startswith(f"{METRIC}_v2")
    }


@pytest.mark.slow
@pytest.mark.dbt
def test_dbt_parses_the_file_beside_the_models(demo_copy: Path, export: Export) -> None:
    """dbt's own reading of semantic models is stricter than MetricFlow's: names, references, the filters' templates."""
    models = demo_copy / "models"
    (models / "convsql_metrics.yml").write_text(export("metricflow"), encoding="utf-8")
    (models / "spine.sql").write_text("select cast('2026-01-01' as date) as ds", encoding="utf-8")
    spine = {"name": "spine", "time_spine": {"standard_granularity_column": "ds"}}
    column = {"name": "ds", "granularity": "day", "data_type": "date"}
    (models / "spine.yml").write_text(yaml.safe_dump({"models": [{**spine, "columns": [column]}]}), encoding="utf-8")
    dbt = dbt_command()
    if dbt is None:
        pytest.skip("no dbt: install the extra `dbt`")
    variables = yaml.safe_load((demo_copy / "vars.yml").read_text(encoding="utf-8"))["vars"]
    done = subprocess.run(
        [dbt, "--quiet", "parse", "--profiles-dir", ".", "--vars", json.dumps(variables, default=str)],
        cwd=demo_copy,
        env=os.environ | {"DBT_SEND_ANONYMOUS_USAGE_STATS": "false", "DO_NOT_TRACK": "1"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    manifest = json.loads((demo_copy / "target" / "manifest.json").read_text(encoding="utf-8"))
    assert f"metric.convsql.{METRIC}_v2" in manifest["metrics"]


def test_the_semantic_manifest_is_as_dbt_writes_it(export: Export) -> None:
    manifest = pytest.importorskip("dbt_semantic_interfaces.implementations.semantic_manifest")
    text = export("semantic_manifest", METRIC, f"{METRIC}@1")
    assert json.loads(manifest.PydanticSemanticManifest.parse_raw(text).json()) == json.loads(text)
    said = json.loads(text)
    (model,) = said["semantic_models"]
    assert model["node_relation"]["relation_name"] == '"convsql"."main"."rate_members"'
    as_yaml = yaml.safe_load(export("metricflow", METRIC, f"{METRIC}@1"))
    assert [metric["name"] for metric in said["metrics"]] == [metric["name"] for metric in as_yaml["metrics"]]
