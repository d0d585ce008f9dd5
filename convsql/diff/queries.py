"""SQL of a comparison: one row per conversation of either side, in a temporary table, and what is counted from it.

Each side is read in one pass; only groups and a few examples leave the database.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from convsql.base.quoting import literal
from convsql.definitions.metric_schema import MetricDefinition
from convsql.diff.slices import BELOW_KIND, CONVERTED_OPEN, EXCLUDED

TABLE = "convsql_movement"  # temporary: gone with the session


@dataclass(frozen=True, slots=True)
class Cuts:
    """How cohorts are drawn, as SQL: the period of `judged.anchor_at` or the start, and the dimensions of `conversations`."""

    period: str
    dimensions: Sequence[str]


def _filter(metric: MetricDefinition) -> str:
    return f"metric = {literal(metric.name)} and metric_version = {metric.version}"


def _side(relations: Mapping[str, str], metric: MetricDefinition, cuts: Cuts, between: str) -> str:
    """One row per conversation of a side: where it stands, and what it holds. `between`: the query of who is credited by another rule."""
    dimensions = "".join(f",\n    {sql} as dimension_{n}" for n, sql in enumerate(cuts.dimensions))
    return f"""
select
    conversations.conversation_id,
    conversations.contact_id,
    judged.anchor_at,
    {cuts.period} as cohort_period{dimensions},
    case
        when judged.conversation_id is null then {literal(BELOW_KIND)}
        when judged.eligibility <> 'eligible' then {literal(EXCLUDED)} || judged.eligibility
        when judged.status = 'converted' and not judged.is_matured then {literal(CONVERTED_OPEN)}
        else judged.status
    end as state,
    coalesce(credits.is_credited, false) as is_credited,
    coalesce({"between_credits" if between else "credits"}.is_credited, false) as is_credited_between,
    coalesce(credits.credit, 0) as credit,
    coalesce(credits.amount, 0) as amount
from {relations["conversations"]} as conversations
left join (select * from {relations["metric_conversations"]} where {_filter(metric)}) as judged
    on conversations.conversation_id = judged.conversation_id
left join (
    select
        conversation_id,
        max(case when credit > 0 then 1 else 0 end) = 1 as is_credited,
        sum(cast(credit as decimal(38, 18))) as credit,
        sum(cast(credited_amount as decimal(38, 12))) as amount
    from {relations["attributed_outcomes"]}
    where {_filter(metric)}
    group by conversation_id
) as credits
    on conversations.conversation_id = credits.conversation_id
{f"left join ({between}) as between_credits on conversations.conversation_id = between_credits.conversation_id" if between else ""}"""


def credited_by_rule(
    relations: Mapping[str, str], metric: MetricDefinition, credit: str, half_life_days: float | None
) -> str:
    """Which conversations hold credit when a metric's touches are credited by another rule.

    `credit` is the rule as SQL over touch_position, touch_count, weight and total_weight; `half_life_days` is null for
    rules that read no weight. Weights are those of `attributed_outcomes`: 2^(−age/half-life), relative to the youngest touch.
    """
    touches = f"select * from {relations['attributed_outcomes']} where {_filter(metric)}"
    if half_life_days is None:
        weighted = f"select *, 1e0 as weight, 1e0 as total_weight from ({touches}) as touches"
    else:
        weighted = f"""
select *, cast(sum(cast(weight as decimal(38, 18))) over (partition by outcome_id) as double) as total_weight
from (
    select *, power(2e0, -(age_days - min(age_days) over (partition by outcome_id)) / {float(half_life_days)!r}) as weight
    from (
        select
            touches.*,
            (epoch_us(outcomes.occurred_at) - epoch_us(judged.anchor_at)) / 86400e6 as age_days
        from ({touches}) as touches
        inner join {relations["outcomes"]} as outcomes on touches.outcome_id = outcomes.outcome_id
        inner join (select * from {relations["metric_conversations"]} where {_filter(metric)}) as judged
            on touches.conversation_id = judged.conversation_id
    ) as aged
) as weighed"""
    return f"""
