"""What is done before its turn: in whose absence it waits, what is taken of it, and what is left."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from convsql.building.ahead import Ahead, Work

SECONDS = 20.0  # after which a test has failed: none of this takes one


class Desk:
    """Work that goes on until it is told to end, and what has begun."""

    def __init__(self, *names: str) -> None:
        self.begun = {name: threading.Event() for name in names}
        self.may_end = {name: threading.Event() for name in names}
        self.together = 0
        self.most = 0
        self._lock = threading.Lock()

    def work(self, name: str, needs: str = "", error: str = "") -> Work:
        return Work(name, frozenset(needs.split()), partial(self._prepared, name, error), makes=name)

    def _prepared(self, name: str, error: str) -> Callable[[], Any]:
        return partial(self._do, name, error)

    def _do(self, name: str, error: str) -> str:
        with self._lock:
            self.together += 1
            self.most = max(self.most, self.together)
        self.begun[name].set()
        assert self.may_end[name].wait(SECONDS)
        with self._lock:
            self.together -= 1
        if error:
            raise ValueError(error)
        return name.upper()

    def end(self, *names: str) -> None:
        for name in names:
            self.may_end[name].set()


def taken(ahead: Ahead, name: str) -> Any:
    found = ahead.take(name)
    return None if found is None else found[0]


def test_work_begins_when_what_it_needs_is_there_and_no_sooner() -> None:
    desk = Desk("a", "b", "c")
    ahead = Ahead(4, [desk.work("b", "a"), desk.work("a"), desk.work("c", "b seed")], [])
    assert desk.begun["a"].wait(SECONDS)
    assert not desk.begun["b"].is_set()
    desk.end("a")
    assert desk.begun["b"].wait(SECONDS), "what is done is there, whether or not its turn has come"
    desk.end("b")
    assert taken(ahead, "b") == "B"
    assert not desk.begun["c"].is_set()
    ahead.note("seed")
    assert desk.begun["c"].wait(SECONDS)
    desk.end("c")
    assert [taken(ahead, name) for name in "ac"] == ["A", "C"]
    ahead.close()


def test_no_more_runs_side_by_side_than_is_allowed_and_in_the_order_given() -> None:
    names = "abcde"
    desk = Desk(*names)
    ahead = Ahead(2, [desk.work(name) for name in names], [])
    assert desk.begun["a"].wait(SECONDS) and desk.begun["b"].wait(SECONDS)
    assert not desk.begun["c"].is_set()
    desk.end(*names)
    assert [taken(ahead, name) for name in names[:2]] == ["A", "B"]
    ahead.close()
    assert desk.most == 2


def test_what_was_not_begun_is_left_to_its_turn() -> None:
    desk = Desk("a", "b")
    ahead = Ahead(2, [desk.work("a", "nowhere"), desk.work("b", "a")], [])
    assert ahead.take("a") is None
    ahead.note("nowhere")
    ahead.note("a")
    assert desk.begun["b"].wait(SECONDS)
    assert not desk.begun["a"].is_set(), "it was done in its turn"
    desk.end("b")
    ahead.close()


def test_an_error_is_raised_where_it_is_taken_and_nothing_rests_on_what_failed() -> None:
    desk = Desk("a", "b")
    ahead = Ahead(2, [desk.work("a", error="no room"), desk.work("b", "a")], [])
    desk.end("a")
    with pytest.raises(ValueError, match="no room"):
        ahead.take("a")
    ahead.close()
    assert not desk.begun["b"].is_set()


def test_nothing_runs_beside_a_transaction() -> None:
    desk = Desk("a", "b")
    ahead = Ahead(2, [desk.work("a"), desk.work("b", "a")], [])
    assert desk.begun["a"].wait(SECONDS)
    threading.Timer(0.01, desk.end, ["a"]).start()
    with ahead.paused():
        assert desk.together == 0
        ahead.note("other")
        assert not desk.begun["b"].is_set()
    assert desk.begun["b"].wait(SECONDS)
    desk.end("b")
    ahead.close()


def test_after_an_interrupt_what_ends_makes_room_for_nothing() -> None:
    desk = Desk("a", "b")
    ahead = Ahead(2, [desk.work("a"), desk.work("b", "a")], [])
    assert desk.begun["a"].wait(SECONDS)
    ahead.stop()
    desk.end("a")
    ahead.close()
    assert not desk.begun["b"].is_set()


def test_an_engine_that_does_one_thing_at_a_time_begins_nothing() -> None:
    desk = Desk("a")
    ahead = Ahead(1, [desk.work("a")], [])
    ahead.note("x")
    assert ahead.take("a") is None
    ahead.close()
    assert not desk.begun["a"].is_set()
