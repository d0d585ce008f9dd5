"""SQL reads what the project names, from wherever it comes, and neither a network, nor the system, nor other files."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from convsql.compiling import sources
from convsql.engines.duckdb import open_file, open_memory
from convsql.engines.duckdb_reader import open_reader
from convsql.engines.reach import is_of_the_system, is_remote
from convsql.engines.session import EngineError
from tests.support import Folder

Make = Callable[..., Folder]
TABLE = "{{ config(materialized='table') }} "

READERS = (
    "'{}'",
    "read_csv('{}')",
    "read_csv_auto('{}')",
    "sniff_csv('{}')",
    "read_text('{}')",
    "read_blob('{}')",
    "read_json('{}')",
    "read_json_objects('{}')",
    "read_ndjson('{}')",
    "read_parquet('{}')",
    "parquet_metadata('{}')",
    "parquet_schema('{}')",
    "parquet_kv_metadata('{}')",
    "glob('{}')",
)
ELSEWHERE = (
    "OUTSIDE/private.csv",
    "OUTSIDE/*",
    "../private.csv",
    "linked.csv",
    "linked/private.csv",
    "/proc/self/environ",
    "/dev/stdin",
    "/etc/hostname",
    "http://127.0.0.1:9/x.csv?stolen=1",
    "https://127.0.0.1:9/x.csv",
    "s3://bucket/x.parquet",
    "hf://datasets/x/y.csv",
)


ANSWERS = ("out of reach", "No files found", "does not exist")


@pytest.fixture
def fenced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project's folder with links that lead out of it, and files beside it."""
    (tmp_path / "project").mkdir()
    (tmp_path / "outside").mkdir()
    for file in (tmp_path / "private.csv", tmp_path / "outside" / "private.csv", tmp_path / "project" / "own.csv"):
        file.write_text("id\n1\n")
    (tmp_path / "project" / "linked.csv").symlink_to(tmp_path / "private.csv")
    (tmp_path / "project" / "linked").symlink_to(tmp_path / "outside")
    monkeypatch.chdir(tmp_path / "project")
    return tmp_path


def sessions(fenced: Path) -> dict[str, Callable[[str], object]]:
    """Every way in which a session is opened, as what runs a query in it."""
    folders = [str(fenced / "project")]
    writing = open_file(str(fenced / "a.duckdb"), {}, 1, False, folders)
    assert writing is not None
    writing.execute("create table t as select 1 as id")
    writing.close()
    reading = open_file(str(fenced / "a.duckdb"), {}, 1, True, folders)
    reader = open_reader(str(fenced / "a.duckdb"), "a", {}, 1, folders)
    memory = open_file(":memory:", {}, 1, False, folders)
    assert reading is not None and reader is not None and memory is not None
    return {
        "a file read": reading.fetch,
        "rows held": reader.table,
        "the binder": open_memory({}, folders).fetch,
        "a database in memory": memory.fetch,
    }


def test_no_session_reads_anything_else(fenced: Path) -> None:
    read = []
    for name, run in sessions(fenced).items():
        assert run("select * from read_csv('own.csv')"), name
        for reader in READERS:
            for path in ELSEWHERE:
                query = f"select * from {reader.format(path.replace('OUTSIDE', str(fenced / 'outside')))}"
                try:
                    run(query)
                    read.append((name, query))
                except EngineError as error:
                    assert any(words in error.message for words in ANSWERS), (query, error.message)
    assert not read


@pytest.mark.parametrize(
    "statement",
    [
        "set enable_external_access = true",
        "set autoload_known_extensions = true",
        "set allowed_directories = ['/']",
        "set lock_configuration = false",
        "reset lock_configuration",
        "pragma enable_profiling",
        "install httpfs",
        "load httpfs",
        "attach 'OUTSIDE/b.duckdb' as b",
        "copy (select 1) to 'OUTSIDE/b.csv'",
        "export database 'OUTSIDE/all'",
        "import database 'OUTSIDE/all'",
        "select * from enable_logging(storage = 'file', storage_path = 'OUTSIDE/log')",
        "select getenv('HOME')",
        "select * from session",
        "select 1; select 2",
    ],
)
def test_no_statement_opens_a_session_again(fenced: Path, statement: str) -> None:
    session = open_memory({}, [str(fenced / "project")])
    with pytest.raises(EngineError):
        session.execute(statement.replace("OUTSIDE", str(fenced / "outside")))
    assert os.listdir(fenced / "outside") == ["private.csv"]


