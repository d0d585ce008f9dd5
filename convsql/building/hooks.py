"""What hooks have done: to a model's own relation when that is made, and all else in the transaction that publishes."""

from __future__ import annotations

from collections.abc import Callable

from convsql.base.quoting import FINGERPRINT_LENGTH, qualified
from convsql.building.plan import Plan, published_of
from convsql.building.state import Known
from convsql.engines.session import EngineError, Session
from convsql.project.hooks import OF_VERSION
from convsql.project.nodes import Node
from convsql.sqltext.references import substitute


def finish_relation(session: Session, node: Node, fingerprint: str, relation: Callable[[str], str]) -> None:
    """Do what the hooks of a node do to the relation that was just made of it. Raises EngineError."""
    version = "__" + fingerprint[:FINGERPRINT_LENGTH]
    for sql, place in node.after:
        run_hook(session, substitute(sql, relation, aliases=False).replace(OF_VERSION, version), place)


def run_hook(session: Session, sql: str, place: str) -> None:
    """Do what one statement of a hook says. Raises EngineError with the place of the hook."""
    try:
        session.execute(sql)
    except EngineError as error:
        raise EngineError(f"the hook at {place}: {error.message}") from None


def done_with_publish(plan: Plan, known: Known) -> list[tuple[str, str]]:
    """The statements that belong to the publish of this plan, in order, each with the place of its hook.

    Those of a model are done when readers are to see another relation of it than before, whichever run made it.
    """
    graph = plan.compiled.graph
    before = {(v.schema, v.name): v.relation for v in known.head.views} if known.head else {}
    new = {v.unique_id for v in plan.views if before.get((v.schema, v.name)) != v.relation}
    listed = [hook[:2] for hook in graph.hooks.get("on-run-start", [])]
    for node in graph.of("model", "seed"):
        listed += node.with_publish if node.unique_id in new else []
    listed += [hook[:2] for hook in graph.hooks.get("on-run-end", [])]

    def shown(unique_id: str) -> str:
        node = graph.nodes[unique_id]
        return (
            plan.compiled.sources[unique_id].relation if node.source else qualified(*published_of(plan.compiled, node))
        )

    return [(substitute(sql, shown, aliases=False), place) for sql, place in listed]
