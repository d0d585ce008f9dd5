"""`profiles.yml`, read into `Target`: which database, and where readers look."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from convsql.base.errors import ConvsqlError, Problems, Where, did_you_mean
from convsql.base.quoting import RESERVED_SCHEMAS
from convsql.base.yaml_file import YamlMap, is_there, read_yaml_map
from convsql.base.yaml_shapes import drop_misshapen
from convsql.engines.reach import is_remote
from convsql.project.config import Project
from convsql.project.duckdb_target import check_settings, database_path, drop_secrets, secret_in
from convsql.project.postgres_target import postgres_keys
from convsql.project.spark_target import spark_keys
from convsql.project.target import Target, in_schema, published_schema
from convsql.templates.yaml_values import StaticTemplates, holds_secret, without_marks

__all__ = [
    "Target",
    "all_databases",
    "folders_of",
    "in_schema",
    "load_target",
    "profiles_file",
    "published_schema",
    "target_facts",
]

_TARGET_KEYS = {"type", "path", "schema", "database", "threads", "settings", "config_options", "extensions"}
# Of dbt-duckdb's keys those that change nothing here, and those that would reach further than the project names.
_TARGET_KEYS |= {"external_root", "retries", "keep_open", "disable_transactions", "module_paths"}
_REFUSED_KEYS = {
    "attach": "convsql builds and reads one database: load the tables into it, or name their files in sources (external_location)",
    "secrets": "no network is reached: name local files in sources (external_location)",
    "plugins": "no plugin is loaded: name local files in sources (external_location)",
    "filesystems": "no network is reached: name local files in sources (external_location)",
    "use_credential_provider": "no network is reached: name local files in sources (external_location)",
    "remote": "no network is reached: name a file, such as convsql.duckdb",
    "is_ducklake": "name a file of DuckDB's, such as convsql.duckdb",
}
_SERVERS = ("postgres", "spark")  # databases that are no file of DuckDB's
_BUILT_IN_EXTENSIONS = {"core_functions", "icu", "json", "parquet"}


def load_target(project: Project, profiles_dir: Path | None = None, name: str | None = None) -> Target:
    """The target `name` (or the profile's default) of the project's profile.

    Raises ConvsqlError when the profile, the target or a key of it is not known.
    """
    chosen, output = _output(project.root, project.profile, project.templates, profiles_dir, name)
    return _target(project, chosen, output)


def target_facts(
    root: Path, profile: str, templates: StaticTemplates, profiles_dir: Path | None = None, name: str | None = None
) -> dict[str, Any]:
    """What dbt_project.yml sees as `target`, which is read before the rest of the project. Raises as `load_target` does."""
    chosen, output = _output(root, profile, templates, profiles_dir, name)
    if holds_secret(output):
        output = YamlMap()
    server = {"dbname": output.get("dbname", "")} if "path" not in output and output.get("type") in _SERVERS else {}
    schema, path = str(output.get("schema", "main")), str(output.get("path", ":memory:"))
    return Target(chosen, profile, path, schema, output.get("threads", 1), {}, connection=server).facts


def _output(
    root: Path, profile_name: str, templates: StaticTemplates, profiles_dir: Path | None, name: str | None
) -> tuple[str, YamlMap]:
    """The chosen output of a profile, with its name."""
    file, shown = profiles_file(root, profiles_dir)
    raw = _rendered(file, shown, templates.with_secrets(), profile_name, name)
    profile = raw.get(profile_name)
    if not isinstance(profile, YamlMap):
        raise ConvsqlError(f"no profile '{profile_name}'", Where(shown), did_you_mean(profile_name, raw))
    outputs = profile.get("outputs")
    if not isinstance(outputs, YamlMap) or not outputs:
        raise ConvsqlError("the profile has no 'outputs'", profile.where())
    if holds_secret(profile.get("target")):
        raise secret_in("target", profile.where("target"))
    chosen = name or str(profile.get("target", "default"))
    output = outputs.get(chosen)
    if not isinstance(output, YamlMap):
        known = without_marks(", ".join(outputs))
        raise ConvsqlError(f"no target '{chosen}' (there is: {known})", outputs.where(), did_you_mean(chosen, outputs))
    return chosen, output


def profiles_file(root: Path, profiles_dir: Path | None) -> tuple[Path, str]:
    """The file of profiles and how it is shown: in the folder that was named, else in the project, else in dbt's own folder at home."""
    folder = profiles_dir or root
    if (
        profiles_dir is None
        and not (root / "profiles.yml").exists()
        and (Path("~/.dbt").expanduser() / "profiles.yml").exists()
    ):
        folder = Path("~/.dbt").expanduser()
    file = folder / "profiles.yml"
    shown = "profiles.yml" if folder == root else str(file)
    if not is_there(file, shown):
        raise ConvsqlError(f"no profiles.yml in {folder}", hint="give --profiles-dir")
    return file, shown


def all_databases(project: Project, profiles_dir: Path | None = None) -> list[Path]:
    """The database files that any target of any profile names. Raises ConvsqlError where profiles.yml can't be read."""
    file, shown = profiles_file(project.root, profiles_dir)
    raw = _rendered(file, shown, project.templates.with_secrets(), "", None)
    outputs = [o for p in raw.values() if isinstance(p, YamlMap) for o in (p.get("outputs") or {}).values()]
    named = [str(o["path"]) for o in outputs if isinstance(o, YamlMap) and o.get("path")]
    return [(project.root / path).resolve() for path in named if path != ":memory:"]


def _rendered(file: Path, shown: str, templates: StaticTemplates, profile: str, target: str | None) -> YamlMap:
    """The file with its Jinja rendered, of one `profile` the chosen output alone; of all (empty) what is no server: nobody needs the rest's passwords."""
    raw = read_yaml_map(file, shown)
    for other in [key for key in raw if profile not in ("", key)]:
        raw[other] = YamlMap(shown)
    left: list[tuple[YamlMap, str, YamlMap]] = []
    for of_profile in raw.values():
        outputs = of_profile.get("outputs") if isinstance(of_profile, YamlMap) else None
        if not isinstance(outputs, YamlMap):
            continue
        named = target or templates.render_tree(of_profile.get("target", "default"), where=of_profile.where("target"))
        for name, output in ((n, o) for n, o in outputs.items() if isinstance(o, YamlMap)):
            is_wanted = name == str(named) if profile else output.get("type") not in _SERVERS
            if not is_wanted:
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
    drop_secrets(output, problems)
    for key in output:
        if key in _REFUSED_KEYS:
            problems.add(f"convsql does not support '{key}' in target '{name}'", output.where(key), _REFUSED_KEYS[key])
        elif key not in _TARGET_KEYS:
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
    check_settings(output, problems)
    if schema.lower() in RESERVED_SCHEMAS:
        problems.add(f"schema '{schema}' is convsql's own", output.where("schema"), "choose another schema")
    threads = output.get("threads", 0)
    if not isinstance(threads, int) or isinstance(threads, bool) or threads < 0:
        problems.add(f"'threads' must be a whole number, not {threads!r}", output.where("threads"))
        threads = 0
    problems.raise_if_any()
    path = database_path(project.root, output)
    settings = {**output.get("config_options", {}), **output.get("settings", {})}
    return Target(name, project.profile, path, schema, threads, settings, tuple(folders_of(project)))


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