SQL_PLACES = {
    "a table": {"models/x.sql": TABLE + "select * from HERE"},
    "a view": {"models/x.sql": "select * from HERE"},
    "an ephemeral model": {
        "models/e.sql": "{{ config(materialized='ephemeral') }} select * from HERE",
        "models/x.sql": "select * from {{ ref('e') }}",
    },
    "a data test": {"tests/x.sql": "select * from HERE"},
    "a macro": {
        "macros/m.sql": "{% macro m() %}(select * from HERE){% endmacro %}",
        "models/x.sql": "select * from {{ m() }}",
    },
    "a test's where": {
        "models/x.sql": "select 1 as id",
        "models/x.yml": 'models: [{name: x, columns: [{name: id, data_tests: [{not_null: {where: "exists (from HERE)"}}]}]}]',
    },
    "a fail_calc": {
        "models/x.sql": "select 1 as id",
        "models/x.yml": 'models: [{name: x, data_tests: [{unique: {column_name: id, fail_calc: "(select count(*) from HERE)"}}]}]',
    },
    "closed rows": {
        "models/x.sql": "select 1 as id",
        "models/x.yml": 'models: [{name: x, config: {meta: {closed: {key: [id], when: "exists (from HERE)"}}}}]',
    },
}


@pytest.mark.parametrize("path", ["/proc/self/environ", "http://127.0.0.1:9/x.csv", "/etc/hostname"])
@pytest.mark.parametrize("place", SQL_PLACES)
def test_no_sql_of_a_project_reads_it(folder: Make, place: str, path: str) -> None:
    project = folder({file: text.replace("HERE", f"read_text('{path}')") for file, text in SQL_PLACES[place].items()})
    (error,) = project.errors()
    assert "out of reach" in error, error
    assert error.split(":")[0] in SQL_PLACES[place]


def test_rows_of_a_unit_test_read_no_other_file(folder: Make) -> None:
    project = folder(
        {
            "models/a.sql": "select 1 as id",
            "models/b.sql": "select id from {{ ref('a') }}",
            "models/b.yml": """
                unit_tests:
                  - name: t
                    model: b
                    given: [{input: ref('a'), format: sql, rows: "select size as id from read_blob('/proc/self/environ')"}]
                    expect: {rows: [{id: 1}]}
            """,
        }
    )
    assert "out of reach" in project.build(code=1).err


def test_inline_queries_read_no_other_file(folder: Make) -> None:
    project = folder({"models/a.sql": "select 1 as id"})
    project.build()
    done = project.run("show", "--inline", "select * from read_text('/etc/hostname')")
    assert done.code == 2
    assert "out of reach" in done.err


def source_at(location: str) -> dict[str, str]:
    return {
        "models/a.sql": TABLE + "select * from {{ source('raw', 'u') }}",
        "models/s.yml": f"sources:\n  - name: raw\n    tables:\n      - name: u\n        meta:\n          external_location: {location}\n",
    }


@pytest.mark.parametrize(
    "location",
    [
        "s3://bucket/u.parquet",
        "\"read_csv('https://example.org/u.csv')\"",
        "\"read_parquet(['u.parquet', 'hf://x/u.parquet'])\"",
        "'md:'",
    ],
)
def test_a_source_on_a_network_is_refused_by_name(folder: Make, location: str) -> None:
    (error,) = folder(source_at(location)).errors()
    assert error.startswith("models/s.yml:6: source 'raw.u' lies at '")
    assert "network" in error


