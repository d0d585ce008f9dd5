"""Outcomes that metrics name and that no stage is mapped to: nothing could ever be counted.

Which outcomes there are is what the seed `outcome_stages` says, the package's or the project's own of that name.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from convsql.base.errors import Problems, Where, did_you_mean
from convsql.base.yaml_file import YamlList, YamlMap
from convsql.project.config import Project
from convsql.project.nodes import Graph, Node

SEED = "outcome_stages"
_COLUMNS = ("source", "stage", "outcome")


def check_outcomes(project: Project, graph: Graph, given: Mapping[str, Any], problems: Problems) -> None:
    """Note each outcome of a metric in the variables `given` that no stage is mapped to.

    Steps of funnels are only warned of, by a test: a funnel may name what a team does not record yet.
    """
    seed = next((n for n in graph.of("seed") if n.name == SEED), None)
    known = _mapped(seed, project) if seed else None
    if seed is None or known is None:
        return
    for of, outcome, where in _named(given):
        if outcome not in known:
            listed = ", ".join(sorted(known)) or "none"
            problems.add(
                f"{of}: no stage is mapped to the outcome '{outcome}'",
                where,
                did_you_mean(outcome, sorted(known)) or f"map a stage to it in {seed.path} (outcomes there: {listed})",
            )


def _mapped(seed: Node, project: Project) -> frozenset[str] | None:
    found = mapped_rows(seed, project, _COLUMNS)
    return None if found is None else frozenset(row[2] for row in found if all(row))


def mapped_rows(seed: Node, project: Project, columns: Sequence[str]) -> list[list[str]] | None:
    """The values of `columns` in each row of a mapping seed, lower-cased; None where it has other columns, or is no CSV, which is said elsewhere."""
    try:
        with seed.file_in(project.root).open(encoding="utf-8-sig", newline="") as opened:
            rows = csv.reader(opened, delimiter=str(seed.config.get("delimiter") or ","))
            names = [name.strip().lower() for name in next(rows, [])]
            if not set(columns) <= set(names):
                return None
            places = [names.index(column) for column in columns]
            return [[row[i].strip().lower() for i in places] for row in rows if len(row) > max(places)]
    except (OSError, ValueError, csv.Error):
        return None


def _named(given: Mapping[str, Any]) -> Iterator[tuple[str, str, Where]]:
    """What names an outcome, the outcome, and where."""
    for metric in metric_items(given.get("conversion_metrics")):
        yield from _of(f"metric '{metric.get('name', '?')}'", metric, "outcome")


def metric_items(listed: Any) -> list[YamlMap]:
    """The items of a list that know their lines."""
    return [item for item in listed if isinstance(item, YamlMap)] if isinstance(listed, YamlList | list) else []


def _of(of: str, item: YamlMap, key: str) -> Iterator[tuple[str, str, Where]]:
    outcome = item.get(key)
    if isinstance(outcome, str) and outcome.strip():
        yield of, outcome.strip(), item.where(key)
