"""The value of a secret is in nothing that leaves the program."""

from __future__ import annotations

import base64
import json
import urllib.parse
from collections.abc import Callable
from pathlib import Path

import pytest

from convsql.base import redaction
from convsql.base.errors import ConvsqlError, Where
from convsql.base.whole_file import write_whole
from convsql.engines.session import EngineError
from tests.support import Folder, Run

Make = Callable[..., Folder]
SECRET = "s3cr3t'HUNTER2"
READ = "{{ env_var('DBT_ENV_SECRET_PW') }}"


@pytest.fixture(autouse=True)
def secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBT_ENV_SECRET_PW", SECRET)


def target(entry: str) -> str:
    return f"tiny:\n  target: dev\n  outputs:\n    dev: {{{entry}}}\n"


REFUSED = {
    "type": f'type: "{READ}", path: tiny.duckdb',
    "path": f'type: duckdb, path: "{READ}"',
    "a path to MotherDuck": f'type: duckdb, path: "md:db?motherduck_token={READ}"',
    "a folder of the path": f'type: duckdb, path: "{READ}/x.duckdb"',
    "schema": f'type: duckdb, path: tiny.duckdb, schema: "{READ}"',
    "database": f'type: duckdb, path: tiny.duckdb, database: "{READ}"',
    "threads": f'type: duckdb, path: tiny.duckdb, threads: "{READ}"',
    "extensions": f'type: duckdb, path: tiny.duckdb, extensions: ["{READ}"]',
    "a setting": f'type: duckdb, path: tiny.duckdb, settings: {{TimeZone: "{READ}"}}',
    "a config option": f'type: duckdb, path: tiny.duckdb, config_options: {{temp_directory: "{READ}"}}',
    "a filter": "type: duckdb, path: \"{{ env_var('DBT_ENV_SECRET_PW') | upper }}\"",
    "a part": "type: duckdb, path: \"{{ env_var('DBT_ENV_SECRET_PW')[3:] }}\"",
    "letters": "type: duckdb, settings: {a: \"{{ env_var('DBT_ENV_SECRET_PW') | list }}\"}",
    "a key of a mapping": "type: duckdb, settings: {a: \"{{ {}[env_var('DBT_ENV_SECRET_PW')] }}\"}",
    "a number": "type: duckdb, path: \"{{ env_var('DBT_ENV_SECRET_PW') | int(base=99) }}\"",
    "a raised error": "type: duckdb, path: \"{{ env_var(env_var('DBT_ENV_SECRET_PW')) }}\"",
    "no such setting": f'type: duckdb, path: tiny.duckdb, settings: {{nonesuch: "{READ}"}}',
}


def is_clean(text: str) -> bool:
    return "s3cr3t" not in text.lower() and "hunter2" not in text.lower() and "DBT_SECRET_START" not in text


def nothing_of_it(project: Folder) -> None:
    for path in project.root.rglob("*"):
        assert is_clean(path.name), path
        if path.is_file():
            content = path.read_bytes()
            assert b"s3cr3t" not in content.lower() and b"hunter2" not in content.lower(), path


@pytest.mark.parametrize("name", REFUSED)
@pytest.mark.parametrize("command", ["build", "debug"])
@pytest.mark.parametrize("json_too", [(), ("--json",)])
def test_a_target_with_a_secret_shows_none_of_it(
    folder: Make, command: str, json_too: tuple[str, ...], name: str
) -> None:
    project = folder({"profiles.yml": target(REFUSED[name]), "models/a.sql": "select 1 as id"})
    done = project.run(command, *json_too)
    assert is_clean(done.out + done.err)
    if name not in ("a part", "letters", "a number"):  # a cut mark holds nothing of the value
        assert done.code == 2
        assert "profiles.yml:4: " in done.err or "profiles.yml" in done.out
    nothing_of_it(project)


def test_a_project_whose_profile_names_one_is_built_without_a_trace(folder: Make) -> None:
    options = f'settings: {{custom_user_agent: "{READ}", s3_secret_access_key: "{READ}"}}'
    project = folder(
        {
            "profiles.yml": target(f"type: duckdb, path: tiny.duckdb, {options}")
            + f'    prod: {{type: duckdb, path: "md:db?motherduck_token={READ}"}}\n',
            "models/a.sql": "{{ config(materialized='table') }} select name, cast(value as varchar) as value, current_setting('custom_user_agent') as agent"
            " from duckdb_settings()",
            "models/a.yml": "models: [{name: a, columns: [{name: name, data_tests: [{accepted_values: {values: [x]}}]}]}]",
            "models/b.sql": "select '{{ target.schema }}' as target",
        }
    )
    runs: list[Run] = [
        project.run("build"),
        project.run("build", "--json"),
        project.run("debug"),
        project.run("debug", "--json"),
        project.run("compile"),
        project.run("ls", "--json"),
        project.run("test"),
        project.run("show", "--inline", "select * from duckdb_settings()", "--limit", "1000"),
    ]
    assert runs[0].code == 1  # the test fails, by intent
    project.remove("models/a.yml")
    assert project.run("build").code == 0
    runs += [project.run("show", "a", "--limit", "1000"), project.run("history", "--json")]
    assert all(is_clean(run.out + run.err) for run in runs)
    nothing_of_it(project)


