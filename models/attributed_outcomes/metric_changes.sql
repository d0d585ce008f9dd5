-- Grain: one row per event of the lock: a metric version locked, released or locked again, as the seed metric_locks has it.
-- Mind: `released` is the step from draft to another status, whatever else changed with it, because a draft may change
-- freely. A change of a definition that was never locked is not here: it stands in metric_definitions as `changed`.

with

metric_locks as (

    select * from {{ ref('metric_locks') }}

),

numbered as (

    select
        *,
        row_number() over (
            partition by metric, metric_version
            order by locked_at, definition_digest, meaning_digest, status, reason
        ) as event_number,
        count(*) over (partition by metric, metric_version) as event_count
    from metric_locks

),

final as (

    select
        events.metric,
        events.metric_version,
        cast(events.event_number as bigint) as event_number,
        events.locked_at,
        before.locked_at as previous_locked_at,
        case
            when events.status = 'dropped' then 'dropped'
            when before.event_number is null or before.status = 'dropped' then 'locked'
            when before.status = 'draft' and events.status <> 'draft' then 'released'
            when
                before.definition_digest is distinct from events.definition_digest
                and before.meaning_digest is distinct from events.meaning_digest
                then 'definition and meaning'
            when before.definition_digest is distinct from events.definition_digest then 'definition'
            when before.meaning_digest is distinct from events.meaning_digest then 'meaning'
            else 'relocked'
        end as change,
        events.reason,
        events.status,
        before.status as previous_status,
        events.definition_digest,
        before.definition_digest as previous_definition_digest,
        events.meaning_digest,
        before.meaning_digest as previous_meaning_digest,
        events.event_number = events.event_count as is_latest
    from numbered as events
    left join numbered as before
        on
            events.metric = before.metric
            and events.metric_version = before.metric_version
            and events.event_number = before.event_number + 1

)

select * from final
