"""Rows of a server's database, read into memory: the same tables as those of a file."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from convsql.base.quoting import DATA_SCHEMA, qualified, quote
from convsql.engines.duckdb import DuckDBSession
from convsql.engines.duckdb_reader import Table
from convsql.engines.session import Columns, EngineError, Session

Translate = Callable[[str, Mapping[str, Columns], str], str]
_NAME = r'"((?:[^"]|"")+)"'


class RemoteReader:
    """Answers queries over the relations of one build of a database, each into a table in memory.

    `shown` is what that build shows, schema and name → physical relation: whatever is published meanwhile, every query sees the
    same build. Queries name relations in full, as the project does; `translate` is `convsql.dialects.translate`.
    """

    def __init__(
        self,
        session: Session,
        memory: DuckDBSession,
        database: str,
        shown: Mapping[tuple[str, str], str],
        translate: Translate,
    ) -> None:
        self._session = session
        self._memory = memory
        self._translate = translate
        self._shown = shown
        self._in_full = re.compile(rf"{re.escape(quote(database))}\.{_NAME}\.{_NAME}")
        self._folder = tempfile.TemporaryDirectory(prefix="convsql_")
        memory.allow([self._folder.name])
        memory.prepare("set preserve_insertion_order = true")  # rows come in the order of the query
        self._count = 0

    def table(self, sql: str) -> Table:
        """The rows of a query over the database's relations, named in full. Raises EngineError, and DialectError for what has no translation."""
        if self._memory.kinds(sql) not in (["SELECT"], ["MULTI"]):
            raise EngineError("not one query: write one 'select …'")
        query = self._in_dialect(sql)
        columns = self._session.columns(f"(\n{query}\n)")
        self._count += 1
        name, file = f"table_{self._count}", Path(self._folder.name) / "rows.csv"
        self._session.export(query, str(file))
        self._memory.load("main", name, columns, str(file))
        file.unlink()
        return Table(self._memory, f"memory.main.{name}")

    def _in_dialect(self, sql: str) -> str:
        relations: dict[str, str] = {}

        def named(match: re.Match[str]) -> str:
            schema, name = (part.replace('""', '"') for part in match.groups())
            relations[f"model.shown.{len(relations)}"] = self._relation(schema, name)
            return f'"⟦model.shown.{len(relations) - 1}⟧"'

        marked = self._in_full.sub(named, sql)
        columns = {mark: self._session.columns(relation) for mark, relation in relations.items()}
        translated = self._translate(marked, columns, self._session.dialect)
        return re.sub(r'"⟦(model\.shown\.\d+)⟧"', lambda match: relations[match[1]], translated)

    def _relation(self, schema: str, name: str) -> str:
        physical = self._shown.get((schema, name))
        return qualified(DATA_SCHEMA, physical) if physical else qualified(schema, name)

    def relations(self, schema: str) -> set[str]:
        """Names of the relations in one schema."""
        return set(self._session.relations(schema))

    def columns(self, relation: str) -> list[str]:
        """Names of the columns of a relation, named in full. Raises EngineError."""
        found = self._in_full.fullmatch(relation)
        assert found is not None, relation
        schema, name = (part.replace('""', '"') for part in found.groups())
        return [column for column, _ in self._session.columns(self._relation(schema, name))]

    def close(self) -> None:
        """Close the connection; tables that were read stay."""
        self._session.close()
        self._folder.cleanup()
