"""Where raw tables stand and which version of them this is.

A file's version is path, size and modification time; a warehouse table's is its `loaded_at_field`
(greatest value and row count), and without one it never equals itself. Where `external_location`
names a file that is not there, the same table is looked for as `name.parquet`, `name.csv`, or a
folder `name/` of such parts, beside it.
"""

from __future__ import annotations

import glob
import hashlib
import os
import re
from dataclasses import dataclass

from convsql.engine import Session
from convsql.errors import ConvsqlError, Problems
from convsql.manifest import Node
from convsql.names import literal, qualified, quote

_PATH = re.compile(r"'((?:[^']|'')+)'")
CSV_OPTIONS = "all_varchar = true, header = true, delim = ',', quote = '\"', escape = '\"', union_by_name = true"


@dataclass(frozen=True, slots=True)
class SourceState:
    """How to read a source (`relation`), and its `version` ("" when it never equals itself)."""

    relation: str
    version: str
    files: tuple[str, ...] = ()


def _files_of(expression: str) -> list[str] | None:
    """Local files named in an external location, or None when it names none that can be looked at."""
    paths = [p.replace("''", "'") for p in _PATH.findall(expression) if re.search(r"[/\\.*]", p)]
    if not paths or any("://" in p for p in paths):
        return None
    found: list[str] = []
    for path in paths:
        found += sorted(glob.glob(path, recursive=True)) if glob.has_magic(path) else [path] * os.path.isfile(path)
    return found


def _elsewhere(node: Node) -> dict[str, str]:
    """Other ways the same table may lie beside its external location: files → the table function that reads them."""
    first = _PATH.search(node.external)
    if not first:
        return {}
    path = first[1].replace("''", "'")
    name = node.name
    folder = re.sub(rf"/{re.escape(name)}(?:\.\w+|/[^/]*)?$", "", path)
    if folder == path:
        return {}
    found = {}
    for suffix in (f"{name}.parquet", f"{name}.csv", f"{name}/*.parquet", f"{name}/*.csv"):
        candidate = f"{folder}/{suffix}"
        if any(os.path.isfile(f) for f in glob.glob(candidate)):
            reader = "read_parquet(%s)" if suffix.endswith("parquet") else f"read_csv(%s, {CSV_OPTIONS})"
            found[candidate] = reader % literal(candidate)
    return found


def _digest(files: list[str]) -> str:
    facts = []
    for file in files:
        status = os.stat(file)
        facts.append((os.path.abspath(file), status.st_size, status.st_mtime_ns))
    return hashlib.sha256(repr(facts).encode()).hexdigest()


def external_state(node: Node, problems: Problems) -> SourceState | None:
    """The state of a source with an `external_location`; None, with a problem noted, when it is not there."""
    files = _files_of(node.external)
    relation = node.external
    if files is None:
        return SourceState(relation, "")
    if not files:
        others = _elsewhere(node)
        if len(others) > 1:
            problems.add(
                f"source '{node.source_name}.{node.name}' lies there in {len(others)} forms: {', '.join(others)}",
                node.where,
                "keep one of them",
            )
            return None
        if not others:
            problems.add(
                f"no file for source '{node.source_name}.{node.name}': {node.external}",
                node.where,
                "check the variable that its external_location names (raw_path)",
            )
            return None
        (relation,) = others.values()
        files = _files_of(relation) or []
    if odd := next((f for f in files if not os.path.isfile(f)), None):  # a pipe or a device would be read without end
        problems.add(f"source '{node.source_name}.{node.name}': {odd} is no file", node.where, "take it away")
        return None
    return SourceState(relation, _digest(files), tuple(files))


def has_changed(state: SourceState) -> bool:
    """Whether the files that a source is read from are others, or other ones, than when it was looked at."""
    if not state.files:
        return False
    try:
        return _digest(_files_of(state.relation) or []) != state.version
    except OSError:
        return True


def warehouse_state(node: Node, session: Session | None) -> SourceState:
    """The state of a source table that stands in the target's database."""
    relation = node.external or qualified(node.schema, node.identifier)
    if not node.loaded_at_field or session is None:
        return SourceState(relation, "")
    row = session.fetch(f"select cast(max({quote(node.loaded_at_field)}) as varchar), count(*) from {relation}")[0]
    return SourceState(relation, hashlib.sha256(repr(row).encode()).hexdigest())


def is_warehouse(node: Node) -> bool:
    """Whether the source is a table of the target's database rather than a file."""
    return not node.external or (_files_of(node.external) is None and node.external.startswith("("))


def missing_source(node: Node, error: Exception) -> ConvsqlError:
    """The error for a source that can't be read."""
    first_line = str(error).strip().splitlines()[0]
    return ConvsqlError(
        f"source '{node.source_name}.{node.name}' can't be read: {first_line}",
        node.where,
        "load the table, or set raw_path to a folder of files",
    )
