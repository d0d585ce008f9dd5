"""How a command ends when something breaks that nothing foresaw: one line, exit code 2, a report file, never a traceback.

And how it ends when nobody can be told: the exit code of a build tells of the build.
"""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from convsql import __main__
from convsql.building import build
from convsql.cli import finish, json_files
from convsql.compiling import project as compiling
from convsql.engines.duckdb import DuckDBSession
from convsql.engines.session import EngineError
from tests.support import Folder, convsql
from tests.support.root import ROOT

Make = Callable[..., Folder]
MODELS = {
    "models/a.sql": "{{ config(materialized='table') }} select 1 as id",
    "models/a.yml": "models: [{name: a, columns: [{name: id, data_tests: [not_null]}]}]",
}
ERRORS: dict[str, BaseException] = {
    "KeyError": KeyError("x"),
    "no words": ValueError(),
    "many lines": RuntimeError("first\nsecond"),
    "MemoryError": MemoryError(),
    "RecursionError": RecursionError("maximum recursion depth exceeded"),
    "EMFILE": OSError(errno.EMFILE, "Too many open files"),
    "ENOSPC": OSError(errno.ENOSPC, "No space left on device", "/somewhere"),
    "half a character": UnicodeEncodeError("utf-8", "\ud800", 0, 1, "surrogates not allowed"),
    "no Exception": BaseException("from a library in another language"),
    "EngineError": EngineError("Binder Error: it is all wrong"),
}
STAGES: dict[str, tuple[Any, str]] = {
    "compiling": (compiling, "parse"),
    "planning": (build, "make_plan"),
    "executing": (build, "Executor"),
    "publishing": (build, "find_restatements"),
}


def fail(error: BaseException) -> Callable[..., Any]:
    def failing(*_: Any, **__: Any) -> Any:
        raise error

    return failing


# Fast: each error once, each stage more than once; in CI each error at each stage.
EACH_AT_A_STAGE = [(kind, list(STAGES)[n % len(STAGES)]) for n, kind in enumerate(ERRORS)]
EACH_AT_EACH = [
    pytest.param(kind, stage, marks=() if (kind, stage) in EACH_AT_A_STAGE else pytest.mark.slow)
    for kind in ERRORS
    for stage in STAGES
]


