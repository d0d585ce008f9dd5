"""How the next build makes a model, as far as that can be told before it: whole, or in parts and by which keys."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from convsql.base.quoting import qualified
from convsql.building.changed_rows import has_one_row_each
from convsql.building.in_parts import MADE_WHOLE, MOST_LOOKUPS, is_asked_whole, lookups
from convsql.compiling.localities import Localities, read_at
from convsql.compiling.project import Compiled
from convsql.engines.session import EngineError, Session
from convsql.project.nodes import Node, published_alias
from convsql.project.profiles import published_schema


@dataclass(frozen=True, slots=True)
class HowMade:
    """`whole`: why it is made whole, "" where it need not be; `keys`: columns by which it can be made in parts, those that look least up first, each with how
    many other relations' rows it looks up; `changing`: the parents whose rows may change; `last`: how the last run made it, "" where that is not known; `unless`: the parent that makes it be made whole when its rows change, "" for none.
    """

    whole: str
    keys: dict[str, int] = field(default_factory=dict)
    changing: list[str] = field(default_factory=list)
    last: str = ""
    unless: str = ""


def how_made(compiled: Compiled, node: Node, session: Session | None) -> HowMade:
    """How a model is made. `session` reads what is published: whether rows of small relations are told apart by their columns. Raises nothing."""
    last = _last(compiled, node)
    graph = compiled.graph
    if compiled.target.type != "duckdb":
        return HowMade(f"a target of type {compiled.target.type} makes every model whole", last=last)
    if node.materialized == "view":
        return HowMade("it is a view: there is nothing to make", last=last)
    if is_asked_whole(node):
        return HowMade(f"its `meta` has `{MADE_WHOLE}: true`", last=last)
    if node.after:
        return HowMade("a hook changes its relation", last=last)
    localities = Localities(compiled)
    parents = localities.parents(node)
    sources = [p for p in parents if graph.nodes[p].kind == "source"]
    read = [graph.nodes[p].name for p in sources if p not in compiled.sources or not compiled.sources[p].parts]
    if read:
        return HowMade(f"it reads the source '{read[0]}', of which nothing tells which rows are new", last=last)
    changing = [p for p in parents if p in sources or any(a.startswith("source.") for a in graph.ancestors([p]))]
    if not changing:
        return HowMade("it reads seeds alone, and is made when one of them changes", last=last)
    unique = _unique(compiled, session)
    names = [graph.nodes[p].name for p in changing]
    found = localities.of(node, changing, unique)
    for unless in ["", *changing]:
        keys = localities.of(node, [p for p in changing if p != unless], unique)["keys"]
        few = {name: lookups(key) for name, key in keys.items() if lookups(key) <= MOST_LOOKUPS}
        if few:
            ordered = dict(sorted(few.items(), key=lambda item: (item[1], item[0])))
            return HowMade("", ordered, names, last, graph.nodes[unless].name if unless else "")
    return HowMade(found["why"] or "its keys look too much up", {}, names, last)


def _unique(compiled: Compiled, session: Session | None) -> Callable[[str, frozenset[str]], bool]:
    def is_unique(unique_id: str, columns: frozenset[str]) -> bool:
        node = compiled.graph.nodes[read_at(unique_id) or unique_id]
        if session is None or node.kind == "source":
            return False
        relation = qualified(published_schema(compiled.target, node), published_alias(node))
        try:
            return has_one_row_each(session, relation, columns)
        except EngineError:
            return False

    return is_unique


def _last(compiled: Compiled, node: Node) -> str:
    """What the last run's results say of a model."""
    try:
        document: dict[str, Any] = json.loads((compiled.project.target_dir / "run_results.json").read_text("utf-8"))
        mine = [r for r in document["results"] if r["unique_id"] == node.unique_id]
        return str(mine[0]["adapter_response"]["convsql"].get("made") or "") if mine else ""
    except (OSError, ValueError, KeyError, TypeError):
        return ""
