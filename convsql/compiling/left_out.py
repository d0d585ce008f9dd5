"""A project some of whose sources are not there: what does not read them can be built all the same, as `dbt seed` is before them."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from convsql.base.errors import ConvsqlError, ProjectErrors
from convsql.project.nodes import Graph

if TYPE_CHECKING:
    from convsql.compiling.project import Compiled


def leave_out(compiled: Compiled, errors: list[ConvsqlError]) -> None:
    """Take what reads a missing source out of the graph; `errors` say what is wrong with those sources."""
    graph = compiled.graph
    read = {p for n in graph.nodes.values() for p in n.parents if p.startswith("source.")}
    take_out(compiled, {i for i in read if i not in compiled.sources and i not in compiled.columns}, errors)


def take_out(compiled: Compiled, missing: Collection[str], errors: list[ConvsqlError]) -> None:
    """Take nodes out of the graph, with what reads them; `errors` say what is wrong with them."""
    graph = compiled.graph
    gone = graph.descendants(missing)
    gone |= {n.unique_id for n in graph.of("unit_test") if n.attached in gone}
    compiled.everything, compiled.missing = compiled.everything or graph, [*compiled.missing, *errors]
    kept = {i: n for i, n in graph.nodes.items() if i not in gone}
    compiled.graph = Graph(kept, graph.exposures, graph.groups)


def check_chosen(compiled: Compiled, chosen: Collection[str], partly: bool) -> None:
    """Raises ProjectErrors where a chosen node is one of those left out; nothing chosen in particular is all of them."""
    if compiled.missing and (not partly or any(i not in compiled.graph.nodes for i in chosen)):
        raise ProjectErrors(compiled.missing)
