"""Metric definitions (`conversion_metrics` in `vars.yml`): their schema, and the checks SQL can't make.

Published builds remember each definition's identity (`convsql.definitions.identity`), so that the same name and
version with another identity is reported as a changed definition and never passes silently.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from convsql.base.errors import Problems, Where, did_you_mean
from convsql.base.yaml_file import YamlMap
from convsql.definitions.identity import definition_digest
from convsql.definitions.metric_key import MetricKey
from convsql.engines.session import Columns
from convsql.project.config import Project
from convsql.project.nodes import Graph

VARIABLE = "conversion_metrics"
LEAK_HINT = "eligibility may only rest on what was known when the window began"
# The column of `conversations` that says when a conversation became a kind, as the macro kind_at has it.
KIND_AT = {
    "attempt": "started_at",
    "reached": "reached_at",
    "two_way": "two_way_at",
    "sales_handled": "sales_handled_at",
    "intent_qualified": "qualified_at",
}


def validate(
    project: Project,
    graph: Graph,
    columns: Mapping[str, Columns],
    problems: Problems,
    not_one_expression: Callable[[str], str],
) -> list[dict[str, Any]]:
    """Check every definition; returns name, version, status, retired_on and identity of each.

    `not_one_expression` says what is wrong with a text that must be one. Errors (unknown key, wrong type, duplicate version, a `where` that reads a later fact, …) go to
    `problems` with file and line. A project without the variable has no definitions.
    """
    listed = project.vars_for(project.name).get(VARIABLE)
    if not listed:
        return []
    if not isinstance(listed, list):
        problems.add(f"'{VARIABLE}' must be a list, one item per metric version", Where("vars.yml"))
        return []
    from pydantic import ValidationError

    from convsql.base.schema_errors import add_schema_problem
    from convsql.definitions.metric_schema import MetricDefinition, known_keys

    _check_known_at(graph, problems)
    found: list[dict[str, Any]] = []
    seen: dict[MetricKey, Where] = {}
    conversations = next((n for n in graph.of("model") if n.name == "conversations"), None)
    for item in listed:
        where = item.where() if isinstance(item, YamlMap) else Where("vars.yml")
        try:
            metric = MetricDefinition.model_validate(item)
        except ValidationError as error:
            for detail in error.errors(include_url=False):
                name = item.get("name", "?") if isinstance(item, Mapping) else "?"
                add_schema_problem(
                    f"metric '{name}'", item, detail, where, known_keys(MetricDefinition, detail["loc"]), problems
                )
            continue
        key = metric.key
        if key in seen:
            problems.add(
                f"metric '{metric.name}' version {metric.version} stands twice (first in {seen[key]})",
                where,
                "a changed definition is a new version",
            )
        seen.setdefault(key, where)
        if conversations is not None and metric.eligible.where:
            known_at = {c.name.lower(): str(c.meta["known_at"]) for c in conversations.columns if "known_at" in c.meta}
            names = {n.lower() for n, _ in columns.get(conversations.unique_id, [])}
            place = item["eligible"].where("where") if isinstance(item, YamlMap) else where
            if wrong := not_one_expression(metric.eligible.where):
                problems.add(
                    f"metric '{metric.name}': where {wrong}", place, "write one expression over 'conversations'"
                )
                continue
            anchors = {"started_at", KIND_AT[metric.kind]}
            _check_predicate(metric.name, metric.eligible.where, known_at, names, anchors, place, problems)
        retired_on = metric.retired_on.isoformat() if metric.retired_on else None
        found.append(
            {
                "name": metric.name,
                "version": metric.version,
                "status": metric.status,
                "retired_on": retired_on,
                "identity": definition_digest(metric),
            }
        )
    return found


def _check_known_at(graph: Graph, problems: Problems) -> None:
    """A mark that is misspelt would count as no mark."""
    from convsql.lineage.known_at import KNOWN_AT

    for node in graph.of("model", "source"):
        for column in node.columns:
            mark = column.meta.get("known_at")
            if mark is not None and mark not in KNOWN_AT:
                place = Where(node.patch_path or node.path, column.line or node.line)
                problems.add(
                    f"column '{column.name}': known_at is '{mark}', which is none of {', '.join(KNOWN_AT)}",
                    place,
                    did_you_mean(str(mark), KNOWN_AT),
                )


def _check_predicate(
    metric: str,
    predicate: str,
    known_at: Mapping[str, str],
    names: set[str],
    anchors: set[str],
    place: Where,
    problems: Problems,
) -> None:
    from convsql.lineage.known_at import KnownAt
    from convsql.lineage.query import Query
    from convsql.lineage.resolve_names import resolve
    from convsql.sqltext.references import column_names, parts_beyond_one_row, placeholder, tokens
    from convsql.sqltext.unrepeatable import unrepeatable

    read = column_names(predicate, place)
    for word in unrepeatable(tokens(predicate)):
        problems.add(
            f"metric '{metric}': where uses {word}, which gives another answer each time",
            place,
            "compare columns of conversations with each other, or with a date that is written out",
        )
    for part in parts_beyond_one_row(predicate):
        problems.add(f"metric '{metric}': where uses {part}", place, "it is asked of each conversation by itself")
    if names and (missing := next((c for c in read if c.lower() not in names), None)):
        problems.add(
            f"metric '{metric}': where reads '{missing}', which 'conversations' has not",
            place,
            did_you_mean(missing.lower(), names),
        )
        return
    table = Query("table", "conversations", "", sorted({*names, *map(str.lower, read)}), table="model.conversations")
    query = resolve(
        f"select ({predicate}) as p from {placeholder('model.conversations')} as conversations",
        "where",
        lambda _: table,
    )
    walk = KnownAt(
        lambda q: dict.fromkeys(table.columns, "start") | dict(known_at) if q is table else {},
        table,
        frozenset(anchors),
    )
    for leak in walk.leaks(query.outputs["p"], ("where",)):
        column = leak.path[-1].split(".")[-1]
        problems.add(
            f"metric '{metric}': where reads '{column}', {'which is ' if leak.reason.startswith('known') else ''}{leak.reason}",
            place,
            LEAK_HINT,
        )
