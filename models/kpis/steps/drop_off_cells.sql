-- Grain: one row per metric version, cut (`all` too), value of the cut, finest period of kpi_grains, stratum and reason.
-- Mind: those that converted all the same are among them; which reason a conversation has, drop_off_conversations says.

{%- set cuts = drop_off_cuts() %}

with

drop_off_conversations as (

    select * from {{ ref('drop_off_conversations') }}

),

-- every combination once, before the cuts read each of them again
combined as (

    select
        metric,
        metric_version,
        cell_date,
        stratum,
        reason,
        {%- for cut in cuts %}
        {{ cut }},
        {%- endfor %}
        count(*) as matured,
        sum(case when is_converted then 1 else 0 end) as matured_converted
    from drop_off_conversations
    group by
        metric,
        metric_version,
        cell_date,
        stratum,
        reason
        {%- for cut in cuts %},
        {{ cut }}
        {%- endfor %}

),

counted as (

    select
        metric,
        metric_version,
        {%- if cuts %}
        case
            {%- for cut in cuts %}
            when grouping({{ cut }}) = 0 then '{{ cut }}'
            {%- endfor %}
            else 'all'
        end as cut_by,
        case
            {%- for cut in cuts %}
            when grouping({{ cut }}) = 0 then {{ cut }}
            {%- endfor %}
            else 'all'
        end as cut_value,
        {%- else %}
        'all' as cut_by,
        'all' as cut_value,
        {%- endif %}
        cell_date,
        stratum,
        reason,
        sum(matured) as matured,
        sum(matured_converted) as matured_converted
    from combined
    group by grouping sets (
        (metric, metric_version, cell_date, stratum, reason)
        {%- for cut in cuts %},
        (metric, metric_version, cell_date, stratum, reason, {{ cut }})
        {%- endfor %}
    )

),

final as (

    select
        metric,
        metric_version,
        cut_by,
        cut_value,
        cell_date,
        stratum,
        reason,
        cast(matured as bigint) as matured,
        cast(matured_converted as bigint) as matured_converted
    from counted

)

select * from final
