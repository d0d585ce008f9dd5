"""What profiles.yml says of a PostgreSQL server, and what is said when it is wrong."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest

from tests.postgres.project import PostgresFolder
from tests.support import PROFILES, Folder
from tests.support.postgres_server import PASSWORD

Make = Callable[..., PostgresFolder]
TARGET = """\
    pg:
      type: postgres
      host: localhost
      user: convsql
      dbname: warehouse
      schema: marts
"""


def profile(text: str) -> dict[str, str]:
    return {"profiles.yml": PROFILES + text, "models/a.sql": "select 1 as id"}


@pytest.mark.parametrize(
    ("text", "error"),
    [
        (
            TARGET + "      pasword: x\n",
            "profiles.yml:11: unknown key 'pasword' in target 'pg' | did you mean 'password'?",
        ),
        (
            TARGET + "      password: plain\n",
            (
                "profiles.yml:11: 'password' is not a secret of the environment | password: \"{{ env_var('DBT_ENV_SECRET_PG_PASSWORD') }}\";"
                " without the key PGPASSWORD or ~/.pgpass is read"
            ),
        ),
        (
            TARGET.replace("localhost", "\"{{ env_var('DBT_ENV_SECRET_HOST') }}\""),
            (
                "profiles.yml:7: 'host' holds a secret, which would stand in messages | only 'password' may hold one:"
                " name the variable without DBT_ENV_SECRET"
            ),
        ),
        (TARGET + "      port: many\n", "profiles.yml:11: 'port' must be a whole number, not 'many'"),
        (TARGET + "      username: me\n", "profiles.yml:11: 'user' stands twice in target 'pg', as 'username' too"),
        (
            TARGET.replace("      dbname: warehouse\n", ""),
            "profiles.yml:6: target 'pg' has no 'dbname' | as in dbt-postgres: host, user, dbname, schema",
        ),
        (
            TARGET.replace("marts", "_convsql"),
            "profiles.yml:10: schema '_convsql' is convsql's own | choose another schema",
        ),
        (
            TARGET.replace("marts", "pg_mine"),
            "profiles.yml:10: schema 'pg_mine' is PostgreSQL's own | choose another schema",
        ),
    ],
)
def test_a_wrong_target_is_refused_at_its_line(
    text: str, error: str, folder: Callable[..., Folder], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DBT_ENV_SECRET_HOST", "very-secret-host")
    assert folder(profile(text)).errors("--target", "pg") == [error]


def test_a_target_that_is_not_opened_needs_no_library_and_no_server(
    folder: Callable[..., Folder], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [n for n in sys.modules if n.split(".")[0] == "psycopg" or n.startswith("convsql.engines.postgres")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "psycopg", None)
    project = folder(profile(TARGET))
    project.build()
    assert project.run("compile", "--target", "pg").code == 0
    done = project.run("build", "--target", "pg")
    assert done.code == 2
    assert "needs psycopg, which is not installed" in done.err
    assert "pip install 'psycopg[binary]>=3.2,<4'" in done.err


def test_who_builds_in_a_file_needs_no_password_of_a_server(
    folder: Callable[..., Folder], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DBT_ENV_SECRET_NOT_SET", raising=False)
    project = folder(profile(TARGET + "      password: \"{{ env_var('DBT_ENV_SECRET_NOT_SET') }}\"\n"))
    project.build()
    assert project.run("clean").code == 0
    (error,) = project.errors("--target", "pg")
    assert error.startswith("profiles.yml:11: environment variable 'DBT_ENV_SECRET_NOT_SET' is not set")


def test_a_server_that_does_not_answer(pg: Make) -> None:
    project = pg({"models/a.sql": "select 1 as id"})
    text = (project.root / "profiles.yml").read_text()
    project.write("profiles.yml", text.replace(f"port: {project.database.port}", "port: 1"))
    done = project.build(code=2)
    assert "can't connect to" in done.err
    assert "127.0.0.1:1" in done.err
    assert "Traceback" not in done.err


def test_a_wrong_password_is_said_and_never_shown(pg: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBT_ENV_SECRET_PG_PASSWORD", "not-the-password")
    project = pg({"models/a.sql": "select 1 as id"})
    done = project.build(code=2)
    assert "password authentication failed" in done.err
    assert "not-the-password" not in done.err + done.out


def test_the_password_stands_nowhere(pg: Make) -> None:
    project = pg({"models/a.sql": "select 1 as id"})
    project.build()
    said = project.run("debug").out
    assert PASSWORD not in said
    assert f"{project.database.name} on 127.0.0.1:{project.database.port}" in said
    assert not [f for f in project.root.rglob("*") if f.is_file() and PASSWORD.encode() in f.read_bytes()]


def test_a_database_of_another_encoding_is_refused(pg: Make) -> None:
    project = pg({"models/a.sql": "select 1 as id"})
    name = f"{project.database.name}_latin"
    project.execute(f"create database {name} encoding 'SQL_ASCII' locale 'C' template template0")
    text = (project.root / "profiles.yml").read_text()
    project.write("profiles.yml", text.replace(f"dbname: {project.database.name}", f"dbname: {name}"))
    assert "is in encoding SQL_ASCII" in project.build(code=2).err


def test_names_that_the_server_would_cut_are_refused(pg: Make) -> None:
    long = "é" * 33
    project = pg({f"models/{'a' * 64}.sql": "select 1 as id", "models/b.sql": f'select 1 as "{long}"'})
    errors = project.errors()
    assert (
        f"models/b.sql:1: model 'b': column '{long}' has more than 63 bytes, which is all that a name may have | give it a shorter name"
        in errors
    )
    assert any("has more than 63 bytes" in e and "shorter `alias`" in e for e in errors)
    assert project.run("compile", "--target", "dev").code == 0
    (project.root / f"models/{'a' * 64}.sql").unlink()
    project.write(f"models/{'é' * 31}.sql", "select 1 as id")
    project.write("models/b.sql", "select 1 as id")
    project.build()
    assert all(len(name.encode()) <= 63 for name in project.relations())
