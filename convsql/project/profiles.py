"""`profiles.yml`, read into `Target`: which database, and where readers look."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from convsql.base.errors import ConvsqlError, Problems, Where, did_you_mean
from convsql.base.quoting import RESERVED_SCHEMAS
from convsql.base.yaml_file import YamlMap, is_there, read_yaml_map
from convsql.base.yaml_shapes import drop_misshapen
from convsql.engines.reach import is_remote, real_places
from convsql.project.config import Project
from convsql.project.nodes import Node
from convsql.project.postgres_target import postgres_keys
from convsql.project.spark_target import spark_keys
from convsql.templates.yaml_values import StaticTemplates, holds_secret, without_marks

_TARGET_KEYS = {"type", "path", "schema", "database", "threads", "settings", "config_options", "extensions"}
_SERVERS = ("postgres", "spark")  # databases that are no file of DuckDB's
_TAKEN = {"memory", "system", "temp", "information_schema", "pg_catalog"}
_BUILT_IN_EXTENSIONS = {"core_functions", "icu", "json", "parquet"}
# Settings by which SQL could reach more than the project names, load code, or write files of its own.
_CLOSED_SETTINGS = re.compile(
    r"enable_external_access|lock_configuration|allow(ed)?_\w+|auto(install|load)_\w+|\w*extensions?_(director|repositor)\w+"
    r"|\w*secret\w*|disabled_filesystems|home_directory|file_search_path|python_\w+|enable_logging|log\w*_(path|storage)"
    r"|logging_\w+|enable_profil\w+|profil\w+|active_grammar_extensions",
    re.IGNORECASE,
)
# Settings that only matter to a network, which is never reached: a secret in one is left where it is.
_OF_NETWORKS = re.compile(r"(s3|gcs|r2|azure|hf|http|motherduck|ca_cert)_?\w*|custom_user_agent", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Target:
    """One output of `profiles.yml`: a database, and the schema in it that the published views stand in.

    `path` is its file, empty where a server has it: then `connection` says which, in dbt's words (`password` is the name of a variable).
    `folders` are the folders and files that SQL may read: the project's, and those that its sources name.
    """

    name: str
    profile: str
    path: str
    schema: str
    threads: int
    settings: Mapping[str, Any]
    folders: tuple[str, ...] = field(default=(), repr=False, compare=False)
    type: str = "duckdb"
    connection: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def place(self) -> str:
        """Where the database is, for people."""
        at = self.connection
        if at.get("place"):
            return str(at["place"])
        return f"{at['dbname']} on {at['host']}:{at.get('port', 5432)}" if at else self.path

    @property
    def database(self) -> str:
        """The database's name: of a file what stands before the first dot, and not one of the engine's own names."""
        if self.connection:
            return str(self.connection["dbname"])
        parts = [part for part in Path(self.path).name.split(".") if part]
        name = "memory" if self.path == ":memory:" or not parts else parts[0]
        return f"{name}_db" if name in ("main", "system", "temp") else name

    def reaching(self, folders: Iterable[str]) -> Target:
        """The same, from which SQL may read these folders and files too."""
        return replace(self, folders=tuple(dict.fromkeys([*self.folders, *folders])))


def load_target(project: Project, profiles_dir: Path | None = None, name: str | None = None) -> Target:
    """The target `name` (or the profile's default) of the project's profile.

    Raises ConvsqlError when the profile, the target or a key of it is not known.
    """
    folder = profiles_dir or project.root
    file = folder / "profiles.yml"
    shown = "profiles.yml" if folder == project.root else str(file)
    if not is_there(file, shown):
        raise ConvsqlError(f"no profiles.yml in {folder}", hint="give --profiles-dir")
    raw = _rendered(file, shown, project.templates.with_secrets(), project.profile, name)
    profile = raw.get(project.profile)
    if not isinstance(profile, YamlMap):
        raise ConvsqlError(f"no profile '{project.profile}'", Where(shown), did_you_mean(project.profile, raw))
    outputs = profile.get("outputs")
    if not isinstance(outputs, YamlMap) or not outputs:
        raise ConvsqlError("the profile has no 'outputs'", profile.where())
    if holds_secret(profile.get("target")):
        raise _secret("target", profile.where("target"))
    chosen = name or str(profile.get("target", "default"))
    output = outputs.get(chosen)
    if not isinstance(output, YamlMap):
        known = without_marks(", ".join(outputs))
        raise ConvsqlError(f"no target '{chosen}' (there is: {known})", outputs.where(), did_you_mean(chosen, outputs))
    return _target(project, chosen, output)


def all_databases(project: Project, profiles_dir: Path | None = None) -> list[Path]:
    """The database files that any target of any profile names. Raises ConvsqlError where profiles.yml can't be read."""
    file = (profiles_dir or project.root) / "profiles.yml"
    raw = _rendered(file, "profiles.yml", project.templates.with_secrets(), "", None)
    outputs = [o for p in raw.values() if isinstance(p, YamlMap) for o in (p.get("outputs") or {}).values()]
    named = [str(o["path"]) for o in outputs if isinstance(o, YamlMap) and o.get("path")]
    return [(project.root / path).resolve() for path in named if path != ":memory:"]


def _rendered(file: Path, shown: str, templates: StaticTemplates, profile: str, target: str | None) -> YamlMap:
    """The file with its Jinja rendered, but for other servers: who builds in a file need not have their passwords."""
    raw = read_yaml_map(file, shown)
    left: list[tuple[YamlMap, str, YamlMap]] = []
    for key, of_profile in raw.items():
        outputs = of_profile.get("outputs") if isinstance(of_profile, YamlMap) else None
        if not isinstance(outputs, YamlMap):
            continue
        named = target or templates.render_tree(of_profile.get("target", "default"), where=of_profile.where("target"))
        for name, output in outputs.items():
            if isinstance(output, YamlMap) and output.get("type") in _SERVERS and (key, name) != (profile, str(named)):
                left.append((outputs, name, output))
    for outputs, name, output in left:
        outputs[name] = YamlMap(output.path, output.line)
    rendered = templates.render_tree(raw)
    assert isinstance(rendered, YamlMap)
    return rendered


def _target(project: Project, name: str, output: YamlMap) -> Target:
    problems = Problems()
    if (kind := output.get("type")) in _SERVERS:
        of_postgres = kind == "postgres"
        connection = (
            postgres_keys(name, output, problems) if of_postgres else spark_keys(name, output, project.root, problems)
        )
        problems.raise_if_any()
        schema, folders = str(connection["schema"]), tuple(folders_of(project))
        return Target(name, project.profile, "", schema, 0, {}, folders, str(kind), connection)
    drop_misshapen(output, problems)
    _drop_secrets(output, problems)
    for key in output:
        if key not in _TARGET_KEYS:
            problems.add(f"unknown key '{key}' in target '{name}'", output.where(key), did_you_mean(key, _TARGET_KEYS))
    if output.get("type") != "duckdb":
        problems.add(
            f"target type {output.get('type')!r} is not supported",
            output.where("type"),
            "convsql builds in duckdb, postgres and spark",
        )
    for extension in output.get("extensions", []):
        if extension not in _BUILT_IN_EXTENSIONS:
            problems.add(f"extension '{extension}' is not built in", output.where("extensions"))
    schema = str(output.get("schema", "main"))
    path = str(output.get("path", ":memory:"))
    if is_remote(path):
        kind = "MotherDuck" if re.match("(md|motherduck):", path, re.IGNORECASE) else "a network"
        problems.add(
            f"path '{path.split('?')[0]}' is on {kind}, which convsql does not reach",
            output.where("path"),
            "name a file, such as convsql.duckdb",
        )
    _check_settings(output, problems)
    if schema.lower() in RESERVED_SCHEMAS:
        problems.add(f"schema '{schema}' is convsql's own", output.where("schema"), "choose another schema")
    threads = output.get("threads", 0)
    if not isinstance(threads, int) or isinstance(threads, bool) or threads < 0:
        problems.add(f"'threads' must be a whole number, not {threads!r}", output.where("threads"))
        threads = 0
    problems.raise_if_any()
    path = _database_path(project, output)
    settings = {**output.get("config_options", {}), **output.get("settings", {})}
    return Target(name, project.profile, path, schema, threads, settings, tuple(folders_of(project)))


def _check_settings(output: YamlMap, problems: Problems) -> None:
    for option in ("config_options", "settings"):
        for setting, value in output.get(option, {}).items():
            if not re.fullmatch(r"\w+", str(setting)):
                problems.add(f"'{setting}' is no DuckDB setting", output[option].where(setting))
            elif str(setting).lower() == "temp_directory" and real_places([str(value)]) == ([], []):
                problems.add(f"temp_directory '{value}' is no folder to spill to", output[option].where(setting))
            elif _CLOSED_SETTINGS.fullmatch(str(setting)):
                problems.add(
                    f"setting '{setting}' is convsql's own",
                    output[option].where(setting),
                    "SQL reads the project's files and those that its sources name, and nothing else",
                )


def folders_of(project: Project) -> list[str]:
    """The folders that SQL may read of itself: the project's, its packages' seeds, and that of the raw tables."""
    found = [str(project.root)]
    for package in project.packages[1:]:
        if project.root not in package.root.parents:
            found += [str(package.root / folder) for folder in package.paths.get("seed-paths", [])]
        for variable in ("raw_path", "connector_path"):
            named = project.vars_for(package.name).get(variable)
            found += [str(project.root / named)] if isinstance(named, str) and named and not is_remote(named) else []
    return found


def _drop_secrets(output: YamlMap, problems: Problems) -> None:
    """Refuse a secret in any key; what only a network would ask for is left out, because none is reached."""
    for key in list(output):
        value = output[key]
        if key in ("settings", "config_options") and isinstance(value, YamlMap):
            for name in [n for n in value if holds_secret(n) or holds_secret(value[n])]:
                if holds_secret(name) or not _OF_NETWORKS.fullmatch(name):
                    problems.take(_secret(without_marks(name), value.where(name)))
                del value[name]
        elif holds_secret(key) or holds_secret(value):
            problems.take(_secret(without_marks(key), output.where(key)))
            del output[key]
            if key == "type":
                output[key] = "duckdb"


def _secret(key: str, where: Where) -> ConvsqlError:
    return ConvsqlError(
        f"'{key}' holds a secret, which would stand in the database or in the names of files",
        where,
        "a file needs no secret: write the value, or name the variable without DBT_ENV_SECRET",
    )


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


def in_schema(target: Target, schema: str) -> Target:
    """The same target, whose readers look in another schema. Raises ConvsqlError for a name that can't be one."""
    if not re.fullmatch(r"\w{1,63}", schema) or schema.lower() in {*RESERVED_SCHEMAS, *_TAKEN, "pg_catalog"}:
        raise ConvsqlError(
            f"'{schema}' can't be a schema", Where("--schema"), "use letters, digits and _, such as ci_12"
        )
    if schema == target.schema:
        raise ConvsqlError(
            f"'{schema}' is what readers of target '{target.name}' see", Where("--schema"), "name a schema of its own"
        )
    return replace(target, schema=schema)


def published_schema(target: Target, node: Node) -> str:
    """The schema of a node's view: the target's, with the node's own `schema` behind it as in dbt."""
    custom = node.config.get("schema")
    return f"{target.schema}_{str(custom).strip()}" if custom else target.schema
