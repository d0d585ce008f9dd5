-- Grain: one row per raw channel, trimmed and lower-cased.
-- Mind: two spellings of one channel that say different things are two rows, and fail the uniqueness test.
with

channels as (

    select * from {{ ref('channels') }}

),

final as (

    select distinct
        {{ as_code('raw_channel') }} as raw_channel,
        coalesce({{ as_code('channel') }}, {{ as_code('raw_channel') }}) as channel,
        coalesce(cast(gap_hours as double), {{ default_gap_hours() }}) as gap_hours,
        coalesce(cast(gap_hours_threaded as double), cast(gap_hours as double), {{ default_gap_hours() }}) as gap_hours_threaded,
        coalesce(is_live, false) as is_live
    from channels
    where {{ as_code('raw_channel') }} is not null

)

select * from final
