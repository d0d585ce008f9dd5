"""How long a command has taken, by the clock on the wall: compiling, waiting and tidying too."""

from __future__ import annotations

import time

_BEGAN = [time.perf_counter()]


def begin() -> None:
    """A command begins."""
    _BEGAN[0] = time.perf_counter()


def elapsed() -> float:
    """Seconds since it began."""
    return time.perf_counter() - _BEGAN[0]
