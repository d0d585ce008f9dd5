-- Grain: one row per contact, kind of key in the variable `contact_match`, and key; or value of which no key can be read.
-- Mind: `person_id` is where the tool's own merges lead (chains of up to eight): what a tool knows as one is one here. A cell can hold
-- several addresses or numbers, of which the first three are read.
{{ config(enabled=((var('connectors', none) or []) | length > 0)) }}
{%- set keys = var('contact_match', none) or [] %}
{%- for key in keys if key not in ['email', 'phone'] %}
    {{ exceptions.raise_compiler_error("contact_match: '" ~ key ~ "' is neither email nor phone") }}
{%- endfor %}
with

stacked as (

    {% call(tool, number) union_of(var('connectors', none) or []) -%}
    select
        '{{ tool }}' as tool,
        '{{ '%02d' | format(number) }}' as tool_rank,
        stacked.*
    from (
        {{ stacked_rows(
            [brought_input('contacts') if tool == 'raw' else ref(tool ~ '_contacts')],
            ['contact_id'], ['merged_into', 'same_as', 'email', 'phone', 'mobile']
        ) }}
    ) as stacked
    {%- endcall %}

),

contacts as (

    select
        tool,
        tool_rank,
        {{ as_id('contact_id') }} as contact_id,
        {{ as_id('merged_into') }} as merged_into,
        {{ as_id('same_as') }} as same_as,
        email,
        phone,
        mobile
    from stacked

),

ranks as (

    select
        contact_id,
        min(tool_rank || tool) as ranked_tool
    from contacts
    group by contact_id

),

moves_1 as (

    select
        contact_id,
        max(coalesce(merged_into, same_as)) as reached_id
    from contacts
    where coalesce(merged_into, same_as) is not null
    group by contact_id

),
{% for doubled in [2, 3, 4] %}
moves_{{ doubled }} as (

    select
        moves.contact_id,
        coalesce(further.reached_id, moves.reached_id) as reached_id
    from moves_{{ doubled - 1 }} as moves
    left join moves_{{ doubled - 1 }} as further
        on moves.reached_id = further.contact_id

),
{% endfor %}
cells as (

    {% call(column, number) union_of((['email'] if 'email' in keys else []) + (['phone', 'mobile'] if 'phone' in keys else [])) -%}
    select
        contact_id,
        {{ "'email'" if column == 'email' else "'phone'" if column else 'cast(null as varchar)' }} as match_by,
        {% if column == 'email' -%}
        {{ as_text('email') }} as cell,
        regexp_replace(email, '[;,|\n\r]+', '|', 'g') as parts
        {%- elif column -%}
        {{ as_text(column) }} as cell,
        regexp_replace(
            case
                when regexp_matches({{ column }}, '^(?:[^0-9/]*[0-9]){10,}[^0-9/]*/(?:[^0-9]*[0-9]){7,}') then replace({{ column }}, '/', '|')
                else {{ column }}
            end,
            '[;,|\n\r]+| or | and | & ', '|', 'g'
        ) as parts
        {%- else -%}
        cast(null as varchar) as cell,
        cast(null as varchar) as parts
        {%- endif %}
    from contacts
    {{ 'where 1 = 0' if not column }}
    {%- endcall %}

),

parts as (

    {% call(number, position) union_of([1, 2, 3]) -%}
    select
        contact_id,
        match_by,
        cell,
        {{ as_text("split_part(parts, '|', " ~ number ~ ")") }} as written
    from cells
    where
        contact_id is not null
        and cell is not null
    {%- endcall %}

),

addresses as (

    select * from parts
    where match_by = 'email'

),

numbers as (

    select * from parts
    where match_by = 'phone'

),

keyed as (

    select
        contact_id,
        match_by,
        cell,
        {{ email_key('written') }} as match_key
    from addresses

    union all

    {{ phone_keys('numbers', ['contact_id', 'match_by', 'cell']) }}

),

readable as (

    select distinct
        contact_id,
        match_by,
        match_key,
        cast(null as varchar) as unreadable_value
    from keyed
    where match_key is not null

),

cells_read as (

    select
        contact_id,
        match_by,
        cell,
        count(match_key) as key_count
    from keyed
    group by contact_id, match_by, cell

),

unreadable as (

    select
        contact_id,
        match_by,
        cast(null as varchar) as match_key,
        cell as unreadable_value
    from cells_read
    where key_count = 0

),

contact_rows as (

    select * from readable
    union all
    select * from unreadable

),

final as (

    select
        contact_rows.contact_id,
        coalesce(moves_4.reached_id, contact_rows.contact_id) as person_id,
        substring(coalesce(of_person.ranked_tool, of_contact.ranked_tool), 3) as tool,
        substring(coalesce(of_person.ranked_tool, of_contact.ranked_tool), 1, 2) as tool_rank,
        contact_rows.match_by,
        contact_rows.match_key,
        contact_rows.unreadable_value
    from contact_rows
    inner join ranks as of_contact
        on contact_rows.contact_id = of_contact.contact_id
    left join moves_4
        on contact_rows.contact_id = moves_4.contact_id
    left join ranks as of_person
        on moves_4.reached_id = of_person.contact_id

)

select * from final
