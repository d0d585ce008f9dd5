"""The package's models under a supposed definition, as one query over what is built.

Both definitions, the one that is there and the one that is supposed, are rendered as the only versions of the project. A model that
reads them, or anything above it that does, becomes a part of the query; all others are read as published. So the answer is what a build
would give, from the same SQL, and nothing is written anywhere.
"""

from __future__ import annotations

from collections.abc import Sequence

from convsql.base.errors import ConvsqlError
from convsql.base.quoting import literal, quote
from convsql.compiling.compiled_sql import published_name
from convsql.compiling.project import Compiled
from convsql.compiling.queries import Models
from convsql.definitions.metric_checks import VARIABLE
from convsql.definitions.metric_schema import MetricDefinition
from convsql.definitions.versions import rendered_alone
from convsql.sqltext.references import substitute

RATES, MEMBERS = "cohort_rates", "rate_members"
_COLUMNS = "matured matured_converted conversion_rate rate_low rate_high eligible converted pending is_complete is_small".split()


class Supposed:
    """Two definitions of one metric over what is built, cut by `grain` and `by`; the supposed one is `after`."""

    def __init__(
        self, compiled: Compiled, before: MetricDefinition, after: MetricDefinition, grain: str, by: Sequence[str]
    ) -> None:
        self._compiled = compiled
        self.before, self.after, self.grain, self.by = before, after, grain, tuple(sorted(by))
        self._cut = "+".join(self.by) or "all"
        self._ids = {n.name: n.unique_id for n in compiled.graph.of("model")}
        for name in (RATES, MEMBERS):
            if name not in self._ids:
                raise ConvsqlError(f"the model '{name}' is not in this project", hint="is it switched off?")
        self._variables = {VARIABLE: [self._item(before), self._item(after)]}
        self._models = Models(compiled, {})

    def _item(self, definition: MetricDefinition) -> dict[str, object]:
        item = rendered_alone(definition, ["all", self.grain], [])
        return {**item, "cohorts": {"grains": sorted({"all", self.grain}), "by": [[], list(self.by)]}}

    def rates_sql(self) -> str:
        """One row per version and cohort, the whole first: what `cohort_rates` would say of both."""
        names = "".join(f"{quote(name)}, " for name in self.by)
        return self._over(
            RATES,
            f"select metric_version, cohort_grain, cohort_period, {names}{', '.join(_COLUMNS)}\nfrom {{}}\n"
            f"where cohort_grain = 'all' and cohort_by = 'all' or cohort_grain = {literal(self.grain)} and cohort_by = {literal(self._cut)}\n"
            f"order by metric_version, case when cohort_grain = 'all' then 0 else 1 end, cohort_period, {names}cohort_by",
        )

    def moves_sql(self) -> str:
        """How many conversations stand otherwise, by where they stand on both sides, most first, with one of them."""
        return self._over(
            MEMBERS,
            "select before.status as before, before.eligibility as before_eligibility, after.status as after,"
            " after.eligibility as after_eligibility, count(*) as conversations, min(before.conversation_id) as example\n"
            "from {0} as before\ninner join {0} as after on before.conversation_id = after.conversation_id\n"
            f"where before.metric_version = {self.before.version} and after.metric_version = {self.after.version}\n"
            "and (before.status <> after.status or before.eligibility <> after.eligibility)\n"
            "group by 1, 2, 3, 4\norder by 5 desc, 1, 2, 3, 4",
        )

    def _over(self, root: str, select: str) -> str:
        """`select` over a model, with every model on the way to it that a definition touches."""
        root_id = self._ids[root]
        wanted = {root_id, *self._compiled.graph.ancestors([root_id])}
        parts: dict[str, str] = {}
        for node in self._compiled.graph.nodes.values():
            if node.unique_id not in wanted or node.kind != "model":
                continue
            sql = self._models.rendered(node, self._variables, "supposed")
            if VARIABLE in self._models.asked(node.unique_id) or parts.keys() & set(node.parents):
                parts[node.unique_id] = sql

        def name(unique_id: str) -> str:
            if unique_id in parts:
                return quote(f"supposed {unique_id}")
            return published_name(self._compiled, unique_id)

        with_parts = ",\n".join(
            f"{name(unique_id)} as (\n{substitute(sql, name)}\n)" for unique_id, sql in parts.items()
        )
        return f"with\n{with_parts}\n{select.format(name(root_id))}"