@pytest.mark.parametrize(
    "location", ["/proc/self/environ", "\"read_blob('/proc/self/maps')\"", "\"read_text('/proc/*/environ')\""]
)
def test_a_source_that_is_the_systems_is_refused_by_name(folder: Make, location: str) -> None:
    (error,) = folder(source_at(location)).errors()
    assert error.startswith("models/s.yml:6: source 'raw.u' names '/")


def test_a_process_that_ends_meanwhile_changes_nothing_of_that(folder: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(files: object) -> str:
        raise FileNotFoundError(2, "No such file or directory", "/proc/1/environ")

    monkeypatch.setattr(sources, "_facts", gone)
    (error,) = folder(source_at("\"read_text('/proc/*/environ')\"")).errors()
    assert error.startswith("models/s.yml:6: source 'raw.u' names '/")


@pytest.mark.parametrize("kind", ["a file", "a pattern", "a link to a folder", "a view over it"])
def test_a_source_beside_the_project_is_read(folder: Make, tmp_path_factory: pytest.TempPathFactory, kind: str) -> None:
    data = tmp_path_factory.mktemp("data")
    (data / "u.csv").write_text("id\n7\n")
    location = (
        f"{data}/*.csv" if kind == "a pattern" else "data/u.csv" if kind == "a link to a folder" else f"{data}/u.csv"
    )
    project = folder(source_at(location))
    if kind == "a link to a folder":
        (project.root / "data").symlink_to(data)
    if kind == "a view over it":
        project.write("models/a.sql", "select * from {{ source('raw', 'u') }}")
    project.build()
    assert project.run("show", "a", "--json").json["rows"] == [[7]]
    (data / "u.csv").write_text("id\n8\n9\n")
    project.build()
    assert project.run("show", "a", "--json").json["rows"] == [[8], [9]]


@pytest.mark.parametrize(
    "name",
    [
        "enable_external_access",
        "lock_configuration",
        "allowed_directories",
        "allowed_paths",
        "allow_unsigned_extensions",
        "allow_community_extensions",
        "autoload_known_extensions",
        "autoinstall_known_extensions",
        "autoinstall_extension_repository",
        "custom_extension_repository",
        "extension_directory",
        "secret_directory",
        "log_query_path",
        "profile_output",
        "ENABLE_EXTERNAL_ACCESS",
    ],
)
@pytest.mark.parametrize("block", ["settings", "config_options"])
def test_a_profile_opens_nothing(folder: Make, block: str, name: str) -> None:
    profile = f"tiny:\n  target: dev\n  outputs:\n    dev:\n      type: duckdb\n      path: tiny.duckdb\n      {block}:\n        {name}: x\n"
    (error,) = folder({"profiles.yml": profile, "models/a.sql": "select 1 as id"}).errors()
    assert error.startswith(f"profiles.yml:8: setting '{name}' is convsql's own")


@pytest.mark.parametrize(
    "path",
    ["md:", "md:db", "MD:db?motherduck_token=x", "motherduck:db", "s3://b/x.duckdb", "https://example.org/x.duckdb"],
)
def test_a_database_on_a_network_is_refused_by_name(folder: Make, path: str) -> None:
    profile = f"tiny:\n  target: dev\n  outputs:\n    dev:\n      type: duckdb\n      path: '{path}'\n"
    project = folder({"profiles.yml": profile, "models/a.sql": "select 1 as id"})
    (error,) = project.errors()
    assert error.startswith("profiles.yml:6: path '")
    assert "motherduck_token" not in error
    assert not [p for p in project.root.iterdir() if p.name.lower().startswith(("md", "motherduck", "s3", "https"))]


def test_paths_that_are_files_are_not_taken_for_others() -> None:
    assert not any(map(is_remote, ["data/x.csv", "/abs/x.csv", "file:///abs/x.csv", "a:b", "12:30:00", "x"]))
    assert not any(map(is_of_the_system, ["data/x.csv", "/process/x", "/devices/x.csv"]))
