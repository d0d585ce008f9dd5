"""Work that an engine does side by side, before its turn comes: models, and groups of data tests, whose parents are there.

A plan is carried out in its order, and so is what is told of it; an engine whose statements are jobs spends most of a small one in a
single thread, and gains by having others meanwhile. What is done ahead is what would be done in its turn, and in its turn what came of
it is taken. Where something before it failed, it is left: a relation under its fingerprint is right whoever needs it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from concurrent.futures import Future


@dataclass(frozen=True, slots=True)
class Work:
    """What can be done once the relations `needs` (unique ids) are there; a model's is known by its unique id, and there when it is done."""

    key: str
    needs: frozenset[str]
    prepare: Callable[[], Callable[[], Any]]
    """Called by the thread that begins it, one at a time: what is then done in a thread of its own."""
    makes: str = ""


class Ahead:
    """At most `at_once` pieces of work side by side, in the order given. Used by one thread; `close` waits for what was begun."""

    def __init__(self, at_once: int, work: Iterable[Work], there: Iterable[str]) -> None:
        self._at_once = at_once
        self._waiting = list(work) if at_once > 1 else []
        self._there = set(there)
        self._begun: dict[str, Future[tuple[Any, float]]] = {}
        self._running = 0
        self._is_paused = False
        self._lock = threading.RLock()
        self._pool = None
        if self._waiting:
            from concurrent.futures import ThreadPoolExecutor  # no build that does without waits for it

            self._pool = ThreadPoolExecutor(at_once, thread_name_prefix="ahead")
        self._begin()

    def note(self, unique_id: str) -> None:
        """Say that a relation is there."""
        with self._lock:
            self._there.add(unique_id)
            self._begin()

    def take(self, key: str) -> tuple[Any, float] | None:
        """What came of a piece of work, and the seconds it took; None when it was not begun, and then it never is. Raises what it raised."""
        with self._lock:
            self._waiting = [each for each in self._waiting if each.key != key]
            begun = self._begun.pop(key, None)
        return None if begun is None else begun.result()

    @contextmanager
    def paused(self) -> Iterator[None]:
        """A time in which nothing else runs: for what an engine does in a transaction."""
        with self._lock:
            self._is_paused = True
            running = list(self._begun.values())
        if running:
            from concurrent.futures import wait

            wait(running)
        try:
            yield
        finally:
            with self._lock:
                self._is_paused = False
                self._begin()

    def stop(self) -> None:
        """Begin nothing more."""
        with self._lock:
            self._waiting = []

    def close(self) -> None:
        """Begin nothing more, and wait for what was begun."""
        self.stop()
        if self._pool is not None:
            self._pool.shutdown(wait=True)

    def _begin(self) -> None:
        while not self._is_paused and self._running < self._at_once and self._pool is not None:
            ready = next((each for each in self._waiting if each.needs <= self._there), None)
            if ready is None:
                return
            self._waiting.remove(ready)
            self._running += 1
            self._begun[ready.key] = self._pool.submit(self._done, ready)

    def _done(self, work: Work) -> tuple[Any, float]:
        began = time.perf_counter()
        try:
            with self._lock:
                call = work.prepare()
            found = call()
            if work.makes:
                with self._lock:
                    self._there.add(work.makes)
            return found, time.perf_counter() - began
        finally:
            with self._lock:
                self._running -= 1
                self._begin()


def key_of(unique_ids: Sequence[str]) -> str:
    """What a piece of work about these nodes is known by."""
    return " ".join(unique_ids)
