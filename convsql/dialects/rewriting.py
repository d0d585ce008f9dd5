"""How a typed tree is rewritten: from its leaves up, each node by the rules for its class."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlglot import exp

from convsql.dialects.typed_tree import keep_kind, kind_of

Rule = Callable[[Any], Any]
"""From a node, its parts already rewritten, to what takes its place: itself where nothing is to be done."""


def rewritten(tree: Any, rules: Mapping[type, Rule]) -> Any:
    """The tree by the rules; what takes a node's place is of the node's type, unless the rule says which."""
    for node in reversed(list(tree.walk(bfs=False))):
        rule = rules.get(type(node))
        if rule is None:
            continue
        parent, key, index, kind = node.parent, node.arg_key, node.index, kind_of(node)
        found = rule(node)
        if found is node:
            continue
        if kind and not kind_of(found):
            keep_kind(found, kind)
        if parent is None:
            tree = found
        else:
            parent.set(key, found, index=index)
    return tree


def call(name: str, *arguments: Any) -> Any:
    """A call of a function by its name as it is."""
    return exp.Anonymous(this=name, expressions=list(arguments))


def cast(node: Any, kind: str) -> Any:
    """A cast to a type of DuckDB's."""
    return keep_kind(exp.Cast(this=node, to=exp.DataType.build(kind, dialect="duckdb")), kind)


def text(value: str) -> Any:
    """A text."""
    return keep_kind(exp.Literal.string(value), "VARCHAR")


def number(value: str) -> Any:
    """A number as it is written."""
    return exp.Literal.number(value)


def held(node: Any) -> Any:
    """An expression as one operand."""
    return (
        keep_kind(exp.Paren(this=node), kind_of(node))
        if isinstance(node, exp.Binary | exp.Not | exp.Neg | exp.Between | exp.In | exp.AtTimeZone)
        else node
    )


def bare(node: Any) -> Any:
    """An expression without its parentheses."""
    while isinstance(node, exp.Paren):
        node = node.this
    return node
