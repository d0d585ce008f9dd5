"""Answers to what templates ask: columns as binding found them; queries that read no relation, in memory; others, as a build asked them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from convsql.compiling.node_rendering import NodeRendering
from convsql.compiling.project import Compiled
from convsql.dbt_habits.row_questions import RowAnswers, Table, ask, check_query
from convsql.engines.session import Columns, Session
from convsql.project.nodes import Node
from convsql.sqltext.references import PLACEHOLDER


class FoundColumns:
    """What is known while binding goes on; `memory` opens an empty database, `asked` answers queries over relations."""

    def __init__(
        self,
        found: Mapping[str, Columns],
        memory: Callable[[], Session],
        asked: Callable[[str], Table],
        allows_clock: bool,
    ) -> None:
        self._found = found
        self._memory = memory
        self._asked = asked
        self._allows_clock = allows_clock
        self._known: dict[str, Table] = {}

    def columns(self, unique_id: str) -> Sequence[tuple[str, str]] | None:
        """Columns of a relation by its unique id, None where it is not bound."""
        return self._found.get(unique_id)

    def rows(self, sql: str) -> Table:
        """Names and rows of a query. Raises ConvsqlError for one that reads the clock, and for what is no query."""
        if sql not in self._known:
            self._known[sql] = self._ask(sql)
        return self._known[sql]

    def _ask(self, sql: str) -> Table:
        if PLACEHOLDER.search(sql):
            return self._asked(sql)
        check_query(sql, self._allows_clock)
        session = self._memory()
        try:
            return ask(session, sql)
        finally:
            session.close()


def finishing(
    compiled: Compiled, work: NodeRendering, memory: Callable[[], Session]
) -> Callable[[Node, Mapping[str, Columns]], bool]:
    """What renders a node that asked about its parents once these are bound, and notes the questions that have no answer yet."""
    kept = RowAnswers(compiled)

    def finish(node: Node, columns: Mapping[str, Columns]) -> bool:
        if node.unique_id not in work.asking:
            return True
        clock = bool(compiled.project.vars_for(node.package).get("allow_clock"))
        is_answered = work.answered(
            node, FoundColumns(columns, memory, lambda sql: kept.rows(sql, node, columns), clock)
        )
        compiled.questions = list(kept.open.values())
        return is_answered

    return finish
