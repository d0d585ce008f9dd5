"""How much one template may do: steps, the text and lists it makes, and, last, processor time.

The limits are far above what any model needs and are counted, so that a template that passes them does so
on every machine alike; processor time stops only what counting can't see (comparing long texts again
and again). Each thread renders with its own budget; `fresh` opens it anew for the next template.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

from convsql.base.errors import ConvsqlError

MAX_STEPS = 1_000_000  # rounds of loops, items of lists, five for a call
MAX_TEXT = 10_000_000  # characters of one text
MAX_TEXT_IN_ALL = 200_000_000  # characters of all texts that are made on the way
MAX_NUMBER_BITS = 1_000
MAX_SECONDS = 5.0  # of processor time
_CALL = 5
_LOOK_AT_THE_CLOCK = 64
_MAX_OVERRUNS = 5  # templates of one project that may use all of it; the others get little
_CONTAINERS: tuple[type, ...] = (
    list,
    tuple,
    dict,
    set,
    frozenset,
    type({}.keys()),
    type({}.values()),
    type({}.items()),
)
_PLAIN = frozenset({str, int, float, bool, type(None)})


class _Budget(threading.local):
    def __init__(self) -> None:
        self.for_a_project()

    def for_a_project(self) -> None:
        """Begin anew with a project."""
        self.overruns = 0
        self.fresh()

    def fresh(self) -> None:
        """Begin anew with a template."""
        self.most_steps = MAX_STEPS if self.overruns < _MAX_OVERRUNS else MAX_STEPS // 100
        self.steps = 0
        self.text = 0
        self.calls = 0
        self.began = -1.0

    def _used_up(self, what: str, hint: str = "") -> ConvsqlError:
        self.overruns += 1
        return ConvsqlError(
            f"a template that {what}",
            hint=hint or "does a loop, a macro or a filter grow without end? compute it in SQL, or split the model",
        )

    def step(self, count: int = 1) -> None:
        """Note work that is done or about to be. Raises ConvsqlError when it is too much."""
        self.steps += count
        if self.steps > self.most_steps:
            raise self._used_up(f"takes more than {self.most_steps:,} steps")

    def call(self) -> None:
        """Note the call of a function or filter."""
        self.calls += 1
        self.step(_CALL)
        if self.calls % _LOOK_AT_THE_CLOCK == 1:
            self.look_at_the_clock()

    def used(self) -> tuple[int, int, int]:
        """Steps, characters and calls so far."""
        return self.steps, self.text, self.calls

    def use_again(self, used: tuple[int, int, int]) -> bool:
        """Note what a value took that is not computed again; False, and nothing is noted, where that would be too much."""
        steps, text, calls = used
        if self.steps + steps > self.most_steps or self.text + text > MAX_TEXT_IN_ALL:
            return False
        self.steps += steps
        self.text += text
        self.calls += calls
        self.look_at_the_clock()
        return True

    def look_at_the_clock(self) -> None:
        """Raises ConvsqlError when the template has computed for too long."""
        now = time.thread_time()
        if self.began < 0:
            self.began = now
        elif now - self.began > MAX_SECONDS:
            raise self._used_up(f"computes for more than {MAX_SECONDS:g} seconds")

    def characters(self, count: int) -> None:
        """Note a text of this length, made or about to be."""
        self.text += count
        if count > MAX_TEXT or self.text > MAX_TEXT_IN_ALL:
            most = MAX_TEXT if count > MAX_TEXT else MAX_TEXT_IN_ALL
            raise self._used_up(f"makes more than {most:,} characters of text")

    def made(self, value: Any) -> Any:
        """The value, after its size was noted: characters of texts, items of lists with all that they hold."""
        kind = type(value)
        if kind is str:
            self.characters(len(value))
        elif kind is int:
            if value.bit_length() > MAX_NUMBER_BITS:
                raise self._used_up(f"makes a number of more than {MAX_NUMBER_BITS:,} bits")
        elif isinstance(value, _CONTAINERS):
            self._items(value)
        elif isinstance(value, str):
            self.characters(len(value))
        return value

    def _items(self, value: Any) -> None:
        """What is written out at each place counts at each place, though it is held once in memory."""
        waiting = [value]
        characters = 0
        while waiting:
            inner = waiting.pop()
            self.step(len(inner) + 1)
            parts: Iterable[Any] = chain(inner, inner.values()) if isinstance(inner, dict) else inner
            for part in parts:
                if type(part) is str:
                    characters += len(part)
                elif type(part) not in _PLAIN and isinstance(part, _CONTAINERS):
                    waiting.append(part)
        self.characters(characters)

    def counted(self, items: Any) -> Any:
        """What a loop goes over, its rounds noted at once where their number is known."""
        try:
            count = len(items)
        except TypeError:
            return self._ticking(items)
        if count > 1000:
            self.step(count)
            return self._ticking(items, 0) if count > 10_000 else items
        self.call()
        self.step(count)
        return items

    def _ticking(self, items: Iterable[Any], each: int = 1) -> Iterator[Any]:
        for number, item in enumerate(items):
            if number % 16 == 0:
                self.look_at_the_clock()
            self.step(each)
            yield item

    def number(self, value: Any, most: int = MAX_TEXT) -> None:
        """Check a number that becomes the length of something."""
        if isinstance(value, int) and abs(value) > most:
            raise self._used_up(f"asks for {value:,} of something" if abs(value) < 1e30 else "asks for a huge number")


budget = _Budget()
