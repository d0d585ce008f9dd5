"""Eligibility may rest on nothing that was not known when the window began.

Every compile looks at the predicate and the declared columns that it reads (`convsql.definitions.metric_checks`); here they are
followed through the models, with the same walk. Looked at three times: the predicate of the definition; the eligibility and the rows of the model that judges
conversations, rendered for the version alone; and the claims, columns of `conversations` that say they are known early and
read a column that says it is known later.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from convsql.base.errors import Where
from convsql.change_control.meaning import Meanings, source_queries
from convsql.compiling.queries import ModelsUnder
from convsql.definitions.leaks import CONVERSATIONS, anchors_of, marks_of, predicate_leaks
from convsql.definitions.versions import Defined, cohorts_of
from convsql.lineage.known_at import EARLY, KnownAt, Leak
from convsql.lineage.query import Query, Source
from convsql.project.nodes import Node

JUDGING = "metric_conversations"
_DISPOSITIONS = frozenset({"disposition_code", "disposition_category"})


@dataclass(frozen=True, slots=True)
class Found:
    """A leak and the place to mend it."""

    where: Where
    leak: Leak


@dataclass(slots=True)
class Leakage:
    """Looks for leaks in one project's metrics; without the models that they rest on there is nothing to look at."""

    meanings: Meanings
    _models: dict[str, Node] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for node in self.meanings.compiled.graph.of("model"):
            if node.name in (CONVERSATIONS, JUDGING):
                self._models[node.name] = node

    def of(self, one: Defined) -> list[Found]:
        """The leaks of one version."""
        if len(self._models) < 2:
            return []
        under = self.meanings.under(one, *cohorts_of(one.definition))
        judged = under.query(self._models[JUDGING].unique_id)
        queries = source_queries(under)
        own_rows = queries[self._models[CONVERSATIONS].unique_id]
        declared = self._declared(queries)

        def fresh(allowed: frozenset[str]) -> KnownAt:
            return KnownAt(declared, own_rows, anchors_of(one.definition.kind), allowed)

        found: dict[str, Found] = {}
        for leak in self._of_predicate(one, under, queries, fresh(frozenset())):
            found.setdefault(str(leak), Found(one.place("eligible", "where"), leak))
        ends = {f.leak.path[-1] for f in found.values()}
        allowed = _DISPOSITIONS if one.definition.eligible.exclude_dispositions else frozenset()
        for leak in self._of_judging(under, judged, fresh(allowed)):
            if leak.path[-1] not in ends:
                found.setdefault(str(leak), Found(self._models[JUDGING].where, leak))
        first: dict[tuple[str, ...], Found] = {}
        for one_leak in found.values():  # a column computed from many facts is one leak
            first.setdefault(one_leak.leak.path[:2], one_leak)
        return list(first.values())

    def of_claims(self, one: Defined) -> list[Found]:
        """Columns of `conversations` that say they are known early and read one that says it is not."""
        if len(self._models) < 2:
            return []
        under = self.meanings.under(one, *cohorts_of(one.definition))
        under.query(self._models[JUDGING].unique_id)
        queries = source_queries(under)
        node = self._models[CONVERSATIONS]
        own_rows = queries[node.unique_id]
        declared = self._declared(queries)
        found = []
        early = [c for c in node.columns if c.meta.get("known_at") in EARLY and c.name.lower() in own_rows.columns]
        sources = self._sources(under, own_rows, *(c.name.lower() for c in early))
        for column in early:
            walk = KnownAt(lambda q: {} if q is own_rows else declared(q), own_rows, frozenset({"started_at"}))
            walk.sources = sources
            for leak in walk.leaks_of_column(own_rows, column.name.lower(), (f"{CONVERSATIONS}.{column.name}",)):
                if leak.reason.startswith("known only"):
                    found.append(Found(Where(node.patch_path or node.path, column.line or node.patch_line), leak))
        return found

    def _of_predicate(
        self, one: Defined, under: ModelsUnder, queries: dict[str, Query], walk: KnownAt
    ) -> Iterator[Leak]:
        predicate = one.definition.eligible.where
        if not predicate:
            return
        yield from predicate_leaks(
            predicate,
            self._models[CONVERSATIONS].unique_id,
            queries.__getitem__,
            walk,
            one.place("eligible", "where"),
            lambda query: self._sources(under, query, "predicate"),
        )

    def _of_judging(self, under: ModelsUnder, judged: Query, walk: KnownAt) -> Iterator[Leak]:
        walk.sources = self._sources(under, judged, "eligibility")
        yield from walk.leaks_of_column(judged, "eligibility", (f"{JUDGING}.eligibility",))
        yield from walk.leaks_of_rows(judged, (JUDGING,))

    def _sources(self, under: ModelsUnder, query: Query, *columns: str) -> Callable[[Query], list[Source]]:
        """Which joined relations can matter for some columns."""
        usage = self.meanings.usage(under)
        usage.ask(query, columns)
        return usage.sources

    def _declared(self, queries: dict[str, Query]) -> Callable[[Query], dict[str, str]]:
        """The declared `known_at` of the columns of each model's and table's query."""
        columns: dict[int, dict[str, str]] = {}
        for unique_id, query in queries.items():
            if marks := marks_of(self.meanings.compiled.graph.nodes[unique_id]):
                columns[id(query)] = marks
        return lambda query: columns.get(id(query), {})
