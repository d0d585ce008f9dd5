"""Unit tests: a model's query over given rows, compared with expected rows. No parent is read.

The rows of `given` become typed subqueries (types from the parents' columns, missing columns null);
the query runs in an empty database in memory; only the columns that `expect` names are compared, as
a multiset.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from convsql.base.errors import ConvsqlError, Problems, did_you_mean
from convsql.base.quoting import literal, quote
from convsql.compiling.seeds import seed_sql
from convsql.engines.session import Columns, Session
from convsql.project.config import Project
from convsql.project.nodes import Graph, Node, published_alias
from convsql.sqltext.references import substitute

_INPUT = re.compile(r"^\s*(ref|source)\s*\((.+)\)\s*$")


@dataclass(slots=True)
class UnitResult:
    """Rows of the query that were not expected, and rows that were expected and did not come."""

    columns: list[str]
    missing: list[tuple[Any, ...]]
    unexpected: list[tuple[Any, ...]]

    @property
    def passed(self) -> bool:
        return not self.missing and not self.unexpected


def _rows(block: Mapping[str, Any], node: Node) -> list[dict[str, Any]] | str:
    """The rows of one `given` or `expect` block; a string is a query (format sql)."""
    form = str(block.get("format") or "dict")
    rows = block.get("rows")
    if form not in ("dict", "csv", "sql"):
        raise ConvsqlError(f"unit test '{node.name}': format '{form}' is not dict, csv or sql", node.where)
    if form == "sql":
        return str(rows or "").strip().rstrip(";")
    if form == "csv" or isinstance(rows, str):
        text = str(rows or "").strip()
        return [{k: (v if v != "" else None) for k, v in row.items()} for row in csv.DictReader(io.StringIO(text))]
    if rows is None:
        return []
    if not isinstance(rows, list) or not all(isinstance(r, dict) for r in rows):
        raise ConvsqlError(f"unit test '{node.name}': rows must be a list of mappings", node.where)
    return [dict(r) for r in rows]


def _value(value: Any, kind: str) -> str:
    if value is None:
        return f"cast(null as {kind})"
    if isinstance(value, bool):
        return f"cast({str(value).lower()} as {kind})"
    if isinstance(value, int | float):
        return (
            f"cast({value!r} as {kind})" if str(value) not in ("nan", "inf", "-inf") else f"cast('{value}' as {kind})"
        )
    return f"cast({literal(str(value))} as {kind})"


def typed_rows(rows: list[dict[str, Any]] | str, columns: Columns) -> str:
    """A query that gives the rows with the columns' names and types."""
    if isinstance(rows, str):
        return rows
    if not rows:
        return "select " + ", ".join(f"cast(null as {k}) as {quote(n)}" for n, k in columns) + " where 1 = 0"
    selects = []
    for row in rows:
        lowered = {str(k).lower(): v for k, v in row.items()}
        selects.append("select " + ", ".join(f"{_value(lowered.get(n.lower()), k)} as {quote(n)}" for n, k in columns))
    return "\nunion all\n".join(selects)


def _columns_of(rows: list[dict[str, Any]] | str) -> Columns:
    """Columns of given rows whose relation is not there (an optional source that is switched off)."""
    kinds: dict[str, str] = {}
    for row in [] if isinstance(rows, str) else rows:
        for name, value in row.items():
            kind = {bool: "BOOLEAN", int: "BIGINT", float: "DOUBLE"}.get(type(value), "VARCHAR")
            kinds[str(name)] = kind if kinds.get(str(name), kind) == kind or value is None else "VARCHAR"
    return list(kinds.items()) or [("no_column", "VARCHAR")]


def _inputs(
    graph: Graph, node: Node, columns: Mapping[str, Columns], root: Path
) -> dict[str, list[dict[str, Any]] | str]:
    """Unique id of each given input → its rows."""
    found: dict[str, list[dict[str, Any]] | str] = {}
    for block in node.unit_test.entry.get("given", []):
        text = str(block.get("input", ""))
        match = _INPUT.match(text)
        names = [part.strip(" '\"") for part in match[2].split(",")] if match else []
        if match and match[1] == "ref":
            candidates = [n for n in graph.of("model", "seed") if n.name == names[-1]]
        elif match and len(names) == 2:
            candidates = [
                n for n in graph.of("source") if n.source and (n.source.source_name, n.name) == (names[0], names[1])
            ]
        elif text.strip() == "this":
            candidates = [graph.nodes[node.unit_test.attached]]
        else:
            raise ConvsqlError(
                f"unit test '{node.name}': input {text!r} is not a ref('…') or source('…', '…')", node.where
            )
        if not candidates:
            known = [n.name for n in graph.of("model", "seed", "source")]
            raise ConvsqlError(f"unit test '{node.name}': no input {text}", node.where, did_you_mean(names[-1], known))
        given = _standing_for(graph, node, candidates[0])
        if given.kind == "seed" and "rows" not in block and given.unique_id in columns:
            found[given.unique_id] = seed_sql(given, root, columns[given.unique_id])  # as in dbt: its own rows
        else:
            found[given.unique_id] = _rows(block, node)
    return found


