"""Data tests that are counted together, where each statement costs a job: the next ones that can run, in one query.

What comes of it is the same as of one after the other. A statement that fails says not whose fault it is, so then each is asked alone.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

from convsql.building.plan import Step
from convsql.building.sending import Sender
from convsql.engines.session import EngineError, Session


class ChecksAhead:
    """How many failures data tests found, of those that were counted already."""

    def __init__(self, sender: Sender, session: Session) -> None:
        self._sender = sender
        self._session = session
        self._at_once = session.capabilities.checks_at_once
        self._found: dict[str, tuple[float, float]] = {}  # unique id → failures, and the seconds that were its part

    def next_ones(self, steps: Sequence[Step]) -> list[Step]:
        """Of the steps that are left the data tests that can run now: those before anything else is built."""
        found: list[Step] = []
        if self._at_once > 1 and steps and steps[0].node.unique_id not in self._found:
            for step in steps:
                if step.action == "build" or len(found) == self._at_once:
                    break
                if step.node.kind == "test" and step.action == "test":
                    found.append(step)
        return found

    def count(self, steps: Sequence[Step]) -> None:
        """Count the failures of several data tests in one query."""
        if len(steps) < 2:
            return
        started = time.perf_counter()
        try:
            each = [
                f"select {i} as place, failure_count from (\n{self._sender.counted(s.node)}\n) as counted"
                for i, s in enumerate(steps)
            ]
            rows = self._session.fetch("\nunion all\n".join(each))
        except EngineError:
            return
        seconds = (time.perf_counter() - started) / len(steps)
        for place, failures in rows:
            self._found[steps[int(place)].node.unique_id] = float(failures), seconds

    def of(self, step: Step) -> tuple[float, float] | None:
        """The failures of a data test, and the seconds it took; None where it was not counted yet."""
        return self._found.get(step.node.unique_id)
