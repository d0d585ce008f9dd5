"""Data tests over large relations that passed on the last build: failing rows are looked for among what changed alone.

The proof is that of models (`building.in_parts`): where a column of the failing rows is a key, rows of keys that were not touched are those of the last
build, and it had none. Where there are any among the others, the whole test is run.
"""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from typing import Any

from convsql.base.quoting import quote
from convsql.building.changed_rows import FEW_ROWS
from convsql.building.in_parts import FEWEST_ROWS, WIDEST, InParts, lookups
from convsql.building.state import Verdict, read_verdicts
from convsql.building.tests_together import Counted
from convsql.compiling.fingerprints import fingerprint_over
from convsql.compiling.localities import read_at
from convsql.engines.session import EngineError
from convsql.project.nodes import Node

MOST_LOOKUPS = 3
_BRINGS_TOGETHER = re.compile(
    r"\b(group\s+by|join|distinct|over)\b", re.IGNORECASE
)  # what reads rows one by one costs little
_OF_ALL_ROWS = ("fail_calc", "warn_if", "error_if")  # what may fail although no row does


class TestsInParts:
    """The tests of one plan, told of in parts where they can be."""

    def __init__(self, in_parts: InParts) -> None:
        self.in_parts = in_parts
        self.plan = in_parts.plan
        self._last: dict[str, Verdict] | None = None
        self._prints: dict[str, str] = {}

    def counted(self, node: Node) -> Counted | None:
        """That a test has no failing row, where that can be told from what changed; else None."""
        started = time.perf_counter()
        try:
            if self._passed(node) and self._is_large(node) and self._has_none(node):
                return Counted(0, time.perf_counter() - started)
        except EngineError:
            return None  # the test itself says what is wrong
        return None

    def _passed(self, node: Node) -> bool:
        """Whether the test found nothing on the last build."""
        if any(node.config.get(word) for word in _OF_ALL_ROWS) or not self.in_parts.may:
            return False
        if self._last is None:
            known = self.plan.last.fingerprints
            for step in self.plan.steps:
                if step.node.kind == "test" and all(parent in known for parent in step.node.parents):
                    self._prints[step.node.unique_id] = fingerprint_over(self.plan.compiled, step.node, known, "")
            self._last = read_verdicts(self.in_parts.session, self._prints.values())
        verdict = self._last.get(self._prints.get(node.unique_id, ""))
        return verdict is not None and verdict.status == "pass" and not verdict.failures

    def _is_large(self, node: Node) -> bool:
        if not _BRINGS_TOGETHER.search(node.sql):
            return False
        return any(self.in_parts.size(parent) >= FEWEST_ROWS for parent in self.in_parts.localities.parents(node))

    def _has_none(self, node: Node) -> bool:
        parents = self.in_parts.localities.parents(node)
        if not all(self.in_parts.changed.is_known(p) or self.in_parts.size(p) <= FEW_ROWS for p in parents):
            return False  # to find what changed would cost more than the test
        changing = self.in_parts.changing(node)
        if isinstance(changing, str):
            return False
        if not changing:
            return True
        found = self.in_parts.localities.of(node, changing, self.in_parts.changed.is_unique)
        if found["by_row"]:
            changed = self.in_parts.changed.of(read_at(found["by_row"]))
            assert changed is not None
            return self._finds_nothing(self.in_parts.query_over(node, {found["by_row"]: changed.rows}))
        name = self._best(found["keys"])
        if not name:
            return False
        key = found["keys"][name]
        values = self.in_parts.touched.values(key)
        if values.are_none:
            return True
        query = self.in_parts.query(node, self.in_parts.touched.filters(key, values))
        return self._finds_nothing(f"select * from (\n{query}\n) as made where {values.among('made.' + quote(name))}")

    def _finds_nothing(self, query: str) -> bool:
        return not self.in_parts.session.fetch(f"select 1 from (\n{query}\n) as failing limit 1")

    def _best(self, keys: Mapping[str, Any]) -> str:
        """The key of the most values, of those that look little up; "" for none."""
        found = []
        for name, key in keys.items():
            if lookups(key) <= MOST_LOOKUPS:
                occurrence, (value, *_) = next(iter(key["leaves"].items()))
                relation = f"{self.in_parts.sender.relation(read_at(occurrence))} as {quote(occurrence)}"
                found.append((self.in_parts.share(value, relation), name))
        share, best = min(found, default=(1.0, ""))
        return best if share <= WIDEST else ""
