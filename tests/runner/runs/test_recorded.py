"""What became of every run: recorded, whatever happened to it, and nothing of the data with it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from convsql.runs import journal as journals
from convsql.runs.journal import Journal
from convsql.runs.reading import read_runs
from tests.support import Folder, convsql

Make = Callable[..., Folder]
TABLE = "{{ config(materialized='table') }} "
ENDLESS = TABLE + "select count(*) as n from range(100000000000) as a(i), range(1000) as b(j) where i % 7 = j"


def runs(project: Folder) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = project.run("runs", "--json").json["runs"]
    return found


def test_a_run_says_what_it_built_and_published_and_what_it_left_alone(folder: Make) -> None:
    project = folder({"models/a.sql": TABLE + "select 1 as id", "models/b.sql": "select id from {{ ref('a') }}"})
    project.build()
    project.build()
    second, first = runs(project)
    assert (first["status"], first["build"], first["counts"]) == ("published", 1, {"success": 2})
    assert sorted(name for name, _ in first["built"]) == ["a", "b"]
    assert (second["status"], second["build"], second["counts"]) == ("nothing to do", None, {"reused": 2})
    assert (first["command"], first["target"], first["environment"]) == ("build", "dev", "main")
    assert first["seconds"] > 0
    assert first["started_at"] < first["ended_at"] < second["started_at"]
    said = project.run("runs").out
    assert "published" in said
    assert "nothing to do" in said


def test_a_failed_run_names_what_failed_and_quotes_no_value(folder: Make) -> None:
    project = folder(
        {
            "models/a.sql": TABLE + "select 'anna@example.com' as mail",
            "models/b.sql": TABLE + "select cast(mail as integer) as n from {{ ref('a') }}",
            "models/all.yml": "models:\n  - name: a\n    columns: [{name: mail, data_tests: [{accepted_values: {values: [x]}}]}]\n",
        }
    )
    assert "anna@example.com" in project.build("--pii", code=1).err
    (run,) = runs(project)
    assert (run["status"], run["exit_code"], run["build"]) == ("failed", 1, None)
    assert [(n["resource_type"], n["status"], n["path"].split(":")[0]) for n in run["failed"]] == [
        ("test", "fail", "models/all.yml")
    ]
    project.write("models/all.yml", "")
    project.build(code=1)
    assert [(n["name"], n["status"]) for n in runs(project)[0]["failed"]] == [("b", "error")]
    shown = project.run("runs", runs(project)[0]["run"]).out
    assert "model b (models/b.sql" in shown
    assert "anna" not in (project.root / "tiny.duckdb.runs.jsonl").read_text() + shown


def test_a_project_that_does_not_compile_is_recorded_with_the_place(folder: Make) -> None:
    project = folder({"models/a.sql": "select 1 as id\nfrom {{ ref('nowhere') }}"})
    project.build(code=2)
    (run,) = runs(project)
    assert (run["status"], run["exit_code"], run["error"]["places"]) == ("error", 2, ["models/a.sql:2"])


def test_a_run_that_found_the_database_locked_is_recorded(folder: Make) -> None:
    project = folder({"models/a.sql": TABLE + "select 1 as id"})
    project.build()
    project.write("models/a.sql", TABLE + "select 2 as id")
    with _held(project):
        done = project.build(code=3)
    assert "in use" in done.err
    run = runs(project)[0]
    assert (run["status"], run["exit_code"], run["error"]["kind"]) == ("conflict", 3, "LockHeld")
    assert "in use" in run["error"]["reason"]


class _held:  # noqa: N801 - used as a statement
    """Another process holds the database, and lets go after so many seconds, or at the end."""

    def __init__(self, project: Folder, seconds: float = 60) -> None:
        text = (
            f"import duckdb, time; c = duckdb.connect('tiny.duckdb'); print('held', flush=True); time.sleep({seconds})"
        )
        self.process = subprocess.Popen([sys.executable, "-c", text], cwd=project.root, stdout=subprocess.PIPE)

    def __enter__(self) -> None:
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == b"held\n"

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()


@pytest.mark.slow
def test_what_passes_by_itself_is_tried_again(folder: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("convsql.cli.recorded.FIRST_WAIT", 0.4)
    project = folder({"models/a.sql": TABLE + "select 1 as id"})
    project.build()
    project.write("models/a.sql", TABLE + "select 2 as id")
    with _held(project, 0.5):
        done = project.build("--retries", "4")
    assert "attempt 2 in" in done.err
    run = runs(project)[0]
    assert run["status"] == "published"
    assert run["attempts"] >= 2


def test_a_head_that_moved_is_planned_anew(folder: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    from convsql.base.errors import StaleHead
    from convsql.building import build

    monkeypatch.setattr("convsql.cli.recorded.FIRST_WAIT", 0.0)
    checks: list[int] = []
    really = build._check_state

    def once(session: Any, plan: Any) -> None:
        checks.append(1)
        if len(checks) == 1:
            raise StaleHead("the head moved")
        really(session, plan)

    monkeypatch.setattr(build, "_check_state", once)
    project = folder({"models/a.sql": TABLE + "select 1 as id"})
    project.build("--retries", "1")
    assert runs(project)[0]["attempts"] == 2


def test_what_stays_wrong_is_not_tried_again(folder: Make) -> None:
    project = folder({"models/a.sql": TABLE + "select cast('x' as integer) as id"})
    project.build("--retries", "3", code=1)
    project.write("models/a.sql", "select nothing")
    project.build("--retries", "3", code=2)
    assert [run["attempts"] for run in runs(project)] == [1, 1]


def test_a_run_is_ended_when_its_time_is_over(folder: Make) -> None:
    project = folder({"models/a.sql": TABLE + "select 1 as id", "models/b.sql": ENDLESS + " -- {{ ref('a') }}"})
    done = project.build("--timeout", "0.6", code=124)
    assert "it took longer than 0.6 s and was ended; nothing was published" in done.err
    run = runs(project)[0]
    assert (run["status"], run["exit_code"], [name for name, _ in run["built"]]) == ("timed out", 124, ["a"])
    project.write("models/b.sql", TABLE + "select id from {{ ref('a') }}")
    assert "1 reused" in project.run("retry").err
    as_json = project.run("runs", "--json").json["runs"][1]
    assert as_json["status"] == "timed out"


@pytest.mark.slow
def test_a_run_in_the_background_is_ended_too(folder: Make) -> None:
    """A shell tells what it starts with `&` to ignore Ctrl-C."""
    project = folder({"models/a.sql": ENDLESS})
    command = [sys.executable, "-m", "convsql", "build", "--timeout", "1"]
    ignoring = (
        f"import os, signal, sys; signal.signal(signal.SIGINT, signal.SIG_IGN); os.execv(sys.executable, {command!r})"
    )
    done = subprocess.run(
        [sys.executable, "-c", ignoring], cwd=project.root, capture_output=True, timeout=60, check=False
    )
    assert done.returncode == 124, done.stderr


def test_a_time_that_is_enough_changes_nothing(folder: Make) -> None:
    project = folder({"models/a.sql": "select 1 as id"})
    assert "published build 1" in project.build("--timeout", "60").err


def _start(project: Folder) -> subprocess.Popen[bytes]:
    started = subprocess.Popen(
        [sys.executable, "-m", "convsql", "build"], cwd=project.root, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a background shell hands down "ignore"
    )  # fmt: skip
    for _ in range(200):
        if [run["pid"] for run in runs(project)[:1]] == [started.pid]:
            break
        time.sleep(0.05)
    return started


@pytest.mark.slow
def test_a_run_that_was_killed_has_no_end_and_one_that_was_interrupted_has(folder: Make) -> None:
    project = folder({"models/a.sql": ENDLESS})
    started = _start(project)
    assert runs(project)[0]["status"] == "running"
    assert "goes on" in project.run("retry").err
    started.kill()
    started.wait()
    assert runs(project)[0]["status"] == "killed"
    started = _start(project)
    time.sleep(0.3)
    started.send_signal(signal.SIGINT)
    started.wait(20)
    assert (started.returncode, runs(project)[0]["status"]) == (130, "interrupted")


def test_an_interrupt_within_text_that_is_executed_ends_with_130_and_not_by_the_signal(tmp_path: Path) -> None:
    """A dataclass is made of such text; Python remembers it, and `-m` would end by the signal after all was said."""
    (tmp_path / "stopped.py").write_text(
        "import convsql.cli.main as cli, convsql.__main__ as start\n"
        "cli.run = lambda: exec('raise KeyboardInterrupt')\nstart.main()\n"
    )
    command = [sys.executable, "-m", "stopped"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (130, "interrupted; nothing was published\n")


def test_a_secret_is_in_no_record(folder: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBT_ENV_SECRET_WORD", "hunter2hunter2")
    profiles = (
        "tiny:\n  target: dev\n  outputs:\n    dev: {type: duckdb, path: tiny.duckdb, schema: main, threads: 1,"
        " settings: {s3_secret_access_key: \"{{ env_var('DBT_ENV_SECRET_WORD') }}\"}}\n"
    )
    project = folder({"profiles.yml": profiles, "models/a.sql": "select '{{ var('word', '') }}' as id"})
    project.build("--select", "hunter2hunter2:x", code=2)
    project.build("--vars", "{word: 'never-written'}")
    text = (project.root / "tiny.duckdb.runs.jsonl").read_text()
    assert "hunter2" not in text
    assert "never-written" not in text


def test_the_journal_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journals, "LONGEST", 20_000)
    journal = Journal(tmp_path / "x.runs.jsonl")
    for number in range(1000):
        assert not journal.append(
            {"run": f"r{number}", "event": "begin", "at": "t", "project": "p", "environment": "e"}
        )
    assert journal.file.stat().st_size < 20_200
    found = [run.facts["run"] for run in read_runs(journal, "p", "e")]
    assert found[0] == "r999"
    assert len(found) > 50
    assert [p.name for p in tmp_path.iterdir()] == ["x.runs.jsonl"]


def test_a_line_that_was_cut_harms_no_other(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "x.runs.jsonl")
    begun = {"run": "a", "event": "begin", "at": "t", "project": "p", "environment": "e", "host": "elsewhere"}
    journal.append(begun)
    with journal.file.open("ab") as file:
        file.write(b'{"run": "b", "eve')
    journal.append({**begun, "run": "c"})
    assert [(run.facts["run"], run.status) for run in read_runs(journal, "p", "e")] == [
        ("c", "unknown"),
        ("a", "unknown"),
    ]


def test_two_writers_at_once_lose_no_line(tmp_path: Path) -> None:
    text = (
        "from pathlib import Path\nfrom convsql.runs import journal\njournal.LONGEST = 1 << 22\n"
        "j = journal.Journal(Path('x.runs.jsonl'))\n"
        "for i in range(150): assert not j.append({'run': f'{WHO}{i}', 'event': 'begin'})\n"
    )
    writers = [subprocess.Popen([sys.executable, "-c", f"WHO = '{w}'\n{text}"], cwd=tmp_path) for w in "ab"]
    assert [w.wait(60) for w in writers] == [0, 0]
    assert len({e["run"] for e in Journal(tmp_path / "x.runs.jsonl").entries()}) == 300


def test_a_place_that_can_t_be_written_harms_no_build(folder: Make) -> None:
    project = folder({"models/a.sql": "select 1 as id"})
    (project.root / "tiny.duckdb.runs.jsonl").mkdir()
    done = project.build()
    assert "published build 1" in done.err
    assert "note: this run could not be recorded" in done.err


def test_a_link_is_not_followed_out_of_the_project(folder: Make, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside") / "file"
    outside.write_text("mine")
    project = folder({"models/a.sql": "select 1 as id"})
    (project.root / "tiny.duckdb.runs.jsonl").symlink_to(outside)
    project.build()
    assert outside.read_text() == "mine"


def test_projects_of_one_database_see_their_own_runs(folder: Make) -> None:
    project = folder({"models/a.sql": "select 1 as id"})
    project.build()
    project.write("dbt_project.yml", "name: other\nversion: 1.0.0\nprofile: tiny\n")
    assert runs(project) == []


def test_a_database_in_memory_has_no_record(folder: Make) -> None:
    project = folder({"models/a.sql": "select 1 as id"})
    project.write(
        "profiles.yml", "tiny:\n  target: dev\n  outputs:\n    dev: {type: duckdb, path: ':memory:', schema: main}\n"
    )
    project.build()
    assert not list(project.root.rglob("*.runs.jsonl"))
    assert "no run of 'main' is recorded" in project.run("retry").err


def test_who_and_where_come_from_ci(folder: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"GITHUB_ACTOR": "anna", "GITHUB_SERVER_URL": "https://git.example", "GITHUB_REPOSITORY": "o/r",
                        "GITHUB_RUN_ID": "7"}.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    project = folder({"models/a.sql": "select 1 as id"})
    subprocess.run(
        ["git", "init", "-q", "."], cwd=project.root, check=True, env={**os.environ, "GIT_CONFIG_GLOBAL": os.devnull}
    )
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@example.com"]
    subprocess.run([*git, "add", "-A"], cwd=project.root, check=True)
    subprocess.run([*git, "commit", "-qm", "x"], cwd=project.root, check=True)
    commit = subprocess.run(["git", "rev-parse", "HEAD"], cwd=project.root, check=True, capture_output=True, text=True)
    project.build()
    project.build()
    assert [(r["who"], r["where"], r["commit"][:12]) for r in runs(project)] == [
        ("anna", "https://git.example/o/r/actions/runs/7", commit.stdout[:12])
    ] * 2


def test_the_trend_of_published_builds_is_shown(folder: Make) -> None:
    project = folder()
    for number in range(4):
        project.write("models/a.sql", TABLE + f"select {number} as id")
        project.build()
    found = project.run("runs", "--json").json["published_builds"]
    assert (len(found["seconds"]), found["median"] > 0) == (4, True)
    assert "published builds, oldest first: " in project.run("runs").out


def test_an_unknown_run_is_an_error_with_a_hint(folder: Make) -> None:
    project = folder({"models/a.sql": "select 1 as id"})
    project.build()
    done = project.run("runs", "1999")
    assert (done.code, "no runs begin with '1999'" in done.err) == (2, True)
    one = runs(project)[0]["run"]
    assert json.loads(convsql("runs", one, "--json", "--project-dir", str(project.root)).out)["run"] == one


def test_the_api_s_builds_are_recorded_too(folder: Make) -> None:
    from convsql.api import Project

    project = folder({"models/a.sql": "select 1 as id"})
    Project(project.root).build()
    assert [(r["command"], r["status"]) for r in runs(project)] == [("build", "published")]
    with duckdb.connect(str(project.root / "tiny.duckdb")) as connection:
        assert connection.execute("select count(*) from main.a").fetchone() == (1,)
