"""Answers to what templates ask, without the target's database: columns as binding found them, and queries that read no relation, in memory."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from convsql.base.errors import ConvsqlError
from convsql.engines.plain_text import is_plainly_a_query
from convsql.engines.session import Columns, EngineError, Session
from convsql.sqltext.references import PLACEHOLDER, read_statement
from convsql.sqltext.sent_sql import readable

_MOST_ROWS = 100_000


class FoundColumns:
    """What is known while binding goes on; `memory` opens an empty database."""

    def __init__(self, found: Mapping[str, Columns], memory: Callable[[], Session]) -> None:
        self._found = found
        self._memory = memory
        self._known: dict[str, tuple[list[str], list[tuple[Any, ...]]]] = {}

    def columns(self, unique_id: str) -> Sequence[tuple[str, str]] | None:
        """Columns of a relation by its unique id, None where it is not bound."""
        return self._found.get(unique_id)

    def rows(self, sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
        """Names and rows of a query. Raises ConvsqlError for one that reads a relation or the clock, and for what is no query."""
        if sql not in self._known:
            self._known[sql] = self._ask(sql)
        return self._known[sql]

    def _ask(self, sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
        if mark := PLACEHOLDER.search(sql):
            name = mark[1].rpartition(".")[2]
            raise ConvsqlError(
                f"convsql does not support 'run_query' over '{name}' in templates: its rows are not there while SQL is made of them",
                hint="compute it in a model, or list the values in a variable",
            )
        said = read_statement(sql)
        if said.unrepeatable:
            raise ConvsqlError(
                f"a query of a template reads {', '.join(said.unrepeatable)}: its answer would differ from one build to the next",
                hint="pass a variable instead",
            )
        if said.is_several or said.is_empty or not is_plainly_a_query(sql):
            raise ConvsqlError(
                "convsql does not support 'run_query' of anything but queries in templates", hint="select …"
            )
        session = self._memory()
        try:
            names = [name for name, _ in session.columns(f"({sql.strip().rstrip(';')})")]
            rows = session.fetch(sql)
        except EngineError as error:
            raise ConvsqlError(f"a query of a template: {readable(error.message)}") from None
        finally:
            session.close()
        if len(rows) > _MOST_ROWS:
            raise ConvsqlError(
                f"a query of a template gives more than {_MOST_ROWS:,} rows", hint="compute it in a model"
            )
        return names, [tuple(row) for row in rows]
