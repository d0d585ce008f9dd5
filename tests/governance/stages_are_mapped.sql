-- Stages, of any source, of which the seed outcome_stages says neither an outcome nor `none`: they are ignored.
{{ config(
    severity='warn',
    meta={'what_to_do': 'add the stage to seeds/outcome_stages.csv with the outcome that it means, or with `none`; until then it is ignored'},
) }}
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
    select distinct
        {{ as_code('source') }} as source,
        {{ as_code('stage') }} as stage
    from {{ ref('outcome_stages') }}
    where {{ as_code('outcome') }} is not null
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
