"""SQL over placeholders as a template of dbt's: references put back, and nothing else that dbt would read as a template."""

from __future__ import annotations

import json
import re
from typing import Any

from convsql.project.nodes import Graph

_PLACEHOLDER = re.compile(r'(["`])⟦([^⟧|"`]+)(?:\|([^⟧"`]*))?⟧\1')
_OPENING = re.compile(r"\{[{%#]")


def templated(sql: str, graph: Graph) -> str:
    """The template that dbt renders to `sql`, with each placeholder as `{{ ref(…) }}` or `{{ source(…) }}`."""
    return _PLACEHOLDER.sub(lambda match: reference(graph, match[2]), escaped(sql))


def reference(graph: Graph, unique_id: str) -> str:
    """How dbt is told of a node."""
    node = graph.nodes[unique_id]
    if node.source:
        return f"{{{{ source({json.dumps(node.source.source_name)}, {json.dumps(node.name)}) }}}}"
    return f"{{{{ ref({json.dumps(node.name)}) }}}}"


def escaped(text: str) -> str:
    """Text that dbt's templates leave as it is."""
    return _OPENING.sub(lambda match: f"{{{{ '{match[0]}' }}}}", text)


def plain_values(value: Any) -> Any:
    """A value of YAML as plain dicts and lists, whose texts dbt's templates leave as they are."""
    if isinstance(value, dict):
        return {str(key): plain_values(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain_values(inner) for inner in value]
    if isinstance(value, str):
        return escaped(str(value))
    return value if value is None or isinstance(value, bool | int | float) else escaped(str(value))
