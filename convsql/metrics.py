"""Metric definitions (`conversion_metrics` in `vars.yml`): their schema, and the checks SQL can't make.

A definition has an identity, the hash of what it counts (name, version, outcome, kind, window, …;
not its description or owner). Published builds remember it, so that the same name and version with
another identity is reported as a changed definition and never passes silently.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from convsql.config import Project
from convsql.engine import Columns
from convsql.errors import Problems, Where, did_you_mean
from convsql.manifest import Graph
from convsql.yaml_file import YamlMap

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

VARIABLE = "conversion_metrics"
_DESCRIPTIVE = ("status", "owner", "description", "change_note", "effective_from", "retired_on", "review_by", "cohorts")


def validate(
    project: Project, graph: Graph, columns: Mapping[str, Columns], problems: Problems
) -> list[dict[str, Any]]:
    """Check every definition; returns name, version, status, retired_on and identity of each.

    Errors (unknown key, wrong type, duplicate version, a `where` that reads a later fact, …) go to
    `problems` with file and line. A project without the variable has no definitions.
    """
    listed = project.vars_for(project.name).get(VARIABLE)
    if not listed:
        return []
    if not isinstance(listed, list):
        problems.add(f"'{VARIABLE}' must be a list, one item per metric version", Where("vars.yml"))
        return []
    from pydantic import ValidationError

    from convsql.metric_schema import MetricDefinition

    found: list[dict[str, Any]] = []
    seen: dict[tuple[str, int], Where] = {}
    conversations = next((n for n in graph.of("model") if n.name == "conversations"), None)
    for item in listed:
        where = item.where() if isinstance(item, YamlMap) else Where("vars.yml")
        try:
            metric = MetricDefinition.model_validate(item)
        except ValidationError as error:
            for detail in error.errors(include_url=False):
                _schema_problem(item, detail, where, problems)
            continue
        key = (metric.name, metric.version)
        if key in seen:
            problems.add(
                f"metric '{metric.name}' version {metric.version} stands twice (first in {seen[key]})",
                where,
                "a changed definition is a new version",
            )
        seen.setdefault(key, where)
        if conversations is not None and metric.eligible.where:
            known_at = {c.name.lower(): str(c.meta.get("known_at", "")) for c in conversations.columns}
            names = {n.lower() for n, _ in columns.get(conversations.unique_id, [])}
            place = item["eligible"].where("where") if isinstance(item, YamlMap) else where
            _check_predicate(metric.name, metric.eligible.where, known_at, names, place, problems)
        content = metric.model_dump(mode="json", exclude=set(_DESCRIPTIVE))
        identity = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
        retired_on = metric.retired_on.isoformat() if metric.retired_on else None
        found.append(
            {
                "name": metric.name,
                "version": metric.version,
                "status": metric.status,
                "retired_on": retired_on,
                "identity": identity,
            }
        )
    return found


def _schema_problem(item: Any, detail: ErrorDetails, where: Where, problems: Problems) -> None:
    from convsql.metric_schema import known_keys

    name = item.get("name", "?") if isinstance(item, Mapping) else "?"
    value: Any = item
    place = where
    for step in detail["loc"]:
        if isinstance(value, YamlMap) and step in value:
            place = value.where(str(step))
            value = value[str(step)]
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
    path = ".".join(str(s) for s in detail["loc"])
    if detail["type"] == "extra_forbidden":
        word = str(detail["loc"][-1])
        problems.add(f"metric '{name}': unknown key '{path}'", place, did_you_mean(word, known_keys(detail["loc"])))
        return
    message = detail["msg"][0].lower() + detail["msg"][1:]
    problems.add(f"metric '{name}': {path or 'definition'}: {message.removeprefix('value error, ')}", place)


def _check_predicate(
    metric: str, predicate: str, known_at: Mapping[str, str], names: set[str], place: Where, problems: Problems
) -> None:
    from convsql.sql import column_names

    for column in column_names(predicate, place):
        lowered = column.lower()
        if names and lowered not in names:
            problems.add(
                f"metric '{metric}': where reads '{column}', which 'conversations' has not",
                place,
                did_you_mean(lowered, names),
            )
        elif known_at.get(lowered) == "later":
            problems.add(
                f"metric '{metric}': where reads '{column}', which is known only later than the anchor",
                place,
                "eligibility may only rest on what was known when the window began",
            )


def changed_definitions(before: list[dict[str, Any]], now: list[dict[str, Any]]) -> list[str]:
    """Metrics whose identity changed under the same name and version, as `name v1`."""
    old = {(d["name"], d["version"]): d for d in before}
    return [
        f"{d['name']} v{d['version']}"
        for d in now
        if (known := old.get((d["name"], d["version"]))) and known["identity"] != d["identity"]
    ]
