"""The files of a plain dbt project that are no SQL: its configuration, an example of a profile, and what it says of itself."""

from __future__ import annotations

from convsql import __version__
from convsql.base.printable import first_of
from convsql.compiling.cache import digest
from convsql.compiling.project import Compiled
from convsql.dialects import layer_version, session_settings
from convsql.plain_dbt.properties import RAW_FOLDER, as_yaml
from convsql.plain_dbt.queries import Queries

_PASSWORD = "{{ env_var('DBT_ENV_SECRET_PASSWORD') }}"
_OUTPUTS: dict[str, dict[str, object]] = {
    "duckdb": {"type": "duckdb", "path": "warehouse.duckdb", "schema": "main", "threads": 2, "settings": {"TimeZone": "UTC"}},
    "postgres": {
        "type": "postgres", "host": "localhost", "port": 5432, "user": "dbt", "password": _PASSWORD, "dbname": "warehouse",
        "schema": "marts", "threads": 4,
    },
    "redshift": {
        "type": "redshift", "host": "cluster.example.com", "port": 5439, "user": "dbt", "password": _PASSWORD,
        "dbname": "warehouse", "schema": "marts", "threads": 4,
    },
    "snowflake": {
        "type": "snowflake", "account": "account", "user": "dbt", "password": _PASSWORD, "role": "transformer",
        "database": "warehouse", "warehouse": "transforming", "schema": "marts", "threads": 4,
    },
    "bigquery": {
        "type": "bigquery", "method": "oauth", "project": "project", "dataset": "marts", "location": "EU", "threads": 4,
    },
    "trino": {
        "type": "trino", "host": "trino.example.com", "port": 443, "user": "dbt", "method": "none", "http_scheme": "https",
        "database": "warehouse", "schema": "marts", "threads": 4,
    },
    "spark": {"type": "spark", "method": "thrift", "host": "spark.example.com", "port": 10000, "schema": "marts", "threads": 4},
    "databricks": {
        "type": "databricks", "host": "workspace.example.com", "http_path": "/sql/1.0/warehouses/id", "token": _PASSWORD,
        "catalog": "main", "schema": "marts", "threads": 4,
    },
}  # fmt: skip
_UTC = {
    "duckdb": "The profile's setting `TimeZone: UTC` is needed.",
    "postgres": "Sessions must be in UTC: set `PGOPTIONS='-c timezone=UTC -c jit=off'`, or `alter database … set timezone = 'UTC'` (`jit` costs seconds for each long query). Texts are ordered as in"
    " DuckDB in a database of C collation (`create database … template template0 locale 'C.UTF-8'`).",
    "spark": "Sessions need the settings in `server_side_parameters` of the example of a profile: with others, numbers are other numbers, in silence. The rows were compared as `convsql verify` builds them:"
    " dbt itself was not run on Spark.",
}


def project_yml(compiled: Compiled, source_root: str, has_files: bool) -> str:
    """`dbt_project.yml`; `source_root`: the way from the written folder to the project it was made from."""
    name = compiled.project.name
    content: dict[str, object] = {
        "name": name,
        "version": "1.0.0",
        "config-version": 2,
        "profile": name,
        "model-paths": ["models"],
        "seed-paths": ["seeds"],
        "test-paths": ["tests"],
        "clean-targets": ["target", "dbt_packages"],
        "flags": {"send_anonymous_usage_stats": False},
    }
    if has_files:
        content["vars"] = {RAW_FOLDER: source_root}
    return as_yaml(content)


def profiles_yml(compiled: Compiled, dialect: str) -> str:
    """`profiles.example.yml`."""
    output = dict(_OUTPUTS[dialect])
    if settings := session_settings(dialect):
        output["server_side_parameters"] = dict(settings)
    example = as_yaml({compiled.project.name: {"target": "dev", "outputs": {"dev": output}}})
    return "# Copy this to profiles.yml and put your own places in; the password stays in the environment.\n" + example


def fingerprint(compiled: Compiled) -> str:
    """Hash of all that the written project rests on: queries, configuration, columns and seeds of the source project, not its data."""
    parts = [
        (node.unique_id, node.canonical or node.raw, sorted((k, str(v)) for k, v in node.config.items()),
         compiled.columns.get(node.unique_id))
        for node in compiled.graph.of("model", "seed", "test")
    ]  # fmt: skip
    return digest(parts)


def readme(compiled: Compiled, queries: Queries, has_files: bool) -> str:
    """`README.md`: what this is, of what it was made, and what was proven of it."""
    dialect = queries.dialect
    graph = compiled.graph
    models = sum(node.is_built for node in graph.of("model"))
    seeds = sum(1 for _ in graph.of("seed"))
    tests = sum(1 for _ in graph.of("test"))
    lines = [
        f"# {compiled.project.name} in {dialect}",
        "",
        f"A plain dbt project, written by `convsql compile --dialect {dialect} --into` from the project `{compiled.project.name}`. Do not edit it: change that project and write it again.",
        "",
        "| | |",
        "|---|---|",
        f"| convsql | {__version__}, dialect layer {layer_version()} |",
        f"| fingerprint of the source | `{fingerprint(compiled)}` |",
        f"| {dialect} | {'supported: ' if queries.is_proven else ''}{_standing(dialect, queries.is_proven)} |",
        f"| in it | {models} models, {seeds} seeds, {tests} data tests |",
        "",
        "```sh",
        "cp profiles.example.yml profiles.yml    # and your own places in it",
        "dbt build",
        "```",
        "",
        (
            "All variables are resolved, the metric definitions among them: other values, or other definitions, are another project to write. Ephemeral models stand in the queries that read them."
            " Unit tests are not written: they hold for given rows and were run where this was made. What convsql adds to a build has no place in dbt: that readers see whole builds alone, restatements of closed"
            " rows, inputs that lost all their rows."
        ),
        "",
        _UTC.get(dialect, "Sessions must be in UTC, and texts ordered by their bytes."),
    ]
    lines += ["", _sources(dialect, has_files)] if compiled.sources else []
    if not queries.is_proven:
        lines += ["", "## What is known to differ", ""]
        lines += [
            f"- {words} ({len(set(names))} quer{'y' if len(set(names)) == 1 else 'ies'}: {_listed(sorted(set(names)))})"
            for words, names in sorted(queries.to_look_at.items())
        ] or ["Nothing that convsql knows of."]
        lines += [
            "",
            "The list is of what convsql and sqlglot know, and not of all there is: compare the rows before anybody reads them.",
        ]
    return "\n".join(lines) + "\n"


def _standing(dialect: str, is_proven: bool) -> str:
    if dialect == "duckdb":
        return "the dialect in which the project is written"
    if is_proven:
        return "the rows of every relation of the convsql package were compared with DuckDB's, and are equal"
    return "written, not proven: no row was compared on this engine"


def _sources(dialect: str, has_files: bool) -> str:
    if dialect == "duckdb" and has_files:
        return f"Raw files are read where they lie: the variable `{RAW_FOLDER}` is the way from this folder to that of the source project."
    return "Raw tables must stand in the warehouse, with the columns and types that `models/sources.yml` gives."


def _listed(names: list[str]) -> str:
    return first_of([f"`{name}`" for name in names], 4)
