-- Grain: one row per metric version, finest period (`cell_date`: the first day of the coarsest period from which all its
-- grains follow) and values of the dimensions that any of its sets reads. Every rate is rolled up from these.
-- Mind: a dimension that no set of the metric reads is `all` here; in `cohort_rates` it is null.

{%- set metrics = conversion_metrics() %}
{%- set dimensions = cohort_dimensions() %}
{%- set used = metrics | map(attribute='dimensions') | sum(start=[]) %}

with

conversations as (

    select * from {{ ref('conversations') }}

),

metric_conversations as (

    select * from {{ ref('metric_conversations') }}

),

attributed_outcomes as (

    select * from {{ ref('attributed_outcomes') }}

),

metric_cuts as (

    select * from {{ ref('metric_cuts') }}

),

described as (

    select
        conversations.conversation_id,
        conversations.started_at,
        conversations.open_until,
        conversations.wait_count > 0 as has_wait,
        conversations.longest_wait_seconds > {{ setting_abandonment_hours() }} * 3600 as has_long_wait,
        conversations.open_wait_since,
        {%- for kind in ['reached', 'two_way', 'sales_handled', 'intent_qualified'] %}
        conversations.{{ kind_at(kind) }},
        {%- endfor %}
        {{ handled_by_at('conversations.first_human_at', 'conversations.first_bot_at') }} as handled_by
        {%- for dimension in dimensions if dimension != 'handled_by' %},
        {{ cohort_dimension(dimension, 'conversations') if dimension in used else "'all'" }} as {{ dimension }}
        {%- endfor %}
    from conversations

),

credits as (

    select
        metric,
        metric_version,
        conversation_id,
        max(case when credit > 0 then 1 else 0 end) as is_credited,
        sum(cast(credit as decimal(38, 18))) as credit,
        sum(cast(credited_amount as decimal(38, 12))) as amount
    from attributed_outcomes
    group by
        metric,
        metric_version,
        conversation_id

),

counted as (

    select
        metric_conversations.metric,
        metric_conversations.metric_version,
        metric_conversations.anchor_at as counted_at,
        metric_conversations.eligibility,
        metric_conversations.status,
        coalesce(metric_conversations.is_matured, false) as is_matured,
        metric_conversations.anchor_at,
        metric_conversations.converted_at,
        credits.is_credited,
        credits.credit,
        credits.amount,
        described.open_until,
        described.has_wait,
        described.has_long_wait,
        described.open_wait_since
        {%- for dimension in dimensions %},
        {{ 'metric_conversations' if dimension == 'handled_by' else 'described' }}.{{ dimension }}
        {%- endfor %}
    from metric_conversations
    inner join described
        on metric_conversations.conversation_id = described.conversation_id
    left join credits
        on
            metric_conversations.metric = credits.metric
            and metric_conversations.metric_version = credits.metric_version
            and metric_conversations.conversation_id = credits.conversation_id

    {%- for metric in metrics if metric.kind != 'attempt' %}

    union all

    select
        {{ string_literal(metric.name) }} as metric,
        {{ metric.version }} as metric_version,
        started_at as counted_at,
        'below_kind' as eligibility,
        cast(null as varchar) as status,
        false as is_matured,
        cast(null as timestamp) as anchor_at,
        cast(null as timestamp) as converted_at,
        cast(null as integer) as is_credited,
        cast(null as decimal(38, 18)) as credit,
        cast(null as decimal(38, 12)) as amount,
        open_until,
        has_wait,
        has_long_wait,
        open_wait_since
        {%- for dimension in dimensions %},
        {{ dimension }}
        {%- endfor %}
    from described
    where {{ kind_at(metric.kind) }} is null
    {%- endfor %}

),

