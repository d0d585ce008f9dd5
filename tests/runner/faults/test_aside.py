"""A build writes to a copy of the database file and puts it in the file's place: what may be in the way of that."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

from convsql.base.errors import ConvsqlError, LockHeld
from convsql.engines.duckdb import DuckDBSession
from convsql.engines.duckdb_aside import Copy, open_aside, resume
from tests.runner.faults.harness import ROWS, FaultyProject
from tests.runner.faults.test_processes import READING


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A database with the table `t` of one row."""
    made = tmp_path / "a.duckdb"
    with duckdb.connect(str(made)) as connection:
        connection.execute("create table t as select 1 as n")
    return made


def rows(file: Path) -> list[int]:
    with duckdb.connect(str(file), read_only=True) as connection:
        return [n for (n,) in connection.execute("select n from t order by n").fetchall()]


def writing(file: Path) -> DuckDBSession:
    return open_aside(str(file), {}, 1)


def left(file: Path) -> list[str]:
    return sorted(p.name for p in file.parent.iterdir() if p.name != file.name)


def test_what_is_written_is_seen_when_it_is_revealed_and_not_before(file: Path) -> None:
    session = writing(file)
    session.execute("insert into t values (2)")
    assert rows(file) == [1]
    session.reveal()
    assert rows(file) == [1, 2]
    session.close()
    assert left(file) == []


def test_closing_shows_what_was_committed(file: Path) -> None:
    session = writing(file)
    session.execute("insert into t values (2)")
    session.execute("begin")
    session.execute("insert into t values (3)")
    session.close()
    assert rows(file) == [1, 2]
    assert left(file) == []


@pytest.mark.parametrize(("settings", "stands_in_log"), [({}, True), ({"checkpoint_threshold": "16MB"}, False)])
def test_a_copy_is_not_put_in_order_again_and_again_unless_the_target_says_so(
    settings: dict[str, str], stands_in_log: bool, file: Path
) -> None:
    session = open_aside(str(file), settings, 1)
    numbers = ", ".join(f"random() as x{n}" for n in range(24))  # 19 MB, of fewer rows than are written past the log
    session.execute(f"create table more as select {numbers} from range(100000)")
    (log,) = [*file.parent.glob(".*/*.wal")] or [None]
    assert (log is not None and log.stat().st_size > 16_000_000) == stands_in_log
    session.reveal()
    with duckdb.connect(str(file), read_only=True) as connection:
        assert connection.execute("select count(x23) from more").fetchall() == [(100000,)]
    assert left(file) == []


def test_views_name_the_database_as_before(file: Path) -> None:
    session = writing(file)
    session.execute("create view v as select n from a.main.t")
    session.close()
    with duckdb.connect(str(file), read_only=True) as connection:
        assert connection.execute("select n from a.main.v").fetchall() == [(1,)]


def test_a_second_writer_is_told_who_is_at_work(file: Path) -> None:
    session = writing(file)
    with pytest.raises(LockHeld, match=rf"a\.duckdb \(held by convsql, PID {os.getpid()}\)"):
        writing(file)
    session.close()
    writing(file).close()


def test_no_other_program_writes_meanwhile(file: Path) -> None:
    session = writing(file)
    program = "import duckdb, sys; duckdb.connect(sys.argv[1])"
    done = subprocess.run([sys.executable, "-c", program, str(file)], capture_output=True, text=True, check=False)
    assert "Conflicting lock" in done.stderr
    session.close()


def test_a_reader_of_the_same_process_keeps_its_lock_and_its_rows(file: Path) -> None:
    reader = duckdb.connect(str(file), read_only=True)
    session = writing(file)
    session.execute("insert into t values (2)")
    session.close()
    assert reader.execute("select n from t").fetchall() == [(1,)]
    reader.close()
    assert rows(file) == [1, 2]


def test_a_writer_of_the_same_process_keeps_a_build_away(file: Path) -> None:
    owner = duckdb.connect(str(file))
    with pytest.raises(LockHeld, match="held by this very process"):
        writing(file)
    owner.execute("insert into t values (3)")
    owner.close()
    assert rows(file) == [1, 3]


def test_a_file_that_is_another_one_by_then_is_not_overwritten(file: Path) -> None:
    """A lock holds no program away that replaces the file itself."""
    session = writing(file)
    session.execute("insert into t values (2)")
    other = file.with_name("b.duckdb")
    with duckdb.connect(str(other)) as connection:
        connection.execute("create table t as select 7 as n")
    other.replace(file)
    with pytest.raises(LockHeld, match=r"another program has written to .*a.duckdb since this run began"):
        session.reveal()
    assert rows(file) == [7]
    assert left(file) == []


