-- Grain: one row per current metric version, dimension that its cohorts are cut by alone, value of it, and day of the variable
-- `sensitivity_windows` within the window, with the window's end.
-- Mind: nobody is left out who was followed for a part of the window, by Kaplan and Meier. The log-rank test asks of each value whether it
-- converts sooner than all others together, over the whole window and all time; it is the same on every row of the value.

{%- set cuts = survival_cuts() %}
{%- set dimensions = cuts | map(attribute='dimension') | unique | sort | list %}
{%- set value = namespace(sql='case cuts.cut_by') %}
{%- for dimension in dimensions %}{% set value.sql = value.sql ~ " when '" ~ dimension ~ "' then own." ~ dimension %}{% endfor %}
{%- set cut_value = value.sql ~ ' end' if dimensions else 'cuts.cut_by' %}
{%- set curve = ['metric', 'metric_version', 'cut_by'] %}

with

cohort_cells as (

    select * from {{ ref('cohort_cells') }}

),

cohort_conversations as (

    select * from {{ ref('cohort_conversations') }}

),

metric_definitions as (

    select * from {{ ref('metric_definitions') }}

),

cuts as (

    {% call(cut, number) union_of(cuts) -%}
    select
        {{ string_literal(cut.metric if cut else '') }} as metric,
        {{ cut.version if cut else 0 }} as metric_version,
        '{{ cut.dimension if cut else '' }}' as cut_by,
        {{ 'true' if cut and cut.is_late else 'false' }} as uses_late_facts
    {%- if not cut %}
    where false
    {%- endif %}
    {%- endcall %}

),

current_cuts as (

    select
        {{ qualified('cuts', curve) | join(', ') }},
        cuts.uses_late_facts,
        metric_definitions.window_days
    from cuts
    inner join metric_definitions
        on
            cuts.metric = metric_definitions.metric
            and cuts.metric_version = metric_definitions.metric_version
            and metric_definitions.is_current

),

segments as (

    select
        {{ qualified('cuts', curve) | join(', ') }},
        {{ cut_value }} as cut_value,
        min(cuts.window_days) as window_days,
        cuts.uses_late_facts,
        sum(own.followed) as followed,
        max(own.follow_up_us) as follow_up_us
    from current_cuts as cuts
    inner join cohort_cells as own
        on
            cuts.metric = own.metric
            and cuts.metric_version = own.metric_version
            and cuts.cut_by = own.cohort_by
    group by
        {{ qualified('cuts', curve) | join(', ') }},
        {{ cut_value }},
        cuts.uses_late_facts
    having sum(own.followed) > 0

),

-- who converted or was followed for a part of the window; all others were followed through it, and need no row
members as (

    select
        {{ qualified('cuts', curve) | join(', ') }},
        {{ cut_value }} as cut_value,
        own.duration_us,
        count(*) as members,
        count(case when own.is_conversion then 1 end) as hits
    from current_cuts as cuts
    inner join cohort_conversations as own
        on
            cuts.metric = own.metric
            and cuts.metric_version = own.metric_version
    where own.duration_us is not null
    group by
        {{ qualified('cuts', curve) | join(', ') }},
        {{ cut_value }},
        own.duration_us

),

-- of everybody together: at risk and converted at each time
pooled as (

    select
        {{ curve | join(', ') }},
        duration_us,
        sum(members) as members,
        sum(hits) as hits
    from members
    group by
        {{ curve | join(', ') }},
        duration_us

),

totals as (

    select
        {{ curve | join(', ') }},
        sum(followed) as followed
    from segments
    group by
        {{ curve | join(', ') }}

),

risk as (

    select
        {{ qualified('pooled', curve) | join(', ') }},
        pooled.duration_us,
        cast(pooled.hits as double) as d,
        cast(totals.followed + pooled.members - sum(pooled.members) over (
            partition by {{ qualified('pooled', curve) | join(', ') }}
            order by pooled.duration_us
            rows between unbounded preceding and current row
        ) as double) as n
    from pooled
    inner join totals
        on {{ equal_columns('pooled', 'totals', curve) }}

),

-- up to each time: what one more at risk adds to the expected conversions, and to their variance
added as (

    select
        {{ curve | join(', ') }},
        duration_us,
        {%- for name, term in [('expected', 'd / n'), ('first', 'case when n > 1 then d * (n - d) / ((n - 1) * n) else 0 end'), ('second', 'case when n > 1 then d * (n - d) / ((n - 1) * n * n) else 0 end')] %}
        cast(sum(cast({{ term }} as decimal(38, 30))) over (
            partition by {{ curve | join(', ') }}
            order by duration_us
            rows between unbounded preceding and current row
        ) as double) as {{ name }}_sum{% if not loop.last %},{% endif %}
        {%- endfor %}
    from risk

),

whole as (

    select
        {{ curve | join(', ') }},
        max(expected_sum) as expected_sum,
        max(first_sum) as first_sum,
        max(second_sum) as second_sum
    from added
    group by
        {{ curve | join(', ') }}

),

-- of each value: how many were followed longer
ranked as (

    select
        members.*,
        segments.followed - sum(members.members) over (
            partition by members.metric, members.metric_version, members.cut_by, members.cut_value
            order by members.duration_us
            rows between unbounded preceding and current row
        ) as longer
    from members
    inner join segments
        on {{ equal_columns('members', 'segments', curve + ['cut_value']) }}

),

