-- Each matured, unconverted, eligible conversation has exactly one reason: over reasons they sum to all of them, in every cut.
{{ config(meta={'what_to_do': 'nothing that you deliver should lead here: look first at models of your own that replace those of convsql, else report it with these rows'}) }}
with judged as (
    select
        metric,
        metric_version,
        sum(case when status = 'not_converted' then 1 else 0 end) as unconverted
    from {{ ref('metric_conversations') }}
    where is_matured
    group by
        metric,
        metric_version
),

reasoned as (
    select
        metric,
        metric_version,
        cut_by,
        period_grain,
        sum(unconverted) as unconverted
    from {{ ref('drop_off_reasons') }}
    group by
        metric,
        metric_version,
        cut_by,
        period_grain
)

select
    judged.metric,
    judged.metric_version,
    reasoned.cut_by,
    reasoned.period_grain,
    judged.unconverted,
    reasoned.unconverted as reasoned_unconverted
from judged
left join reasoned
    on
        judged.metric = reasoned.metric
        and judged.metric_version = reasoned.metric_version
where reasoned.unconverted is distinct from judged.unconverted