-- what Kaplan and Meier see of an eligible conversation: how long it could be followed until complete_at, and whether
-- it converted by then
followed as (

    select
        counted.metric,
        counted.metric_version,
        {{ cell_date('metric_cuts.base_grain', 'counted.counted_at') | indent(8) }} as cell_date,
        {%- for dimension in dimensions %}
        {% if dimension in used %}case when metric_cuts.has_{{ dimension }} then counted.{{ dimension }} else 'all' end{% else %}'all'{% endif %} as {{ dimension }},
        {%- endfor %}
        counted.eligibility,
        counted.status,
        counted.is_matured,
        coalesce(counted.is_credited = 1, false) as is_credited,
        counted.credit,
        counted.amount,
        counted.has_wait,
        counted.has_long_wait
        or coalesce(
            {{ epoch_micros('metric_cuts.complete_at') }} - {{ epoch_micros('counted.open_wait_since') }}
            > {{ setting_abandonment_hours() }} * 3600000000,
            false
        ) as is_abandoned,
        coalesce(counted.open_until >= metric_cuts.complete_at, false) as is_open,
        coalesce(counted.eligibility = 'eligible' and counted.anchor_at < metric_cuts.complete_at, false) as is_followed,
        coalesce(counted.converted_at <= metric_cuts.complete_at, false) as is_seen,
        least(
            metric_cuts.window_us,
            {{ epoch_micros('metric_cuts.complete_at') }} - {{ epoch_micros('counted.anchor_at') }}
        ) as follow_up_us,
        metric_cuts.window_us
    from counted
    inner join metric_cuts
        on
            counted.metric = metric_cuts.metric
            and counted.metric_version = metric_cuts.metric_version

),

cells as (

    select
        metric,
        metric_version,
        cell_date,
        {{ dimensions | join(',\n        ') }},
        count(*) as conversations,
        sum(case when eligibility = 'below_kind' then 1 else 0 end) as below_kind,
        sum(case when eligibility not in ('below_kind', 'eligible') then 1 else 0 end) as excluded,
        sum(case when eligibility = 'eligible' then 1 else 0 end) as eligible,
        sum(case when status = 'converted' then 1 else 0 end) as converted,
        sum(case when status = 'pending' then 1 else 0 end) as pending,
        sum(case when status = 'not_converted' then 1 else 0 end) as not_converted,
        sum(case when is_matured then 1 else 0 end) as matured,
        sum(case when is_matured and status = 'converted' then 1 else 0 end) as matured_converted,
        sum(case when is_credited then 1 else 0 end) as credited,
        sum(case when is_credited and is_matured then 1 else 0 end) as matured_credited,
        sum(credit) as credit,
        sum(amount) as amount,
        sum(case when eligibility = 'eligible' and has_wait then 1 else 0 end) as with_wait,
        sum(case when eligibility = 'eligible' and has_wait and is_abandoned then 1 else 0 end) as abandoned,
        sum(case when is_open then 1 else 0 end) as still_open,
        sum(case when is_followed then 1 else 0 end) as followed,
        sum(case when is_followed and is_seen then 1 else 0 end) as followed_converted,
        sum(case when is_followed and not is_seen and follow_up_us < window_us then 1 else 0 end) as cut_short,
        max(case when is_followed then follow_up_us end) as follow_up_us
    from followed
    group by
        metric,
        metric_version,
        cell_date,
        {{ dimensions | join(',\n        ') }}

),

strata as (

    select
        *,
        dense_rank() over (
            order by
                metric,
                metric_version,
                {{ dimensions | join(',\n                ') }}
        ) as stratum_id
    from cells

),

final as (

    select
        cast(row_number() over (order by stratum_id, cell_date) as bigint) as cell_id,
        cast(stratum_id as bigint) as stratum_id,
        metric,
        metric_version,
        cell_date,
        {{ dimensions | join(',\n        ') }},
        {%- for measure in additive_measures() %}
        cast({{ measure }} as bigint) as {{ measure }},
        {%- endfor %}
        cast(coalesce(credit, 0) as decimal(38, 18)) as credit,
        cast(coalesce(amount, 0) as decimal(38, 12)) as amount,
        cast(with_wait as bigint) as with_wait,
        cast(abandoned as bigint) as abandoned,
        cast(still_open as bigint) as still_open,
        cast(followed as bigint) as followed,
        cast(followed_converted as bigint) as followed_converted,
        cast(cut_short as bigint) as cut_short,
        cast(follow_up_us as bigint) as follow_up_us
    from strata

)

select * from final