def test_a_link_goes_on_leading_to_the_file(file: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.duckdb"
    link.symlink_to(file)
    session = writing(link)
    session.execute("insert into t values (2)")
    session.close()
    assert link.is_symlink()
    assert rows(file) == [1, 2]


def test_who_may_read_the_file_may_read_it_afterwards(file: Path) -> None:
    file.chmod(0o640)
    writing(file).close()
    assert file.stat().st_mode & 0o777 == 0o640


def test_a_mount_of_its_own_is_written_in_place(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os.path, "ismount", lambda path: path == str(file))
    before = file.stat().st_ino
    session = writing(file)
    session.execute("insert into t values (2)")
    session.reveal()
    session.close()
    assert (file.stat().st_ino, rows(file)) == (before, [1, 2])


def test_what_another_program_left_in_a_log_is_not_lost(file: Path) -> None:
    program = (
        "import duckdb, os, sys; c = duckdb.connect(sys.argv[1]); c.execute('insert into t values (5)'); os._exit(0)"
    )
    subprocess.run([sys.executable, "-c", program, str(file)], check=True)
    assert Path(f"{file}.wal").exists()
    writing(file).close()
    assert rows(file) == [1, 5]
    assert left(file) == []


def test_a_full_disk_harms_nothing(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shutil, "copyfileobj", full)
    with pytest.raises(ConvsqlError, match=r"can't be written: .*No space left on device"):
        writing(file)
    assert rows(file) == [1]
    assert left(file) == []


def test_a_rename_that_fails_is_said_and_shows_nothing(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    session = writing(file)
    session.execute("insert into t values (2)")

    def refused(self: Path, target: Path) -> None:
        raise OSError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "replace", refused)
    with pytest.raises(ConvsqlError, match=r"can't be put in place of .*a.duckdb: Operation not permitted"):
        session.reveal()
    monkeypatch.undo()
    assert rows(file) == [1]
    assert left(file) == []


@pytest.mark.parametrize("error", [MemoryError(), OSError(28, "No space left on device")])
def test_nothing_denies_what_is_in_place(file: Path, error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    session = writing(file)
    session.execute("insert into t values (2)")

    def fail(*_: object) -> None:
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(Copy, "release", fail)
        session.reveal()
    session.close()
    assert rows(file) == [1, 2]


def abandon(file: Path) -> None:
    """Leave what a process leaves that was killed after it had committed."""
    program = (
        "import os, sys; from convsql.engines.duckdb_aside import open_aside; "
        "s = open_aside(sys.argv[1], {}, 1); s.execute('insert into t values (2)'); os._exit(0)"
    )
    subprocess.run([sys.executable, "-c", program, str(file)], check=True)
    assert rows(file) == [1]


def test_what_a_killed_process_had_committed_is_shown_when_work_is_resumed(file: Path) -> None:
    abandon(file)
    resume(str(file))
    assert rows(file) == [1, 2]
    assert left(file) == []


def test_what_a_killed_process_left_is_nothing_once_the_file_is_another(file: Path) -> None:
    abandon(file)
    with duckdb.connect(str(file)) as connection:
        connection.execute("insert into t values (8)")
    resume(str(file))
    assert rows(file) == [1, 8]
    assert left(file) == []


@pytest.mark.parametrize("lost", ["base.json", "half a copy", "a damaged copy"])
def test_what_can_not_be_relied_on_is_removed(file: Path, lost: str) -> None:
    abandon(file)
    room = file.parent / ".a.duckdb.building"
    if lost == "base.json":
        (room / lost).unlink()
    elif lost == "half a copy":
        os.truncate(room / "a.duckdb", 5000)
    else:
        (room / "a.duckdb").write_bytes(b"\xa5" * 20_000)
    resume(str(file))
    assert rows(file) == [1]
    assert left(file) == []


def test_what_is_being_written_is_no_remnant(file: Path) -> None:
    session = writing(file)
    session.execute("insert into t values (2)")
    resume(str(file))
    assert rows(file) == [1]
    session.close()
    assert rows(file) == [1, 2]


def test_the_first_file_is_whole_when_it_appears(tmp_path: Path) -> None:
    file = tmp_path / "new" / "a.duckdb"
    session = writing(file)
    session.execute("create table t as select 1 as n")
    assert not file.exists()
    session.reveal()
    assert rows(file) == [1]


def test_a_folder_that_can_not_be_written_is_named(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mkdir = Path.mkdir

    def refused(self: Path, *options: object, **named: object) -> None:
        if self.name.endswith(".building"):
            raise PermissionError(13, "Permission denied")
        mkdir(self, *options, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(Path, "mkdir", refused)
    with pytest.raises(ConvsqlError, match=r"can't write beside .*a.duckdb: Permission denied"):
        writing(file)


@pytest.mark.slow
def test_a_reader_in_a_loop_over_a_hundred_builds_is_never_shut_out(project: FaultyProject) -> None:
    reader = subprocess.Popen(
        [sys.executable, "-c", READING, str(project.database), json.dumps(ROWS), "600"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    for number in range(100):
        assert project.build(f"build_{number}").code == 0
        assert reader.poll() is None, reader.communicate()[1]
    time.sleep(0.1)
    reader.terminate()
    out, err = reader.communicate(timeout=30)
    assert not err
    reads = [json.loads(line) for line in out.splitlines() if line.endswith("]")]
    assert len(reads) > 100
    assert all(len(markers) == 1 for markers in reads)


def test_what_a_machine_that_lost_power_left_is_not_taken_up(file: Path) -> None:
    abandon(file)
    room = file.parent / ".a.duckdb.building"
    base = json.loads((room / "base.json").read_text())
    (room / "base.json").write_text(json.dumps([base[0], "another start"]))
    resume(str(file))
    assert rows(file) == [1]
    assert not room.exists()


@pytest.mark.parametrize("size", [1, 64, 4096])
def test_a_log_in_which_there_is_nothing_does_not_stand_in_the_way(file: Path, size: int) -> None:
    (file.parent / "a.duckdb.wal").write_bytes(bytes(size))
    session = writing(file)
    session.execute("insert into t values (2)")
    session.close()
    assert rows(file) == [1, 2]
    assert left(file) == []
