"""Queries given on the command line: rendered like a model, over published names."""

from __future__ import annotations

from convsql.base.errors import ConvsqlError, Where
from convsql.compiling.compiled_sql import compiled_sql
from convsql.compiling.project import Compiled
from convsql.compiling.renderers import renderer_of
from convsql.project.nodes import Node, published_alias
from convsql.sqltext.references import tokens, with_aliases


def inline_sql(compiled: Compiled, text: str) -> str:
    """A query given on the command line, over published names.

    Raises ConvsqlError for anything but one query.
    """
    return compiled_sql(compiled, inline_node(compiled, text))


def inline_node(compiled: Compiled, text: str) -> Node:
    """A query given on the command line, as a node. Raises ConvsqlError for anything but one query."""
    node = Node("inline", "model", "inline", compiled.project.name, "--inline")
    rendered = renderer_of(compiled).render(node, text)
    found = tokens(rendered.sql)
    if not found:
        raise ConvsqlError("no query given", Where("--inline"), "write 'select …'")
    if any(t.token_type.name == "SEMICOLON" for t in found[:-1]):
        raise ConvsqlError("more than one statement", Where("--inline"), "show takes one query")
    nodes = compiled.graph.nodes
    node.sql = with_aliases(rendered.sql, lambda i: published_alias(nodes[i])).strip().rstrip(";")
    return node
