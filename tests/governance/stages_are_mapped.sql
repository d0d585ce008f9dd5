-- Stages, of any source, that the seed outcome_stages does not list: they are ignored.
{{ config(severity='warn') }}
with deal_stages as (
    select * from {{ ref('stg_deal_stages') }}
),

lifecycle_stages as (
    select * from {{ ref('stg_lifecycle_stages') }}
),

meetings as (
    select * from {{ ref('stg_meetings') }}
),

outcome_stages as (
    select * from {{ ref('map_outcome_stages') }}
),

used as (
    select 'deal_stages' as source, stage, count(*) as row_count
    from deal_stages
    group by stage

    union all

    select 'lifecycle_stages' as source, stage, count(*) as row_count
    from lifecycle_stages
    group by stage

    union all

    select 'meetings' as source, coalesce(kind, 'meeting') || '_booked' as stage, count(*) as row_count
    from meetings
    group by coalesce(kind, 'meeting')

    union all

    select 'meetings' as source, coalesce(kind, 'meeting') || '_attended' as stage, count(*) as row_count
    from meetings
    where attended_at is not null
    group by coalesce(kind, 'meeting')
)

select
    used.source,
    used.stage,
    used.row_count
from used
left join outcome_stages
    on used.source = outcome_stages.source
    and used.stage = outcome_stages.stage
where outcome_stages.stage is null
