-- Grain: one row per cause of drop_off_reasons.
-- Mind: `is_instrumented` asks whether the data could show the cause at all, not whether they do: where nothing of ours is in the feed no answer
-- can be seen, and a wait that never ends is no slow one.

{%- set causes = drop_off_causes() %}
{%- set needs = {'incorrect_routing': 'reps', 'not_actionable': 'dispositions', 'opted_out': 'opt_outs'} %}

with

spoken as (

    select
        sum(case when first_human_at is not null then 1 else 0 end) as human_count,
        sum(case when reached_at is not null then 1 else 0 end) as reached_count,
        sum(case when disposition_category is not null then 1 else 0 end) as disposition_count
    from {{ ref('conversations') }}

),

answered as (

    select count(closed_at) as closed_count
    from {{ ref('waits') }}

),

-- territories that contacts and reps both know
shared as (

    select count(*) as territory_count
    from (
        select distinct territory
        from {{ ref('stg_contacts') }}
        where territory is not null
    ) as contacts
    inner join (
        select distinct territory
        from {{ ref('stg_reps') }}
        where territory is not null
    ) as reps
        on contacts.territory = reps.territory

),

-- a cause that rests on texts is instrumented where there are any
searched as (

    select count(*) as searched_count
    from {{ ref('conversation_next_steps') }}

),

seen as (

    {% call(cause, number) union_of(causes) -%}
    {%- if cause -%}
    select
        {{ number }} as cause_number,
        '{{ cause }}' as reason,
        {% if cause in needs and not has_input(needs[cause]) -%}
        {{ 'searched.searched_count' if cause == 'opted_out' else '0' }}
        {%- elif cause == 'slow_follow_up' -%}
        spoken.human_count + answered.closed_count
        {%- elif cause == 'incorrect_routing' -%}
        shared.territory_count
        {%- elif cause == 'no_next_step' -%}
        searched.searched_count
        {%- elif cause == 'not_actionable' -%}
        spoken.disposition_count
        {%- elif cause == 'no_reply' -%}
        spoken.reached_count
        {%- else -%}
        1
        {%- endif %} as seen_count
    from spoken
    cross join answered
    cross join shared
    cross join searched
    {%- else -%}
    select
        1 as cause_number,
        '' as reason,
        0 as seen_count
    where false
    {%- endif -%}
    {%- endcall %}

),

final as (

    select
        reason,
        cast(cause_number as bigint) as cause_number,
        coalesce(seen_count > 0, false) as is_instrumented
    from seen

)

select * from final
