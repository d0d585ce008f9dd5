{{ config(
    severity='warn',
    meta={'what_to_do': 'correct the item of benchmarked_metrics in vars.yml, or add the row to seeds/benchmarks.csv'},
) }}

-- Every item of the variable benchmarked_metrics names a metric that is defined and a row of the seed benchmarks.
{% for item in benchmarked_metrics() -%}
select
    {{ string_literal(item.metric) }} as metric,
    {{ string_literal(item.benchmark) }} as benchmark,
    {{ string_literal(item.step) }} as step,
    {{ string_literal(item.segment) }} as segment
where
    not exists (select 1 from {{ ref('metric_definitions') }} as defined where defined.metric = {{ string_literal(item.metric) }})
    or not exists (
        select 1
        from {{ ref('map_benchmarks') }} as known
        where
            known.benchmark = {{ string_literal(item.benchmark) }}
            and known.step = {{ string_literal(item.step) }}
            and known.segment = {{ string_literal(item.segment) }}
    )
{%- if not loop.last %}

union all

{% endif %}
{%- else -%}
select metric
from {{ ref('metric_definitions') }}
where false
{%- endfor %}
