"""`semantic_manifest.json` as `dbt parse` writes it of the file for MetricFlow: what its engine, and tools that embed it, read without dbt.

Every field that dbt writes stands there, those without a value as null. The time spine is the reader's own: convsql publishes no such table.
"""

from __future__ import annotations

import json
from typing import Any

from convsql.base.quoting import quote
from convsql.semantic_layers import metricflow
from convsql.semantic_layers.exported import Exported

_COMMON = dict.fromkeys(("description", "expr", "metadata", "label", "config"))
_ENTITY = {**_COMMON, "role": None}
_MEASURE = {**_COMMON, **dict.fromkeys(("create_metric", "agg_params", "non_additive_dimension", "agg_time_dimension"))}
_DIMENSION = {**_COMMON, "is_partition": False, "type_params": None}
_INPUT = dict.fromkeys(("filter", "alias", "offset_window", "offset_to_grain"))
_MEASURED = {"filter": None, "alias": None, "join_to_timespine": False, "fill_nulls_with": None}
_PARAMS: dict[str, Any] = {
    **dict.fromkeys(("measure", "numerator", "denominator", "expr", "window", "grain_to_date", "metrics")),
    **dict.fromkeys(("conversion_type_params", "cumulative_type_params")),
    "input_measures": [],
}
_METRIC = {"filter": None, "metadata": None, "time_granularity": None}
_CONFIGURATION: dict[str, Any] = {
    "time_spine_table_configurations": [],
    "metadata": None,
    "dsi_package_version": {"major_version": "0", "minor_version": "9", "patch_version": "0"},
    "time_spines": [],
}


def text(exported: Exported) -> str:
    """The text of the file."""
    document = metricflow.document(exported)
    content = {
        "semantic_models": [_model(exported, model) for model in document["semantic_models"]],
        "metrics": [_metric(metric) for metric in document["metrics"]],
        "project_configuration": _CONFIGURATION,
        "saved_queries": [],
    }
    return json.dumps(content, ensure_ascii=False) + "\n"


def _model(exported: Exported, said: dict[str, Any]) -> dict[str, Any]:
    database, schema, name = exported.relation
    relation = ".".join(map(quote, exported.relation))
    model = {key: value for key, value in said.items() if key != "model"}
    return {
        **model,
        "node_relation": {"alias": name, "schema_name": schema, "database": database, "relation_name": relation},
        "entities": [_ENTITY | entity for entity in said["entities"]],
        "measures": [_MEASURE | measure for measure in said["measures"]],
        "dimensions": [_dimension(dimension) for dimension in said["dimensions"]],
        "label": None,
        "metadata": None,
        "config": None,
    }


def _dimension(said: dict[str, Any]) -> dict[str, Any]:
    params = {"validity_params": None, **said["type_params"]} if "type_params" in said else None
    return {**_DIMENSION, **said, "type_params": params}


def _metric(said: dict[str, Any]) -> dict[str, Any]:
    inputs = {key: (_MEASURED if key == "measure" else _INPUT) | value for key, value in said["type_params"].items()}
    condition = {"where_filters": [{"where_sql_template": said["filter"]}]} if said.get("filter") else None
    return {**_METRIC, **said, "type_params": {**_PARAMS, **inputs}, "filter": condition}
