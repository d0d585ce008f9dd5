"""A session that writes to a copy of the database file, which takes the file's place when it is done.

DuckDB shuts out every other process while a file is open for writing. So what is written goes to a copy in the folder
`.NAME.building` beside the file, and one rename shows it: who has the file open goes on seeing what it was, who opens it later
sees what it became. A lock on that folder keeps a second writer away, and the file itself is held open for reading, so that no
other program writes to it meanwhile.

What a killed process leaves in the folder holds only what was committed. `resume` lets it take the file's place, as closing
would have, if the file is still the one that it was a copy of.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb

from convsql.base.copied_file import copy_file
from convsql.base.errors import ConvsqlError, LockHeld
from convsql.base.file_facts import is_still
from convsql.base.whole_file import write_text
from convsql.engines.duckdb import DuckDBSession, open_file
from convsql.engines.duckdb_anew import fresh_file, write_anew
from convsql.engines.duckdb_faults import opening_error, refuse_other_formats
from convsql.engines.duckdb_hold import Hold
from convsql.engines.duckdb_new_file import create_file, take_in_log
from convsql.engines.duckdb_settings import ASIDE_SETTINGS, refused
from convsql.engines.session import EngineError

_TRIES = 3


class AsideSession(DuckDBSession):
    """A session on the copy; `reveal` puts it in the file's place, and so does `close` where that was not asked for."""

    def __init__(
        self,
        copy: Copy,
        connection: duckdb.DuckDBPyConnection,
        settings: Mapping[str, Any],
        threads: int,
        folders: Sequence[str],
        file: str,
    ) -> None:
        self._copy = copy
        super().__init__(connection, {**ASIDE_SETTINGS, **settings}, threads, folders, file)

    def reveal(self) -> None:
        try:
            self.execute("checkpoint")
            super().close()
            self._copy.take_its_place()
        except EngineError as error:
            self._abandon()
            raise ConvsqlError(f"what was built can't be written to {self.file}: {error.message}") from None
        except BaseException:
            self._abandon()
            raise
        with contextlib.suppress(Exception):  # others see it by now: nothing may say otherwise
            self._copy.release()

    def renew(self, last: Sequence[tuple[str, Sequence[Any]]]) -> None:
        try:
            self.execute("checkpoint")
            super().close()
            write_anew(self._copy.copy, last)
            self._copy.take_its_place()
        except EngineError as error:
            self._abandon()
            raise ConvsqlError(f"{self.file} can't be written anew: {error.message}") from None
        except BaseException:
            self._abandon()
            raise
        with contextlib.suppress(Exception):
            self._copy.release()

    def _abandon(self) -> None:
        with contextlib.suppress(Exception):
            super().close()
        self._copy.remove()
        self._copy.release()

    def close(self) -> None:
        if self._copy.is_released:
            return
        super().close()
        try:
            with contextlib.suppress(ConvsqlError):  # what can't take the file's place now may at the next run
                self._copy.take_its_place()
        finally:
            self._copy.release()


