"""What a text's macros are called, where they stand, and which names each of them reads: found without running any."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from jinja2 import nodes

# What has state of its own, or reaches beyond the macro.
_OUTSIDE = (
    nodes.Include,
    nodes.Import,
    nodes.FromImport,
    nodes.Extends,
    nodes.Block,
    nodes.ContextReference,
    nodes.DerivedContextReference,
    nodes.InternalName,
    nodes.ImportedName,
)
_IMPLIED = frozenset({"loop", "varargs", "kwargs"})
# Methods that change a list, mapping or set where it is.
CHANGING = frozenset(
    """
    append extend insert remove pop clear sort reverse update setdefault popitem add discard intersection_update
    difference_update symmetric_difference_update
    """.split()
)
_CHANGES = re.compile(rf"\b(?:{'|'.join(CHANGING)})\b\s*['\"(]|\|\s*attr\b")


def may_change_values(text: str) -> bool:
    """Whether a template may change a list, mapping or set where it is."""
    return _CHANGES.search(text) is not None


@dataclass(frozen=True, slots=True)
class MacroFacts:
    """A macro's name and line, the names it assigns, and those it reads that are not its own, each with the attribute asked of it.

    `reads` is None where that can't be told from the text.
    """

    name: str
    line: int
    reads: frozenset[tuple[str, str]] | None = None
    assigns: frozenset[str] = frozenset()


def macros_of(tree: nodes.Template) -> tuple[MacroFacts, ...]:
    """The macros of a parsed text, those within blocks and other macros included."""
    outermost = {id(node) for node in tree.body}
    of_the_file = {name.name for name in _names_outside_macros(tree) if name.ctx != "load"}
    return tuple(
        _facts(macro, of_the_file) if id(macro) in outermost else MacroFacts(macro.name, macro.lineno)
        for macro in tree.find_all(nodes.Macro)
    )


def _names_outside_macros(node: nodes.Node) -> Iterator[nodes.Name]:
    for child in node.iter_child_nodes():
        if isinstance(child, nodes.Name):
            yield child
        elif not isinstance(child, nodes.Macro):
            yield from _names_outside_macros(child)


def _facts(macro: nodes.Macro, of_the_file: set[str]) -> MacroFacts:
    own = set(_IMPLIED)
    read: set[tuple[str, str]] = set()
    written: set[str] = set()  # by `set name.attribute = …`
    waiting: list[nodes.Node] = [macro]
    while waiting:
        node = waiting.pop()
        if _may_change(node):  # an argument, maybe, which is the caller's
            return MacroFacts(macro.name, macro.lineno)
        if isinstance(node, nodes.Name):
            if node.ctx == "load":
                read.add((node.name, ""))
            else:
                own.add(node.name)
        elif isinstance(node, nodes.Getattr) and isinstance(node.node, nodes.Name):
            read.add((node.node.name, node.attr))
        elif isinstance(node, nodes.NSRef):
            written.add(node.name)
        elif isinstance(node, _OUTSIDE) or (isinstance(node, nodes.Macro) and node is not macro):
            return MacroFacts(macro.name, macro.lineno)
        else:
            waiting.extend(node.iter_child_nodes())
    if written - own or any(name in of_the_file for name, _ in read):
        return MacroFacts(macro.name, macro.lineno)
    reads = frozenset(pair for pair in read if pair[0] not in own)
    return MacroFacts(macro.name, macro.lineno, reads, frozenset(own - _IMPLIED))


def _may_change(node: nodes.Node) -> bool:
    """Whether a list, mapping or set may be changed in place here."""
    if isinstance(node, nodes.Getattr):
        return node.attr in CHANGING
    if isinstance(node, nodes.Const):  # as in x['append'] and map(attribute='append')
        return isinstance(node.value, str) and node.value in CHANGING
    return isinstance(node, nodes.Filter) and node.name == "attr"
