"""docs/schedule.md: each recipe is run, as far as this machine can; what belongs to an orchestrator is stood in for."""

from __future__ import annotations

import configparser
import os
import re
import shlex
import shutil
import subprocess
import sys
import types
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.notify.servers import Web
from tests.support import Folder, convsql
from tests.support.root import ROOT

pytestmark = pytest.mark.slow  # every recipe starts processes

Make = Callable[..., Folder]
PAGE = (ROOT / "docs/schedule.md").read_text(encoding="utf-8")
TABLE = "{{ config(materialized='table') }} "


def blocks(heading: str, language: str) -> list[str]:
    section = PAGE.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    return re.findall(rf"```{language}\n(.*?)```", section, re.DOTALL)


@pytest.fixture
def warehouse(folder: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folder:
    """A project that stands where the recipes have theirs, with receivers, fresh sources and a promise."""
    project = folder(
        {
            "models/a.sql": TABLE + "select id from {{ source('raw', 'events') }}",
            "models/b.sql": TABLE + "select id from {{ ref('a') }}",
            "models/all.yml": "models:\n  - name: b\n    description: The end.\n    config: {meta: {max_age: 1h}}\n"
            "    columns: [{name: id, data_tests: [unique]}]\n",
            "models/s.yml": "sources:\n  - name: raw\n    meta: {external_location: \"read_csv('raw/{name}.csv')\"}\n"
            "    freshness: {error_after: {count: 1, period: day}}\n    tables: [{name: events}]\n",
            "raw/events.csv": "id\n1\n",
            "notify.yml": f'receivers:\n  - {{name: file, type: command, command: [{sys.executable}, -c, \'open("told", "a")\']}}\n',
            ".venv/bin/convsql": f'#!/bin/sh\nPYTHONPATH={os.pathsep.join(sys.path)} exec {sys.executable} -m convsql "$@"\n',
            "logs/.keep": "",
        }
    )
    (project.root / ".venv/bin/convsql").chmod(0o755)
    profiles = (project.root / "profiles.yml").read_text()
    project.write("profiles.yml", profiles + "    prod: {type: duckdb, path: tiny.duckdb, schema: main, threads: 1}\n")
    monkeypatch.setenv("PATH", f"{project.root / '.venv/bin'}:{os.environ['PATH']}")
    return project


def here(text: str, project: Folder) -> str:
    return text.replace("/srv/warehouse", str(project.root)).replace("/var/lib/node_exporter", str(project.root))


def sh(command: str, project: Folder) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["sh", "-c", command], cwd=project.root, capture_output=True, text=True, check=False)


def statuses(project: Folder) -> list[str]:
    return [run["status"] for run in project.run("runs", "--json").json["runs"]]


def test_the_command_of_the_page_publishes(warehouse: Folder) -> None:
    (command,) = re.findall(r"```sh\n(.*?)```", PAGE.split("\n## ")[0], re.DOTALL)
    assert sh(command, warehouse).returncode == 0
    assert statuses(warehouse) == ["published"]


def test_cron(warehouse: Folder) -> None:
    (table,) = blocks("cron", "cron")
    lines = [line for line in table.splitlines() if not line.startswith("#")]
    assert len(lines) == 2
    for line in lines:
        *times, command = line.split(" ", 5)
        for field, most in zip(times, (59, 23, 31, 12, 7), strict=True):
            assert field == "*" or 0 <= int(field) <= most
        assert "%" not in command, "cron takes it for the end of the line"
        done = sh(here(command, warehouse), warehouse)
        assert (done.returncode, done.stdout) == (0, "")
    assert statuses(warehouse) == ["published"]


