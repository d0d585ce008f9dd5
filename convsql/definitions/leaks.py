"""What a metric's predicate (`eligible.where`) rests on that was not known when the window began.

The walk is one and is asked of two graphs. `convsql compile` (`convsql.definitions.metric_checks`) has `conversations` as its yml declares
it, and follows no model: it is done on every compile. `convsql metrics check` (`convsql.change_control.leakage`) has the
resolved models below, and so finds what a column without a mark is computed from. The walk itself is `convsql.lineage.known_at`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from convsql.base.errors import ConvsqlError, Where
from convsql.project.nodes import Node

if TYPE_CHECKING:
    from convsql.lineage.known_at import KnownAt, Leak
    from convsql.lineage.query import Query, Source

CONVERSATIONS = "conversations"
LEAK_HINT = "eligibility may only rest on what was known when the window began"
# The column of `conversations` that says when a conversation became a kind, as the macro kind_at has it.
KIND_AT = {
    "attempt": "started_at",
    "reached": "reached_at",
    "two_way": "two_way_at",
    "sales_handled": "sales_handled_at",
    "intent_qualified": "qualified_at",
}


def anchors_of(kind: str) -> frozenset[str]:
    """The columns of `conversations` that a metric of this kind may read whatever their mark: its start, and when it became of the kind.

    Only conversations of the kind are counted, so that having become one tells nothing, also where the window begins at the start.
    """
    return frozenset({"started_at", KIND_AT[kind]})


def marks_of(node: Node) -> dict[str, str]:
    """The declared `known_at` of a node's columns, by name in lower case."""
    return {c.name.lower(): str(c.meta["known_at"]) for c in node.columns if "known_at" in c.meta}


def predicate_leaks(
    predicate: str,
    conversations: str,
    relation: Callable[[str], Query],
    walk: KnownAt,
    place: Where,
    sources: Callable[[Query], Callable[[Query], list[Source]]] | None = None,
) -> Iterator[Leak]:
    """What a predicate over the node `conversations` (its unique id) rests on that was not known; paths begin with `eligible.where`.

    `relation(unique_id)` gives the query that the predicate is asked of, `walk` knows what is declared of it. `sources(query)` gives, for
    the predicate's own query, which joined relations can matter (all). Raises ConvsqlError, at `place`, for a
    predicate that can't be resolved.
    """
    from convsql.lineage.resolve_names import resolve
    from convsql.sqltext.references import placeholder

    text = f"select ({predicate}) as predicate from {placeholder(conversations)} as {CONVERSATIONS}"
    try:
        query = resolve(text, "eligible.where", relation)
    except ConvsqlError as error:
        raise ConvsqlError(error.reason, place) from None
    if sources is not None:
        walk.sources = sources(query)
    yield from walk.leaks(query.outputs["predicate"], ("eligible.where",))