@pytest.mark.parametrize(("kind", "stage"), EACH_AT_EACH)
def test_an_error_nobody_foresaw_is_one_line(
    kind: str, stage: str, folder: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = folder(MODELS)
    with monkeypatch.context() as patch:
        patch.setattr(*STAGES[stage], fail(ERRORS[kind]))
        done = project.run("build")
        asked = project.run("build", "--json")
    assert (done.code, asked.code) == (2, 2), done.err
    assert "Traceback" not in done.err
    assert done.err.startswith("error: ")
    assert len(done.err.splitlines()) <= 2
    assert asked.json["status"] == "error"
    reports = sorted((project.root / "target").glob("convsql_error_*.txt"))
    if kind == "EngineError":
        assert not reports
    else:
        assert f"target/{reports[0].name}" in done.err
        text = reports[0].read_text(encoding="utf-8")
        assert "Traceback (most recent call last)" in text
        assert "convsql build --project-dir" in text
    project.build()


def test_the_place_that_was_worked_on_is_named(folder: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    project = folder(MODELS)
    monkeypatch.setattr(DuckDBSession, "create_as", fail(KeyError("x")))
    assert project.run("build").err.startswith("error: models/a.sql:1: an error that convsql did not foresee (convsql/")


def test_a_report_holds_no_secret(folder: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    project = folder({**MODELS, "models/p.sql": "select 1 as one -- {{ var('password', '') | length }}"})
    monkeypatch.setenv("DBT_ENV_SECRET_TOKEN", "very-secret")
    monkeypatch.setattr(build, "make_plan", fail(KeyError("at very-secret")))
    done = project.run("build", "--vars", '{"password": "hidden"}', "--vars={password: hidden}", "--fail-fast")
    text = next((project.root / "target").glob("convsql_error_*.txt")).read_text(encoding="utf-8")
    for shown in (done.err, done.out, text):
        assert "very-secret" not in shown
        assert "hidden" not in shown
    done = project.run("build", "--select", "very-secret")
    assert (done.code, "very-secret" in done.err, "*****" in done.err) == (2, False, True)


@pytest.mark.parametrize("way", ["option", "variable"])
def test_the_traceback_is_there_for_those_who_ask(way: str, folder: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    project = folder(MODELS)
    monkeypatch.setattr(build, "make_plan", fail(KeyError("x")))
    if way == "variable":
        monkeypatch.setenv("CONVSQL_DEBUG", "1")
    done = project.run("build", *(["--debug"] if way == "option" else []))
    assert (done.code, "Traceback" in done.err) == (2, True)


def test_a_report_that_can_not_be_written_is_left_out(folder: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    project = folder(MODELS)
    project.write("target", "a file")
    monkeypatch.setattr(build, "make_plan", fail(KeyError("x")))
    monkeypatch.setattr("tempfile.gettempdir", fail(FileNotFoundError("no usable temporary directory")))
    done = project.run("build")
    assert (done.code, "--debug shows the whole error" in done.err) == (2, True)


@pytest.mark.parametrize("error", [ERRORS["MemoryError"], ERRORS["ENOSPC"], ERRORS["KeyError"], ERRORS["EngineError"]])
@pytest.mark.parametrize(
    "place",
    [(build, "tidy"), (json_files, "write_run_results"), (finish, "summary")],
    ids=["tidy", "write_run_results", "summary"],
)
def test_what_fails_after_the_publish_is_a_note(
    place: tuple[Any, str], error: BaseException, folder: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = folder(MODELS)
    published: list[bool] = []
    publish = build.publish
    whole = getattr(*place)

    def noting(*arguments: Any, **named: Any) -> Any:
        shown = publish(*arguments, **named)
        published.append(True)
        return shown

    def later(*arguments: Any, **named: Any) -> Any:
        if published:
            published.clear()
            raise error
        return whole(*arguments, **named)

    with monkeypatch.context() as patch:
        patch.setattr(build, "publish", noting)
        patch.setattr(*place, later)
        done = project.run("build")
    assert done.code == 0, done.err
    assert "note: " in done.err
    assert "Traceback" not in done.err
    assert project.run("history", "--json").json[0]["is_head"]


@pytest.mark.parametrize(
    "words",
    [
        "FATAL Error: Failed: database has been invalidated because of a previous fatal error",
        "IO Error: Could not write file: No space left on device",
    ],
)
def test_a_database_that_is_lost_is_said_once(words: str, folder: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    import duckdb

    project = folder({f"models/m{n}.sql": "{{ config(materialized='table') }} select 1 as id" for n in range(5)})
    execute = DuckDBSession.execute

    class Broken:
        def execute(self, *_: Any) -> Any:
            raise duckdb.Error(words)

        def close(self) -> None:
            raise duckdb.Error(words)

    def breaking(self: DuckDBSession, sql: str, parameters: Sequence[Any] | None = None) -> None:
        if "m1__" in sql and self.file:
            self.connection.close()
            self.connection = Broken()  # type: ignore[assignment]
        execute(self, sql, parameters)

    with monkeypatch.context() as patch:
        patch.setattr(DuckDBSession, "execute", breaking)
        done = project.run("build")
    assert done.code == 2, done.err
    assert done.err.count("error: ") == 1
    assert "ERROR model" not in done.err
    project.build()


def test_an_interrupt_that_a_library_hides_is_one(folder: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    def importing(*_: Any, **__: Any) -> Any:
        try:
            raise KeyboardInterrupt
        except KeyboardInterrupt:
            raise ImportError("numpy could not be initialised") from None

    project = folder(MODELS)
    monkeypatch.setattr(build, "make_plan", importing)
    done = project.run("build", "--json")
    assert (done.code, done.json) == (130, {"status": "interrupted", "exit_code": 130})
    assert done.err == "interrupted; nothing was published\n"


@pytest.mark.parametrize(
    ("error", "code"),
    [(KeyboardInterrupt(), 130), (MemoryError(), 2), (ImportError("no module"), 2), (OSError(24, "x"), 2)],
)
def test_a_start_that_fails_is_one_line(
    error: BaseException, code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(__main__, "_ignore_interrupts", lambda: None)
    for arguments in (["convsql", "ls"], ["convsql", "ls", "--json"]):
        monkeypatch.setattr(sys, "argv", arguments)
        monkeypatch.setattr("convsql.cli.main.run", fail(error))
        with pytest.raises(SystemExit) as left:
            __main__.main()
        assert left.value.code == code
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        assert json.loads(out)["exit_code"] == code if "--json" in arguments else len(err.splitlines()) <= 2


# Every stream that can be lost, as a shell closes or fills it → the exit codes of a build that publishes, and of `show`.
SINKS = {
    "> /dev/full": (0, 2),
    ">&-": (0, 2),
    "2> /dev/full": (0, 0),
    "2>&-": (0, 0),
    "<&-": (0, 0),
    "<&- >&- 2>&-": (0, 2),
    "> /dev/full 2>&1": (0, 2),
    "| true": (0, 0),
}


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
@pytest.mark.parametrize(
    "sink", [pytest.param(s, marks=() if s in ("> /dev/full", "<&- >&- 2>&-") else pytest.mark.slow) for s in SINKS]
)
def test_a_stream_that_is_lost(sink: str, folder: Make) -> None:
    project = folder(MODELS)
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
    }  # no HOME, no TERM, no LANG
    codes = []
    for command in ("build --json", "show a --json"):
        script = f"set -o pipefail; {sys.executable} -m convsql {command} {sink}"
        done = subprocess.run(
            ["bash", "-c", script], cwd=project.root, env=environment, capture_output=True, text=True, check=False
        )
        codes.append(done.returncode)
        assert "Traceback" not in done.stderr + done.stdout
        assert not done.stdout or json.loads(done.stdout)
    assert tuple(codes) == SINKS[sink]
    assert [r["build"] for r in project.run("history", "--json").json] == [1]


def test_a_text_that_the_stream_can_not_hold_is_shown_as_its_number(folder: Make) -> None:
    project = folder({"models/a.sql": "select 'caf\u00e9' as x"})
    project.build()
    done = subprocess.run(
        [sys.executable, "-m", "convsql", "show", "a", "--project-dir", str(project.root)],
        env={**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, "caf\\xe9" in done.stdout) == (0, True), done.stderr


def test_half_a_character_is_an_error_and_no_traceback(folder: Make) -> None:
    project = folder(MODELS)
    project.build()
    done = project.run("show", "--inline", "select '\udcff' as x")
    assert (done.code, done.out) == (2, "")
    assert len(done.err.splitlines()) <= 2


def test_a_folder_that_is_gone_is_said_so(folder: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    done = convsql("build")
    monkeypatch.chdir(tmp_path)
    assert (done.code, "the folder that this was started in is gone" in done.err) == (2, True)
