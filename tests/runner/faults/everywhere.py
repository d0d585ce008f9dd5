"""One fault at every place where a build meets the outside: each statement that the engine is sent, each file that is written.

    python -m tests.runner.faults.everywhere FOLDER FAULT [STEP]

builds a small project in FOLDER once for each place, with FAULT at that place (every STEP-th place), looks at what readers see
and at the exit code, and builds again. Prints one line of JSON: how many places there were, and what was broken where.

Every build is a child of this process, forked after all imports, so that hundreds of them take minutes. Faults at statements:
`error` (the engine refuses it), `memory` (MemoryError), `kill` and `killed` (SIGKILL before and after it), `rival` (another process builds the
same project meanwhile), `clock` (it goes back by a day). Faults at files: `full` (no space left, as the file is opened for writing, moved, linked or removed),
`lost` (SIGKILL before that). Faults at each write, fsync, truncation, move and removal of the system's (`shim`): `cut` (SIGKILL before it), `half` (half of it is
written, then SIGKILL), `no space`, `no flush` (an error of the disk). And `room`: no file can grow past so many blocks, the database's own and its write-ahead
log included. What cuts logs is `torn`.
"""

from __future__ import annotations

import errno
import io
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from convsql.base.errors import EXIT_CONFLICT, EXIT_ERROR, EXIT_OK, EXIT_UNKNOWN
from convsql.cli.main import run
from tests.runner.faults import shim
from tests.runner.faults.small_project import DATABASE, FILES, SHOWN
from tests.support.root import ROOT

AT_STATEMENTS = ("error", "memory", "kill", "killed", "rival", "clock")
AT_FILES = ("full", "lost")
AT_WRITES = tuple(shim.ACTIONS)
KILLING = ("kill", "killed", "lost", "cut", "half")
DAY = 86_400  # seconds
BLOCK = 1024
MOVES = {"os.rename", "os.remove", "os.link", "os.mkdir", "os.truncate"}


@dataclass(slots=True)
class Fault:
    """What goes wrong at the `number`-th place (from 1); 0: nothing, the places are only counted."""

    action: str
    number: int
    seen: int = 0
    rival: int | None = None  # the exit code of the other process

    def is_here(self) -> bool:
        self.seen += 1
        return self.seen == self.number


class Connection:
    """A connection to DuckDB in which one statement goes wrong."""

    def __init__(self, connection: Any, fault: Fault) -> None:
        self._connection = connection
        self._fault = fault

    def execute(self, query: Any, parameters: Any = None) -> Any:
        is_here = self._fault.is_here()
        if is_here and self._fault.action == "error":
            raise duckdb.IOException("IO Error: injected")
        if is_here and self._fault.action == "memory":
            raise MemoryError
        if is_here and self._fault.action == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        if is_here and self._fault.action == "rival":
            self._fault.rival = rival()
        if is_here and self._fault.action == "clock":
            shim.set_back(DAY)
        done = self._connection.execute(query, parameters)
        if is_here and self._fault.action == "killed":
            os.kill(os.getpid(), signal.SIGKILL)
        return done

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)


def rival() -> int:
    """`convsql build` of the project in this folder by another process; returns its exit code."""
    done = subprocess.run(
        [sys.executable, "-m", "convsql", "build", "--quiet", "--vars", json.dumps({"marker": "rival"})],
        env={**{k: v for k, v in os.environ.items() if k != "LD_PRELOAD"}, "PYTHONPATH": str(ROOT)},
        capture_output=True, check=False,
    )  # fmt: skip
    return done.returncode


def break_statements(fault: Fault) -> None:
    """Put the fault into every connection that this process opens from now on."""
    connect = duckdb.connect
    duckdb.connect = lambda *a, **k: Connection(connect(*a, **k), fault)  # type: ignore[assignment]


def break_files(fault: Fault, root: Path) -> None:
    """Put the fault where this process opens a file of the project for writing, or moves, links or removes one."""

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            path, _mode, flags = arguments
            is_written = isinstance(path, str | bytes) and bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))
            concerned = is_written and root in Path(os.path.abspath(os.fsdecode(path))).parents
        else:
            concerned = event in MOVES and root in Path(os.path.abspath(os.fsdecode(arguments[0]))).parents
        if concerned and fault.is_here():
            if fault.action == "lost":
                os.kill(os.getpid(), signal.SIGKILL)
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(arguments[0]))

    sys.addaudithook(hook)


@dataclass(slots=True)
class Ended:
    """A build in a child: its exit code (below 0: the signal), what it said, how many places it came to."""

    code: int
    said: str
    places: int
    rival: int | None = None


def in_child(work: Callable[[], Any]) -> tuple[int, Any]:
    """Run something in a child of this process; returns its exit code and what it gave (None when it was killed)."""
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        os.close(reader)
        code = 70
        try:
            content = json.dumps(work()).encode()
            while content:
                content = content[os.write(writer, content) :]
            code = 0
        except BaseException:
            os.write(writer, json.dumps(traceback.format_exc()).encode())
        finally:
            os._exit(code)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        content = pipe.read()
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return code, json.loads(content) if content else None


def build(root: Path, marker: str, fault: Fault) -> Ended:
    """`convsql build` with a fault in it."""

    def work() -> tuple[int, str, int, int | None]:
        os.chdir(root)
        sys.stdout = said = io.StringIO()
        sys.stderr = said
        if fault.action == "room" and fault.number:
            resource.setrlimit(resource.RLIMIT_FSIZE, (fault.number * BLOCK, fault.number * BLOCK))
        if fault.action in AT_FILES:
            break_files(fault, root)
        elif fault.action in AT_WRITES:
            shim.arm(root, fault.number, fault.action)
        else:
            break_statements(fault)
        code = run(["build", "--quiet", "--vars", json.dumps({"marker": marker})])
        return code, said.getvalue(), shim.seen() if fault.action in AT_WRITES else fault.seen, fault.rival

    signalled, given = in_child(work)
    if given is None:
        return Ended(signalled, "", fault.number)
    return Ended(70, given, fault.number) if isinstance(given, str) else Ended(*given)


