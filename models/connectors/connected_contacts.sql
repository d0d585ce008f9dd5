-- Grain: one row per row of the contacts of the tools in the variable `connectors`, and of the raw table where `raw` is among them.
-- Mind: contacts of two tools that have an e-mail address or phone number in common (variable `contact_match`) are merged into that of the most
-- trusted tool that has it, where it is one contact's alone in either. What a tool merged itself stays. The first key that finds one decides.
{{ config(enabled=((var('connectors', none) or []) | length > 0)) }}
{%- set columns = [
    'account_id', 'persona', 'industry', 'source', 'territory', 'created_at', 'merged_into', 'same_as', 'loaded_at'
] %}
{%- set keys = var('contact_match', none) or [] %}
{%- set tools = namespace(relations=[]) %}
{%- for tool in var('connectors', none) or [] %}
    {%- set tools.relations = tools.relations + [brought_input('contacts') if tool == 'raw' else ref(tool ~ '_contacts')] %}
{%- endfor %}
with

contacts as (

    {{ stacked_rows(tools.relations, ['contact_id'], columns) }}

),

contact_keys as (

    select * from {{ ref('contact_keys') }}

),

-- Who a tool knows by a key, where it knows one alone.
known_people as (

    select
        match_by,
        match_key,
        tool_rank,
        count(distinct person_id) as person_count,
        min(person_id) as person_id
    from contact_keys
    where match_key is not null
    group by match_by, match_key, tool_rank

),

most_trusted as (

    select
        match_by,
        match_key,
        min(tool_rank) as tool_rank
    from known_people
    group by match_by, match_key

),

-- A merge always leads to a tool that is trusted more, so that none goes in a circle.
matches as (

    select
        known_people.person_id as contact_id,
        known_people.match_by,
        substring(min(owners.tool_rank || owners.person_id), 3) as owner_id
    from known_people
    inner join most_trusted
        on known_people.match_by = most_trusted.match_by
        and known_people.match_key = most_trusted.match_key
    inner join known_people as owners
        on most_trusted.match_by = owners.match_by
        and most_trusted.match_key = owners.match_key
        and most_trusted.tool_rank = owners.tool_rank
    where
        owners.tool_rank < known_people.tool_rank
        and owners.person_count = 1
        and known_people.person_count = 1
    group by known_people.person_id, known_people.match_by

),

people as (

    select distinct
        contact_id,
        person_id
    from contact_keys

),

final as (

    select
        contacts.contact_id,
        contacts.account_id,
        contacts.persona,
        contacts.industry,
        contacts.source,
        contacts.territory,
        contacts.created_at,
        coalesce(
            {{ as_label('contacts.merged_into') }}
            {%- for key in keys %},
            by_{{ key }}.owner_id
            {%- endfor %},
            {{ as_label('contacts.same_as') }}
        ) as merged_into,
        contacts.loaded_at
    from contacts
    left join people
        on {{ as_id('contacts.contact_id') }} = people.contact_id
    {%- for key in keys %}
    left join matches as by_{{ key }}
        on people.person_id = by_{{ key }}.contact_id
        and by_{{ key }}.match_by = '{{ key }}'
    {%- endfor %}

)

select * from final
