"""A tiny project that is built in PostgreSQL, and its database as other tools see it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support import PROFILES, Folder
from tests.support.postgres_server import PASSWORD

OUTPUT = """\
    pg:
      type: postgres
      host: 127.0.0.1
      port: {port}
      user: convsql
      password: "{{{{ env_var('DBT_ENV_SECRET_PG_PASSWORD') }}}}"
      dbname: {name}
      schema: marts
      threads: 1
"""


@dataclass(frozen=True, slots=True)
class Database:
    """One database of the server."""

    port: int
    name: str

    @classmethod
    def create(cls, port: int, name: str) -> Database:
        with cls(port, "postgres").connect() as connection:
            connection.execute(f"create database {name}")
        return cls(port, name)

    def connect(self, **options: Any) -> Any:
        """A connection of another tool's, in autocommit."""
        import psycopg

        given = {"user": "convsql", "password": PASSWORD, "application_name": "another tool", **options}
        return psycopg.connect(host="127.0.0.1", port=self.port, dbname=self.name, autocommit=True, **given)

    def rows(self, sql: str, parameters: Sequence[Any] | None = None) -> list[tuple[Any, ...]]:
        with self.connect() as connection:
            found: list[tuple[Any, ...]] = connection.execute(sql, parameters).fetchall()
            return found

    def execute(self, sql: str) -> None:
        with self.connect() as connection:
            connection.execute(sql)

    def profile(self) -> str:
        """The target `pg`, as it stands below `outputs` in profiles.yml."""
        return OUTPUT.format(port=self.port, name=self.name)


class PostgresFolder(Folder):
    """A project's folder whose commands go to the target `pg`."""

    def __init__(self, root: Path, database: Database, files: Mapping[str, str | bytes] | None = None) -> None:
        super().__init__(root, {"profiles.yml": PROFILES + database.profile(), **(files or {})})
        self.database = database

    def run(self, command: str, *arguments: str) -> Any:
        chosen = () if "--target" in arguments else ("--target", "pg")
        return super().run(command, *arguments, *chosen)

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        return self.database.rows(sql)

    def execute(self, sql: str) -> None:
        self.database.execute(sql)

    def relations(self) -> set[str]:
        rows = self.query("select table_name from information_schema.tables where table_schema = '_convsql_data'")
        return {name for (name,) in rows}
