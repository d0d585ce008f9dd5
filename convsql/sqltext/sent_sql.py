"""A node's SQL as it is sent to an engine, and the way back from an engine's message to the file."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable

from convsql.base.quoting import qualified
from convsql.project.nodes import Graph, Node
from convsql.sqltext.references import line_before, substitute

SCHEMA = "bound"


def bound_sql(graph: Graph, node: Node, relation: Callable[[str], str] | None = None) -> str:
    """A node's SQL over the relations `relation(unique_id)` (default: the binder's empty tables).

    Ephemeral parents stand in it as subqueries.
    """
    return substitute(node.sql, _filler(graph, relation))


def _filler(graph: Graph, relation: Callable[[str], str] | None) -> Callable[[str], str]:
    name_of = relation or (lambda unique_id: qualified(SCHEMA, unique_id))

    def one(unique_id: str) -> str:
        parent = graph.nodes[unique_id]
        if parent.kind == "model" and not parent.is_built:
            return f"(\n{bound_sql(graph, parent, relation)}\n)"
        return name_of(unique_id)

    return one


def readable(message: str) -> str:
    """An engine's message on one line, without its own prefix and list of functions."""
    lines = [line.strip() for line in message.splitlines() if line.strip()]
    text = " ".join(line for line in lines if not line.startswith(("Candidate", "Did you mean")))
    for prefix in ("Binder Error: ", "Parser Error: ", "Catalog Error: "):
        text = text.removeprefix(prefix)
    return text


def column_hint(message: str) -> str:
    for line in message.splitlines():
        if line.startswith("Candidate bindings: "):
            return f"did you mean {line.removeprefix('Candidate bindings: ').lstrip(': ')}?"
        if line.startswith("Did you mean "):
            return "d" + line[1:]
    return ""


def named_line(message: str, sql: str) -> int:
    """The first line that has the name which a message without a line quotes, 0 when none has."""
    name = re.search(r'"(\w+)"', message)
    lines = enumerate(sql.splitlines(), 1)
    return next((n for n, line in lines if name and re.search(rf"\b{name[1]}\b", line)), 0)


def source_line(graph: Graph, node: Node, line: int) -> int:
    """The line of the file from which line `line` of `bound_sql` came (the nearest one before it)."""
    line = line_before(node.sql, _filler(graph, None), line)
    rendered = [part.strip() for part in node.sql.splitlines()]
    raw = [part.strip() for part in node.raw.splitlines()]
    if line <= len(rendered) and raw.count(rendered[line - 1]) == 1:
        return raw.index(rendered[line - 1]) + 1
    matcher = difflib.SequenceMatcher(lambda text: not text, raw, rendered, autojunk=False)
    start = 0
    for block in matcher.get_matching_blocks():
        if line <= block.b and start < block.a:
            return start + _most_alike(rendered[line - 1], raw[start : block.a]) + 1
        if line <= block.b + block.size:
            return block.a + max(line - block.b, 1)
        start = block.a + block.size
    return max(1, min(start, len(raw)))


def _most_alike(text: str, candidates: list[str]) -> int:
    return max(range(len(candidates)), key=lambda i: difflib.SequenceMatcher(None, text, candidates[i]).ratio())
