"""A tiny project on disk and the command line in this process, for all tests of the runner."""

from __future__ import annotations

import contextlib
import io
import json
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from convsql.compiling.project import Compiled, compile_project
from convsql.context import Context
from convsql.dbt_habits.habits import load_project
from convsql.engines.access import access_to
from convsql.project.profiles import load_target

PROJECT = "name: tiny\nversion: 1.0.0\nprofile: tiny\n"
PROFILES = "tiny:\n  target: dev\n  outputs:\n    dev: {type: duckdb, path: tiny.duckdb, schema: main, threads: 1}\n"


@dataclass(frozen=True, slots=True)
class Run:
    """What one command gave back."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def convsql(*arguments: str) -> Run:
    """Run the command line in this process."""
    from convsql.cli.main import run

    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = run(list(arguments))
    return Run(code, out.getvalue(), err.getvalue())


class Folder:
    """A project's folder. Files are given as text; indentation that all lines share is taken off."""

    def __init__(self, root: Path, files: Mapping[str, str | bytes] | None = None) -> None:
        self.root = root
        for path, text in {"dbt_project.yml": PROJECT, "profiles.yml": PROFILES, **(files or {})}.items():
            self.write(path, text)

    def write(self, path: str, text: str | bytes) -> Path:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(text, bytes):
            file.write_bytes(text)
        else:
            file.write_text(textwrap.dedent(text), encoding="utf-8")
        return file

    def remove(self, path: str) -> None:
        (self.root / path).unlink()

    def run(self, command: str, *arguments: str) -> Run:
        return convsql(command, *arguments, "--project-dir", str(self.root))

    def build(self, *arguments: str, code: int = 0) -> Run:
        """`convsql build`, which must end with this exit code."""
        done = self.run("build", *arguments)
        assert done.code == code, done.err + done.out
        return done

    def errors(self, *arguments: str) -> list[str]:
        """The errors of `convsql compile`, each as `path:line: reason`, with its hint behind ` | `."""
        done = self.run("compile", "--json", *arguments)
        if done.code == 0:
            return []
        assert done.code == 2, done.err + done.out
        return [
            (f"{e['path']}:{e['line']}: " if e["line"] else f"{e['path']}: " if e["path"] else "")
            + e["reason"]
            + (f" | {e['hint']}" if e["hint"] else "")
            for e in done.json["errors"]
        ]

    def compile(self) -> Compiled:
        """The project compiled by the API, without the cache."""
        project = load_project(self.root)
        target = load_target(project)
        return compile_project(project, target, access_to(target), use_cache=False)

    @property
    def context(self) -> Context:
        return Context(self.root, None, None, None)

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """Rows of the database as another tool sees it."""
        with duckdb.connect(str(self.root / "tiny.duckdb"), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def execute(self, sql: str) -> None:
        """Change the database as another tool would."""
        with duckdb.connect(str(self.root / "tiny.duckdb")) as connection:
            connection.execute(sql)

    def relations(self) -> set[str]:
        """Names of the physical relations."""
        return {
            r[0]
            for r in self.query("select table_name from information_schema.tables where table_schema = '_convsql_data'")
        }
