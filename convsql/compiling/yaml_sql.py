"""Every value of the project's YAML that becomes part of SQL, checked before any statement holds it.

| where                                   | what it must be                                        |
|-----------------------------------------|--------------------------------------------------------|
| `data_type`, `column_types`             | one type                                               |
| `fail_calc`, `where`, `column_name`     | one expression                                         |
| `values` with `quote: false`            | one expression each                                    |
| `field` of relationships                | one name                                               |
| `to` of relationships (no ref)          | one relation                                           |
| `filter` of `freshness`                 | one expression (`convsql.freshness.sources`)           |
| `external_location`                     | one relation, of local files or of tables              |
| `rows` with `format: sql`               | one query                                              |
| `eligible.where` of a metric            | one expression (`convsql.definitions.metric_checks`)                     |
| `meta.closed`                           | `when` true or false, `key` and `except` its columns   |

Names (schema, alias, identifier, `loaded_at_field`) are always quoted.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from convsql.base.errors import Problems, Where, did_you_mean
from convsql.base.quoting import quote
from convsql.compiling.source_files import paths_in
from convsql.compiling.sql_fragments import Fragments, place_of
from convsql.engines.reach import is_of_the_system, is_remote
from convsql.engines.session import Columns, EngineError, Session
from convsql.project.nodes import Node
from convsql.sqltext.sent_sql import column_hint, readable

_CLOSED = ("when", "key", "except")
_CALL = re.compile(r"\s*(\{\{.*\}\}|(ref|source|var|env_var|doc)\s*\(.*\))\s*", re.DOTALL)


class YamlSql:
    """Checks nodes one by one; what is wrong goes to `problems`, with the line of the value."""

    def __init__(self, root: Path, fragments: Fragments, problems: Problems) -> None:
        self.root = root
        self.fragments = fragments
        self.problems = problems

    def _refuse(self, wrong: str, start: Where, key: str, value: Any, of: str = "", hint: str = "") -> bool:
        """Note what is wrong, if anything; returns whether all is well."""
        if wrong:
            named = f"{key} of {of}" if of else key
            self.problems.add(f"{named} {wrong}: {value}", place_of(self.root, start, key, value), hint)
        return not wrong

    def source(self, node: Node, relation: str) -> bool:
        """Whether a source is one relation of local files, or of tables."""
        of = f"source '{node.dotted_name}'"
        for path in paths_in(relation):
            if is_remote(path):
                place = place_of(self.root, node.where, "external_location")
                self.problems.add(
                    f"{of} lies at '{path}', on a network or in another engine, and convsql reaches neither",
                    place,
                    "bring its files into a folder",
                )
                return False
            if is_of_the_system(path):
                place = place_of(self.root, node.where, "external_location")
                self.problems.add(
                    f"{of} names '{path}', which is the system's and no data", place, "name a file or folder of data"
                )
                return False
        wrong = self.fragments.relation(relation) if node.source_table.external else ""
        hint = "name a file, a table function such as read_csv('…'), or a query in brackets; without an alias"
        return self._refuse(wrong, node.where, "external_location", relation, of, hint)

    def seed(self, node: Node) -> bool:
        """Whether the declared types of a seed's columns are types."""
        found = [
            self._type(str(kind), node.patch_where, str(name), f"seed '{node.name}'")
            for name, kind in (node.config.get("column_types") or {}).items()
        ]
        return all(found)

    def _type(self, kind: str, start: Where, key: str, of: str) -> bool:
        return self._refuse(
            self.fragments.type(kind), start, key, kind, of, "write one type, such as varchar or decimal(12, 2)"
        )

    def declared_types(self, node: Node) -> bool:
        """Whether the types that a model declares are types."""
        of = f"'{node.name}'"
        found = [
            self._type(c.data_type, Where(node.patch_path or node.path, c.line or node.line), "data_type", of)
            for c in node.columns
            if c.data_type
        ]
        return all(found)

    def test(self, node: Node) -> bool:
        """Whether what a test's YAML puts into its query is what it claims to be."""
        found = [
            self._expression(node.config[key], node, key)
            for key in ("fail_calc", "where")
            if node.config.get(key) is not None
        ]
        if node.generic is None:
            return all(found)
        if node.generic.column_name:
            found.append(self._expression(node.generic.column_name, node, "name"))
        arguments = node.generic.arguments
        kind = node.generic.test_name.rpartition(".")[2]
        if isinstance(given := arguments.get("column_name"), str) and not _CALL.fullmatch(given):
            found.append(self._expression(given, node, "column_name"))
        if kind == "test_accepted_values" and arguments.get("quote") is False:
            listed = arguments.get("values")
            found += [
                self._expression(v, node, "values")
                for v in (listed if isinstance(listed, list) else [])
                if isinstance(v, str)
            ]
        if kind == "test_relationships":
            field, to = arguments.get("field"), arguments.get("to")
            if isinstance(field, str):
                found.append(
                    self._refuse(self.fragments.identifier(field), node.where, "field", field, f"test '{node.name}'")
                )
            if isinstance(to, str) and not _CALL.fullmatch(to):
                found.append(self._refuse(self.fragments.relation(to), node.where, "to", to, f"test '{node.name}'"))
        return all(found)

    def _expression(self, value: Any, node: Node, key: str) -> bool:
        return self._refuse(
            self.fragments.expression(str(value)), node.where, key, value, f"test '{node.name}'", "write one expression"
        )

    def unit(self, node: Node) -> None:
        """Queries given as rows of a unit test."""
        for block in [*node.unit_test.entry.get("given", []), node.unit_test.entry.get("expect") or {}]:
            if str(block.get("format") or "") != "sql" or not block.get("rows"):
                continue
            rows = str(block["rows"])
            try:
                wrong = self.fragments.query(rows)
            except EngineError as error:
                wrong = f"is no SQL ({readable(error.message)})"
            hint = "with format: sql, rows is one 'select …'"
            self._refuse(wrong, node.where, "rows", block["rows"], f"unit test '{node.name}'", hint)

    def closed(self, node: Node, columns: Columns, relation: str, session: Session) -> None:
        """`meta.closed` of a model whose columns stand in `relation` of the session."""
        meta = node.config.get("meta")
        settings = meta.get("closed") if isinstance(meta, Mapping) else None
        if settings is None:
            return
        place = place_of(self.root, node.patch_where, "closed")
        of = f"meta.closed of '{node.name}'"
        if not isinstance(settings, Mapping):
            self.problems.add(f"{of} must be a mapping of when, key and except", place)
            return
        for key in settings:
            if key not in _CLOSED:
                self.problems.add(
                    f"{of}: unknown key '{key}'", place_of(self.root, place, str(key)), did_you_mean(str(key), _CLOSED)
                )
        names = {name.lower(): name for name, _ in columns}
        for key in ("key", "except"):
            self._columns(settings.get(key), key, names, of, place)
        self._when(settings.get("when"), relation, of, place, session)

    def _columns(self, listed: Any, key: str, names: Mapping[str, str], of: str, place: Where) -> None:
        if listed is None and key == "except":
            return
        here = place_of(self.root, place, key)
        if not isinstance(listed, list) or not all(isinstance(c, str) for c in listed) or (not listed and key == "key"):
            self.problems.add(f"{of}: '{key}' must be a list of its columns", here, "key: [cohort_id], say")
            return
        for column in listed:
            if column.lower() not in names:
                self.problems.add(f"{of}: no column '{column}', which '{key}' names", here, did_you_mean(column, names))
            elif listed.count(column) > 1:
                self.problems.add(f"{of}: '{key}' names column '{column}' twice", here)
                return

    def _when(self, when: Any, relation: str, of: str, place: Where, session: Session) -> None:
        here = place_of(self.root, place, "when")
        hint = "write one expression over its columns that is true for a row that may not move any more"
        if isinstance(when, bool):
            when = str(when).lower()
        if not isinstance(when, str) or not when.strip():
            self.problems.add(f"{of}: 'when' must be an expression", here, hint)
            return
        if wrong := self.fragments.expression(when):
            self.problems.add(f"{of}: when {wrong}: {when}", here, hint)
            return
        try:
            kind = session.columns(f"(select ({when}) as {quote('when')} from {relation} where ({when}))")[0][1]
        except EngineError as error:
            self.problems.add(f"{of}: when: {readable(error.message)}", here, column_hint(error.message) or hint)
            return
        if kind != "BOOLEAN":
            self.problems.add(f"{of}: 'when' is {kind}, and must be true or false", here, hint)
