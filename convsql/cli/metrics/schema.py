"""`convsql metrics schema`."""

from __future__ import annotations

import json


def schema() -> None:
    """Print the JSON Schema of the definitions, for editors."""
    from convsql.cli import terminal

    terminal.put(_schema_text())


def _schema_text() -> str:
    """The JSON Schema of a `vars.yml`, as shipped in `convsql/metrics.schema.json`."""
    from convsql.definitions.metric_checks import VARIABLE
    from convsql.definitions.metric_schema import MetricDefinition
    from convsql.definitions.settings_schema import PackageSettings

    item = MetricDefinition.model_json_schema(ref_template="#/$defs/{model}")
    shared = item.pop("$defs", {})
    settings = PackageSettings.model_json_schema(ref_template="#/$defs/{model}")
    shared |= settings.pop("$defs", {})
    own = {VARIABLE: {"type": "array", "items": {"$ref": "#/$defs/MetricDefinition"}}}
    variables = {"type": "object", "properties": {**own, **settings["properties"]}}
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "vars.yml of a convsql project",
        "type": "object",
        "properties": {"vars": variables, **variables["properties"]},  # type: ignore[dict-item]
        "$defs": {**shared, "MetricDefinition": item},
    }
    return json.dumps(schema, indent=2, ensure_ascii=False)