observed as (

    select
        {{ qualified('ranked', curve) | join(', ') }},
        ranked.cut_value,
        sum(ranked.hits) as hits,
        sum(ranked.members) as members,
        cast(sum(cast(ranked.members * added.expected_sum as decimal(38, 20))) as double) as expected,
        cast(sum(cast(
            ranked.members * added.first_sum
            - (2e0 * ranked.longer + ranked.members) * ranked.members * added.second_sum as decimal(38, 20)
        )) as double) as variance
    from ranked
    inner join added
        on {{ equal_columns('ranked', 'added', curve + ['duration_us']) }}
    group by
        {{ qualified('ranked', curve) | join(', ') }},
        ranked.cut_value

),

ended as (

    select
        segments.*,
        coalesce(observed.hits, 0) as hits,
        coalesce(observed.expected, 0e0) + (segments.followed - coalesce(observed.members, 0)) * coalesce(whole.expected_sum, 0e0) as expected,
        coalesce(observed.variance, 0e0)
        + (segments.followed - coalesce(observed.members, 0)) * coalesce(whole.first_sum, 0e0)
        - cast(segments.followed - coalesce(observed.members, 0) as double) * (segments.followed - coalesce(observed.members, 0))
        * coalesce(whole.second_sum, 0e0) as variance,
        md5({{ joined_parts(['segments.metric', 'cast(segments.metric_version as varchar)', 'segments.cut_by', 'segments.cut_value']) }}) as segment_id
    from segments
    left join observed
        on {{ equal_columns('segments', 'observed', curve + ['cut_value']) }}
    left join whole
        on {{ equal_columns('segments', 'whole', curve) }}

),

distanced as (

    select
        ended.*,
        case when variance > 0.000000001 then (hits - expected) / sqrt(variance) end as z
    from ended

),

tested as (

    select
        distanced.*,
        {{ two_sided_p('z') | indent(8) }} as p
    from distanced

),

adjusted as (

    {{ benjamini_hochberg('tested', 'p', curve, 'segment_id') | indent(4) | trim }}

),

days as (

    select
        {{ qualified('cuts', curve) | join(', ') }},
        windows.days,
        windows.days_key,
        false as is_window
    from current_cuts as cuts
    inner join (
        {% call(days, number) union_of(sensitivity_windows()) -%}
        select cast({{ days }} as double) as days, '{{ days }}' as days_key
        {%- endcall %}
    ) as windows
        on cuts.window_days > windows.days

    union all

    select
        {{ curve | join(', ') }},
        window_days as days,
        'window' as days_key,
        true as is_window
    from current_cuts

),

-- Kaplan and Meier up to each day; conversions come before those who are followed no further at the same time
products as (

    select
        {{ qualified('ranked', curve) | join(', ') }},
        ranked.cut_value,
        days.days,
        sum(ranked.hits) as hits,
        min(case when ranked.hits > 0 then ranked.longer + ranked.members - ranked.hits end) as survivors,
        cast(sum(cast(case when ranked.longer + ranked.members > ranked.hits then
            ln((ranked.longer + ranked.members - ranked.hits) / cast(ranked.longer + ranked.members as double))
        end as decimal(38, 24))) as double) as log_survival,
        cast(sum(cast(case when ranked.longer + ranked.members > ranked.hits then
            ranked.hits / (cast(ranked.longer + ranked.members as double) * (ranked.longer + ranked.members - ranked.hits))
        end as decimal(38, 28))) as double) as greenwood
    from ranked
    inner join days
        on {{ equal_columns('ranked', 'days', curve) }} and ranked.duration_us < days.days * 86400000000
    group by
        {{ qualified('ranked', curve) | join(', ') }},
        ranked.cut_value,
        days.days

),

shares as (

    select
        adjusted.*,
        days.days,
        days.days_key,
        days.is_window,
        adjusted.follow_up_us >= days.days * 86400000000 as is_followed,
        coalesce(products.hits, 0) as hits_by_then,
        coalesce(products.survivors = 0, false) as is_extinct,
        coalesce(products.log_survival, 0e0) as log_survival,
        coalesce(products.greenwood, 0e0) as greenwood
    from adjusted
    inner join days
        on {{ equal_columns('adjusted', 'days', curve) }}
    left join products
        on {{ equal_columns('adjusted', 'products', curve + ['cut_value']) }} and days.days = products.days

),

final as (

    select
        md5({{ joined_parts(['segment_id', 'days_key']) }}) as survival_id,
        metric,
        cast(metric_version as bigint) as metric_version,
        cut_by,
        cut_value,
        days,
        is_window,
        cast(followed as bigint) as followed,
        cast(hits_by_then as bigint) as converted,
        case
            when not is_followed then null
            when is_extinct then 1e0
            else {{ nine_places('1 - exp(log_survival)') }}
        end as converted_share,
        {%- for side in ['low', 'high'] %}
        case when is_followed and not is_extinct then {{ log_log_limit('log_survival', 'greenwood', side) | indent(8) }} end as share_{{ side }},
        {%- endfor %}
        follow_up_us / 86400e6 as follow_up_days,
        cast(hits as bigint) as observed,
        {{ nine_places('expected') }} as expected,
        {{ nine_places('z') }} as logrank_z,
        p as logrank_p,
        adjusted_p,
        case
            when adjusted_p < 1 - {{ setting_confidence() }} and z > 0 then 'sooner'
            when adjusted_p < 1 - {{ setting_confidence() }} then 'later'
            when adjusted_p is not null then 'undecided'
        end as verdict,
        {{ is_few('followed') }} as is_small,
        uses_late_facts
    from shares

)

select * from final
