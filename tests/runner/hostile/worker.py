"""Runs hostile cases, each in a process of its own with limits on time and memory; prints what was wrong with each.

    python -m tests.runner.hostile.worker FOLDER FAMILY [every nth]

Everything is imported before the first case is forked off, so that a case costs little more than its command.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
import time
from pathlib import Path

import duckdb
import jinja2
import sqlglot.dialects.duckdb
import yaml

import convsql.building.build
import convsql.cli.finish
import convsql.context
import convsql.rendering.render
import convsql.templates.environment
from convsql.cli.main import run
from tests.runner.hostile.case import BYTES, SECONDS, Case
from tests.runner.hostile.table import FAMILIES
from tests.support import Folder

IMPORTED = (duckdb, jinja2, sqlglot, yaml, convsql)
_WALL_SECONDS = 5 * SECONDS  # of a case that waits for ever and computes nothing


def wrong_with(case: Case, root: Path) -> list[str]:
    """What a case does that it must not do; nothing when all is well."""
    root.mkdir(parents=True)
    child = os.fork()
    if child == 0:
        code = 99
        try:
            code = _run(case, root)
        except BaseException as error:
            import traceback

            (root.parent / f"{root.name}.crash").write_text("".join(traceback.format_exception(error)))
        finally:
            os._exit(code)
    status, used = _wait(child)
    if status is None:
        return [f"does not end within {_WALL_SECONDS} s"]
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        return [f"takes more than {SECONDS} s" if number == signal.SIGXCPU else f"dies of signal {number}"]
    crash = root.parent / f"{root.name}.crash"
    if crash.exists():
        return ["a traceback: " + crash.read_text().strip()[-600:]]
    said = (root.parent / f"{root.name}.out").read_text(errors="replace")
    found = _compare(case, os.WEXITSTATUS(status), said)
    if used.ru_maxrss * 1024 > BYTES:
        found.append(f"takes {used.ru_maxrss // 1024} MB")
    if not found and case.rows:
        found = _rows(case, root)
    return found


def _wait(child: int) -> tuple[int | None, resource.struct_rusage]:
    deadline = time.monotonic() + _WALL_SECONDS
    while True:
        done, status, used = os.wait4(child, os.WNOHANG)
        if done:
            return status, used
        if time.monotonic() > deadline:
            os.kill(child, signal.SIGKILL)
            return None, os.wait4(child, 0)[2]
        time.sleep(0.005)


def _run(case: Case, root: Path) -> int:
    out = os.open(root.parent / f"{root.name}.out", os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
    os.dup2(out, 1)
    os.dup2(out, 2)
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 5))
    resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))
    os.environ.update(case.environment)
    folder = Folder(root)
    for path, text in case.files.items():
        _write(folder, path, text)
    if case.make:
        case.make(root)
    code = run([*case.command, "--project-dir", str(root)])
    sys.stdout.flush()
    sys.stderr.flush()
    return code


def _write(folder: Folder, path: str, text: str | bytes) -> None:
    file = folder.root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text if isinstance(text, bytes) else text.encode())


def _compare(case: Case, code: int, said: str) -> list[str]:
    found = []
    if code != case.code:
        found.append(f"exit {code}, not {case.code}")
    if "Traceback" in said:
        found.append("a traceback")
    if case.place and not any(line.startswith(f"error: {case.place}") for line in said.splitlines()):
        found.append(f"no error at {case.place}")
    found += [f"does not say {phrase!r}" for phrase in (*case.says, *case.warns) if phrase not in said]
    return [*found, said.strip()[:1000]] if found else []


def _rows(case: Case, root: Path) -> list[str]:
    assert case.rows is not None
    sql, expected = case.rows
    os.chdir(root)  # raw files are named from there
    with duckdb.connect(str(root / "tiny.duckdb"), read_only=True) as connection:
        rows = connection.execute(sql).fetchall()
    return [] if rows == expected else [f"{sql}: {rows!r}, not {expected!r}"]


def main() -> None:
    folder, family, nth = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    for number, case in enumerate(FAMILIES[family][::nth]):
        began = time.monotonic()
        wrong = wrong_with(case, folder / f"{number:03}" / "p")
        print(
            json.dumps({"case": case.name, "wrong": wrong, "seconds": round(time.monotonic() - began, 2)}), flush=True
        )


if __name__ == "__main__":
    main()
