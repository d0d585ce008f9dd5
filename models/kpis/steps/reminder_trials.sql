-- Grain: one row per meeting or proposal and measure of reminder_effect that it can be asked for.
-- Mind: a proposal is asked for as it stands `landmark_days` after it was sent, for whoever signs at once is never reminded. What came later makes
-- nobody reminded.

{%- set settings = reminder_settings() %}

with

meetings as (

    select * from {{ ref('stg_meetings') }}

),

messages as (

    select * from {{ ref('stg_messages') }}

),

campaigns as (

    select * from {{ ref('stg_campaigns') }}

),

contacts as (

    select * from {{ ref('stg_contacts') }}

),

topics as (

    select * from {{ ref('map_topics') }}

),

outcomes as (

    select * from {{ ref('outcomes') }}

),

outcome_clocks as (

    select * from {{ ref('outcome_clocks') }}

),

input_clocks as (

    select * from {{ ref('input_clocks') }}

),

known_inputs as (

    select case when count(*) = 2 and count(latest_at) = 2 then min(latest_at) end as meetings_at
    from input_clocks
    where input in ('messages', 'meetings')

),

known_outcomes as (

    select
        max(case when outcome = 'proposal_sent' then complete_at end) as proposals_at,
        case when count(*) = 2 and count(complete_at) = 2 then min(complete_at) end as signed_at
    from outcome_clocks
    where outcome in ('proposal_sent', 'proposal_signed')

),

clocks as (

    select
        known_inputs.meetings_at,
        known_outcomes.proposals_at,
        known_outcomes.signed_at
    from known_inputs
    cross join known_outcomes

),

-- what was cancelled took no place; a day after it began it is known who came
due as (

    select
        'meeting ' || meetings.meeting_id as span_id,
        coalesce(meetings.kind, 'meeting') as subject,
        meetings.contact_id,
        meetings.booked_at as begins_at,
        meetings.starts_at as ends_at,
        meetings.attended_at,
        case
            when {{ epoch_micros('meetings.starts_at') }} - {{ epoch_micros('meetings.booked_at') }} < 2 * 86400000000 then 'under_2d'
            when {{ epoch_micros('meetings.starts_at') }} - {{ epoch_micros('meetings.booked_at') }} < 5 * 86400000000 then '2d_to_5d'
            else 'over_5d'
        end as lead_time
    from meetings
    cross join clocks
    where
        meetings.starts_at > meetings.booked_at
        and coalesce(meetings.status, '') not in ('cancelled', 'canceled')
        and {{ epoch_micros('meetings.starts_at') }} + 86400000000 <= {{ epoch_micros('clocks.meetings_at') }}
        and {{ 'true' if settings.kinds else 'false' }}

),

-- what became of each proposal, the first of its deal
ends as (

    select
        entity_id as deal_id,
        min(case when outcome = 'proposal_signed' then occurred_at end) as signed_at,
        min(occurred_at) as ended_at
    from outcomes
    where
        source = 'deal_stages'
        and outcome in ('proposal_signed', {{ setting_revenue_outcome() }}, {{ velocity_settings().lost }})
    group by entity_id

),

-- open at the landmark
sent as (

    select
        'proposal ' || outcomes.entity_id as span_id,
        'proposal' as subject,
        outcomes.contact_id,
        outcomes.occurred_at as begins_at,
        {{ epoch_micros('outcomes.occurred_at') }} + {{ settings.landmark_us }} as landmark_us,
        {{ epoch_micros('ends.signed_at') }} as signed_us
    from outcomes
    cross join clocks
    left join ends
        on outcomes.entity_id = ends.deal_id
    where
        outcomes.source = 'deal_stages'
        and outcomes.outcome = 'proposal_sent'
        and outcomes.contact_id is not null
        and (ends.ended_at is null or {{ epoch_micros('ends.ended_at') }} >= {{ epoch_micros('outcomes.occurred_at') }} + {{ settings.landmark_us }})
        and {{ epoch_micros('outcomes.occurred_at') }} + {{ settings.landmark_us + settings.window_us }} <= {{ epoch_micros('clocks.signed_at') }}
        and {{ 'true' if settings.kinds else 'false' }}

),

spans as (

    select
        span_id,
        contact_id,
        {{ epoch_micros('begins_at') }} as begins_us,
        {{ epoch_micros('ends_at') }} as ends_us
    from due

    union all

    select
        span_id,
        contact_id,
        {{ epoch_micros('begins_at') }} as begins_us,
        landmark_us as ends_us
    from sent

),

-- what we sent to the contact in the time
touched as (

    select
        spans.span_id,
        messages.body,
        campaigns.kind
    from spans
    inner join messages
        on
            spans.contact_id = messages.contact_id
            and {{ epoch_micros('messages.sent_at') }} >= spans.begins_us
            and {{ epoch_micros('messages.sent_at') }} < spans.ends_us
    left join campaigns
        on messages.campaign_id = campaigns.campaign_id
    where
        messages.direction = 'outbound'
        and messages.is_attempt

),

reminded as (

    select distinct span_id
    from touched
    where kind in ({{ string_list(settings.kinds) if settings.kinds else "''" }})

    union

    select distinct touched.span_id
    from touched
    inner join topics
        on
            topics.topic = {{ settings.topic }}
            and strpos({{ words_of('lower(touched.body)') | indent(16) }}, topics.keyword_words) > 0
    where touched.body is not null

),

followed as (

    select
        due.span_id,
        min({{ epoch_micros('outcomes.occurred_at') }}) - min({{ epoch_micros('due.ends_at') }}) as wait_us
    from due
    inner join outcomes
        on
            due.contact_id = outcomes.contact_id
            and outcomes.outcome = 'proposal_sent'
            and outcomes.occurred_at >= due.ends_at
            and {{ epoch_micros('outcomes.occurred_at') }} - {{ epoch_micros('due.ends_at') }} < {{ settings.window_us }}
    group by due.span_id

),

trials as (

    select
        due.span_id,
        due.subject,
        'attended' as measure,
        due.contact_id,
        due.lead_time,
        case when due.attended_at is not null then 1 else 0 end as hit,
        cast(null as bigint) as wait_us
    from due

    union all

    select
        due.span_id,
        due.subject,
        'proposal_sent' as measure,
        due.contact_id,
        due.lead_time,
        case when followed.span_id is not null then 1 else 0 end as hit,
        followed.wait_us
    from due
    cross join clocks
    left join followed
        on due.span_id = followed.span_id
    where
        due.attended_at is not null
        and {{ epoch_micros('due.ends_at') }} + {{ settings.window_us }} <= {{ epoch_micros('clocks.proposals_at') }}

    union all

    select
        span_id,
        subject,
        'proposal_signed' as measure,
        contact_id,
        '' as lead_time,
        case when signed_us < landmark_us + {{ settings.window_us }} then 1 else 0 end as hit,
        case when signed_us < landmark_us + {{ settings.window_us }} then signed_us - landmark_us + {{ settings.landmark_us }} end as wait_us
    from sent

),

final as (

    select
        trials.span_id,
        trials.subject,
        trials.measure,
        trials.lead_time || ' ' || coalesce(contacts.source, 'unknown') as stratum,
        reminded.span_id is not null as is_reminded,
        trials.hit = 1 as is_reached,
        cast(trials.wait_us as bigint) as wait_us
    from trials
    left join contacts
        on trials.contact_id = contacts.contact_id
    left join reminded
        on trials.span_id = reminded.span_id

)

select * from final
