"""`profiles.yml`, read into `Target`: which database, and where readers look."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from convsql.config import Project, rendered_map
from convsql.errors import ConvsqlError, Problems, Where, did_you_mean
from convsql.manifest import Node
from convsql.names import RESERVED_SCHEMAS
from convsql.shapes import drop_misshapen
from convsql.yaml_file import YamlMap, is_there

_TARGET_KEYS = {"type", "path", "schema", "database", "threads", "settings", "config_options", "extensions"}
_TAKEN = {"memory", "system", "temp", "information_schema", "pg_catalog"}
_BUILT_IN_EXTENSIONS = {"core_functions", "icu", "json", "parquet"}


@dataclass(frozen=True, slots=True)
class Target:
    """One output of `profiles.yml`: a DuckDB file and the schema that the published views stand in."""

    name: str
    profile: str
    path: str
    schema: str
    threads: int
    settings: Mapping[str, Any]

    @property
    def database(self) -> str:
        """DuckDB's own name for the file: what stands before the first dot, and not one of its own names."""
        parts = [part for part in Path(self.path).name.split(".") if part]
        name = "memory" if self.path == ":memory:" or not parts else parts[0]
        return f"{name}_db" if name in ("main", "system", "temp") else name


def load_target(project: Project, profiles_dir: Path | None = None, name: str | None = None) -> Target:
    """The target `name` (or the profile's default) of the project's profile.

    Raises ConvsqlError when the profile, the target or a key of it is not known.
    """
    folder = profiles_dir or project.root
    file = folder / "profiles.yml"
    shown = "profiles.yml" if folder == project.root else str(file)
    if not is_there(file, shown):
        raise ConvsqlError(f"no profiles.yml in {folder}", hint="give --profiles-dir")
    raw = rendered_map(file, shown, project.templates.with_secrets())
    profile = raw.get(project.profile)
    if not isinstance(profile, YamlMap):
        raise ConvsqlError(f"no profile '{project.profile}'", Where(shown), did_you_mean(project.profile, raw))
    outputs = profile.get("outputs")
    if not isinstance(outputs, YamlMap) or not outputs:
        raise ConvsqlError("the profile has no 'outputs'", profile.where())
    chosen = name or str(profile.get("target", "default"))
    output = outputs.get(chosen)
    if not isinstance(output, YamlMap):
        known = ", ".join(outputs)
        raise ConvsqlError(f"no target '{chosen}' (there is: {known})", outputs.where(), did_you_mean(chosen, outputs))
    return _target(project, chosen, output)


def _target(project: Project, name: str, output: YamlMap) -> Target:
    problems = Problems()
    drop_misshapen(output, problems)
    for key in output:
        if key not in _TARGET_KEYS:
            problems.add(f"unknown key '{key}' in target '{name}'", output.where(key), did_you_mean(key, _TARGET_KEYS))
    if output.get("type") != "duckdb":
        problems.add(
            f"target type {output.get('type')!r} is not supported", output.where("type"), "convsql builds in duckdb"
        )
    for extension in output.get("extensions", []):
        if extension not in _BUILT_IN_EXTENSIONS:
            problems.add(f"extension '{extension}' is not built in", output.where("extensions"))
    schema = str(output.get("schema", "main"))
    if schema.lower() in RESERVED_SCHEMAS:
        problems.add(f"schema '{schema}' is convsql's own", output.where("schema"), "choose another schema")
    threads = output.get("threads", 0)
    if not isinstance(threads, int) or isinstance(threads, bool) or threads < 0:
        problems.add(f"'threads' must be a whole number, not {threads!r}", output.where("threads"))
        threads = 0
    problems.raise_if_any()
    path = _database_path(project, output)
    settings = {**output.get("config_options", {}), **output.get("settings", {})}
    return Target(name, project.profile, path, schema, threads, settings)


def _database_path(project: Project, output: YamlMap) -> str:
    """The database's file. Raises ConvsqlError for a name that DuckDB can't keep apart from its own."""
    path, where = str(output.get("path", ":memory:")), output.where("path")
    if path == ":memory:":
        return path
    if not path.strip() or "\0" in path:
        raise ConvsqlError(f"'path' is no path of a file: {path!r}", where, "path: warehouse.duckdb")
    name = Path(path).name
    if len(os.fsencode(name)) > 240:
        raise ConvsqlError("'path' has a file name of more than 240 bytes", where, "path: warehouse.duckdb")
    catalog = next((part for part in name.split(".") if part), "")
    if catalog.lower() in _TAKEN:
        raise ConvsqlError(
            f"a database can't be called '{catalog}', as DuckDB has one of that name of its own",
            where,
            f"path: my_{name}",
        )
    file = (project.root / path).resolve()
    if file.exists() and not file.is_file() and not file.is_dir():  # DuckDB would wait for ever
        raise ConvsqlError(f"'{path}' is a pipe or a device, not a file", where, "path: warehouse.duckdb")
    return str(file)


def published_schema(target: Target, node: Node) -> str:
    """The schema of a node's view: the target's, with the node's own `schema` behind it as in dbt."""
    custom = node.config.get("schema")
    return f"{target.schema}_{str(custom).strip()}" if custom else target.schema
