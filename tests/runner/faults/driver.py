"""`convsql` with a fault in it: `python -m tests.runner.faults.driver FAULT ARGUMENTS…`.

FAULT is `ACTION@WORD[#NUMBER]`: ACTION happens at the NUMBER-th statement (from 1) that holds WORD (`=WORD`: that is WORD).
Before it: `kill` (SIGKILL), `interrupt` (Ctrl-C 0.2 s later, while the statement runs), `pause` (wait for a file `go` in the
project, after making a file `paused`). After it: `killed`, `interrupted`. No fault: plain `convsql`.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from convsql.cli.main import run
from convsql.engines.duckdb import DuckDBSession


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _interrupt() -> None:
    os.kill(os.getpid(), signal.SIGINT)


def _pause() -> None:
    Path("paused").touch()
    while not Path("go").exists():
        time.sleep(0.01)


BEFORE = {"kill": _die, "pause": _pause, "interrupt": lambda: threading.Timer(0.2, _interrupt).start()}
AFTER = {"killed": _die, "interrupted": _interrupt}


def break_in(fault: str) -> None:
    """Put the fault into every session of this process."""
    action, _, place = fault.partition("@")
    word, _, number = place.partition("#")
    left = [int(number or 1)]
    execute = DuckDBSession.execute

    def faulty(self: DuckDBSession, sql: str, parameters: Sequence[Any] | None = None) -> None:
        is_here = sql == word[1:] if word.startswith("=") else word in sql
        if is_here:
            left[0] -= 1
        if is_here and left[0] == 0 and action in BEFORE:
            BEFORE[action]()
        execute(self, sql, parameters)
        if is_here and left[0] == 0 and action in AFTER:
            AFTER[action]()

    DuckDBSession.execute = faulty  # type: ignore[method-assign]


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a background shell hands down "ignore"
    if sys.argv[1]:
        break_in(sys.argv[1])
    sys.exit(run(sys.argv[2:]))
