-- Grain: one row per row of the contacts of the tools in the variable `connectors`, and of the raw table where `raw` is among them.
-- Mind: contacts with the same e-mail address or phone number (variable `contact_match`) are merged into the one of the tool named
-- first in `connectors`, of these the least id; what a tool merged itself stays. The first key that finds another contact decides.
{{ config(enabled=((var('connectors', none) or []) | length > 0)) }}
{%- set columns = [
    'account_id', 'persona', 'industry', 'source', 'territory', 'created_at', 'merged_into', 'loaded_at', 'email', 'phone'
] %}
{%- set keys = var('contact_match', none) or [] %}
with

contacts as (

    {% call(tool, number) union_of(var('connectors', none) or []) -%}
    select
        '{{ '%02d' | format(number) }}' as tool_rank,
        stacked.*
    from (
        {{ stacked_rows([brought_input('contacts') if tool == 'raw' else ref(tool ~ '_contacts')], ['contact_id'], columns) }}
    ) as stacked
    {%- endcall %}

),

keyed as (

    select
        contacts.*
        {%- for key in keys %},
        {{ match_key(key, 'contacts.' ~ key) }} as {{ key }}_key
        {%- endfor %}
    from contacts

),
{% for key in keys %}
by_{{ key }} as (

    select
        {{ key }}_key,
        substring(min(tool_rank || contact_id), 3) as first_id
    from keyed
    where {{ key }}_key is not null
    group by {{ key }}_key

),
{% endfor %}
final as (

    select
        keyed.contact_id,
        keyed.account_id,
        keyed.persona,
        keyed.industry,
        keyed.source,
        keyed.territory,
        keyed.created_at,
        coalesce(
            {{ as_text('keyed.merged_into') }}
            {%- for key in keys %},
            nullif(by_{{ key }}.first_id, keyed.contact_id)
            {%- endfor %},
            cast(null as varchar)
        ) as merged_into,
        keyed.loaded_at
    from keyed
    {%- for key in keys %}
    left join by_{{ key }}
        on keyed.{{ key }}_key = by_{{ key }}.{{ key }}_key
    {%- endfor %}

)

select * from final