@pytest.mark.parametrize(
    "files",
    [
        {"vars.yml": f'a: "{READ}"', "models/a.sql": "select '{{ var('a') }}' as a"},
        {"models/a.sql": f"select '{READ}' as a".replace("'DBT", "'DBT")},
        {
            "macros/m.sql": "{% macro m() %}{{ env_var('DBT_ENV_SECRET_PW') }}{% endmacro %}",
            "models/a.sql": "select '{{ m() }}' as a",
        },
        {"models/s.yml": f'sources: [{{name: raw, tables: [{{name: u, meta: {{external_location: "{READ}"}}}}]}}]'},
        {"models/a.sql": "{{ config(alias=env_var('DBT_ENV_SECRET' ~ '_PW')) }} select 1 as a"},
        {"dbt_project.yml": f'name: tiny\nversion: 1.0.0\nprofile: "{READ}"\n', "models/a.sql": "select 1 as a"},
        {"tests/t.sql": "select '{{ env_var(\"DBT_ENV_SECRET_PW\") }}' as a"},
    ],
)
def test_no_other_file_reads_one(folder: Make, files: dict[str, str]) -> None:
    project = folder(files)
    for command in (("build",), ("compile", "--json"), ("debug",)):
        done = project.run(*command)
        assert is_clean(done.out + done.err)
    nothing_of_it(project)


@pytest.mark.parametrize(
    "shown",
    [
        SECRET,
        SECRET.upper(),
        SECRET.lower(),
        repr("x" + SECRET),
        json.dumps({"a": SECRET}),
        SECRET.replace("'", "''"),
        urllib.parse.quote(SECRET, safe=""),
        urllib.parse.quote_plus(SECRET),
        "s3cr3t&#x27;HUNTER2",
        base64.b64encode(SECRET.encode()).decode(),
        base64.urlsafe_b64encode(SECRET.encode()).decode(),
        "s3cr3t'HUN\nTER2",
        "│ s3cr3t'H │\n│ UNTER2 │",
        f'"{SECRET}" and "{SECRET}"',
    ],
)
def test_it_is_masked_however_it_is_written(shown: str) -> None:
    redaction.remember(SECRET)
    masked = redaction.redact(f"before {shown} after")
    assert "*****" in masked
    assert is_clean(masked)
    assert masked.startswith("before ") and masked.endswith(" after")


def test_errors_of_every_kind_are_masked(tmp_path: Path) -> None:
    redaction.remember(SECRET)
    error = ConvsqlError(f"no '{SECRET}'", Where("a.yml", 3), f"try {SECRET}")
    assert is_clean(str(error) + repr(error) + error.hint)
    failed = EngineError(f"Catalog Error: {SECRET}")
    assert is_clean(str(failed) + failed.message)
    write_whole(tmp_path / "report.txt", f"Traceback: {SECRET}".encode())
    assert (tmp_path / "report.txt").read_text() == "Traceback: *****"


def test_json_stays_json(tmp_path: Path) -> None:
    redaction.remember("12345678")
    redaction.remember('a"b\\c\nd')
    text = json.dumps({"n": 12345678, "m": 1, 'a"b\\c\nd': ['x a"b\\c\nd', True, None]})
    assert json.loads(redaction.redact_output(text)) == {"n": "*****", "m": 1, "*****": ["x *****", True, None]}
    write_whole(tmp_path / "run.json", text.encode())
    assert json.loads((tmp_path / "run.json").read_text())["n"] == "*****"


def test_each_line_of_a_long_secret_is_masked() -> None:
    redaction.remember("-----BEGIN KEY-----\nabcdefgh\nijklmnop\n")
    assert redaction.redact("it says ijklmnop here") == "it says ***** here"


@pytest.mark.parametrize("value", ["", "a", "ab", "abc", "   "])
def test_a_short_secret_leaves_the_output_readable(folder: Make, monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("DBT_ENV_SECRET_PW", value)
    project = folder(
        {
            "profiles.yml": target(f'type: duckdb, path: tiny.duckdb, settings: {{http_proxy: "{READ}"}}'),
            "models/a.sql": "select 1 as abc",
        }
    )
    done = project.build()
    assert "*" not in done.err
    assert "published build 1 to 'main'" in done.err
