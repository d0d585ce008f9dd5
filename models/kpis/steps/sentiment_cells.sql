-- Grain: one row per sentiment model, metric version, finest period of kpi_grains, topic (`all` too) and band.
-- Mind: a conversation's score is the mean over what the contact wrote before it ended: thanks after the deal are not heard. One with
-- several topics stands under each.

{%- set limits = sentiment_cutoffs() %}

with

matured_conversations as (

    select * from {{ ref('matured_conversations') }}

),

sentiments as (

    select
        message_id,
        model,
        cast(round(compound * 1000000) as bigint) as compound_millionths
    from {{ ref('stg_message_sentiments') }}

),

models as (

    select distinct model
    from sentiments

),

scored as (

    select
        messages.conversation_id,
        messages.sent_at,
        sentiments.model,
        sentiments.compound_millionths
    from sentiments
    inner join {{ ref('conversation_messages') }} as messages
        on sentiments.message_id = messages.message_id
    where
        messages.message_role = 'message'
        and messages.direction = 'inbound'
        and messages.non_reply_kind is null

),

heard as (

    select
        matured_conversations.metric,
        matured_conversations.metric_version,
        matured_conversations.conversation_id,
        scored.model,
        sum(scored.compound_millionths) as compound_millionths,
        count(*) as scored_count
    from matured_conversations
    inner join scored
        on
            matured_conversations.conversation_id = scored.conversation_id
            and scored.sent_at < matured_conversations.ends_at
    group by
        matured_conversations.metric,
        matured_conversations.metric_version,
        matured_conversations.conversation_id,
        scored.model

),

judged as (

    select
        models.model,
        matured_conversations.metric,
        matured_conversations.metric_version,
        matured_conversations.conversation_id,
        matured_conversations.cell_date,
        matured_conversations.ends_at,
        matured_conversations.is_converted,
        case
            when heard.scored_count is null then 'unscored'
            when heard.compound_millionths / cast(heard.scored_count * 1000000 as double) >= {{ limits.very_happy }} then 'very_happy'
            when heard.compound_millionths / cast(heard.scored_count * 1000000 as double) >= {{ limits.happy }} then 'happy'
            when heard.compound_millionths / cast(heard.scored_count * 1000000 as double) <= {{ limits.unhappy }} then 'unhappy'
            else 'neutral'
        end as band
    from matured_conversations
    cross join models
    left join heard
        on
            matured_conversations.metric = heard.metric
            and matured_conversations.metric_version = heard.metric_version
            and matured_conversations.conversation_id = heard.conversation_id
            and models.model = heard.model

),

placed as (

    select
        model,
        metric,
        metric_version,
        cell_date,
        'all' as topic,
        band,
        is_converted
    from judged

    union all

    select
        judged.model,
        judged.metric,
        judged.metric_version,
        judged.cell_date,
        topics.topic,
        judged.band,
        judged.is_converted
    from judged
    inner join {{ ref('conversation_topics') }} as topics
        on
            judged.conversation_id = topics.conversation_id
            and topics.first_named_by_contact_at < judged.ends_at

),

final as (

    select
        model,
        metric,
        metric_version,
        cell_date,
        topic,
        band,
        cast(count(*) as bigint) as matured,
        cast(sum(case when is_converted then 1 else 0 end) as bigint) as matured_converted
    from placed
    group by
        model,
        metric,
        metric_version,
        cell_date,
        topic,
        band

)

select * from final