def test_systemd(warehouse: Folder, tmp_path: Path) -> None:
    service, timer = blocks("systemd", "ini")
    unit = configparser.ConfigParser(strict=True)
    unit.optionxform = str  # type: ignore[assignment, method-assign]
    unit.read_string(here(service, warehouse))
    assert sh(unit["Service"]["ExecStart"], warehouse).returncode == 0
    assert statuses(warehouse) == ["published"]
    if shutil.which("systemd-analyze") is None:
        pytest.skip("no systemd-analyze is here: the unit files were run, and not verified")
    units = tmp_path / "units"
    units.mkdir()
    (units / "convsql.service").write_text(here(service, warehouse).replace("User=convsql\n", ""))
    (units / "convsql.timer").write_text(timer)
    done = subprocess.run(
        ["systemd-analyze", "verify", str(units / "convsql.service"), str(units / "convsql.timer")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert [line for line in (done.stdout + done.stderr).splitlines() if "convsql" in line] == []


def test_github_actions(warehouse: Folder) -> None:
    (text,) = blocks("GitHub Actions", "yaml")
    workflow = yaml.safe_load(text)
    assert workflow[True]["schedule"] == [{"cron": "5 3 * * *"}]
    steps = [s["run"] for s in workflow["jobs"]["build"]["steps"] if "run" in s and "pip install" not in s["run"]]
    assert len(steps) == 2
    for step in steps:
        done = sh(step, warehouse)
        assert done.returncode == 0, done.stderr
    assert (warehouse.root / "target/junit.xml").is_file()
    assert statuses(warehouse) == ["published"]


@contextmanager
def modules(monkeypatch: pytest.MonkeyPatch, **attributes: dict[str, Any]) -> Iterator[None]:
    for name, values in attributes.items():
        module = types.ModuleType(name.replace("__", "."))
        module.__dict__.update(values)
        monkeypatch.setitem(sys.modules, name.replace("__", "."), module)
    yield


class _Task:
    """A task of a graph: what it runs, and what runs after it."""

    order: list[Callable[[], None]] = []  # noqa: RUF012 - of the one graph that a test has

    def __init__(self, run: Callable[[], None]) -> None:
        self.run = run

    def __rshift__(self, other: _Task) -> _Task:
        self.order[:] = [self.run, other.run]
        return other


def test_airflow(warehouse: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Airflow's own part is stood in for: a graph, tasks, and the exception that is not tried again."""

    class Graph:
        def __init__(self, *_: Any, **options: Any) -> None:
            assert options["max_active_runs"] == 1

        def __enter__(self) -> None:
            return

        def __exit__(self, *_: Any) -> None:
            return

    class Failed(Exception):
        pass

    def task(run: Any = None, **_: Any) -> Any:
        return (lambda: _Task(run)) if run else task

    (text,) = blocks("Airflow", "python")
    with modules(
        monkeypatch,
        airflow={},
        airflow__exceptions={"AirflowFailException": Failed},
        airflow__sdk={"DAG": Graph, "task": task},
    ):
        space: dict[str, Any] = {}
        exec(compile(here(text, warehouse), "dag.py", "exec"), space)
    assert len(_Task.order) == 2
    for run in _Task.order:
        run()
    assert statuses(warehouse) == ["published"]
    warehouse.write("models/b.sql", TABLE + "select cast('x' as integer) as id from {{ ref('a') }}")
    with pytest.raises(Failed, match="convsql build ended with 1"):
        _Task.order[1]()
    warehouse.write(".venv/bin/convsql", "#!/bin/sh\nexit 3\n")
    with pytest.raises(RuntimeError, match="in use"):
        _Task.order[1]()


def test_dagster(warehouse: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Dagster's own part is stood in for: specifications, results, and the failure of a run."""

    def kept(name: str, *wanted: str) -> Callable[..., Any]:
        def make(*given: Any, **options: Any) -> Any:
            assert set(options) <= set(wanted), (name, options)
            return types.SimpleNamespace(**dict(zip(("key",), given, strict=False)), **options)

        return make

    class Failed(Exception):
        def __init__(self, text: str, metadata: Any) -> None:
            super().__init__(text)
            self.metadata = metadata

    (text,) = blocks("Dagster", "python")
    stand_in = {
        "AssetSpec": kept("AssetSpec", "deps", "description", "group_name", "skippable"),
        "MaterializeResult": kept("MaterializeResult", "asset_key", "metadata"),
        "Definitions": kept("Definitions", "assets", "schedules"),
        "ScheduleDefinition": kept("ScheduleDefinition", "name", "cron_schedule", "target"),
        "AssetExecutionContext": object,
        "Failure": Failed,
        "multi_asset": lambda specs, can_subset: lambda function: function,
    }
    space: dict[str, Any] = {}
    with modules(monkeypatch, dagster=stand_in):
        exec(compile(here(text, warehouse), "assets.py", "exec"), space)
    assert {s.key: s.deps for s in space["SPECS"]} == {"a": [], "b": ["a"]}
    assert [s.description for s in space["SPECS"]] == [None, "The end."]

    def materialised(*names: str) -> dict[str, str]:
        keys = [types.SimpleNamespace(to_user_string=lambda name=name: name) for name in names]
        context = types.SimpleNamespace(selected_asset_keys=keys)
        return {r.asset_key: r.metadata["status"] for r in space["warehouse"](context)}

    assert materialised("a") == {"a": "success"}
    assert materialised("a", "b") == {"a": "reused", "b": "success"}
    warehouse.write("models/b.sql", TABLE + "select cast('x' as integer) as id from {{ ref('a') }}")
    with pytest.raises(Failed, match="ended with 1") as failed:
        materialised("a", "b")
    assert failed.value.metadata == {"failed": ["b"]}


def test_prefect(warehouse: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Prefect's own part is stood in for: flows, tasks that are tried again under a condition, and the state that one ended in."""

    class State:
        def __init__(self, error: Exception | None) -> None:
            self.error = error

        def result(self) -> None:
            if self.error:
                raise self.error

    class Task:
        def __init__(self, function: Callable[..., None], options: dict[str, Any]) -> None:
            assert options.keys() == {"retries", "retry_delay_seconds", "retry_condition_fn"}
            self.function, self.options, self.tries = function, options, 0

        def __call__(self, *arguments: str, return_state: bool = False) -> State | None:
            for _ in range(self.options["retries"] + 1):
                self.tries += 1
                try:
                    self.function(*arguments)
                    return None
                except Exception as error:
                    last = error
                    if not self.options["retry_condition_fn"](self, None, State(error)):
                        break
            if return_state:
                return State(last)
            raise last

    served: dict[str, Any] = {}

    def flow(function: Any) -> Any:
        function.serve = lambda **options: served.update(options)
        return function

    (text,) = blocks("Prefect", "python")
    stand_in = {"task": lambda **options: lambda function: Task(function, options), "flow": flow}
    space: dict[str, Any] = {"__name__": "__main__"}
    with modules(monkeypatch, prefect=stand_in):
        exec(compile(here(text, warehouse), "flow.py", "exec"), space)
    assert served == {"name": "nightly", "cron": "5 3 * * *", "limit": 1}
    os.utime(warehouse.root / "raw/events.csv", (0, 0))  # stale sources do not stop the build
    space["nightly"]()
    assert statuses(warehouse) == ["published"]
    warehouse.write("models/b.sql", TABLE + "select cast('x' as integer) as id from {{ ref('a') }}")
    with pytest.raises(RuntimeError, match="convsql build ended with 1"):
        space["nightly"]()
    run = space["run_convsql"]
    run.tries = 0
    warehouse.write(".venv/bin/convsql", "#!/bin/sh\nexit 3\n")
    with pytest.raises(space["Again"]):
        run("build")
    assert run.tries == 4


def test_kestra(warehouse: Folder) -> None:
    (text,) = blocks("Kestra", "yaml")
    flow = yaml.safe_load(text)
    assert flow["concurrency"] == {"limit": 1, "behavior": "CANCEL"}
    assert [trigger["cron"] for trigger in flow["triggers"]] == ["5 3 * * *"]
    commands = {task["id"]: here(command, warehouse) for task in flow["tasks"] for command in task["commands"]}
    assert list(commands) == ["freshness", "build"]
    for command in commands.values():
        done = sh(command, warehouse)
        assert done.returncode == 0, done.stderr
    assert statuses(warehouse) == ["published"]
    for code, shown in ((5, 0), (1, 1), (3, 1)):
        warehouse.write(".venv/bin/convsql", f"#!/bin/sh\nexit {code}\n")
        assert sh(commands["build"], warehouse).returncode == shown


def test_opentelemetry(warehouse: Folder) -> None:
    (command,) = blocks("OpenTelemetry", "sh")
    collector = Web()
    try:
        done = sh(here(command, warehouse).replace("http://localhost:4318", collector.url), warehouse)
        assert done.returncode == 0 and "note" not in done.stderr
        (sent,) = collector.got
        assert [s["name"] for s in sent["resourceSpans"][0]["scopeSpans"][0]["spans"]][:2] == [
            "convsql build",
            "model a",
        ]
    finally:
        collector.stop()


def test_prometheus(warehouse: Folder) -> None:
    (command,) = blocks("Prometheus", "sh")
    assert sh(here(command, warehouse), warehouse).returncode == 0
    text = (warehouse.root / "convsql.prom").read_text(encoding="utf-8")
    found = metrics(text)
    run = 'project="tiny",environment="main",command="build"'
    assert found[f"convsql_run_exit_code{{{run}}}"] == 0
    assert found[f'convsql_run_nodes{{{run},status="success"}}'] == 2
    assert found[f"convsql_published_build{{{run}}}"] == 1
    success = f"convsql_last_success_timestamp_seconds{{{run}}}"
    named = set(re.findall(r"`(convsql_\w+)`", PAGE))
    assert {name.split("{")[0] for name in found} == named

    warehouse.write("models/b.sql", TABLE + "select cast('x' as integer) as id from {{ ref('a') }}")
    assert sh(here(command, warehouse), warehouse).returncode == 1
    failed = metrics((warehouse.root / "convsql.prom").read_text(encoding="utf-8"))
    assert failed[f"convsql_run_exit_code{{{run}}}"] == 1
    assert failed[success] == found[success]
    assert any(name.startswith("convsql_node_duration_seconds") and 'status="error"' in name for name in failed)


def metrics(text: str) -> dict[str, float]:
    """Samples of a text file, which must be as Prometheus reads it: help and type once before the samples of a metric."""
    found: dict[str, float] = {}
    named: list[str] = []
    for line in text.splitlines():
        if about := re.fullmatch(r"# HELP (\w+) \S.*", line):
            assert about[1] not in named
            named.append(about[1])
        elif kind := re.fullmatch(r"# TYPE (\w+) gauge", line):
            assert kind[1] == named[-1]
        else:
            label = r'\w+="(?:[^"\\\n]|\\.)*"'
            sample = re.fullmatch(rf"((\w+)\{{{label}(?:,{label})*\}}) (\S+)", line)
            assert sample and sample[2] == named[-1], line
            assert sample[1] not in found
            found[sample[1]] = float(sample[3])
    return found


def test_every_command_of_the_page_is_one(warehouse: Folder) -> None:
    """Options that the prose names are there too."""
    for option in set(re.findall(r"`(--[a-z-]+)", PAGE)):
        assert option in warehouse.run("build", "--help").out, option
    for words in set(re.findall(r"`convsql ([a-z ]+)`", PAGE)):
        assert "Usage" in convsql(*shlex.split(words), "--help").out
