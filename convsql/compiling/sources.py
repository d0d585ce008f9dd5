"""The state of raw tables: how each is read, and which version of it this is.

A file's version is its path and what tells that nobody wrote to it (`convsql.base.file_facts`), or the hash of
its bytes; a warehouse table's is its `loaded_at_field` (greatest value and row count), and without
one a digest of its rows (`convsql.compiling.table_versions`), or none, where it never equals itself. Where files lie is `convsql.compiling.source_files`; how they are read, `convsql.raw_files`.
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
from convsql.base.installed import NAME as INSTALLED
from convsql.base.quoting import qualified, quote
from convsql.compiling.code_version import code_version
from convsql.compiling.source_files import Place, files_of, paths_of, place_of
from convsql.compiling.table_versions import TableVersions
from convsql.dialects import type_name
from convsql.engines.reach import is_of_the_system
from convsql.engines.session import Session
from convsql.project.config import Project
from convsql.project.nodes import Node
from convsql.raw_files.forms import PARQUET, kind_of, parquet_relation
from convsql.raw_files.reading import FOLDER, RawFiles

_OF_TEXT = re.compile(r"CSV|sniffing", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class SourceState:
    """How to read a source (`relation`), and its `version` ("" when it never equals itself).

    `files` are those it was made of, `expression` names them, `patterns` are the globs that found them, `facts` how they stood. `known_as` is the
    relation without the project's folder of files that were written anew. `parts`: path and version of each file, where each gives its rows whatever the others are.
    """

    relation: str
    version: str
    files: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    facts: str = ""
    expression: str = ""
    known_as: str = ""
    parts: tuple[tuple[str, str], ...] = ()


def raw_files_of(project: Project) -> RawFiles:
    """What reads the raw files of a project."""
    return RawFiles(project.target_dir / FOLDER, code_version())


def _facts(files: Sequence[str]) -> str:
    return _digest(_facts_of(files))


def _contents(files: Sequence[str]) -> str:
    return _digest(_contents_of(files))


def _facts_of(files: Sequence[str]) -> list[tuple[str, object]]:
    return [(os.path.abspath(f), facts(f)) for f in files]


def _contents_of(files: Sequence[str]) -> list[tuple[str, object]]:
    return [(f, content_digest(f)) for f in files]


def _digest(found: list[tuple[str, object]]) -> str:
    return hashlib.sha256(repr(found).encode()).hexdigest()


def _parts(place: Place, relation: str, found: list[tuple[str, object]]) -> tuple[tuple[str, str], ...]:
    """Each file of a pattern of Parquet files with its version; `found` is what was found of each."""
    if not glob.has_magic(place.pattern) or relation != parquet_relation(place.pattern):
        return ()
    return tuple((file, _digest([one])) for file, one in zip(place.files, found, strict=True))


def external_state(
    node: Node, problems: Problems, raw_files: RawFiles, check_contents: bool = False
) -> SourceState | None:
    """The state of a source with an `external_location`; None, with a problem noted, when it is not there or can't be read.

    `check_contents`: its version is the hash of all its bytes, whatever the files' times say.
    """
    external = node.source_table.external
    if files_of(external) is None:
        return SourceState(external, "")
    place = place_of(node, problems)
    if place is None:
        return None
    patterns = tuple(p for p in paths_of(place.expression) if glob.has_magic(p))
    try:
        found = _facts_of(place.files)
        noted = _digest(found)
        relation = place.expression
        if place.pattern:
            reading = raw_files.reading(place.files, place.pattern if glob.has_magic(place.pattern) else "")
            if reading.wrong:
                problems.add(f"source '{node.dotted_name}' can't be read: {reading.wrong}", node.where, reading.hint)
                return None
            relation = reading.relation
        found = _contents_of(place.files) if check_contents else found
        version = _digest(found)
        is_looked_into = check_contents or (place.pattern and kind_of(place.pattern) != PARQUET)
        is_whole = not is_looked_into or noted == _facts(place.files)
    except OSError as error:
        if any(is_of_the_system(path) for path in place.files):  # a process ended; that it is named is what is wrong
            return SourceState(external, "")
        problems.take(missing_source(node, error))
        return None
    if not is_whole:
        problems.add(f"source '{node.dotted_name}' changed while it was read", node.where, "wait until it is whole")
        return None
    known_as = raw_files.known_as(relation)
    parts = _parts(place, relation, found)
    return SourceState(relation, version, place.files, patterns, noted, place.expression, known_as, parts)


def facts_now(state: SourceState) -> str:
    """How a source's files stand now; empty where one can't be looked at."""
    try:
        return _facts(files_of(state.expression) or [])
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
        return _contents(files_of(state.expression) or []) != state.version
    except OSError:
        return True


def warehouse_state(node: Node, session: Session | None, versions: TableVersions | None = None) -> SourceState:
    """The state of a source table that stands in the target's database; without `versions`, one that nothing dates has no version."""
    table = node.source_table
    relation = table.external or qualified(table.schema, table.identifier)
    if session is None or not (table.loaded_at_field or versions):
        return SourceState(relation, "")
    if not table.loaded_at_field:
        found = versions.of(relation, session) if versions else ""
        return SourceState(relation, hashlib.sha256(found.encode()).hexdigest() if found else "")
    text = type_name("VARCHAR", session.dialect)
    row = session.fetch(f"select cast(max({quote(table.loaded_at_field)}) as {text}), count(*) from {relation}")[0]
    return SourceState(relation, hashlib.sha256(repr(row).encode()).hexdigest())


def is_warehouse(node: Node) -> bool:
    """Whether the source is a table of the target's database rather than a file."""
    external = node.source_table.external
    return not external or (files_of(external) is None and external.startswith("("))


def missing_source(node: Node, error: Exception, why: str = "") -> ConvsqlError:
    """The error for a source that can't be read; `why`, where more is known than the engine says."""
    remedy = "load the table"
    if node.package == INSTALLED:
        remedy += ", or set raw_path to a folder of files"
    return ConvsqlError(
        f"source '{node.dotted_name}' can't be read: {why or _in_one_line(error)}",
        node.where,
        "mend the file" if why else remedy,
    )


def _in_one_line(error: Exception) -> str:
    """What an engine says, with the cause that DuckDB gives in later lines and without what it would have one try."""
    lines = [line.strip() for line in str(error).strip().splitlines()]
    ends = next((i for i, line in enumerate(lines) if not line or line.lower().startswith("possible")), len(lines))
    return " ".join(lines[: max(ends, 1)][:4]) if _OF_TEXT.search(lines[0] if lines else "") else (lines or [""])[0]


def cause_in_files(state: SourceState, message: str, raw_files: RawFiles) -> str:
    """What is wrong with a source's text files after the engine stumbled on one of them; empty where nothing is found."""
    return raw_files.look_again(state.files) if state.files and _OF_TEXT.search(message) else ""
