"""What a node reads, as dbt names it: a source that is one of the project's own seeds is a source there, and the seed here."""

from __future__ import annotations

import re
from functools import cached_property

from convsql.compiling.project import Compiled
from convsql.project.nodes import Node, published_alias
from convsql.project.profiles import published_schema


class AsRead:
    """The parents of nodes, in the words of their files."""

    def __init__(self, compiled: Compiled) -> None:
        self._compiled = compiled
        self._nodes = compiled.graph.nodes

    @cached_property
    def seed_of(self) -> dict[str, str]:
        """Source → the seed that is loaded where it reads."""
        target = self._compiled.target
        seeds = {
            (published_schema(target, n).lower(), published_alias(n).lower()): n.unique_id
            for n in self._compiled.graph.of("seed")
        }
        named = {
            n.unique_id: seeds.get((n.source.schema.lower(), n.source.identifier.lower()))
            for n in self._compiled.graph.of("source")
            if n.source and not n.source.external
        }
        return {source: seed for source, seed in named.items() if seed}

    def parents(self, node: Node) -> list[str]:
        """Unique ids in order of first use; what a test is about stands last, as under dbt."""
        found: dict[str, None] = {}
        for parent in node.parents:
            found.update(dict.fromkeys(self._named(node, parent)))
        if node.generic and node.generic.attached in found:
            del found[node.generic.attached]
            found[node.generic.attached] = None
        return list(found)

    def _named(self, node: Node, parent: str) -> list[str]:
        sources = [source for source, seed in self.seed_of.items() if seed == parent]
        if not sources:
            return [parent]
        text = f"{node.generic.arguments}" if node.generic else node.raw
        named = [s for s in sources if s == node.attached or _calls(text, "source", *s.split(".")[-2:])]
        seed = self._nodes[parent]
        is_named = not named or parent == node.attached or _calls(text, "ref", seed.name)
        return [*([parent] if is_named else []), *named]


def _calls(text: str, function: str, *names: str) -> bool:
    """Whether a template calls a function with these last arguments."""
    said = r"\s*,\s*".join(rf"['\"]{re.escape(name)}['\"]" for name in names)
    return re.search(rf"\b{function}\s*\([^()]*{said}\s*\)", text) is not None
