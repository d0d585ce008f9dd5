-- Grain: one row per tool, kind of key in the variable `contact_match`, and reason that occurred.
-- Mind: a contact counts once in a row, and can be in several. `unreadable`: an address or number was given that no key can be read of.
-- `shared`: the tool itself has the key for several contacts, who stay apart and are matched to nobody by it. `ambiguous`: a more trusted tool has the contact's key for
-- several, so that it is matched to none of them by it.
{{ config(enabled=((var('connectors', none) or []) | length > 0)) }}
with

contact_keys as (

    select * from {{ ref('contact_keys') }}

),

given as (

    select
        tool,
        match_by,
        count(distinct person_id) as given_count
    from contact_keys
    group by tool, match_by

),

people_of_keys as (

    select
        tool,
        tool_rank,
        match_by,
        match_key,
        count(distinct person_id) as person_count
    from contact_keys
    where match_key is not null
    group by tool, tool_rank, match_by, match_key

),

most_trusted as (

    select
        match_by,
        match_key,
        min(tool_rank) as tool_rank
    from people_of_keys
    group by match_by, match_key

),

shared_keys as (

    select
        people_of_keys.tool_rank,
        people_of_keys.match_by,
        people_of_keys.match_key,
        case when people_of_keys.tool_rank = most_trusted.tool_rank then 1 else 0 end as is_most_trusted
    from people_of_keys
    inner join most_trusted
        on people_of_keys.match_by = most_trusted.match_by
        and people_of_keys.match_key = most_trusted.match_key
    where people_of_keys.person_count > 1

),

lost as (

    select
        tool,
        match_by,
        'unreadable' as reason,
        person_id,
        unreadable_value as given_value
    from contact_keys
    where match_key is null

    union all

    select
        contact_keys.tool,
        contact_keys.match_by,
        'shared' as reason,
        contact_keys.person_id,
        contact_keys.match_key as given_value
    from contact_keys
    inner join shared_keys
        on contact_keys.tool_rank = shared_keys.tool_rank
        and contact_keys.match_by = shared_keys.match_by
        and contact_keys.match_key = shared_keys.match_key

    union all

    select
        contact_keys.tool,
        contact_keys.match_by,
        'ambiguous' as reason,
        contact_keys.person_id,
        contact_keys.match_key as given_value
    from contact_keys
    inner join shared_keys
        on contact_keys.tool_rank > shared_keys.tool_rank
        and contact_keys.match_by = shared_keys.match_by
        and contact_keys.match_key = shared_keys.match_key
    where shared_keys.is_most_trusted = 1

),

counted as (

    select
        tool,
        match_by,
        reason,
        count(distinct person_id) as contact_count,
        count(distinct given_value) as value_count,
        {{ samples_of('substring(given_value, 1, 60)') }} as samples
    from lost
    group by tool, match_by, reason

),

final as (

    select
        counted.tool,
        counted.match_by,
        counted.reason,
        given.given_count,
        counted.contact_count,
        counted.value_count,
        {{ shown_samples('counted.samples') }} as samples
    from counted
    inner join given
        on counted.tool = given.tool
        and counted.match_by = given.match_by

)

select * from final