def shown(root: Path) -> dict[str, Any] | None:
    """Every published table with all its rows, as another process sees them; None before the first publish."""

    def work() -> dict[str, Any] | None:
        if not (root / DATABASE).exists():
            return None
        with duckdb.connect(str(root / DATABASE), read_only=True) as connection:
            views = "select view_name from duckdb_views() where schema_name = 'main' and not internal"
            names = {r[0] for r in connection.execute(views).fetchall()}
            if not names:
                return None
            return {
                n: connection.execute(f"select * from main.{n} order by all").fetchall()
                for n in sorted(names & SHOWN.keys())
            }

    code, found = in_child(work)
    if code:
        raise AssertionError(f"readers can't read: {found}")
    return found  # type: ignore[no-any-return]


@dataclass(slots=True)
class Table:
    """What came of one kind of fault."""

    fault: str
    start: str
    places: int = 0
    tried: int = 0
    published: int = 0
    broken: list[str] = field(default_factory=list)


def check(root: Path, fault: Fault, before: Any, after: Any) -> tuple[Ended, list[str]]:
    """One faulty build, what readers see then, and the build that follows; returns what is wrong."""
    ended = build(root, "new", fault)
    wrong: list[str] = []
    try:
        seen = shown(root)
    except AssertionError as error:
        return ended, [str(error)]
    if ended.rival == EXIT_OK:  # the other one came first
        before = of_marker(after, "rival")
    elif ended.rival not in (None, EXIT_CONFLICT):
        wrong.append(f"the other builder ended with {ended.rival}")
    if seen not in (before, after):
        wrong.append(f"readers see neither build: {seen}")
    if fault.action in KILLING:
        wrong += [f"exit code {ended.code}, not killed"] * (ended.code != -signal.SIGKILL)
    elif ended.code == EXIT_OK:
        wrong += ["said published, and it is not"] * (seen != after)
    elif ended.code == EXIT_CONFLICT and fault.action == "rival":
        wrong += ["came second, and nobody came first"] * (ended.rival != EXIT_OK)
    elif ended.code == EXIT_ERROR or (ended.code == 1 and fault.action in ("error", "memory", "no space", "no flush")):
        wrong += [f"exit code {ended.code}, and it is published"] * (seen != before)
    elif ended.code != EXIT_UNKNOWN:
        wrong.append(f"exit code {ended.code}")
    if "Traceback" in ended.said or (ended.code == 70):
        wrong.append(f"a traceback: {ended.said}")
    return ended, wrong + check_again(root, after)


def check_again(root: Path, after: Any) -> list[str]:
    """Build once more, with nothing in its way; returns what is wrong with it."""
    again = build(root, "new", Fault("none", 0))
    if again.code:
        return [f"building again ended with {again.code}: {again.said}"]
    return [f"building again shows {shown(root)}"] * (shown(root) != after)


def of_marker(rows: Any, marker: str) -> Any:
    """The rows of a build as another marker would have made them."""
    return json.loads(json.dumps(rows).replace('"new"', json.dumps(marker)))


def restored(root: Path, kept: Path) -> None:
    """The project as it was before the faulty build."""
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(kept, root, copy_function=shutil.copy2)


def prepared(folder: Path, start: str) -> tuple[Path, Path, Any, Any]:
    """The project's folder, a copy of it as it is before a faulty build, and what readers see before and after a good one.

    `start`: `published` (a build is shown, compiled files are there) or `fresh`.
    """
    root, kept = folder / "project", folder / "kept"
    for path, text in FILES.items():
        (kept / path).parent.mkdir(parents=True, exist_ok=True)
        (kept / path).write_text(text, encoding="utf-8")
    nothing = Fault("none", 0)
    restored(root, kept)
    assert build(root, "new", nothing).code == EXIT_OK
    after = shown(root)
    before = None
    if start == "published":
        restored(root, kept)
        assert build(root, "old", nothing).code == EXIT_OK
        before = shown(root)
        shutil.rmtree(kept)
        shutil.copytree(root, kept, copy_function=shutil.copy2)
    return root, kept, before, after


def every_place(folder: Path, action: str, step: int, start: str) -> Table:
    """One build for each place, from `start`."""
    root, kept, before, after = prepared(folder, start)
    table = Table(action, start)
    restored(root, kept)
    table.places = build(root, "new", Fault(action, 0)).places
    if action == "room":
        table.places = 24  # a build of this size writes 7 KiB of log, and a new file has 12
    for number in range(1, table.places + 1, step):
        restored(root, kept)
        ended, wrong = check(root, Fault(action, number), before, after)
        table.tried += 1
        table.published += ended.code == EXIT_OK
        table.broken += [f"place {number}: {w}" for w in wrong]
    return table


def main(folder: Path, action: str, step: int = 1) -> Iterator[Table]:
    """The tables of one kind of fault."""
    for start in ("published", "fresh"):
        yield every_place(folder / start, action, step, start)


if __name__ == "__main__":
    place, what = Path(sys.argv[1]), sys.argv[2]
    if what in AT_WRITES or what == "clock":
        shim.restart_with_it(place)
    for found in main(place, what, int(sys.argv[3]) if len(sys.argv) > 3 else 1):
        print(json.dumps({name: getattr(found, name) for name in Table.__slots__}), flush=True)
