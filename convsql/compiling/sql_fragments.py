"""Values of YAML that become part of SQL, held to what they claim to be: one type, one expression, one relation, one query.

A value is read by the engine's own parser, alone and between the brackets that it will stand in; where the two readings
differ, it closes a bracket of ours or swallows one (a comment). What is right is remembered with what was bound.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from convsql.base.errors import ConvsqlError, Where
from convsql.base.yaml_file import YamlList, YamlMap, read_yaml_map
from convsql.compiling.cache import digest
from convsql.engines.session import EngineError, Session

_PLAIN_TYPE = re.compile(r"[a-z]\w*(\s*\(\s*\d+\s*(,\s*\d+\s*)?\))?(\[\d*\])?", re.IGNORECASE)
_PLAIN_IDENTIFIER = re.compile(r'\w+|"(?:[^"]|"")+"')
_WRITES = re.compile(r"\b(insert|update|delete|merge|truncate|copy|create|drop|alter|attach)\b", re.IGNORECASE)
_PLACES = ("query_location", "query_location_length")
_RELATIONS = ("TABLE_FUNCTION", "BASE_TABLE", "SUBQUERY", "EXPRESSION_LIST", "SHOW_REF")


class Fragments:
    """Checks over one empty database, which is opened for the first value that is not known to be right."""

    def __init__(self, session: Callable[[], Session], known: dict[str, Any]) -> None:
        self._session = session
        self._known = known

    def type(self, text: str) -> str:
        """What is wrong with a value that must be one type, or an empty string."""
        if _PLAIN_TYPE.fullmatch(text):
            return ""
        return self._checked("type", text, ("cast(null as\n", "\n)"), ("cast(null as ", ")"), self._is_type)

    def expression(self, text: str) -> str:
        """What is wrong with a value that must be one scalar (or aggregate) expression. A single word can't be two."""
        if re.fullmatch(r"\w+", text):
            return ""
        return self._checked("expression", text, ("", ""), ("(", ")"), self._is_expression)

    def relation(self, text: str) -> str:
        """What is wrong with a value that must be one table, table function or bracketed query, without an alias."""
        return self._checked("relation", text, ("* from\n", "\n"), ("* from (select * from ", ")"), self._is_relation)

    def identifier(self, text: str) -> str:
        """What is wrong with a value that must be one name, bare or in double quotes."""
        return "" if _PLAIN_IDENTIFIER.fullmatch(text) else "is not one name"

    def query(self, text: str) -> str:
        """What is wrong with a text that must be one query that changes nothing. Raises EngineError for what is no SQL."""
        session = self._session()
        kinds = session.kinds(text)
        if len(kinds) != 1:
            return "is more than one statement" if kinds else "holds no SQL"
        if kinds[0] not in ("SELECT", "MULTI"):  # MULTI: a pivot whose columns are found first
            return f"is a statement of the kind {kinds[0]}, not a query"
        if kinds[0] == "SELECT" and _WRITES.search(text) and _writes(session, text):
            return "changes data within a query"
        return ""

    def _checked(
        self,
        kind: str,
        text: str,
        alone: tuple[str, str],
        within: tuple[str, str],
        is_right: Callable[[dict[str, Any]], bool],
    ) -> str:
        key = digest("fragment", kind, text)
        if key in self._known:
            return ""
        try:
            tree = self._select(alone, text)
            around = self._select(within, text)
        except EngineError as error:
            return f"is not one {kind}: {error.message.splitlines()[0].removeprefix('Parser Error: ')}"
        except (KeyError, TypeError):
            return f"is not one {kind}"
        if kind == "relation":
            around = _inner(around)
        if tree != around or not is_right(tree):
            return f"is not one {kind}"
        self._known[key] = []
        return ""

    def _select(self, brackets: tuple[str, str], text: str) -> dict[str, Any]:
        found: dict[str, Any] = _without_places(self._session().tree(f"select {brackets[0]}{text}{brackets[1]}"))[
            "node"
        ]
        return found

    @cached_property
    def _bare(self) -> dict[str, Any]:
        return self._select(("", ""), "1")

    def _only(self, tree: Mapping[str, Any], *parts: str) -> bool:
        """Whether a select is nothing but these parts."""
        return all(tree.get(key) == value for key, value in self._bare.items() if key not in parts) and (
            len(tree.get("select_list", [])) == 1 and tree["select_list"][0].get("alias") == ""
        )

    def _is_expression(self, tree: dict[str, Any]) -> bool:
        return self._only(tree, "select_list") and tree["select_list"][0].get("class") != "STAR"

    def _is_type(self, tree: dict[str, Any]) -> bool:
        if not self._only(tree, "select_list"):
            return False
        found = tree["select_list"][0]
        return bool(found.get("class") == "CAST" and found.get("child", {}).get("class") == "CONSTANT")

    def _is_relation(self, tree: dict[str, Any]) -> bool:
        if not self._only(tree, "select_list", "from_table") or tree["select_list"][0].get("class") != "STAR":
            return False
        table = tree["from_table"]
        return bool(table.get("type") in _RELATIONS and not table.get("alias") and not table.get("sample"))


def _inner(tree: dict[str, Any]) -> Any:
    return tree["from_table"]["subquery"]["node"]


def _writes(session: Session, text: str) -> bool:
    """Whether a query that holds a word of writing has a part that writes: a query in brackets may not."""
    try:
        session.columns(f"(\n{text}\n)")
    except EngineError as error:
        return "data-modifying" in error.message or "DML" in error.message
    return False


def _without_places(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _without_places(v) for k, v in value.items() if k not in _PLACES}
    if isinstance(value, list):
        return [_without_places(v) for v in value]
    return value


def place_of(root: Path, start: Where, key: str, value: object = None) -> Where:
    """The line of `key` (with this value, where one such is there) at or below `start` in its YAML file; else `start`."""
    file = root / start.path
    if not start.path.endswith((".yml", ".yaml")) or not file.is_file():
        return start
    try:
        found = list(_entries(read_yaml_map(file, start.path), key))
    except ConvsqlError:
        return start
    below = [(line, v) for line, v in found if line >= start.line] or found
    same = [line for line, v in below if value is not None and str(v) == str(value)]
    lines = same or [line for line, _ in below]
    return Where(start.path, min(lines)) if lines else start


def _entries(value: Any, key: str) -> list[tuple[int, Any]]:
    found: list[tuple[int, Any]] = []
    if isinstance(value, YamlMap):
        for name, item in value.items():
            found += [(value.where(name).line, item)] if name == key else []
            found += _entries(item, key)
    elif isinstance(value, YamlList):
        for item in value:
            found += _entries(item, key)
    return found
