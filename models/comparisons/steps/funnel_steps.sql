-- Grain: one row per funnel, conversation that began it, and step that it reached.
-- Mind: in a strict funnel a step is reached at or after the one before and only through it; in any other it is reached when it
-- happens in its window from the start, and `has_previous` says whether the step before was too. Windows are half open.

{%- set funnels = declared_funnels() %}

with

conversations as (

    select * from {{ ref('conversations') }}

),

outcomes as (

    select * from {{ ref('outcomes') }}

),

{% for funnel in funnels -%}
{%- set number = loop.index -%}
{%- set kinds = funnel.steps[1:] | map(attribute='kind_column') | select | unique | list -%}
{%- for step in funnel.steps -%}
{%- set step_name = 'funnel_' ~ number ~ '_step_' ~ step.number -%}
{%- set before = 'funnel_' ~ number ~ '_step_' ~ (step.number - 1) -%}
{%- set base = before if funnel.is_strict else 'funnel_' ~ number ~ '_step_1' -%}
-- {{ (funnel.name ~ ': ' ~ step.name) | replace('\n', ' ') }}
{{ step_name }} as (

    {% if loop.first -%}
    select
        conversation_id,
        {{ funnel.unit }}_id as unit_id,
        {{ step.kind_column }} as began_at,
        {%- for kind in kinds %}
        {{ kind }} as funnel_{{ kind }},
        {%- endfor %}
        cast(null as timestamp) as previous_at,
        {{ step.kind_column }} as reached_at
    from conversations
    where {{ step.kind_column }} is not null
    {%- else -%}
    {%- set at = base ~ '.funnel_' ~ step.kind_column if step.kind_column is not none else 'outcomes.occurred_at' -%}
    select
        {{ base }}.conversation_id,
        {{ base }}.unit_id,
        {{ base }}.began_at,
        {%- for kind in kinds %}
        {{ base }}.funnel_{{ kind }},
        {%- endfor %}
        {{ base }}.reached_at as previous_at,
        {% if step.kind_column is not none %}{{ at }}{% else %}min({{ at }}){% endif %} as reached_at
    from {{ base }}
    {%- if step.kind_column is none %}
    inner join outcomes
        on
            {{ base }}.unit_id = outcomes.{{ funnel.unit }}_id
            and outcomes.outcome = {{ string_literal(step.outcome) }}
    {%- endif %}
    where
        {{ at }} >= {{ base }}.reached_at
        and {{ epoch_micros(at) }} - {{ epoch_micros(base ~ ('.began_at' if step.is_from_start else '.reached_at')) }} < {{ step.window_us }}
    {%- if step.kind_column is none %}
    group by
        {{ base }}.conversation_id,
        {{ base }}.unit_id,
        {{ base }}.began_at,
        {%- for kind in kinds %}
        {{ base }}.funnel_{{ kind }},
        {%- endfor %}
        {{ base }}.reached_at
    {%- endif %}
    {%- endif %}

),

{% endfor -%}
{%- endfor -%}
reached as (

    {% call(funnel, number) union_of(funnels) -%}
    {%- if funnel -%}
    {%- call(step, place) union_of(funnel.steps) -%}
    {%- set step_name = 'funnel_' ~ number ~ '_step_' ~ step.number -%}
    {%- set before = 'funnel_' ~ number ~ '_step_' ~ (step.number - 1) -%}
    select
        {{ string_literal(funnel.name) }} as funnel,
        {{ step.number }} as step_number,
        {{ step_name }}.conversation_id,
        {{ step_name }}.began_at,
        {%- if place == 1 or funnel.is_strict %}
        {{ step_name }}.previous_at,
        {%- else %}
        {{ before }}.reached_at as previous_at,
        {%- endif %}
        {{ step_name }}.reached_at
    from {{ step_name }}
    {%- if not (place == 1 or funnel.is_strict) %}
    left join {{ before }}
        on {{ step_name }}.conversation_id = {{ before }}.conversation_id
    {%- endif %}
    {%- endcall -%}
    {%- else -%}
    select
        '' as funnel,
        1 as step_number,
        conversations.conversation_id,
        conversations.started_at as began_at,
        conversations.started_at as previous_at,
        outcomes.occurred_at as reached_at
    from conversations
    cross join outcomes
    where false
    {%- endif -%}
    {%- endcall %}

),

final as (

    select
        funnel,
        cast(step_number as bigint) as step_number,
        conversation_id,
        began_at,
        previous_at,
        reached_at,
        step_number = 1 or previous_at is not null as has_previous
    from reached

)

select * from final
