-- Grain: one row per outcome name and entity (deal, contact or meeting): the first time it entered a stage mapped to it.
-- Mind: an outcome belongs to its contact and its account apart; either may be null, and a null one is nobody's.

with

deal_stages as (

    select * from {{ ref('stg_deal_stages') }}

),

lifecycle_stages as (

    select * from {{ ref('stg_lifecycle_stages') }}

),

meetings as (

    select * from {{ ref('stg_meetings') }}

),

deals as (

    select * from {{ ref('stg_deals') }}

),

contacts as (

    select * from {{ ref('stg_contacts') }}

),

outcome_stages as (

    select * from {{ ref('map_outcome_stages') }}

),

entered as (

    select
        'deal_stages' as source,
        deal_id as entity_id,
        stage,
        entered_at
    from deal_stages

    union all

    select
        'lifecycle_stages' as source,
        contact_id as entity_id,
        stage,
        entered_at
    from lifecycle_stages

    union all

    select
        'meetings' as source,
        meeting_id as entity_id,
        coalesce(kind, 'meeting') || '_booked' as stage,
        booked_at as entered_at
    from meetings

    union all

    select
        'meetings' as source,
        meeting_id as entity_id,
        coalesce(kind, 'meeting') || '_attended' as stage,
        attended_at as entered_at
    from meetings
    where attended_at is not null

),

firsts as (

    select
        outcome_stages.outcome,
        entered.source,
        entered.entity_id,
        min(entered.entered_at) as occurred_at
    from entered
    inner join outcome_stages
        on
            entered.source = outcome_stages.source
            and entered.stage = outcome_stages.stage
    group by
        outcome_stages.outcome,
        entered.source,
        entered.entity_id

),

owned as (

    select
        firsts.outcome,
        firsts.source,
        firsts.entity_id,
        deals.contact_id,
        deals.account_id,
        firsts.entity_id as deal_id,
        firsts.occurred_at,
        deals.amount
    from firsts
    left join deals
        on firsts.entity_id = deals.deal_id
    where firsts.source = 'deal_stages'

    union all

    select
        outcome,
        source,
        entity_id,
        entity_id as contact_id,
        cast(null as varchar) as account_id,
        cast(null as varchar) as deal_id,
        occurred_at,
        cast(null as double) as amount
    from firsts
    where source = 'lifecycle_stages'

    union all

    select
        firsts.outcome,
        firsts.source,
        firsts.entity_id,
        meetings.contact_id,
        deals.account_id,
        meetings.deal_id,
        firsts.occurred_at,
        cast(null as double) as amount
    from firsts
    inner join meetings
        on firsts.entity_id = meetings.meeting_id
    left join deals
        on meetings.deal_id = deals.deal_id
    where firsts.source = 'meetings'

),

final as (

    select
        md5({{ joined_parts(['owned.outcome', 'owned.source', 'owned.entity_id']) }}) as outcome_id,
        owned.outcome,
        owned.source,
        owned.entity_id,
        owned.contact_id,
        coalesce(owned.account_id, contacts.account_id) as account_id,
        owned.deal_id,
        owned.occurred_at,
        cast(owned.amount as double) as amount
    from owned
    left join contacts
        on owned.contact_id = contacts.contact_id

)

select * from final
