{{ config(severity='warn') }}

-- Every channel that a metric's `eligible` lists, and every value that its `where` compares a dimension with, is one that a conversation
-- has or the seed channels knows: of another, no conversation counts, and the rate is 0 of 0.
-- Mind: of `where` only `column = 'value'` and `column in ('value', …)` are read. Data without conversations know no values at all.
{%- set named = eligible_values(conversion_metrics()) %}
with conversations as (
    select * from {{ ref('conversations') }}
),

channels as (
    select * from {{ ref('map_channels') }}
),

named as (
    {% call(each, number) union_of(named) -%}
    {%- if each -%}
    select
        {{ string_literal(each.metric) }} as metric,
        {{ each.version }} as metric_version,
        {{ string_literal(each.column) }} as column_name,
        {{ string_literal(each.value) }} as named_value,
        exists (select 1 from conversations where conversations.{{ each.column }} = {{ string_literal(each.value) }})
        {%- if each.column == 'channel' %}
        or exists (select 1 from channels where channels.channel = {{ string_literal(each.value) }})
        {%- endif %} as is_known
    {%- else -%}
    select
        '' as metric,
        1 as metric_version,
        '' as column_name,
        '' as named_value,
        true as is_known
    where false
    {%- endif -%}
    {%- endcall %}
)

select
    metric,
    metric_version,
    column_name,
    named_value,
    'no conversation has this ' || column_name || ': correct it in vars.yml, in eligible, or wait for the first one' as what_to_do
from named
where
    not is_known
    and exists (select 1 from conversations)
