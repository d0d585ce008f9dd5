"""What readers see now, as far as the next build can be made of it: relations of the head, and which of them come of the same query."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from convsql.building.source_parts import Parts, parts_now, parts_of
from convsql.building.state import Known
from convsql.compiling.fingerprints import fingerprint_over
from convsql.compiling.project import Compiled


@dataclass(frozen=True, slots=True)
class LastBuild:
    """`relations`: unique id → the physical relation that readers see. `of_same_query`: models whose query over the relations of `relations` gave theirs.

    `fingerprints`: of those, of sources, and of ephemeral models over them. `parts`: of sources that are files in parts, those that it was made of.
    """

    relations: Mapping[str, str] = field(default_factory=dict)
    of_same_query: frozenset[str] = frozenset()
    fingerprints: Mapping[str, str] = field(default_factory=dict)
    parts: Mapping[str, Parts] = field(default_factory=dict)


def last_build(
    compiled: Compiled, fingerprints: Mapping[str, str], known: Known, refreshed: Mapping[str, str]
) -> LastBuild:
    """The head's relations that stand; none where nothing was published.

    That a model's relation is what its present query gives over its parents' relations of the head is told by its
    fingerprint: it is that of the model over the fingerprints of these. So a model that was built over an earlier version of a parent is none. Nor is one
    that is to be built anew: `refreshed` has another full refresh of it than the head.
    """
    if known.head is None:
        return LastBuild()
    shown = {v.unique_id: v for v in known.head.views if v.relation in known.relations}
    now = parts_now(compiled, fingerprints)
    before = {i: p for i, p in parts_of(known.head).items() if i in now and now[i].since(p) is not None}
    found: dict[str, str] = {}
    same: set[str] = set()
    for node in compiled.graph.nodes.values():
        unique_id, view = node.unique_id, shown.get(node.unique_id)
        may_be = view is not None and refreshed.get(unique_id, "") == view.refresh
        is_over_known = node.kind == "model" and all(p in found for p in node.parents)
        if node.kind == "source":
            found[unique_id] = before[unique_id].fingerprint if unique_id in before else fingerprints[unique_id]
        elif view is not None:
            found[unique_id] = view.fingerprint
            if may_be and is_over_known and fingerprint_over(compiled, node, found, view.refresh) == view.fingerprint:
                same.add(unique_id)
        elif not node.is_built and is_over_known:
            found[unique_id] = fingerprint_over(compiled, node, found, "")
    return LastBuild({i: v.relation for i, v in shown.items()}, frozenset(same), found, before)
