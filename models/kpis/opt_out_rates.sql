-- Grain: one row per period (grain `all` too), cut and value: of the contacts whom we sent something that they could opt out after, how many did.
-- Mind: an opt-out, of the input or a STOP, belongs to the last touch begun before it, in its channel where it names one, and to the period, channel,
-- campaign and frequency of that touch. A contact counts once in a row and may stand in several rows of one cut.

{%- set grains = kpi_grains() | reject('equalto', 'all') | list %}
{%- set cuts = ['channel', 'campaign_id', 'frequency'] + (['consent_source'] if has_input('consents') else []) %}

with

touches as (

    select
        contact_id,
        first_sent_at,
        {%- for grain in grains %}
        {{ period_start("'" ~ grain ~ "'", 'touch_date') | indent(8) }} as {{ grain }}_start,
        {%- endfor %}
        channel,
        coalesce(campaign_id, '') as campaign_key,
        coalesce(campaign_id, 'unknown') as campaign_id,
        {%- if has_input('consents') %}
        consent_source,
        {%- endif %}
        {{ frequency_band('messages_before') | indent(8) }} as frequency
    from {{ ref('contact_touches') }}

),

channels as (

    select * from {{ ref('map_channels') }}

),

written as (

    select
        contact_id,
        channel,
        sent_at as opted_out_at
    from {{ ref('conversation_messages') }}
    where
        non_reply_kind = 'opt_out'
        and sender = 'contact'
        and message_role = 'message'

),

declared as (

    select
        opt_outs.contact_id,
        coalesce(channels.channel, opt_outs.channel) as channel,
        opt_outs.opted_out_at
    from {{ ref('stg_opt_outs') }} as opt_outs
    left join channels
        on opt_outs.channel = channels.raw_channel

),

opt_outs as (

    select
        contact_id,
        channel,
        opted_out_at
    from written

    union

    select
        contact_id,
        channel,
        opted_out_at
    from declared

),

-- the last touch that had begun; of several of one instant the first by name, none before any
blamed as (

    select
        touches.*,
        row_number() over (
            partition by opt_outs.contact_id, opt_outs.channel, opt_outs.opted_out_at
            order by touches.first_sent_at desc, touches.channel, touches.campaign_key
        ) as place
    from opt_outs
    inner join touches
        on
            opt_outs.contact_id = touches.contact_id
            and opt_outs.opted_out_at >= touches.first_sent_at
            and (opt_outs.channel is null or opt_outs.channel = touches.channel)

),

messaged as (

    select
        {{ period_of_grouping(grains) | indent(8) }},
        {{ cut_of_grouping(cuts) | indent(8) }},
        count(*) as touches,
        count(distinct contact_id) as contacts
    from touches
    group by grouping sets (
        {{ grouping_of_cuts(cuts) | indent(8) }}
    )

),

-- counted apart, for of all who were messaged few opted out
ended as (

    select
        {{ period_of_grouping(grains) | indent(8) }},
        {{ cut_of_grouping(cuts) | indent(8) }},
        count(distinct contact_id) as contacts
    from blamed
    where place = 1
    group by grouping sets (
        {{ grouping_of_cuts(cuts) | indent(8) }}
    )

),

counted as (

    select
        messaged.period_grain,
        messaged.period_start,
        messaged.cut_by,
        messaged.cut_value,
        messaged.touches,
        messaged.contacts,
        coalesce(ended.contacts, 0) as opted_out
    from messaged
    left join ended
        on
            messaged.period_grain = ended.period_grain
            and messaged.period_start is not distinct from ended.period_start
            and messaged.cut_by = ended.cut_by
            and messaged.cut_value is not distinct from ended.cut_value

),

final as (

    select
        md5({{ joined_parts(['period_grain', 'cast(period_start as varchar)', 'cut_by', 'cut_value']) }}) as opt_out_rate_id,
        'opted_out_contacts' as numerator_id,
        'contacts_messaged' as denominator_id,
        period_grain,
        period_start,
        cut_by,
        cut_value,
        cast(touches as bigint) as touches,
        cast(contacts as bigint) as contacts,
        cast(opted_out as bigint) as opted_out,
        opted_out / cast(contacts as double) as opt_out_rate,
        {{ wilson_low('opted_out', 'contacts') | indent(8) }} as rate_low,
        {{ wilson_high('opted_out', 'contacts') | indent(8) }} as rate_high,
        {{ is_few('contacts') }} as is_small
    from counted
    where contacts > 0

)

select * from final