select conversation_id, max(case when ({credit}) > 0 then 1 else 0 end) = 1 as is_credited
from ({weighted}) as weighted
group by conversation_id"""


def movement_table(
    before: Mapping[str, str],
    after: Mapping[str, str],
    pair: tuple[MetricDefinition, MetricDefinition],
    cuts: Cuts,
    between: str,
) -> str:
    """The statement that makes TABLE: every conversation of either side, once."""
    columns = ["conversation_id", "anchor_at", *_cohort(cuts), "state", "is_credited", "credit", "amount"]
    sides = [f"{side}.{c} as {c}_{side}" for c in columns for side in ("before", "after")]
    return f"""create or replace temporary table {TABLE} as
with before as ({_side(before, pair[0], cuts, "")}),
after as ({_side(after, pair[1], cuts, between)})
select
    coalesce(before.conversation_id, after.conversation_id) as conversation_id,
    coalesce(after.contact_id, before.contact_id) as contact_id,
    after.is_credited_between,
    {", ".join(sides)}
from before
full join after on before.conversation_id = after.conversation_id"""


def _cohort(cuts: Cuts) -> list[str]:
    return ["cohort_period", *(f"dimension_{n}" for n in range(len(cuts.dimensions)))]


_CREDIT_MOVED = """coalesce(credit_before, 0) <> coalesce(credit_after, 0)
        or coalesce(amount_before, 0) <> coalesce(amount_after, 0)
        or coalesce(is_credited_before, false) <> coalesce(is_credited_after, false)"""


def cells_query(cuts: Cuts) -> str:
    """Conversations that stand alike, counted: cohort, state, credited before; the same after; credited between; measures."""
    keys = [f"{c}_{side}" for side in ("before", "after") for c in [*_cohort(cuts), "state", "is_credited"]]
    listed = ", ".join([*keys, "is_credited_between"])
    return f"""select
    {listed},
    count(*),
    count(case when {_CREDIT_MOVED} then 1 end),
    coalesce(sum(credit_before), 0), coalesce(sum(credit_after), 0),
    coalesce(sum(amount_before), 0), coalesce(sum(amount_after), 0)
from {TABLE}
group by {listed}
order by {listed}"""


def examples_query(cuts: Cuts, limit: int) -> str:
    """The first conversations, by id, of each state before and after among those that moved, or whose credit or cohort did."""
    other = " or ".join(f"{c}_before is distinct from {c}_after" for c in _cohort(cuts))
    return f"""select
    state_before, state_after, conversation_id, contact_id, anchor_at_before, anchor_at_after,
    coalesce(credit_before, 0), coalesce(credit_after, 0)
from {TABLE}
where state_before is distinct from state_after or {_CREDIT_MOVED} or {other}
qualify row_number() over (partition by state_before, state_after order by conversation_id) <= {int(limit)}
order by state_before nulls first, state_after nulls first, conversation_id"""


def side_totals(relations: Mapping[str, str], metric: MetricDefinition, period: str) -> tuple[str, str, str]:
    """What the cells must add up to, read apart from them: all conversations; those of the kind by period; who holds credit."""
    return (
        f"select count(*) from {relations['conversations']}",
        f"""select
    {period} as cohort_period, count(*), count(case when eligibility = 'eligible' then 1 end),
    count(case when status = 'converted' then 1 end), count(case when status = 'pending' then 1 end),
    count(case when is_matured then 1 end), count(case when is_matured and status = 'converted' then 1 end)
from {relations["metric_conversations"]} as judged
where {_filter(metric)}
group by 1""",
        f"""select count(distinct case when credit > 0 then conversation_id end), coalesce(sum(cast(credit as decimal(38, 18))), 0)
from {relations["attributed_outcomes"]}
where {_filter(metric)}""",
    )
