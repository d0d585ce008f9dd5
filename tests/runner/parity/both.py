"""One project, built by convsql and by dbt, each in a copy and a database of its own, and compared."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import yaml

from tests.support import Run, convsql

PACKAGE = ("dbt_project.yml", "profiles.yml", "vars.yml", "models", "macros", "seeds", "tests/governance")
PASSED = ("pass", "warn", "success", "reused")


def dbt_command() -> Path | None:
    """The `dbt` to compare with: CONVSQL_DBT, or the one beside this Python."""
    named = os.environ.get("CONVSQL_DBT")
    found = Path(named) if named else Path(sys.executable).with_name("dbt")
    return found if found.exists() else None


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What a run said of its data tests and unit tests: (name, status, failures), sorted."""

    found: Counter[tuple[str, str, int]]

    @property
    def failing(self) -> list[str]:
        return sorted(name for name, status, _ in self.found if status not in PASSED)


class Both:
    """A project in two copies below `root`. `prepare` fills a database with raw tables before anything is built."""

    def __init__(self, root: Path, source: Path, parts: tuple[str, ...] | None = None) -> None:
        self.root = root
        self.said = ""
        for side in ("convsql", "dbt"):
            folder = root / side
            for part in parts or ("",):
                if (source / part).is_dir():
                    shutil.copytree(
                        source / part, folder / part, ignore=shutil.ignore_patterns("target", "*.duckdb", "logs")
                    )
                elif (source / part).exists():
                    folder.mkdir(parents=True, exist_ok=True)
                    shutil.copy(source / part, folder / part)
            self._profile(folder, root / f"{side}.duckdb")

    def _profile(self, folder: Path, database: Path) -> None:
        profiles = yaml.safe_load((folder / "profiles.yml").read_text(encoding="utf-8"))
        for profile in profiles.values():
            for output in profile["outputs"].values():
                output["path"] = str(database)
        (folder / "profiles.yml").write_text(yaml.safe_dump(profiles), encoding="utf-8")

    def change(self, edit: Callable[[Path], None]) -> None:
        """Change both copies alike."""
        for side in ("convsql", "dbt"):
            edit(self.root / side)

    def prepare(self, fill: Callable[[duckdb.DuckDBPyConnection], None]) -> None:
        """Put raw tables into both databases."""
        for side in ("convsql", "dbt"):
            with duckdb.connect(str(self.root / f"{side}.duckdb")) as connection:
                fill(connection)

    def build(self, variables: Mapping[str, Any] | None = None) -> tuple[Verdicts, Verdicts]:
        """Build with both. `variables` go to both by `--vars`; dbt gets what `vars.yml` says that way, too."""
        return self.build_with_convsql(variables), self.build_with_dbt(variables)

    def build_with_convsql(self, variables: Mapping[str, Any] | None) -> Verdicts:
        with contextlib.chdir(self.root):
            done: Run = convsql(
                "build",
                "--project-dir",
                str(self.root / "convsql"),
                "--json",
                "--vars",
                json.dumps(variables or {}, default=str),
            )
        assert done.code == 0, done.out[:3000]
        return Verdicts(Counter(
            (r["name"], r["status"], r["failures"] or 0)
            for r in done.json["results"] if r["resource_type"] in ("test", "unit_test")
        ))  # fmt: skip

    def dbt(self, *arguments: str) -> str:
        """Run dbt, which must succeed; returns what it printed."""
        command = dbt_command()
        assert command is not None
        folder = self.root / "dbt"
        done = subprocess.run(
            [str(command), *arguments, "--project-dir", str(folder), "--profiles-dir", str(folder), "--no-use-colors",
             "--log-path", str(self.root / "dbt_logs")],
            cwd=folder, capture_output=True, text=True, timeout=600, check=False,
            env={**os.environ, "DBT_SEND_ANONYMOUS_USAGE_STATS": "false", "DO_NOT_TRACK": "1",
                 "DBT_TARGET_PATH": str(self.root / "dbt_target")},
        )  # fmt: skip
        assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
        return done.stdout

    def build_with_dbt(self, variables: Mapping[str, Any] | None) -> Verdicts:
        folder = self.root / "dbt"
        if (folder / "packages.yml").exists():
            self.dbt("deps")
        file = folder / "vars.yml"
        content = yaml.safe_load(file.read_text(encoding="utf-8")) if file.exists() else {}
        merged = {**content.get("vars", content), **(variables or {})}
        self.said = self.dbt(
            "build", *(["--vars", json.dumps(merged, default=str, ensure_ascii=False)] if merged else [])
        )
        results = json.loads((self.root / "dbt_target" / "run_results.json").read_text(encoding="utf-8"))["results"]
        manifest = json.loads((self.root / "dbt_target" / "manifest.json").read_text(encoding="utf-8"))
        names = {i: n["name"] for part in ("nodes", "unit_tests") for i, n in manifest[part].items()}
        return Verdicts(Counter(
            (names[r["unique_id"]], r["status"], r["failures"] or 0)
            for r in results if r["unique_id"].split(".")[0] in ("test", "unit_test")
        ))  # fmt: skip

    @property
    def deprecations(self) -> list[str]:
        """What dbt's last build found out of date in the project."""
        return [line for line in self.said.splitlines() if re.search(r"Deprecation|Deprecated functionality", line)]

    def rows_of(self, relation: str) -> int:
        """How many rows convsql published."""
        with duckdb.connect(str(self.root / "convsql.duckdb"), read_only=True) as connection:
            found = connection.execute(f"select count(*) from main.{relation}").fetchone()
        return int(found[0]) if found else 0

    def differences(self) -> list[str]:
        """In which relations the two databases differ: by name, columns and types, or rows."""
        folder = contextlib.chdir(self.root / "dbt")  # for views over files of the project
        with folder, duckdb.connect(str(self.root / "convsql.duckdb"), read_only=True) as connection:
            connection.execute("set TimeZone = 'UTC'")
            connection.execute(f"attach '{self.root / 'dbt.duckdb'}' as dbt (read_only)")
            mine, theirs = (_relations(connection, name) for name in ("convsql", "dbt"))
            found = [f"{schema}.{name}: only one of the two made it" for schema, name in sorted(mine ^ theirs)]
            for schema, name in sorted(mine & theirs):
                found += _differ(connection, f'"{schema}"."{name}"')
        assert mine, "nothing was built"
        return found


def _relations(connection: duckdb.DuckDBPyConnection, database: str) -> set[tuple[str, str]]:
    """Published relations: those that are neither raw nor convsql's own (its record of restatements has no model)."""
    rows = connection.execute(
        "select table_schema, table_name from information_schema.tables where table_catalog = $1 "
        "and not starts_with(table_schema, '_convsql') and table_schema <> 'raw' and table_name <> 'restatements'",
        [database],
    ).fetchall()
    return {(str(schema), str(name)) for schema, name in rows}


def _differ(connection: duckdb.DuckDBPyConnection, relation: str) -> list[str]:
    mine, theirs = (
        [(str(r[0]), str(r[1])) for r in connection.execute(f"describe select * from {side}.{relation}").fetchall()]
        for side in ("convsql", "dbt")
    )
    if mine != theirs:
        return [f"{relation}: columns {sorted(set(mine) ^ set(theirs)) or 'in another order'}"]
    more, less = (
        connection.execute(f"from {one}.{relation} except all from {other}.{relation} limit 2").fetchall()
        for one, other in (("convsql", "dbt"), ("dbt", "convsql"))
    )
    return [f"{relation}: convsql only {more}, dbt only {less}"] if more or less else []
