"""Questions of templates for rows of what they refer to: the answers that are known, and what is still to be asked.

A model that asks is rendered when what it asks about is built (`convsql.dbt_habits.asking`). An answer is known by the text of its query and
the fingerprints of what that reads, so it holds as long as these do; the SQL that it makes has it in it, and so has the model's fingerprint.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from convsql.base.errors import ConvsqlError, Where
from convsql.base.sealed_json import read_sealed, write_sealed
from convsql.compiling.cache import digest
from convsql.compiling.fingerprints import fingerprints
from convsql.compiling.rendered_facts import referred_late
from convsql.engines.plain_text import is_plainly_a_query
from convsql.engines.session import Columns, EngineError, Session
from convsql.project.habits import RowQuestion
from convsql.project.nodes import Graph, Node
from convsql.rendering.questions import NotAnsweredError
from convsql.sqltext.references import PLACEHOLDER, read_statement
from convsql.sqltext.sent_sql import readable

if TYPE_CHECKING:
    from convsql.compiling.project import Compiled

Table = tuple[list[str], list[tuple[Any, ...]]]
FILE_NAME = "convsql_answers.json"
MOST_ROWS = 100_000
_FORMAT = "1"
_CATALOGUE = re.compile(
    r"\b(information_schema|pg_catalog|sqlite_master|duckdb_\w+\s*\(|pragma_\w+\s*\()", re.IGNORECASE
)


class RowAnswers:
    """The answers that earlier builds kept in `target/`, and in `open` the questions that have none."""

    def __init__(self, compiled: Compiled) -> None:
        self._compiled = compiled
        self._kept = (read_sealed(_file(compiled), _FORMAT) or {}).get("answers", {})
        self.open: dict[tuple[str, str], RowQuestion] = {}  # by key and asker: several may ask the same

    def rows(self, sql: str, asker: Node, columns: Mapping[str, Columns]) -> Table:
        """The answer. Raises NotAnsweredError where there is none yet, and ConvsqlError for what can't be asked."""
        reads = tuple(sorted({match[1] for match in PLACEHOLDER.finditer(sql)}))
        graph = self._compiled.graph
        for name, node in ((i.rpartition(".")[2], graph.nodes.get(i)) for i in reads):
            if node is None or (node.kind == "model" and not node.is_built):
                raise ConvsqlError(
                    f"convsql does not support 'run_query' over '{name}', which has no relation",
                    hint="materialise it as a view or table",
                )
        if late := [i for i in reads if i not in asker.parents]:
            raise referred_late(late[0].rpartition(".")[2], asker)
        check_query(sql)
        if self._compiled.target.type != "duckdb" or self._compiled.target.path == ":memory:":
            raise ConvsqlError(
                "convsql does not support 'run_query' over relations but in a DuckDB file",
                hint="compute it in a model, or list the values in a variable",
            )
        if any(i not in columns for i in reads):
            raise NotAnsweredError
        key = digest(read_statement(sql).canonical, self._rest_on(reads, columns))
        if key not in self._kept:
            self.open[key, asker.unique_id] = RowQuestion(key, asker, sql, reads)
            raise NotAnsweredError
        names, rows = self._kept[key]
        return list(names), [tuple(map(_value, row)) for row in rows]

    def _rest_on(self, reads: Sequence[str], columns: Mapping[str, Columns]) -> list[str]:
        graph = self._compiled.graph
        below = graph.ancestors(reads)
        for unique_id in below:
            state = self._compiled.sources.get(unique_id)
            if unique_id.startswith("source.") and (state is None or not state.version):
                raise ConvsqlError(
                    f"convsql does not support 'run_query' over what rests on '{graph.nodes[unique_id].dotted_name}', of which no version is known",
                    hint="give its source a loaded_at_field",
                )
        part = Graph({i: node for i, node in graph.nodes.items() if i in below})
        found = fingerprints(replace(self._compiled, graph=part, columns=dict(columns)))
        return [found[i] for i in reads]


def keep_answers(compiled: Compiled, answers: Mapping[str, Table]) -> None:
    """Keep what was asked, besides what was kept before. Raises ConvsqlError for values that no template could write."""
    kept = (read_sealed(_file(compiled), _FORMAT) or {}).get("answers", {})
    for key, (names, rows) in answers.items():
        kept[key] = [names, [[_plain(value) for value in row] for row in rows]]
    write_sealed(_file(compiled), _FORMAT, {"answers": kept})


def ask(session: Session, sql: str, where: Where | None = None) -> Table:
    """Names and rows of a query. Raises ConvsqlError, of that place, for what the engine refuses, and for more rows than a template can be made of."""
    try:
        names = [name for name, _ in session.columns(f"(\n{sql.strip().rstrip(';')}\n)")]
        rows = session.fetch(sql)
    except EngineError as error:
        raise ConvsqlError(f"a query of a template: {readable(error.message)}", where) from None
    if len(rows) > MOST_ROWS:
        raise ConvsqlError(f"a query of a template gives more than {MOST_ROWS:,} rows", hint="compute it in a model")
    return names, [tuple(row) for row in rows]


def check_query(sql: str, allows_clock: bool = False) -> None:
    """Raises ConvsqlError for what is no query, or (unless `allows_clock`) one whose answer is not the same from one build to the next."""
    said = read_statement(sql)
    if said.unrepeatable and not allows_clock:
        raise ConvsqlError(
            f"a query of a template reads {', '.join(said.unrepeatable)}: its answer would differ from one build to the next",
            hint="pass a variable instead",
        )
    if said.is_several or said.is_empty or not is_plainly_a_query(sql):
        raise ConvsqlError("convsql does not support 'run_query' of what is no query in templates", hint="select …")
    if found := _CATALOGUE.search(sql):
        raise ConvsqlError(
            f"convsql does not support 'run_query' over the database's own catalogue ({found[1].rstrip('( ')}) in templates",
            hint="name the relations with ref() or source(): then they are built before they are read",
        )


def _file(compiled: Compiled) -> Path:
    return compiled.project.target_dir / FILE_NAME


def _plain(value: Any) -> Any:
    """A value as JSON holds it: what is none of JSON's own with its kind."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, Decimal | datetime.date):
        return {type(value).__name__: str(value)}
    raise ConvsqlError(
        f"a query of a template gives {type(value).__name__}, which convsql does not support", hint="cast it to varchar"
    )


def _value(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    ((kind, text),) = value.items()
    if kind == "Decimal":
        return Decimal(text)
    return (datetime.datetime if kind == "datetime" else datetime.date).fromisoformat(text)


def never_asked(sql: str) -> Table:
    """What templates get that are rendered apart from a build. Raises ConvsqlError."""
    names = ", ".join(sorted({match[1].rpartition(".")[2] for match in PLACEHOLDER.finditer(sql)}))
    raise ConvsqlError(
        f"convsql does not support 'run_query' over '{names}' here: only models and tests are rendered when that is built",
        hint="compute it in a model, or list the values in a variable",
    )
