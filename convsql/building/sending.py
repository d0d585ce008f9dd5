"""What is sent to the target's engine for a node: its query in that engine's dialect, over physical relations."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from convsql.base.quoting import DATA_SCHEMA, qualified, quote
from convsql.building.loading import loaded_name
from convsql.building.plan import Plan, relation_of
from convsql.compiling.extending import key_of
from convsql.compiling.sources import is_warehouse
from convsql.compiling.translation import Translations, counted
from convsql.engines.session import Session
from convsql.project.nodes import Node
from convsql.sqltext.references import substitute
from convsql.sqltext.sent_sql import bound_sql


class Sender:
    """The queries of one plan for one session."""

    def __init__(self, plan: Plan, session: Session) -> None:
        self.plan = plan
        self.graph = plan.compiled.graph
        self._reads_files = session.capabilities.reads_files
        self._translations = None if session.dialect == "duckdb" else Translations(plan.compiled)

    def relation(self, unique_id: str) -> str:
        """The physical relation behind a reference; of a source that is files, those files or the table they were loaded into."""
        node = self.graph.nodes[unique_id]
        if node.kind != "source":
            return qualified(DATA_SCHEMA, relation_of(node, self.plan.fingerprints))
        if self._reads_files or is_warehouse(node):
            return self.plan.compiled.sources[unique_id].relation
        return qualified(DATA_SCHEMA, loaded_name(node, self.plan.fingerprints))

    def model(self, node: Node) -> str:
        """The query that makes a model. Raises ConvsqlError for what has no translation."""
        if self._translations is None:
            return bound_sql(self.graph, node, self.relation)
        return substitute(self._translations.model(node), self.relation)

    def extended(self, node: Node, last: str) -> str:
        """The query that makes a model of its last version and what is new, in DuckDB's SQL."""
        last = qualified(DATA_SCHEMA, last)
        more = replace(node, sql=node.increment)
        new = bound_sql(self.graph, more, lambda i: last if i == node.unique_id else self.relation(i))
        columns = ", ".join(quote(name) for name, _ in self.plan.compiled.columns[node.unique_id])
        same = " and ".join(f"new.{quote(key)} = old.{quote(key)}" for key in key_of(node))
        return (
            f"with new as materialized (\n{new}\n)\nselect {columns} from {last} as old\n"
            f"where not exists (select 1 from new where {same})\nunion all\nselect {columns} from new"
        )

    def counted(self, node: Node) -> str:
        """The query of how many failures a data test finds."""
        return self._test(node, lambda sql: counted(node, sql))

    def failures(self, node: Node) -> str:
        """The query of all failing rows of a data test, whatever its `limit`."""
        return self._test(node, str)

    def _test(self, node: Node, around: Callable[[str], str]) -> str:
        if self._translations is None:
            return around(bound_sql(self.graph, node, self.relation))
        return substitute(self._translations.query(node, around), self.relation)

    def save(self) -> None:
        """Keep what was translated for the next run."""
        if self._translations is not None:
            self._translations.save()
