"""Data tests over small relations are sent several at a time: a statement costs more than such a test's rows. Where each statement
is a job of the engine, all are.

Each keeps its own verdict: what is sent counts the failures of each test apart, and when the statement fails, nothing of
it counts and the tests are run one by one.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from convsql.building.plan import Step
from convsql.building.sending import Sender
from convsql.engines.session import EngineError, Session
from convsql.project.nodes import Graph, Node

FEW_ROWS = 200_000  # above, a test's hash table is what it costs, and several at once would be held in memory together


@dataclass(frozen=True, slots=True)
class Counted:
    """The failures that a test found, and its share of the seconds that took."""

    failures: float
    seconds: float


class SmallRelations:
    """How many rows the relations have that this run made, and so which tests are small."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.rows: dict[str, int] = {}  # of tables
        self._few_below: dict[str, bool] = {}  # of views that were asked for: all they read was built by then

    def note(self, node: Node, rows: int | None) -> None:
        """Remember the rows of a table, where the engine told them."""
        if rows is not None:
            self.rows[node.unique_id] = rows

    def has_few(self, node: Node) -> bool:
        """Whether all that a node reads is known to have few rows; views are as large as what they read."""
        return all(self._is_small(self.graph.nodes[i]) for i in self.graph.built_parents(node))

    def _is_small(self, node: Node) -> bool:
        if node.materialized != "view":
            return self.rows.get(node.unique_id, FEW_ROWS + 1) <= FEW_ROWS
        if node.unique_id not in self._few_below:
            self._few_below[node.unique_id] = self.has_few(node)
        return self._few_below[node.unique_id]


def grouped(steps: Sequence[Step], at_once: int, is_small: Callable[[Node], bool]) -> Iterator[list[Step]]:
    """The steps in order; data tests that follow each other and are small, up to `at_once` together.

    Lazily: whether a test is small is asked when its turn comes, after all it reads was built.
    """
    together: list[Step] = []
    for step in steps:
        small = at_once > 1 and step.action == "test" and step.node.kind == "test" and is_small(step.node)
        if together and (not small or len(together) == at_once):
            yield together
            together = []
        if small:
            together.append(step)
        else:
            yield [step]
    if together:
        yield together


def count_together(nodes: Sequence[Node], sender: Sender, session: Session) -> dict[str, Counted]:
    """Unique id → the failures of each test, by one statement; nothing when the statement failed."""
    return counting(nodes, sender, session)()


def counting(nodes: Sequence[Node], sender: Sender, session: Session) -> Callable[[], dict[str, Counted]]:
    """The statement of `count_together`, to be sent by any thread."""
    parts = [
        f"select {number} as test, failure_count from (\n{sender.counted(node)}\n) as t{number}"
        for number, node in enumerate(nodes)
    ]

    def count() -> dict[str, Counted]:
        started = time.perf_counter()
        try:
            found = session.fetch("\nunion all\n".join(parts))
        except EngineError:
            return {}
        seconds = (time.perf_counter() - started) / len(nodes)
        return {nodes[int(test)].unique_id: Counted(float(failures), seconds) for test, failures in found}

    return count
