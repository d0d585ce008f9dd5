"""Unit tests run beside the build, in a thread and in a database in memory: they read nothing that is built.

A model still waits for those before it. What a unit test reads of files is held against what was compiled when its result is asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from convsql.building.plan import Plan, Step
from convsql.building.results import Result
from convsql.building.run_test import check_unit
from convsql.engines.session import MemorySession

if TYPE_CHECKING:
    from concurrent.futures import Future


class UnitTests:
    """The unit tests of one plan, begun in the order of its steps."""

    def __init__(self, plan: Plan, memory: Callable[[], MemorySession]) -> None:
        from concurrent.futures import ThreadPoolExecutor  # no build that has nothing to do waits for it

        self._compiled = plan.compiled
        self._memory = memory
        self._session: MemorySession | None = None
        self._pool = ThreadPoolExecutor(1, "unit tests")
        self._found: dict[str, Future[Result]] = {}
        for step in plan.steps:
            if step.node.kind == "unit_test" and step.action == "test":
                self._found[step.node.unique_id] = self._pool.submit(self._check, step)

    def _check(self, step: Step) -> Result:
        if self._session is None:
            self._session = self._memory()
        compiled = self._compiled
        root = compiled.project.root
        return check_unit(compiled.graph, step.node, compiled.columns, root, self._session, step.fingerprint)

    def result(self, step: Step) -> Result:
        """What came of a unit test, as soon as it is known. Raises what running it raised."""
        return self._found[step.node.unique_id].result()

    def close(self) -> None:
        """End the one that runs, and leave out the rest."""
        from concurrent.futures import wait

        self._pool.shutdown(wait=False, cancel_futures=True)
        while running := [f for f in self._found.values() if f.running()]:
            if self._session is not None:
                self._session.interrupt()
            wait(running, timeout=0.02)
        if self._session is not None:
            self._session.close()
