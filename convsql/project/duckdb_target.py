"""What an output of type duckdb may say: the file, and the settings that SQL could not use to reach further."""

from __future__ import annotations

import os
import re
from pathlib import Path

from convsql.base.errors import ConvsqlError, Problems, Where
from convsql.base.yaml_file import YamlMap
from convsql.engines.reach import real_places
from convsql.project.target import TAKEN
from convsql.templates.yaml_values import holds_secret, without_marks

# Settings by which SQL could reach more than the project names, load code, or write files of its own.
_CLOSED_SETTINGS = re.compile(
    r"enable_external_access|lock_configuration|allow(ed)?_\w+|auto(install|load)_\w+|\w*extensions?_(director|repositor)\w+"
    r"|\w*secret\w*|disabled_filesystems|home_directory|file_search_path|python_\w+|enable_logging|log\w*_(path|storage)"
    r"|logging_\w+|enable_profil\w+|profil\w+|active_grammar_extensions",
    re.IGNORECASE,
)
# Settings that only matter to a network, which is never reached: a secret in one is left where it is.
_OF_NETWORKS = re.compile(r"(s3|gcs|r2|azure|hf|http|motherduck|ca_cert)_?\w*|custom_user_agent", re.IGNORECASE)


def check_settings(output: YamlMap, problems: Problems) -> None:
    for option in ("config_options", "settings"):
        for setting, value in output.get(option, {}).items():
            if not re.fullmatch(r"\w+", str(setting)):
                problems.add(f"'{setting}' is not a DuckDB setting", output[option].where(setting))
            elif str(setting).lower() == "temp_directory" and real_places([str(value)]) == ([], []):
                problems.add(f"temp_directory '{value}' is not a folder to spill to", output[option].where(setting))
            elif _CLOSED_SETTINGS.fullmatch(str(setting)):
                problems.add(
                    f"setting '{setting}' is convsql's own",
                    output[option].where(setting),
                    "SQL reads the project's files and those that its sources name, and nothing else",
                )


def drop_secrets(output: YamlMap, problems: Problems) -> None:
    """Refuse a secret in any key; what only a network would ask for is left out, because none is reached."""
    for key in list(output):
        value = output[key]
        if key in ("settings", "config_options") and isinstance(value, YamlMap):
            for name in [n for n in value if holds_secret(n) or holds_secret(value[n])]:
                if holds_secret(name) or not _OF_NETWORKS.fullmatch(name):
                    problems.take(secret_in(without_marks(name), value.where(name)))
                del value[name]
        elif holds_secret(key) or holds_secret(value):
            problems.take(secret_in(without_marks(key), output.where(key)))
            del output[key]
            if key == "type":
                output[key] = "duckdb"


def database_path(root: Path, output: YamlMap) -> str:
    """The database's file. Raises ConvsqlError for a name that DuckDB can't keep apart from its own."""
    path, where = str(output.get("path", ":memory:")), output.where("path")
    if path == ":memory:":
        return path
    if not path.strip() or "\0" in path:
        raise ConvsqlError(f"'path' is not a path of a file: {path!r}", where, "path: warehouse.duckdb")
    name = Path(path).name
    if len(os.fsencode(name)) > 240:
        raise ConvsqlError("'path' has a file name of more than 240 bytes", where, "path: warehouse.duckdb")
    catalog = next((part for part in name.split(".") if part), "")
    if catalog.lower() in TAKEN:
        raise ConvsqlError(
            f"a database can't be called '{catalog}', as DuckDB has one of that name of its own",
            where,
            f"path: my_{name}",
        )
    file = (root / path).resolve()
    if file.exists() and not file.is_file() and not file.is_dir():  # DuckDB would wait for ever
        raise ConvsqlError(f"'{path}' is a pipe or a device, not a file", where, "path: warehouse.duckdb")
    return str(file)


def secret_in(key: str, where: Where) -> ConvsqlError:
    return ConvsqlError(
        f"'{key}' holds a secret, which would stand in the database or in the names of files",
        where,
        "a file needs no secret: write the value, or name the variable without DBT_ENV_SECRET",
    )
