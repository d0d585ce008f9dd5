"""Data tests that bring rows of one large relation together (`unique`) and found nothing in the last build: asked of the keys that changed rows touch.

The proof is that of models (`lineage.locality`): where a column of the failing rows is a key, those of a key that was not touched are the ones of the
last build, and it had none. Where there are any among the others, the whole test is run. Other tests are run whole: they cost little, or it
would cost more to find what they look up.
"""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from typing import Any

from convsql.base.quoting import quote
from convsql.building import in_parts as limits
from convsql.building.in_parts import InParts, lookups
from convsql.building.state import Verdict, read_verdicts
from convsql.building.tests_together import Counted
from convsql.compiling.fingerprints import fingerprint_over
from convsql.compiling.localities import read_at
from convsql.engines.session import EngineError
from convsql.project.nodes import Node

_BRINGS_TOGETHER = re.compile(r"\bgroup\s+by\b", re.IGNORECASE)
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
            if self._may_be_asked(node) and self._passed(node) and self._has_none(node):
                return Counted(0, time.perf_counter() - started)
        except EngineError:
            return None  # the test itself says what is wrong
        return None

    def _may_be_asked(self, node: Node) -> bool:
        """Whether a test groups the rows of one large relation of which it is known what changed."""
        if not self.in_parts.may or not _BRINGS_TOGETHER.search(node.sql):
            return False
        if any(node.config.get(word) for word in _OF_ALL_ROWS):
            return False
        parents = self.in_parts.localities.parents(node)
        return len(parents) == 1 and self._is_known(parents[0])

    def _is_known(self, parent: str) -> bool:
        is_source = self.plan.compiled.graph.nodes[parent].kind == "source"
        return (
            not is_source
            and self.in_parts.changed.is_known(parent)
            and self.in_parts.size(parent) >= limits.FEWEST_ROWS
        )

    def _passed(self, node: Node) -> bool:
        """Whether the test found nothing in the last build."""
        if self._last is None:
            known = self.plan.last.fingerprints
            for step in self.plan.steps:
                if step.node.kind == "test" and all(parent in known for parent in step.node.parents):
                    self._prints[step.node.unique_id] = fingerprint_over(self.plan.compiled, step.node, known, "")
            self._last = read_verdicts(self.in_parts.session, self._prints.values())
        verdict = self._last.get(self._prints.get(node.unique_id, ""))
        return verdict is not None and verdict.status == "pass" and not verdict.failures

    def _has_none(self, node: Node) -> bool:
        changing = self.in_parts.changing(node)
        if isinstance(changing, str):
            return False
        if not changing:
            return True
        found = self.in_parts.localities.of(node, changing, self.in_parts.changed.is_unique)
        name = self._best(found["keys"])
        if not name:
            return False
        values = self.in_parts.touched.values(found["keys"][name])
        query = self.in_parts.queries.over(node, self.in_parts.touched.filters(found["keys"][name], values))
        among = values.among("made." + quote(name))
        return not self.in_parts.session.fetch(f"select 1 from (\n{query}\n) as made where {among} limit 1")

    def _best(self, keys: Mapping[str, Any]) -> str:
        """The key of the most values among changed rows, of those that look nothing up; "" for none."""
        found = []
        for name, key in keys.items():
            if not lookups(key):
                occurrence, (value, *_) = next(iter(key["leaves"].items()))
                changed = self.in_parts.changed.of(read_at(occurrence))
                assert changed is not None  # or it would not be known
                counted = f"select count(distinct {value}) from {changed.rows} as {quote(occurrence)}"
                found.append((self.in_parts.session.fetch(counted)[0][0], name))
        return max(found, default=(0, ""))[1]
