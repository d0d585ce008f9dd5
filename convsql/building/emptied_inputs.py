"""An input that had rows in the last published build, and has none that can be used in this one.

A staging model says in `config.meta.never_emptied` which input it holds: `{input: messages}`. Before a build is
published, each such model whose relation is another than the head's is looked at: rows there and none here is a
failure, and nothing is published, unless the user allows it for this build (`--allow-empty INPUT`).

Nothing is asked of a model that reads no source of its input any more (the input was switched off), of one whose rows
are all hidden by as_of, of a first build, or of a rollback. The comparison rests on the head that publishing
then compares and swaps, so that no other build can come between.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from convsql.base.errors import ConvsqlError, Where, did_you_mean
from convsql.base.quoting import DATA_SCHEMA, qualified
from convsql.building.losses import SET_ASIDE, UNREADABLE, reasons_of
from convsql.building.plan import Plan, relation_of
from convsql.building.results import Result
from convsql.building.state import Build
from convsql.engines.session import EngineError, Session
from convsql.project.nodes import Graph, Node

META = "never_emptied"
_HIDDEN = "after_as_of"
_MOST_REASONS = 20


def guarded(graph: Graph) -> dict[str, Node]:
    """Input → the model that holds its usable rows."""
    found = {}
    for node in graph.of("model"):
        settings = node.config.get("meta", {}).get(META)
        if isinstance(settings, Mapping) and settings.get("input"):
            found[str(settings["input"])] = node
    return found


def check_allowed(graph: Graph, allowed: Sequence[str]) -> None:
    """Raises ConvsqlError for a name of `--allow-empty` that is no input of the project."""
    inputs = guarded(graph)
    for name in allowed:
        if name not in inputs:
            hint = did_you_mean(name, inputs) or f"there are {', '.join(sorted(inputs))}"
            raise ConvsqlError(f"no input '{name}'", Where("--allow-empty"), hint)


def find_emptied(session: Session, plan: Plan, head: Build | None, allowed: Sequence[str] = ()) -> list[Result]:
    """One failing result for each input that this build would empty and that is not in `allowed`."""
    if head is None:
        return []
    before = {v.unique_id: v.relation for v in head.views}
    after = {v.unique_id: v.relation for v in plan.views}
    found = []
    for name, node in guarded(plan.compiled.graph).items():
        old, new = before.get(node.unique_id), after.get(node.unique_id)
        if name in allowed or not old or not new or old == new or not _reads_input(plan.compiled.graph, node, name):
            continue
        if _count(session, new) or not (had := _count(session, old)):
            continue
        reasons = _reasons(session, plan, name)
        if reasons is None:
            continue
        found.append(
            Result(
                node,
                "fail",
                message=f"{node.where}: {_message(name, had, head.sequence, reasons)}",
                failures=1,
                relation=new,
                fingerprint=plan.fingerprints[node.unique_id],
            )
        )
    return found


def _reads_input(graph: Graph, node: Node, name: str) -> bool:
    """Whether the model reads the input's raw rows, or those that connectors bring in their shape."""
    return any(graph.nodes[parent].name in (name, f"connected_{name}") for parent in node.parents)


def _count(session: Session, relation: str) -> int:
    return int(session.fetch(f"select count(*) from {qualified(DATA_SCHEMA, relation)}")[0][0])


def _reasons(session: Session, plan: Plan, name: str) -> list[str] | None:
    """Why the input's rows were not used, as far as this build tells; None when it is as_of that hides them."""
    held = session.relations(DATA_SCHEMA)
    of_name = {n.name: relation_of(n, plan.fingerprints) for n in plan.compiled.graph.of("model")}
    names = {n: qualified(DATA_SCHEMA, r) for n in (SET_ASIDE, UNREADABLE) if (r := of_name.get(n)) in held}
    if SET_ASIDE not in names:
        return []

    def ask(sql: str) -> list[Mapping[str, Any]]:
        columns, rows = session.query(sql, _MOST_REASONS)
        return [dict(zip([c for c, _ in columns], row, strict=True)) for row in rows]

    try:
        hidden = ask(f"select 1 as found from {names[SET_ASIDE]} where input = '{name}' and reason = '{_HIDDEN}'")
        return None if hidden else reasons_of(ask, names[SET_ASIDE], names.get(UNREADABLE), name)
    except EngineError:  # a project's own models by these names, in another shape
        return []


def _message(name: str, had: int, sequence: int, reasons: Sequence[str]) -> str:
    why = f"of the rows delivered {'; '.join(reasons)}" if reasons else "none was delivered"
    return (
        f"input '{name}' has no row that can be used; build {sequence} had {had:,}\n"
        f"{why}\n"
        f"hint: deliver it again; if it is meant to be empty, `convsql build --allow-empty {name}`"
    )
