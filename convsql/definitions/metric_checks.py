"""Metric definitions (`conversion_metrics` in `vars.yml`): their schema, and the checks SQL can't make.

Published builds remember each definition's identity (`convsql.definitions.identity`), so that the same name and
version with another identity is reported as a changed definition and never passes silently.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from convsql.base.errors import Problems, Where, did_you_mean
from convsql.base.yaml_file import YamlMap
from convsql.definitions.identity import definition_digest
from convsql.definitions.leaks import CONVERSATIONS, LEAK_HINT, anchors_of, marks_of, predicate_leaks
from convsql.definitions.mapped_channels import check_channels
from convsql.definitions.mapped_outcomes import check_outcomes
from convsql.definitions.metric_key import MetricKey
from convsql.engines.session import Columns
from convsql.project.config import Project
from convsql.project.nodes import Graph

if TYPE_CHECKING:
    from convsql.definitions.metric_schema import MetricDefinition
    from convsql.lineage.known_at import Leak

VARIABLE = "conversion_metrics"
PACKAGE = "convsql"


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
    given = {**project.vars_for(PACKAGE), VARIABLE: listed}
    check_outcomes(project, graph, given, problems)
    check_channels(project, graph, given, problems)
    found: list[dict[str, Any]] = []
    seen: dict[MetricKey, Where] = {}
    conversations = next((n for n in graph.of("model") if n.name == CONVERSATIONS), None)
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
            names = {n.lower() for n, _ in columns.get(conversations.unique_id, [])}
            place = item["eligible"].where("where") if isinstance(item, YamlMap) else where
            if wrong := not_one_expression(metric.eligible.where):
                problems.add(
                    f"metric '{metric.name}': where {wrong}", place, "write one expression over 'conversations'"
                )
                continue
            _check_predicate(metric, marks_of(conversations), names, place, problems)
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
                    f"column '{column.name}': known_at is '{mark}', which is not one of {', '.join(KNOWN_AT)}",
                    place,
                    did_you_mean(str(mark), KNOWN_AT),
                )


def _check_predicate(
    metric: MetricDefinition, known_at: Mapping[str, str], names: set[str], place: Where, problems: Problems
) -> None:
    from convsql.sqltext.references import column_names, parts_beyond_one_row, tokens
    from convsql.sqltext.unrepeatable import unrepeatable

    predicate = metric.eligible.where or ""
    said = f"metric '{metric.name}': where"
    read = column_names(predicate, place)
    for word in unrepeatable(tokens(predicate)):
        problems.add(
            f"{said} uses {word}, which gives another answer each time",
            place,
            "compare columns of conversations with each other, or with a date that is written out",
        )
    for part in parts_beyond_one_row(predicate):
        problems.add(f"{said} uses {part}", place, "it is asked of each conversation by itself")
    if names and (missing := next((c for c in read if c.lower() not in names), None)):
        problems.add(
            f"{said} reads '{missing}', and 'conversations' has no such column",
            place,
            did_you_mean(missing.lower(), names),
        )
        return
    for leak in _declared_leaks(metric, known_at, sorted({*names, *map(str.lower, read)}), place):
        column = leak.path[-1].split(".")[-1]
        which = "which is " if leak.reason.startswith("known") else ""
        problems.add(f"{said} reads '{column}', {which}{leak.reason}", place, LEAK_HINT)


def _declared_leaks(
    metric: MetricDefinition, known_at: Mapping[str, str], columns: list[str], place: Where
) -> Iterator[Leak]:
    """The leaks that the marks of `conversations` show by themselves.

    A column without a mark passes here: what it is computed from is followed by `metrics check`, which resolves the models below
    (`convsql.change_control.leakage`). Every compile can afford this one, and only that one finds a leak behind a column.
    """
    from convsql.lineage.known_at import KnownAt
    from convsql.lineage.query import Query

    unique_id = f"model.{CONVERSATIONS}"
    table = Query("table", CONVERSATIONS, "", columns, table=unique_id)
    marks = dict.fromkeys(columns, "start") | dict(known_at)
    walk = KnownAt(lambda query: marks if query is table else {}, table, anchors_of(metric.kind))
    return predicate_leaks(metric.eligible.where or "", unique_id, lambda _: table, walk, place)
