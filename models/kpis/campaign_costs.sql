-- Grain: one row per metric version and campaign, over all time.
-- Mind: cost is what the input says of the campaign today plus what its messages cost; it is spent before its conversations are matured, so that a
-- young campaign looks dear. Conversations are those that its message began; amount is credited by the metric's attribution.

with

metric_versions as (

    select
        metric,
        metric_version
    from {{ ref('metric_versions') }}

),

campaigns as (

    select * from {{ ref('stg_campaigns') }}

),

clicked as (

    select distinct message_id
    from {{ ref('stg_link_clicks') }}

),

sent as (

    select
        messages.campaign_id,
        count(case when messages.is_spoken then messages.message_id end) as messages,
        count(case when messages.is_spoken then clicked.message_id end) as clicked_messages,
        sum(messages.cost) as message_cost
    from (
        select
            message_id,
            campaign_id,
            direction = 'outbound' and {{ is_spoken() }} as is_spoken,
            cast(cost as decimal(38, 12)) as cost
        from {{ ref('stg_messages') }}
        where campaign_id is not null
    ) as messages
    left join clicked
        on messages.message_id = clicked.message_id
    group by messages.campaign_id

),

touched as (

    select
        campaign_id,
        count(distinct contact_id) as contacts_messaged
    from {{ ref('contact_touches') }}
    where campaign_id is not null
    group by campaign_id

),

begun as (

    select
        conversation_id,
        campaign_id
    from {{ ref('conversations') }}
    where campaign_id is not null

),

talks as (

    select
        campaign_id,
        count(*) as conversations
    from begun
    group by campaign_id

),

named as (

    select campaign_id from campaigns
    union
    select campaign_id from sent
    union
    select campaign_id from talks

),

judged as (

    select
        judged.metric,
        judged.metric_version,
        begun.campaign_id,
        count(*) as eligible,
        count(judged.converted_at) as converted,
        count(case when judged.is_matured then judged.conversation_id end) as matured,
        count(case when judged.is_matured then judged.converted_at end) as matured_converted
    from {{ ref('metric_conversations') }} as judged
    inner join begun
        on judged.conversation_id = begun.conversation_id
    where judged.eligibility = 'eligible'
    group by
        judged.metric,
        judged.metric_version,
        begun.campaign_id

),

credited as (

    select
        attributed.metric,
        attributed.metric_version,
        begun.campaign_id,
        sum(cast(attributed.credited_amount as decimal(38, 12))) as amount
    from {{ ref('attributed_outcomes') }} as attributed
    inner join begun
        on attributed.conversation_id = begun.conversation_id
    group by
        attributed.metric,
        attributed.metric_version,
        begun.campaign_id

),

totals as (

    select
        metric_versions.metric,
        metric_versions.metric_version,
        named.campaign_id,
        campaigns.name as campaign_name,
        campaigns.kind as campaign_kind,
        cast(campaigns.cost as decimal(38, 12)) as campaign_cost,
        sent.message_cost,
        case
            when campaigns.cost is not null or sent.message_cost is not null
                then coalesce(cast(campaigns.cost as decimal(38, 12)), 0) + coalesce(sent.message_cost, 0)
        end as cost,
        coalesce(sent.messages, 0) as messages,
        coalesce(sent.clicked_messages, 0) as clicked_messages,
        coalesce(touched.contacts_messaged, 0) as contacts_messaged,
        coalesce(talks.conversations, 0) as conversations,
        coalesce(judged.eligible, 0) as eligible,
        coalesce(judged.converted, 0) as converted,
        coalesce(judged.matured, 0) as matured,
        coalesce(judged.matured_converted, 0) as matured_converted,
        coalesce(credited.amount, 0) as amount
    from named
    cross join metric_versions
    left join campaigns
        on named.campaign_id = campaigns.campaign_id
    left join sent
        on named.campaign_id = sent.campaign_id
    left join touched
        on named.campaign_id = touched.campaign_id
    left join talks
        on named.campaign_id = talks.campaign_id
    left join judged
        on
            named.campaign_id = judged.campaign_id
            and metric_versions.metric = judged.metric
            and metric_versions.metric_version = judged.metric_version
    left join credited
        on
            named.campaign_id = credited.campaign_id
            and metric_versions.metric = credited.metric
            and metric_versions.metric_version = credited.metric_version

),

final as (

    select
        md5({{ joined_parts(['metric', 'cast(metric_version as varchar)', 'campaign_id']) }}) as campaign_cost_id,
        metric,
        metric_version,
        'matured_converted_conversations' as numerator_id,
        'matured_conversations' as denominator_id,
        campaign_id,
        campaign_name,
        campaign_kind,
        {{ exact_double('campaign_cost') }} as campaign_cost,
        {{ exact_double('message_cost') }} as message_cost,
        {{ exact_double('cost') }} as cost,
        cast(messages as bigint) as messages,
        cast(contacts_messaged as bigint) as contacts_messaged,
        cast(clicked_messages as bigint) as clicked_messages,
        clicked_messages / nullif(cast(messages as double), 0) as click_rate,
        {{ wilson_low('clicked_messages', 'messages') | indent(8) }} as click_low,
        {{ wilson_high('clicked_messages', 'messages') | indent(8) }} as click_high,
        cast(conversations as bigint) as conversations,
        cast(eligible as bigint) as eligible,
        cast(converted as bigint) as converted,
        cast(matured as bigint) as matured,
        cast(matured_converted as bigint) as matured_converted,
        matured_converted / nullif(cast(matured as double), 0) as conversion_rate,
        {{ wilson_low('matured_converted', 'matured') | indent(8) }} as rate_low,
        {{ wilson_high('matured_converted', 'matured') | indent(8) }} as rate_high,
        {{ exact_double('amount') }} as amount,
        cast(cost as double) / nullif(cast(conversations as double), 0) as cost_per_conversation,
        cast(cost as double) / nullif(cast(converted as double), 0) as cost_per_conversion,
        cast(amount as double) / nullif(cast(conversations as double), 0) as amount_per_conversation,
        {{ is_few('matured') }} as is_small
    from totals

)

select * from final
