"""Configuration of nodes, laid over in dbt's order: the project's tree, the YAML beside the node, config() in its file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from convsql.base.errors import Problems, Where, did_you_mean
from convsql.base.yaml_file import YamlMap
from convsql.base.yaml_shapes import misshapen
from convsql.project.data_test_entries import TEST_CONFIG
from convsql.project.hooks import CONFIGS, placed, read_hooks
from convsql.project.unknown_configs import is_left_in

MATERIALIZATIONS = ("view", "table", "ephemeral", "incremental")  # an incremental model is a table that is built whole
_STRATEGIES = (
    "default",
    "append",
    "delete+insert",
    "merge",
    "insert_overwrite",
)  # which of them is meant changes no row
_MATERIALIZED_UNSUPPORTED = {
    "materialized_view": "build a table or a view",
    "external": "build a table and export it",
}
_CONFIG = {
    "materialized",
    "tags",
    "meta",
    "enabled",
    "schema",
    "alias",
    "database",
    "contract",
    "docs",
    "group",
    "access",
    "persist_docs",
    "description",
    "quoting",
    "full_refresh",
    "event_time",
    "on_configuration_change",
    "column_types",
    "delimiter",
    "quote_columns",
    "static_analysis",
    "unique_key",
    "incremental_strategy",
    "incremental_predicates",
    "on_schema_change",
    "merge_update_columns",
    "merge_exclude_columns",
    "merge_clauses",
}
_CONFIG_UNSUPPORTED = {
    "location": "external models are not supported; build a table",
    "grants": "grants are not supported by duckdb",
    "sql_header": "a model is one query; set what it needs in the profile's `settings`",
}


def tree_config(tree: YamlMap | None, path: tuple[str, ...]) -> YamlMap:
    """Config for one node from a `models:` (or like) tree: `+key` at each level from the top to its folder."""
    merged = YamlMap(tree.path, tree.line) if tree is not None else YamlMap()
    level: Any = tree
    for step in (None, *path):
        if step is not None:
            level = level.get(step) if isinstance(level, Mapping) else None
        if not isinstance(level, YamlMap):
            break
        for key, value in level.items():
            if key.startswith("+") or (not isinstance(value, Mapping) and key not in path):
                said = key.removeprefix("+")
                if said in CONFIGS:
                    value = placed(value, level.where(key))
                _merge_one(merged, CONFIGS.get(said, said), value)
                merged.lines[key.removeprefix("+")] = level.where(key).line
    return merged


def _merge_one(config: dict[str, Any], key: str, value: Any) -> None:
    if value is None and key in ("tags", "meta", "column_types"):
        return
    before = config.get(key)
    if key in CONFIGS:
        config[key] = [*(before or []), *value]
    elif key == "tags" and not misshapen(key, value) and not misshapen(key, before or []):
        new = [value] if isinstance(value, str) else list(value)
        config[key] = list(dict.fromkeys([*(before or []), *new]))
    elif key in ("meta", "column_types") and isinstance(value, Mapping) and isinstance(before, Mapping):
        config[key] = {**before, **value}
    else:
        config[key] = value


def merge_config(config: dict[str, Any], layer: Mapping[str, Any], where: Where, kind: str, problems: Problems) -> None:
    """Lay one layer of configuration over another: tags add up, meta merges, the rest replaces.

    Misspelt keys, unsupported ones and unknown materialisations are errors in `problems`; keys that mean nothing here are warnings.
    """
    known = TEST_CONFIG | {"enabled"} if kind == "test" else _CONFIG
    for key, value in layer.items():
        place = layer.where(key) if isinstance(layer, YamlMap) else where
        if key in _CONFIG_UNSUPPORTED and kind != "test":
            problems.add(f"convsql does not support config '{key}'", place, _CONFIG_UNSUPPORTED[key])
        elif key in CONFIGS and kind != "test":
            _merge_one(config, CONFIGS[key], read_hooks(key, value, place, problems))
        elif key not in known:
            if is_left_in(key, known, place, problems):
                config[key] = value
        elif key == "materialized" and value not in MATERIALIZATIONS:
            hint = _MATERIALIZED_UNSUPPORTED.get(str(value)) or did_you_mean(str(value), MATERIALIZATIONS)
            hint = hint or f"use one of {', '.join(MATERIALIZATIONS)}"
            problems.add(f"materialized '{value}' is not supported", place, hint)
        elif key == "incremental_strategy" and value == "microbatch":
            problems.add("convsql does not support microbatch models", place, "build a table, which has all rows")
        elif key == "incremental_strategy" and value not in (None, *_STRATEGIES):
            hint = did_you_mean(str(value), _STRATEGIES) or f"use one of {', '.join(_STRATEGIES)}"
            problems.add(f"incremental_strategy '{value}' is not supported", place, hint)
        elif value is not None and (wrong := misshapen(key, value)):
            problems.add(wrong, place)
        else:
            _merge_one(config, key, value)