class Copy:
    """The copy of one database file, and the right to write to it."""

    def __init__(self, file: str) -> None:
        self.file = Path(os.path.realpath(file))
        self.room = self.file.parent / f".{self.file.name}.building"
        self.copy = self.room / self.file.name
        self.is_released = False
        self._named = file
        self._base = self.room / "base.json"
        self._hold: Hold | None = None
        self._lock = self._locked()

    def _locked(self) -> int:
        """The lock on the folder, which is made. Raises LockHeld when another process has it."""
        place = self.room / "lock"
        while True:
            try:
                self.room.mkdir(exist_ok=True)
                lock = os.open(place, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            except FileNotFoundError:
                if self.file.parent.is_dir():
                    continue  # its holder has just removed the folder
                raise ConvsqlError(f"can't open {self._named}: its folder is gone") from None
            except OSError as error:
                raise ConvsqlError(
                    f"can't write beside {self._named}: {error.strerror}",
                    hint="a build works on a copy of the database in its folder: make that folder writable",
                ) from None
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                holder = os.pread(lock, 100, 0).decode(errors="replace").strip()
                os.close(lock)
                raise LockHeld(
                    f"the database is in use: {self._named}" + (f" (held by {holder})" if holder else ""),
                    hint="wait until the other build has ended, then run again",
                ) from None
            with contextlib.suppress(FileNotFoundError):
                if is_still(lock, place):
                    with contextlib.suppress(OSError):  # a full disk: who comes second is not told who is at work
                        os.pwrite(lock, f"convsql, PID {os.getpid():<12}".encode(), 0)
                    return lock
            os.close(lock)  # the lock of a folder that is gone

    def finish(self) -> None:
        """Let what a killed process left take the file's place, if the file is still what that was made from; else remove it."""
        if not self.copy.exists():
            return
        try:
            if json.loads(self._base.read_text("utf-8")) == [self._facts(), _since()]:
                duckdb.connect(str(self.copy)).close()
                self.take_its_place()
        except (OSError, ValueError, duckdb.Error, ConvsqlError):
            pass  # half a copy, or one that can't be read: the file itself is whole
        self.remove()

    def make(self) -> None:
        """Copy the file. Raises LockHeld when another program has it open for writing, ConvsqlError when it can't be copied."""
        refuse_other_formats(self._named)
        try:
            for _ in range(_TRIES):
                before = self._facts()
                if not before:
                    create_file(str(self.copy))
                    break
                if Path(f"{self.file}.wal").exists():  # written by another program and not checkpointed
                    take_in_log(self.file)
                    continue
                copy_file(self.file, self.copy)
                self._hold = Hold(self.file)
                if self._facts() == before:
                    break
                self._hold.close()
            else:
                raise LockHeld(
                    f"the database is in use: {self._named} (it changes while it is copied)",
                    hint="wait until the other program has ended, then run again",
                )
            write_text(self._base, json.dumps([before, _since()]))
        except (duckdb.Error, OSError) as error:
            raise opening_error(self._named, error) from None

    def take_its_place(self) -> None:
        """Rename the copy to the file; it must be closed. Raises ConvsqlError when it holds less than was committed, or can't."""
        if Path(f"{self.copy}.wal").exists():
            raise ConvsqlError(
                f"what was built can't be written to {self._named}: no checkpoint could be made",
                hint="make room, then run again",
            )
        if json.loads(self._base.read_text("utf-8"))[0] != self._facts():
            raise LockHeld(
                f"another program has written to {self._named} since this run began; nothing of this run is kept",
                hint="run again; only one program at a time can write to a database",
            )
        try:
            if self.file.exists():
                shutil.copymode(self.file, self.copy)
                with contextlib.suppress(OSError):  # only root may give a file away
                    os.chown(self.copy, self.file.stat().st_uid, self.file.stat().st_gid)
            _flush(self.copy)
            self.copy.replace(self.file)
        except OSError as error:
            raise ConvsqlError(
                f"what was built can't be put in place of {self._named}: {error.strerror}",
                hint="readers still see what was there; run again when the file can be replaced",
            ) from None
        with contextlib.suppress(Exception):
            _flush(self.file.parent)

    def remove(self) -> None:
        """Remove the copy and what belongs to it."""
        fresh = fresh_file(self.copy)
        for place in (self._base, self.copy, Path(f"{self.copy}.wal"), fresh, Path(f"{fresh}.wal")):
            with contextlib.suppress(OSError):
                place.unlink()

    def release(self) -> None:
        """Give the file free, and leave nothing behind but a copy that was not put in its place."""
        self.is_released = True
        if self._hold is not None:
            self._hold.close()
        if not self.copy.exists():
            shutil.rmtree(self.room, ignore_errors=True)  # the lock goes with it, while it is held
        os.close(self._lock)

    def _facts(self) -> list[int]:
        """What tells one state of the file from another; empty where there is none."""
        try:
            found = self.file.stat()
        except FileNotFoundError:
            return []
        return [found.st_ino, found.st_size, found.st_mtime_ns]


def _since() -> str:
    """Which start of the machine this is: of a copy that it lost power over, no more than a part may be on the disk."""
    with contextlib.suppress(OSError):
        return Path("/proc/sys/kernel/random/boot_id").read_text("utf-8").strip()
    return ""


def _flush(place: Path) -> None:
    handle = os.open(place, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def open_aside(path: str, settings: Mapping[str, Any], threads: int, folders: Sequence[str] = ()) -> DuckDBSession:
    """A session that writes to a copy of the file, or to a new one, and then puts it in its place.

    A file that can't be renamed, since it is a mount of its own, is written in place. Raises as `open_file` does.
    """
    if os.path.ismount(path):
        session = open_file(path, settings, threads, False, folders)
        assert session is not None
        return session
    try:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise opening_error(path, error) from None
    copy = Copy(path)
    try:
        copy.remove()  # whoever wants what a killed process left asks for it (`resume`) before planning
        copy.make()
        return AsideSession(copy, duckdb.connect(str(copy.copy)), settings, threads, folders, path)
    except BaseException as error:
        copy.remove()
        copy.release()
        if isinstance(error, EngineError):
            raise refused(error) from None
        if isinstance(error, duckdb.Error):
            raise opening_error(path, error) from None
        raise


def resume(path: str) -> None:
    """Put in place what a killed process had committed, if there is any; where another process is at work, nothing."""
    room = Path(os.path.realpath(path))
    if not (room.parent / f".{room.name}.building").exists():
        return
    with contextlib.suppress(LockHeld):
        copy = Copy(path)
        try:
            copy.finish()
        finally:
            copy.release()
