"""One builder at a time, in a catalogue that has no locks: a view whose creation is the lock, and which its holder renews.

It keeps others from working in vain; that nothing is overwritten does not rest on it (`spark_state`). A lock whose holder is dead is taken
over: at once where the holder was a process of this machine, otherwise when it was not renewed for longer than a holder ever takes.
"""

from __future__ import annotations

import contextlib
import os
import socket
import threading
import time
import uuid
from datetime import UTC, datetime

from convsql.base.errors import LockHeld
from convsql.base.processes import is_alive
from convsql.base.quoting import STATE_SCHEMA, literal
from convsql.engines.session import EngineError
from convsql.engines.spark_catalogue import Catalogue, named
from convsql.engines.spark_faults import Exists, Missing

BEAT = 5.0  # seconds between two signs of life
DEAD = 45.0  # seconds without one after which a holder is taken for dead
LOOK = 1.0
_PREFIX = "lock__"
_mine: set[str] = set()  # tokens of the locks that this process holds
Row = tuple[str, str, int, str, int]  # token, machine, process, since, beat


class Lock:
    """The lock of all that convsql writes to one catalogue; `release` gives it up."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._token = uuid.uuid4().hex
        self._since = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S")
        self._beats = 0
        self._number = self._taken()
        _mine.add(self._token)
        self._ended = threading.Event()
        self.is_lost = False
        self._thread = threading.Thread(target=self._live, daemon=True)
        self._thread.start()

    def _taken(self) -> int:
        """The number of the lock that is held now. Raises LockHeld, naming who holds it."""
        seen: Row | None = None
        since = time.monotonic()
        while True:
            number, held = self._newest()
            if held is not None and held != seen:
                if seen is not None and held[0] == seen[0]:
                    raise self._in_use(held)  # it was renewed: its holder lives
                seen, since = held, time.monotonic()
            is_dead = held is not None and (_has_ended(held) or time.monotonic() - since > DEAD)
            if held is None or is_dead:
                try:
                    self._catalogue.create_view(STATE_SCHEMA, f"{_PREFIX}{number + 1}", self._query())
                except Exists:
                    continue  # another one came first
                if held is not None:
                    self._catalogue.drop_view(STATE_SCHEMA, f"{_PREFIX}{number}")
                return number + 1
            time.sleep(LOOK)

    def _newest(self) -> tuple[int, Row | None]:
        numbers = [int(v.removeprefix(_PREFIX)) for v in self._catalogue.views(STATE_SCHEMA, f"{_PREFIX}*")]
        if not numbers:
            return 0, None
        try:
            view = named(STATE_SCHEMA, f"{_PREFIX}{max(numbers)}")
            ((token, machine, process, since, beat),) = self._catalogue.rows(f"select * from {view}")
        except Missing:
            return max(numbers), None
        return max(numbers), (str(token), str(machine), int(process), str(since), int(beat))

    def _in_use(self, held: Row) -> LockHeld:
        return LockHeld(
            f"{self._catalogue.place} is in use (held by process {held[2]} on {held[1]}, since {held[3]} UTC)",
            hint="wait until the other process has ended, then run again",
        )

    def _query(self) -> str:
        columns = (
            f"{literal(self._token)} as token",
            f"{literal(socket.gethostname())} as machine",
            f"{os.getpid()} as process",
            f"{literal(self._since)} as since",
            f"{self._beats} as beat",
        )
        return f"select {', '.join(columns)}"

    def _live(self) -> None:
        """Renew the lock, in a thread of its own, until it is given up or somebody else has it."""
        while not self._ended.wait(BEAT):
            self._beats += 1
            try:
                if self._newest()[0] != self._number:
                    self.is_lost = True
                    return
                self._catalogue.run(f"alter view {named(STATE_SCHEMA, f'{_PREFIX}{self._number}')} as {self._query()}")
            except Missing:
                self.is_lost = not self._ended.is_set()
                return
            except Exception:  # the statement that this one lives for says so itself
                continue

    def check(self) -> None:
        """Raises EngineError where somebody else took this session for dead."""
        if self.is_lost:
            raise EngineError("another builder took this one for dead, and builds now")

    def release(self) -> None:
        """Let others build."""
        self._ended.set()
        self._thread.join(BEAT)
        _mine.discard(self._token)
        with contextlib.suppress(Exception):
            if not self.is_lost:
                self._catalogue.drop_view(STATE_SCHEMA, f"{_PREFIX}{self._number}")


def _has_ended(held: Row) -> bool:
    """Whether the holder was a process of this machine that is there no more."""
    if held[1] != socket.gethostname():
        return False
    if held[2] == os.getpid():  # in a container every process may have the number of the one before
        return held[0] not in _mine
    return not is_alive(held[2])
