"""A node's query over those rows alone of what it reads that are needed for some keys."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from convsql.base.quoting import quote
from convsql.building.changed_rows import ChangedRows
from convsql.building.plan import Plan
from convsql.building.sending import Sender
from convsql.building.touched import Filters, Values
from convsql.compiling.localities import filled, read_at
from convsql.engines.session import Session
from convsql.project.nodes import Node

FEW = 0.05  # of a relation's rows, as many values may be touched for their rows to be kept in a table


class PartedQueries:
    """The queries of one plan; `size` gives the rows of a relation by its unique id."""

    def __init__(
        self, plan: Plan, session: Session, sender: Sender, changed: ChangedRows, size: Callable[[str], int]
    ) -> None:
        self.graph = plan.compiled.graph
        self.session = session
        self.sender = sender
        self.changed = changed
        self.size = size

    def over(self, node: Node, filters: Filters, shared: Mapping[str, str] | None = None) -> str:
        """The query over the rows that filters keep; `shared` are occurrences whose rows stand in a table."""
        kept = {o: self._kept(o, conditions) for o, conditions in filters.items() if conditions} | dict(shared or {})
        return filled(self.graph, node, lambda o: kept.get(o) or self.sender.relation(read_at(o)))

    def shared(self, filters: Filters, values: Values) -> dict[str, str]:
        """Occurrence → a table of its rows, of relations that are read several times by the same filter: they are looked for once. Raises EngineError."""
        alike: dict[tuple[str, str], list[str]] = {}
        for occurrence, conditions in filters.items():
            if conditions and values.count <= FEW * self.size(read_at(occurrence)):
                text = " or ".join(conditions).replace(f"{quote(occurrence)}.", "")
                alike.setdefault((read_at(occurrence), text), []).append(occurrence)
        found: dict[str, str] = {}
        for occurrences in alike.values():
            if len(occurrences) > 1:
                kept = self._kept(occurrences[0], filters[occurrences[0]] or [])
                found |= dict.fromkeys(occurrences, self.changed.table(f"select * from {kept} as kept"))
        return found

    def _kept(self, occurrence: str, conditions: Sequence[str]) -> str:
        """The rows of an occurrence that fulfil one of the conditions."""
        relation = f"{self.sender.relation(read_at(occurrence))} as {quote(occurrence)}"
        return f"(select * from {relation} where {' or '.join(conditions)})"
