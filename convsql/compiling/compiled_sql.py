"""Compiled SQL over the names that readers see, and its files below `target/compiled/`."""

from __future__ import annotations

import hashlib
import re

from convsql.base.quoting import quote
from convsql.base.whole_file import write_changed
from convsql.compiling.project import Compiled
from convsql.project.nodes import Node, published_alias
from convsql.project.profiles import published_schema
from convsql.sqltext.sent_sql import bound_sql


def published_name(compiled: Compiled, unique_id: str) -> str:
    """The relation that readers (and dbt) see for a node; for a source, how it is read."""
    node = compiled.graph.nodes[unique_id]
    if node.source:
        state = compiled.sources.get(unique_id)
        return state.relation if state else f"{quote(node.source.schema)}.{quote(node.source.identifier)}"
    name = published_alias(node)
    return f"{quote(compiled.target.database)}.{quote(published_schema(compiled.target, node))}.{quote(name)}"


def compiled_sql(compiled: Compiled, node: Node) -> str:
    """A node's SQL over published names."""
    return bound_sql(compiled.graph, node, lambda unique_id: published_name(compiled, unique_id))


def write_compiled(compiled: Compiled) -> int:
    """Write `target/compiled/<package>/<path>` for every model and test; returns how many files changed."""
    top = compiled.project.target_dir / "compiled"
    changed = 0
    for node in compiled.graph.of("model", "test"):
        changed += write_changed(top / _compiled_path(node), compiled_sql(compiled, node) + "\n")
    return changed


def write_compiled_of(compiled: Compiled, node: Node) -> str:
    """Write the compiled SQL of one model or data test; returns its path within the project."""
    file = compiled.project.target_dir / "compiled" / _compiled_path(node)
    write_changed(file, compiled_sql(compiled, node) + "\n")
    return file.relative_to(compiled.project.root).as_posix()


def _compiled_path(node: Node) -> str:
    path = f"{node.path}/{file_name(node.name)}.sql" if node.generic else node.path
    return f"{node.package}/{path}"


def file_name(name: str) -> str:
    """A test's name as a file's: shortened by a hash past 63 characters, as in dbt."""
    plain = re.sub(r"[^\w-]", "_", name)
    return plain if len(plain) < 64 else f"{plain[:30]}_{hashlib.md5(name.encode()).hexdigest()}"