def _standing_for(graph: Graph, node: Node, given: Node) -> Node:
    """What the model reads for an input; of a source that is one of the project's own seeds, that seed."""
    if given.source is None or given.unique_id in node.unit_test.inputs:
        return given
    name = given.source.identifier.lower()
    seeds = [graph.nodes[i] for i in node.unit_test.inputs if i in graph.nodes and graph.nodes[i].kind == "seed"]
    return next((seed for seed in seeds if published_alias(seed).lower() == name), given)


def validate(graph: Graph, columns: Mapping[str, Columns], project: Project, problems: Problems) -> None:
    """Check inputs and column names of the project's own unit tests; errors go to `problems`.

    Those of an installed package are checked when they are run: a project may put seeds of its own in place of the package's.
    """
    for node in graph.of("unit_test"):
        if node.package == project.name:
            try:
                _validate_one(graph, node, columns, project.root)
            except ConvsqlError as error:
                problems.take(error)


def _validate_one(graph: Graph, node: Node, columns: Mapping[str, Columns], root: Path) -> None:
    given = _inputs(graph, node, columns, root)
    for parent in node.unit_test.inputs:
        if parent not in given:
            raise ConvsqlError(
                f"unit test '{node.name}' gives no input for '{graph.nodes[parent].name}'",
                node.where,
                "add it to 'given' (rows: [] for an empty one)",
            )
    expected = _rows(node.unit_test.entry.get("expect") or {}, node)
    checks = [(i, rows) for i, rows in given.items()] + [(node.attached, expected)]
    for unique_id, rows in checks:
        known = {name.lower() for name, _ in columns.get(unique_id, [])}
        if isinstance(rows, str) or not known:
            continue
        for row in rows:
            for key in row:
                if str(key).lower() not in known:
                    raise ConvsqlError(
                        f"unit test '{node.name}': '{graph.nodes[unique_id].name}' has no column '{key}'",
                        node.where,
                        did_you_mean(str(key), known),
                    )


def run_unit_test(graph: Graph, node: Node, columns: Mapping[str, Columns], root: Path, session: Session) -> UnitResult:
    """Run one unit test in an empty database.

    Raises EngineError when the query fails on the given rows, ConvsqlError when inputs or columns are not those of the models.
    """
    _validate_one(graph, node, columns, root)
    given = _inputs(graph, node, columns, root)

    def relation(unique_id: str) -> str:
        rows = given[unique_id]
        known = columns.get(unique_id) or _columns_of(rows)
        return f"(\n{typed_rows(rows, known)}\n)"

    query = substitute(node.sql, relation)
    model_columns = columns[node.attached]
    expected = _rows(node.unit_test.entry.get("expect") or {}, node)
    if isinstance(expected, str):
        names = [n for n, _ in session.columns(f"(\n{expected}\n)")]
    else:
        wanted = {str(k).lower() for row in expected for k in row}
        names = [n for n, _ in model_columns if n.lower() in wanted or not wanted]
    kinds = [(n, k) for n, k in model_columns if n.lower() in {m.lower() for m in names}]
    shown = ", ".join(quote(n) for n, _ in kinds)
    actual_rows = Counter(_plain(r) for r in session.fetch(f"select {shown} from (\n{query}\n) as actual"))
    expected_rows = Counter(
        _plain(r) for r in session.fetch(f"select {shown} from (\n{typed_rows(expected, kinds)}\n) as expected")
    )
    return UnitResult(
        [n for n, _ in kinds],
        sorted((expected_rows - actual_rows).elements(), key=str),
        sorted((actual_rows - expected_rows).elements(), key=str),
    )


def _plain(row: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(repr(v) if isinstance(v, list | dict) else v for v in row)


def failure_text(result: UnitResult, limit: int = 5) -> str:
    """The difference for people: `-` expected and missing, `+` came and was not expected."""
    lines = ["  " + " | ".join(result.columns)]
    for sign, rows in (("-", result.missing), ("+", result.unexpected)):
        lines += [f"{sign} " + " | ".join("null" if v is None else str(v) for v in row) for row in rows[:limit]]
        if len(rows) > limit:
            lines.append(f"{sign} … {len(rows) - limit} more")
    return "\n".join(lines)
