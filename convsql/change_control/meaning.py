"""The meaning of a metric version: all that its numbers rest on, as one digest and as parts that can be shown.

A version is rendered alone, cut into the cohorts that are asked for. Its numbers are the rows of the models
that say `meta.is_metric_output`; what they mean is followed through every model down to raw tables and
seeds. Of a seed only the used columns count, and, where it says `meta.relevant_rows`, the rows that name the metric's own
value; none of one that says `meta.is_data`, which grows as raw tables do. Not part of a meaning: `as_of`, where the raw
files lie, and how they are kept.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from convsql.compiling.project import Compiled
from convsql.compiling.queries import Models, ModelsUnder
from convsql.definitions.versions import Defined, rendered_alone
from convsql.lineage.parts import Part, Parts
from convsql.lineage.query import Query
from convsql.lineage.tokens import Tokens
from convsql.lineage.usage import Usage
from convsql.project.nodes import Node

RUN_VARIABLES = {"as_of": None, "raw_path": None, "raw_format": None}


@dataclass(slots=True)
class Meaning:
    """One version's meaning. `seeds` holds, per seed, its relevant rows as sorted lines."""

    digest: str
    seeds: dict[str, list[str]]
    parts: dict[str, Part] = field(default_factory=dict)


class Meanings:
    """Meanings of the metric versions of one compiled project."""

    def __init__(self, compiled: Compiled) -> None:
        self.compiled = compiled
        self.models = Models(compiled, RUN_VARIABLES)
        self.outputs = [
            n.unique_id for n in compiled.graph.of("model") if n.config.get("meta", {}).get("is_metric_output") is True
        ]

    def under(self, one: Defined, grains: list[str], dimensions: list[str]) -> ModelsUnder:
        """The project's models with this version alone."""
        return self.models.of({"conversion_metrics": [rendered_alone(one.definition, grains, dimensions)]})

    def of(self, one: Defined, grains: list[str], dimensions: list[str], with_parts: bool = False) -> Meaning:
        """The meaning of one version, cut by grains and dimensions."""
        under = self.under(one, grains, dimensions)
        roots = [under.query(unique_id) for unique_id in self.outputs]
        usage = self.usage(under)
        for root in roots:
            usage.ask(root, root.columns)
        tokens = Tokens(usage)
        seeds: dict[str, list[str]] = {}
        parts: dict[str, Part] = {}
        shown = Parts(usage)
        for node, query in under.queries():
            if id(query) not in usage.columns:
                continue
            tokens.rows(query)  # parents first, so that no recursion goes deeper than one model
            for column in usage.used(query):
                tokens.column(query, column)
            if node.kind == "seed":
                seeds[node.name] = self._rows(node, usage.used(query), one)
            elif node.kind == "model" and with_parts:
                parts.update({label: part for label, part, _ in shown.of_model(query)})
        numbers = [(r.model, tokens.rows(r).token, [(c, tokens.column(r, c)) for c in r.columns]) for r in roots]
        text = json.dumps([numbers, seeds], sort_keys=True)
        return Meaning(hashlib.sha256(text.encode()).hexdigest()[:32], seeds, parts)

    def usage(self, under: ModelsUnder) -> Usage:
        """An empty usage of what was read so far, which knows what the project declares unique."""
        return Usage(self._unique(under), self._intervals(under))

    def _unique(self, under: ModelsUnder) -> dict[int, set[frozenset[str]]]:
        """Declared keys: columns with the test `unique`, and the columns of the test `unique_key`."""
        queries = {node.unique_id: query for node, query in under.queries()}
        found: dict[int, set[frozenset[str]]] = {}
        for test in (n.generic for n in self.compiled.graph.of("test") if n.generic):
            query = queries.get(test.attached)
            if query is None:
                continue
            name = test.test_name.split(".")[-1]
            if name in ("unique", "test_unique") and test.column_name:
                found.setdefault(id(query), set()).add(frozenset([test.column_name.lower()]))
            elif name in ("unique_key", "test_unique_key") and isinstance(test.arguments.get("columns"), list):
                found.setdefault(id(query), set()).add(frozenset(str(c).lower() for c in test.arguments["columns"]))
        return found

    def _intervals(self, under: ModelsUnder) -> dict[int, tuple[frozenset[str], frozenset[str]]]:
        """Models whose rows are intervals, no two of one entity overlapping.

        They say so in `meta.intervals: {of: [columns of the entity], from: …, until: …}`.
        """
        found: dict[int, tuple[frozenset[str], frozenset[str]]] = {}
        for node, query in under.queries():
            bounds = node.config.get("meta", {}).get("intervals")
            if isinstance(bounds, Mapping) and {"from", "until"} <= bounds.keys():
                entity = frozenset(str(c).lower() for c in bounds.get("of") or [])
                found[id(query)] = (entity, frozenset(str(bounds[k]).lower() for k in ("from", "until")))
        return found

    def _rows(self, node: Node, used: list[str], one: Defined) -> list[str]:
        """The relevant rows of a seed, each as `column=value, …`, sorted: their order in the file says nothing."""
        file = node.file_in(self.compiled.project.root)
        meta = node.config.get("meta", {})
        if meta.get("is_data") is True:
            return []
        relevant = meta.get("relevant_rows") or {}
        lines = []
        with file.open(encoding="utf-8-sig", newline="") as opened:
            for row in csv.DictReader(opened, delimiter=str(node.config.get("delimiter") or ",")):
                cells = {str(k).lower(): (v or "").strip() for k, v in row.items() if k is not None}
                if all(
                    cells.get(str(column).lower(), "").lower() == str(_field(one, str(name))).lower()
                    for column, name in relevant.items()
                ):
                    lines.append(", ".join(f"{c}={cells.get(c, '')}" for c in sorted(used)))
        return sorted(lines)


def _field(one: Defined, name: str) -> Any:
    return getattr(one.definition, name, "")


def source_queries(under: ModelsUnder) -> dict[str, Query]:
    """Every node that was read, by unique id."""
    return {node.unique_id: query for node, query in under.queries()}
