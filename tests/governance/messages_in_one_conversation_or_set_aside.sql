-- Every staged message is in exactly one conversation or counted as set aside, and none that speaks is set aside.
-- A row here is a total that does not add up.
{{ config(meta={'what_to_do': 'nothing that you deliver should lead here: look first at models of your own that replace those of convsql, else report it with these rows'}) }}

with staged as (

    select count(*) as row_count
    from {{ ref('stg_messages') }}

),

placed as (

    select
        count(*) as row_count,
        count(case when conversation_id is null then message_id end) as set_aside_count,
        count(case when conversation_id is null and message_role = 'message' then message_id end) as lost_count
    from {{ ref('conversation_messages') }}

),

told as (

    select coalesce(sum(message_count + failed_count + system_count), 0) as row_count
    from {{ ref('conversations') }}

)

select
    staged.row_count as staged_count,
    placed.row_count as placed_count,
    told.row_count as told_count,
    placed.set_aside_count,
    placed.lost_count
from staged
cross join placed
cross join told
where
    staged.row_count <> placed.row_count
    or placed.row_count <> told.row_count + placed.set_aside_count
    or placed.lost_count > 0
