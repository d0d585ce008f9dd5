"""The YAML beside models and seeds: sources, columns, tests, unit tests, turned into declarations.

Keys that dbt knows and that change no row (descriptions, docs, groups, access) are accepted;
unknown ones are errors with a suggestion; what dbt has and convsql has not is named.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from convsql.base.errors import Problems, Where, did_you_mean
from convsql.base.quoting import quote
from convsql.base.yaml_file import YamlList, YamlMap
from convsql.base.yaml_shapes import OVERRIDES, drop_misshapen
from convsql.project.data_test_entries import DeclaredTest, declared_tests
from convsql.project.nodes import Column

_TOP = {
    "version",
    "models",
    "seeds",
    "snapshots",
    "sources",
    "unit_tests",
    "data_tests",
    "macros",
    "exposures",
    "groups",
    "analyses",
}
_SEMANTIC_LAYER = ("metrics", "semantic_models", "saved_queries")  # which adds nothing to what is built
_TOP_UNSUPPORTED = ("functions",)
_NODE = {
    "name",
    "description",
    "config",
    "columns",
    "data_tests",
    "tests",
    "docs",
    "meta",
    "tags",
    "access",
    "group",
    "latest_version",
    "quote_columns",
    "time_spine",
    "constraints",
    "deprecation_date",
}
_COLUMN = {
    "name",
    "description",
    "data_type",
    "data_tests",
    "tests",
    "meta",
    "tags",
    "quote",
    "config",
    "constraints",
    "docs",
    "granularity",
}
_SOURCE = {
    "name",
    "description",
    "schema",
    "database",
    "meta",
    "config",
    "tables",
    "loader",
    "tags",
    "loaded_at_field",
    "freshness",
    "quoting",
    "overrides",
    "data_tests",
    "tests",
    "loaded_at_query",
}
_TABLE = {
    "name",
    "description",
    "identifier",
    "meta",
    "config",
    "columns",
    "data_tests",
    "tests",
    "loader",
    "tags",
    "loaded_at_field",
    "freshness",
    "external",
    "quoting",
    "loaded_at_query",
}
_UNIT = {"name", "description", "model", "given", "expect", "overrides", "config", "tags", "meta"}


@dataclass(slots=True)
class Patch:
    """What a YAML file says of one model, seed or source table."""

    name: str
    where: Where
    config: YamlMap
    columns: list[Column] = field(default_factory=list)
    tests: list[DeclaredTest] = field(default_factory=list)
    description: str = ""


@dataclass(slots=True)
class DeclaredSource:
    """One source table with the settings of its source."""

    source: str
    database: str
    schema: str
    identifier: str
    meta: dict[str, Any]
    layers: list[YamlMap]  # where loaded_at_field and freshness may stand, the last one wins
    enabled: bool
    tags: list[str]
    patch: Patch


@dataclass(slots=True)
class Properties:
    """All declarations of one YAML file."""

    models: list[Patch] = field(default_factory=list)
    seeds: list[Patch] = field(default_factory=list)
    snapshots: list[Patch] = field(default_factory=list)
    singular: list[Patch] = field(default_factory=list)
    sources: list[DeclaredSource] = field(default_factory=list)
    unit_tests: list[YamlMap] = field(default_factory=list)
    exposures: list[YamlMap] = field(default_factory=list)
    groups: list[YamlMap] = field(default_factory=list)


def without_semantic_layer(content: Any, problems: Problems) -> Any:
    """A parsed file without what is for dbt's semantic layer, before its templates, which are MetricFlow's, are rendered."""
    if isinstance(content, YamlMap):
        for key in [key for key in content if key in _SEMANTIC_LAYER]:
            problems.warn(f"'{key}' is of dbt's semantic layer, and not read", content.where(key))
            del content[key]
    return content


def read_properties(content: Any, path: str, problems: Problems) -> Properties:
    """Declarations in a parsed (and rendered) YAML file; errors go to `problems`."""
    result = Properties()
    if content is None:
        return result
    if not isinstance(content, YamlMap):
        problems.add("expected a mapping at the top of the file", Where(path, 1))
        return result
    for key in content:
        if key in _TOP_UNSUPPORTED:
            problems.add(f"convsql does not support '{key}'", content.where(key))
        elif key not in _TOP:
            problems.add(f"unknown key '{key}'", content.where(key), did_you_mean(key, _TOP))
    result.models = [_patch(m, problems, _NODE) for m in _entries(content, "models", problems)]
    result.seeds = [_patch(m, problems, _NODE) for m in _entries(content, "seeds", problems)]
    result.snapshots = [_patch(m, problems, _NODE | {"relation"}) for m in _entries(content, "snapshots", problems)]
    result.singular = [_patch(m, problems, _NODE) for m in _entries(content, "data_tests", problems)]
    result.exposures = list(_entries(content, "exposures", problems))
    result.groups = list(_entries(content, "groups", problems))
    for source in _entries(content, "sources", problems):
        result.sources += list(_source(source, problems))
    for unit in _entries(content, "unit_tests", problems):
        _check_keys(unit, _UNIT, problems, "unit test")
        for block in unit.get("given", []):
            drop_misshapen(block, problems)
        drop_misshapen(unit.get("overrides", YamlMap()), problems, OVERRIDES)
        for key in ("model", "given", "expect"):
            if key not in unit:
                problems.add(f"unit test '{unit.get('name')}' has no '{key}'", unit.where())
        result.unit_tests.append(unit)
    return result


def _entries(content: YamlMap, key: str, problems: Problems) -> Iterator[YamlMap]:
    listed = content.get(key)
    if not listed:
        return
    if not isinstance(listed, YamlList):
        problems.add(f"'{key}' must be a list", content.where(key))
        return
    for entry, line in zip(listed, listed.lines, strict=True):
        if not isinstance(entry, YamlMap) or not isinstance(entry.get("name"), str):
            problems.add(f"an entry of '{key}' needs a 'name'", Where(content.path, line))
            continue
        yield entry


def _check_keys(entry: YamlMap, known: set[str], problems: Problems, what: str) -> None:
    for key in entry:
        if key not in known:
            hint = did_you_mean(key, known)
            if key == "versions":
                hint = "convsql does not support versioned models; give each version a model of its own"
            problems.add(f"unknown key '{key}' in {what} '{entry.get('name', '')}'", entry.where(key), hint)
    drop_misshapen(entry, problems)
    for inner in ("config", "expect"):
        if inner in entry:
            drop_misshapen(entry[inner], problems)


def _patch(entry: YamlMap, problems: Problems, known: set[str]) -> Patch:
    _check_keys(entry, known, problems, "properties of")
    config = YamlMap(entry.path, entry.line)
    for key in ("meta", "tags", "docs", "access", "group"):
        if entry.get(key) is not None:
            config[key] = entry[key]
            config.lines[key] = entry.lines[key]
    if given := entry.get("config"):
        config.update(given)
        config.lines.update(given.lines)
    if entry.get("constraints"):
        problems.add("convsql does not support 'constraints'", entry.where("constraints"), "say it as data_tests")
    patch = Patch(entry["name"], entry.where("name"), config, description=str(entry.get("description") or ""))
    patch.tests = list(declared_tests(entry, "", problems))
    seen: dict[str, int] = {}
    for column in _entries(entry, "columns", problems):
        _check_keys(column, _COLUMN, problems, "column")
        if column.get("constraints"):
            problems.add("convsql does not support 'constraints'", column.where("constraints"), "say it as data_tests")
        name = column["name"]
        if name.lower() in seen:
            problems.add(
                f"column '{name}' is described twice (first on line {seen[name.lower()]})", column.where("name")
            )
        seen[name.lower()] = column.where("name").line
        meta = {**column.get("meta", {}), **column.get("config", {}).get("meta", {})}
        patch.columns.append(
            Column(
                name,
                str(column.get("data_type") or ""),
                str(column.get("description") or ""),
                column.where("name").line,
                dict(meta),
            )
        )
        patch.tests += list(declared_tests(column, quote(name) if column.get("quote") else name, problems))
    return patch


def _source(entry: YamlMap, problems: Problems) -> Iterator[DeclaredSource]:
    _check_keys(entry, _SOURCE, problems, "source")
    outer_config = entry.get("config", {})
    outer_meta = {**entry.get("meta", {}), **outer_config.get("meta", {})}
    for table in _entries(entry, "tables", problems):
        _check_keys(table, _TABLE, problems, "source table")
        patch_keys = YamlMap(table.path, table.line)
        patch_keys.update({k: v for k, v in table.items() if k in _NODE})
        patch_keys.lines = table.lines
        config = table.get("config", {})
        yield DeclaredSource(
            source=entry["name"],
            database=str(entry.get("database") or ""),
            schema=str(entry.get("schema") or entry["name"]),
            identifier=str(table.get("identifier") or table["name"]),
            meta={**outer_meta, **table.get("meta", {}), **config.get("meta", {})},
            layers=[layer for layer in (entry, outer_config, table, config) if isinstance(layer, YamlMap)],
            enabled=bool(config.get("enabled", outer_config.get("enabled", True))),
            tags=[*_words(entry), *_words(outer_config), *_words(table), *_words(config)],
            patch=_patch(patch_keys, problems, _NODE),
        )


def _words(entry: Mapping[str, Any]) -> list[str]:
    """The tags of an entry: one word, or a list of them."""
    tags = entry.get("tags", [])
    return [tags] if isinstance(tags, str) else list(tags)
