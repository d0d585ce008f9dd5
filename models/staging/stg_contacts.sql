-- Grain: one row per contact_id of the input.
-- Mind: contacts are not moved to their survivor: a merged contact keeps its row, and its merged_into. Every attribute is the
-- input's present value, not what it was when a conversation took place.
{%- set columns = [
    'contact_id', 'account_id', 'persona', 'industry', 'source', 'territory', 'created_at', 'merged_into', 'loaded_at'
] %}
{%- set raw_input = ref('connected_contacts') if has_connector() else source('raw', 'contacts') %}
with

clocks as (

    select * from {{ ref('clocks') }}

),

industry_groups as (

    select * from {{ ref('map_industry_groups') }}

),

typed as (

    select
        {{ as_text('contact_id') }} as contact_id,
        {{ as_text('account_id') }} as account_id,
        {{ as_text('persona') }} as persona,
        {{ as_code('industry') }} as industry,
        {{ as_text('source') }} as source,
        {{ as_text('territory') }} as territory,
        {{ as_timestamp('created_at') }} as created_at,
        {{ as_text('merged_into') }} as merged_into,
        {{ as_timestamp('loaded_at') }} as loaded_at
    from {{ raw_rows(raw_input, columns[:1], columns[1:]) }} as raw_rows

),

visible as (

    select
        typed.*
    from typed
    cross join clocks
    where
        typed.contact_id is not null
        and {{ is_visible('clocks.as_of', ['typed.created_at', 'typed.loaded_at']) }}

),

kept as (

    {{ one_row_per_key('visible', ['contact_id'], columns) }}

),

final as (

    select
        kept.contact_id,
        kept.account_id,
        kept.persona,
        kept.industry,
        kept.source,
        kept.territory,
        kept.created_at,
        kept.merged_into,
        kept.loaded_at,
        coalesce(industry_groups.is_regulated, false) as is_regulated
    from kept
    left join industry_groups
        on kept.industry = industry_groups.industry

)

select * from final
