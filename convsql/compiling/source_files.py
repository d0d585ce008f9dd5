"""Which files a source's location names, and where else the table may lie.

Where `external_location` names a file that is not there, the same table is looked for beside it in every form that is read
(`convsql.raw_files.forms`): `name.parquet`, `name.csv`, `name.xlsx`, …, or a folder `name/` of such parts.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass

from convsql.base.errors import Problems
from convsql.base.installed import NAME as INSTALLED
from convsql.base.quoting import literal
from convsql.engines.reach import is_remote, named_place
from convsql.project.nodes import Node
from convsql.raw_files.forms import PACKED, lying_there, matching, named_file

_PATH = re.compile(r"'((?:[^']|'')+)'")
_ESCAPES = ("\\", "\\t")  # as values of a table function's options


@dataclass(frozen=True, slots=True)
class Place:
    """The files of a source, and the `expression` that names them.

    `pattern`: the file or glob whose reading is left to convsql; empty where the expression itself is the relation.
    """

    expression: str
    files: tuple[str, ...]
    pattern: str


def paths_in(expression: str) -> list[str]:
    """What a relation names that may be a path: its quoted texts."""
    return [p.replace("''", "'") for p in _PATH.findall(expression)]


def paths_of(expression: str) -> list[str]:
    """What a relation names that looks like a path."""
    return [p for p in paths_in(expression) if re.search(r"[/\\.*]", p) and p not in _ESCAPES]


def places_of(expression: str) -> list[str]:
    """The files that a relation names, and the folders below which its patterns look, absolute."""
    return [place for path in paths_of(expression) if not is_remote(path) and (place := named_place(path))]


def files_of(expression: str) -> list[str] | None:
    """Local files named in an external location, or None when it names none that can be looked at."""
    paths = paths_of(expression)
    if not paths or any("://" in p for p in paths):
        return None
    found: list[str] = []
    for path in paths:
        found += [p for p in matching(path) if os.path.isfile(p)]
    return found


def _no_file(expression: str) -> str:
    """The first thing that a location names and that is neither a file nor a folder; empty where there is none."""
    for path in paths_of(expression):
        for one in matching(path):
            if os.path.exists(one) and not os.path.isfile(one) and not os.path.isdir(one):
                return one
    return ""


def _beside(node: Node) -> tuple[str, str]:
    """The folder in which a source's files lie, and the table's name there; empty where its location does not say."""
    first = _PATH.search(node.source_table.external)
    if not first:
        return "", ""
    path = first[1].replace("''", "'")
    folder = re.sub(rf"/{re.escape(node.name)}(?:(?:\.\w+)+|/[^/]*)?$", "", path)
    return ("", "") if folder == path else (folder, node.name)


def _elsewhere(node: Node) -> list[str]:
    """Other ways the same table may lie beside its external location: files, and patterns of parts."""
    folder, name = _beside(node)
    return lying_there(folder, name) if name else []


def _remedy(node: Node) -> str:
    return "check the variable that its external_location names" + (" (raw_path)" if node.package == INSTALLED else "")


def _packed(node: Node) -> str:
    folder, name = _beside(node)
    there = (f"{folder}/{name}{ends}" for kind in ("", ".csv") for suffix in PACKED for ends in (kind + suffix,))
    return next((path for path in there if name and os.path.isfile(path)), "")


def files_read(node: Node) -> list[str]:
    """The local files that a source is, or would be, read from, in any of the forms in which it lies there."""
    external = node.source_table.external
    if not external:
        return []
    found = list(files_of(external) or [])
    for each in _elsewhere(node):
        found += files_of(literal(each)) or []
    return found


def is_absent(node: Node) -> bool:
    """Whether no file of a source lies there, in any form."""
    return files_of(node.source_table.external) == [] and not _elsewhere(node) and not _packed(node)


def place_of(node: Node, problems: Problems) -> Place | None:
    """The one form in which a source's files lie there; None, with a problem noted, where there is none or several."""
    external = node.source_table.external
    files = files_of(external) or []
    others = _elsewhere(node)
    here = {os.path.realpath(f) for f in files}
    if files:
        beside = [o for o in others if here.isdisjoint(map(os.path.realpath, files_of(literal(o)) or []))]
        forms = [", ".join(paths_of(external)), *beside]
    else:
        forms = others
    if len(forms) > 1:
        problems.add(
            f"source '{node.dotted_name}' lies there in {len(forms)} forms: {', '.join(forms)}",
            node.where,
            "keep one of them",
        )
        return None
    expression, pattern = external, named_file(external)
    if not files:
        if not others:
            packed = _packed(node)
            problems.add(
                f"no file for source '{node.dotted_name}': {external}",
                node.where,
                f"unpack {packed}" if packed else _remedy(node),
            )
            return None
        pattern = others[0]
        expression = literal(pattern)
        files = files_of(expression) or []
    if odd := _no_file(expression):  # a pipe or a device would be read without end, or left out in silence
        problems.add(f"source '{node.dotted_name}': {odd} is no file", node.where, "take it away")
        return None
    return Place(expression, tuple(files), pattern)
