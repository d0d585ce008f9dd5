"""Where raw tables stand and which version of them this is.

A file's version is its path and what tells that nobody wrote to it (`convsql.base.file_facts`), or the hash of
its bytes; a warehouse table's is its `loaded_at_field` (greatest value and row count), and without
one it never equals itself. Where `external_location` names a file that is not there, the same table is looked
for as `name.parquet`, `name.csv`, or a folder `name/` of such parts, beside it.
"""

from __future__ import annotations

import glob
import hashlib
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass

from convsql.base.errors import ConvsqlError, Problems
from convsql.base.file_facts import content_digest, facts
from convsql.base.quoting import literal, qualified, quote
from convsql.engines.reach import is_remote, named_place
from convsql.engines.session import Session
from convsql.project.nodes import Node

_PATH = re.compile(r"'((?:[^']|'')+)'")
CSV_OPTIONS = "all_varchar = true, header = true, delim = ',', quote = '\"', escape = '\"', union_by_name = true"


@dataclass(frozen=True, slots=True)
class SourceState:
    """How to read a source (`relation`), and its `version` ("" when it never equals itself).

    `files` are those it was made of, `patterns` the globs that found them, `facts` how they stood.
    """

    relation: str
    version: str
    files: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    facts: str = ""


def paths_in(expression: str) -> list[str]:
    """What a relation names that may be a path: its quoted texts."""
    return [p.replace("''", "'") for p in _PATH.findall(expression)]


def places_of(expression: str) -> list[str]:
    """The files that a relation names, and the folders below which its patterns look, absolute."""
    return [place for path in _paths_in(expression) if not is_remote(path) and (place := named_place(path))]


def _paths_in(expression: str) -> list[str]:
    return [p for p in paths_in(expression) if re.search(r"[/\\.*]", p)]


def _files_of(expression: str) -> list[str] | None:
    """Local files named in an external location, or None when it names none that can be looked at."""
    paths = _paths_in(expression)
    if not paths or any("://" in p for p in paths):
        return None
    found: list[str] = []
    for path in paths:
        found += [p for p in _named(path) if os.path.isfile(p)]
    return found


def _named(path: str) -> list[str]:
    """What a path or a pattern names, as DuckDB matches it (hidden files too), whether it is a file or not."""
    return sorted(glob.glob(path, recursive=True, include_hidden=True)) if glob.has_magic(path) else [path]


def _matching(pattern: str) -> list[str]:
    """The files that DuckDB reads for a glob, hidden ones too."""
    return [p for p in _named(pattern) if os.path.isfile(p)]


def _no_file(expression: str) -> str:
    """The first thing that a location names and that is neither a file nor a folder; empty where there is none."""
    for path in _paths_in(expression):
        for one in _named(path):
            if os.path.exists(one) and not os.path.isfile(one) and not os.path.isdir(one):
                return one
    return ""


def _elsewhere(node: Node) -> dict[str, str]:
    """Other ways the same table may lie beside its external location: files → the table function that reads them."""
    first = _PATH.search(node.source_table.external)
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
        if _matching(candidate) if "*" in candidate else os.path.isfile(candidate):
            reader = "read_parquet(%s)" if suffix.endswith("parquet") else f"read_csv(%s, {CSV_OPTIONS})"
            found[candidate] = reader % literal(candidate)
    return found


def files_read(node: Node) -> list[str]:
    """The local files that a source is, or would be, read from, in any of the forms in which it lies there."""
    external = node.source_table.external
    if not external:
        return []
    found = list(_files_of(external) or [])
    for relation in _elsewhere(node).values():
        found += _files_of(relation) or []
    return found


def _facts(files: Sequence[str]) -> str:
    return hashlib.sha256(repr([(os.path.abspath(f), facts(f)) for f in files]).encode()).hexdigest()


def _contents(files: Sequence[str]) -> str:
    return hashlib.sha256(repr([(f, content_digest(f)) for f in files]).encode()).hexdigest()


def external_state(node: Node, problems: Problems, check_contents: bool = False) -> SourceState | None:
    """The state of a source with an `external_location`; None, with a problem noted, when it is not there.

    `check_contents`: its version is the hash of all its bytes, whatever the files' times say.
    """
    external = node.source_table.external
    if _files_of(external) is None:
        return SourceState(external, "")
    found = _form(node, problems)
    if found is None:
        return None
    relation, files = found
    patterns = tuple(p for p in _paths_in(relation) if glob.has_magic(p))
    try:
        noted = _facts(files)
        state = SourceState(relation, _contents(files) if check_contents else noted, tuple(files), patterns, noted)
        is_whole = not check_contents or noted == _facts(files)
    except OSError as error:
        problems.take(missing_source(node, error))
        return None
    if not is_whole:
        problems.add(f"source '{node.dotted_name}' changed while it was read", node.where, "wait until it is whole")
        return None
    return state


def _form(node: Node, problems: Problems) -> tuple[str, list[str]] | None:
    """The one form in which a source's files lie there: the relation that reads them, and the files."""
    external = node.source_table.external
    relation, files = external, _files_of(external) or []
    others = _elsewhere(node)
    here = {os.path.realpath(f) for f in files}
    if files:
        named = ", ".join(_paths_in(external))
        beside = [named, *(o for o in others if here.isdisjoint(map(os.path.realpath, _files_of(literal(o)) or [])))]
    else:
        beside = list(others)
    if len(beside) > 1:
        problems.add(
            f"source '{node.dotted_name}' lies there in {len(beside)} forms: {', '.join(beside)}",
            node.where,
            "keep one of them",
        )
        return None
    if not files:
        if not others:
            problems.add(
                f"no file for source '{node.dotted_name}': {external}",
                node.where,
                "check the variable that its external_location names (raw_path)",
            )
            return None
        (relation,) = others.values()
        files = _files_of(relation) or []
    if odd := _no_file(relation):  # a pipe or a device would be read without end, or left out in silence
        problems.add(f"source '{node.dotted_name}': {odd} is no file", node.where, "take it away")
        return None
    return relation, files


def facts_now(state: SourceState) -> str:
    """How a source's files stand now; empty where one can't be looked at."""
    try:
        return _facts(_files_of(state.relation) or [])
    except OSError:
        return ""


def has_changed(state: SourceState) -> bool:
    """Whether the files that a source is read from are others, or other ones, than when it was looked at."""
    if not state.files:
        return False
    if facts_now(state) == state.facts:
        return False
    if state.version == state.facts:
        return True
    try:  # what is known by its bytes may have been copied or linked meanwhile
        return _contents(_files_of(state.relation) or []) != state.version
    except OSError:
        return True


def warehouse_state(node: Node, session: Session | None) -> SourceState:
    """The state of a source table that stands in the target's database."""
    table = node.source_table
    relation = table.external or qualified(table.schema, table.identifier)
    if not table.loaded_at_field or session is None:
        return SourceState(relation, "")
    row = session.fetch(f"select cast(max({quote(table.loaded_at_field)}) as varchar), count(*) from {relation}")[0]
    return SourceState(relation, hashlib.sha256(repr(row).encode()).hexdigest())


def is_warehouse(node: Node) -> bool:
    """Whether the source is a table of the target's database rather than a file."""
    external = node.source_table.external
    return not external or (_files_of(external) is None and external.startswith("("))


def missing_source(node: Node, error: Exception) -> ConvsqlError:
    """The error for a source that can't be read."""
    first_line = str(error).strip().splitlines()[0]
    return ConvsqlError(
        f"source '{node.dotted_name}' can't be read: {first_line}",
        node.where,
        "load the table, or set raw_path to a folder of files",
    )
