"""A database file that is damaged, in all ways that a file can be: said so, with what to do, and never taken for one in use."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from tests.support import Folder

HEADERS = 3 * 4096  # DuckDB's main header and two database headers stand before the first block
BLOCK = 262_144
TABLE = "{{ config(materialized='table') }} "


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A published database whose tables fill several blocks."""
    project = Folder(
        tmp_path_factory.mktemp("whole"),
        {
            "models/a.sql": TABLE + "select range as id, md5(range::varchar) as x from range(60000)",
            "models/b.sql": TABLE + "select range as id from range(10)",
        },
    )
    project.build()
    return (project.root / "tiny.duckdb").read_bytes()


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folder:
    """The same project, its first model changed, and no database yet."""
    monkeypatch.chdir(tmp_path)
    return Folder(
        tmp_path,
        {
            "models/a.sql": TABLE + "select range as id, md5(range::varchar) as x from range(60001)",
            "models/b.sql": TABLE + "select range as id from range(10)",
        },
    )


def garbage(start: int, length: int) -> Callable[[bytes], bytes]:
    return lambda data: data[:start] + b"\xa5" * length + data[start + length :]


def zeros(start: int, length: int) -> Callable[[bytes], bytes]:
    return lambda data: data[:start] + bytes(length) + data[start + length :]


def cut(length: int) -> Callable[[bytes], bytes]:
    return lambda data: data[:length]


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "empty": cut(0),
    **{f"cut after {n}": cut(n) for n in (1, 12, 100, 4095, 4096, 5000, 8192, HEADERS, HEADERS + 1)},
    "text": lambda _: b"this is no database, it is text\n" * 1000,
    "zeros alone": lambda data: bytes(len(data)),
    **{f"garbage at {n}": garbage(n, 64) for n in (0, 8, 12, 4096, HEADERS)},
    "zeros over the headers": zeros(0, HEADERS),
    "garbage over all blocks": lambda data: data[:HEADERS] + b"\xa5" * (len(data) - HEADERS),
}
COMMANDS = ("build", "show b", "history", "rollback", "test", "clean", "debug", "build --dry-run", "show b --json")


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_file_that_can_not_be_opened_is_damaged_and_not_in_use(damage: str, whole: bytes, project: Folder) -> None:
    file = project.root / "tiny.duckdb"
    file.write_bytes(DAMAGES[damage](whole))
    for command in ("build", "history"):
        done = project.run(command)
        assert done.code == 2, done.err
        assert done.err.startswith(f"error: {file} is damaged: ")
        assert "restore it from a copy, or move it away and build again" in done.err
        assert len(done.err.splitlines()) == 2
    file.unlink()
    project.build()


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_that_opens_it_says_so(command: str, whole: bytes, project: Folder) -> None:
    (project.root / "tiny.duckdb").write_bytes(whole[: HEADERS + 100])
    done = project.run(*command.split())
    assert done.code == 2, done.err
    said = done.json["errors"][0]["reason"] if "--json" in command else done.err
    assert "tiny.duckdb is damaged: " in said


@pytest.mark.slow
def test_damage_in_the_middle_is_found_by_whoever_reads_it(whole: bytes, project: Folder) -> None:
    """The headers and the catalogue are well: it opens. A build that needs nothing of the damaged place is well too."""
    file = project.root / "tiny.duckdb"
    seen = set()
    for start in range(HEADERS, len(whole), BLOCK):
        file.write_bytes(zeros(start, BLOCK)(whole))
        for command in (("show", "--inline", "select max(x) as x from {{ ref('a') }}"), ("build",)):
            done = project.run(*command)
            seen.add((command[0], done.code))
            assert done.code == 0 or "tiny.duckdb is damaged: " in done.err, done.err
            assert "Traceback" not in done.err
    assert ("show", 2) in seen


def test_a_folder_is_no_database(project: Folder) -> None:
    (project.root / "tiny.duckdb").mkdir()
    done = project.run("build")
    assert (done.code, "it is a folder, not a database" in done.err) == (2, True)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_database_of_another_kind_is_named_and_nothing_is_fetched_for_it(command: str, project: Folder) -> None:
    """DuckDB would download an extension, and write into somebody else's database."""
    file = project.root / "tiny.duckdb"
    with contextlib.closing(sqlite3.connect(file)) as other:
        other.execute("create table theirs (x)")
        other.commit()
    before = file.read_bytes()
    done = project.run(*command.split())
    assert done.code == 2
    said = done.json["errors"][0]["reason"] if "--json" in command else done.err
    assert f"can't open {file}: it is a SQLite database, not one of DuckDB" in said
    assert file.read_bytes() == before


WRITER = """
import duckdb, os, sys
connection = duckdb.connect(sys.argv[1])
connection.execute("create table left_over as select range as id from range(1000)")
os._exit(0)
"""


def leave_wal(file: Path) -> bytes:
    """What a process that was killed leaves beside a database."""
    subprocess.run([sys.executable, "-c", WRITER, str(file)], check=True)
    return Path(f"{file}.wal").read_bytes()


def test_a_damaged_write_ahead_log_is_named(whole: bytes, project: Folder) -> None:
    file = project.root / "tiny.duckdb"
    file.write_bytes(whole)
    wal = leave_wal(file)
    other = project.root / "other.duckdb"
    duckdb.connect(str(other)).close()
    of_another = leave_wal(other)
    for content in (garbage(20, 20)(wal), garbage(100, 20)(wal), garbage(len(wal) // 2, 20)(wal), of_another):
        file.write_bytes(whole)
        Path(f"{file}.wal").write_bytes(content)
        done = project.run("build")
        assert done.code == 2, done.err
        assert done.err.startswith(f"error: {file}.wal is damaged, and with it the database: ")
    Path(f"{file}.wal").unlink()
    assert project.build().code == 0


def test_a_database_that_is_held_is_still_in_use(whole: bytes, project: Folder) -> None:
    file = project.root / "tiny.duckdb"
    file.write_bytes(whole)
    holder = subprocess.Popen(
        [sys.executable, "-c", "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('held', flush=True); sys.stdin.read()",
         str(file)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        done = project.run("build")
        assert done.code == 3, done.err
        assert f"is in use: {file} (held by " in done.err
        assert f"PID {holder.pid}" in done.err
    finally:
        holder.communicate("")
    with duckdb.connect(str(file)):
        done = project.run("build")
        assert (done.code, "held by this very process" in done.err) == (3, True)


@pytest.mark.parametrize("command", ["build", "show a"])
def test_a_path_with_lock_in_its_name_says_nothing_of_a_lock(command: str, whole: bytes, project: Folder) -> None:
    name = "blocks of the lock.duckdb"
    profiles = (project.root / "profiles.yml").read_text(encoding="utf-8")
    project.write("profiles.yml", profiles.replace("tiny.duckdb", name))
    (project.root / name).write_bytes(garbage(HEADERS, 64)(whole))
    done = project.run(*command.split())
    assert (done.code, f"{name} is damaged" in done.err) == (2, True), done.err
    shutil.rmtree(project.root / "target", ignore_errors=True)
