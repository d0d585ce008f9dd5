-- Grain: one row per current metric version, dimension and value that a path has.
-- Mind: seven values at most have a player of their own, those with the most paths, of which they have 30 or more; all others share the eighth,
-- `other`. Eight values, each with as many, are eight players.

{%- set cuts = credit_settings().cuts %}
{%- set game = ['metric', 'metric_version', 'cut_by'] %}

with

touches as (

    select * from {{ ref('journey_touches') }}

),

visited as (

    {{ journey_visits(cuts) }}

),

counted as (

    select
        {{ game | join(', ') }},
        cut_value,
        count(*) as paths,
        sum(case when is_converted then 1 else 0 end) as converted_paths
    from visited
    group by
        {{ game | join(', ') }},
        cut_value

),

ranked as (

    select
        counted.*,
        row_number() over (partition by {{ game | join(', ') }} order by paths desc, cut_value) as value_rank,
        count(*) over (partition by {{ game | join(', ') }}) as value_count,
        min(paths) over (partition by {{ game | join(', ') }}) as fewest_paths
    from counted

),

placed as (

    select
        ranked.*,
        paths >= {{ few() }} and (value_rank <= 7 or (value_count = 8 and fewest_paths >= {{ few() }})) as has_its_own
    from ranked

),

final as (

    select
        {{ game | join(', ') }},
        cut_value,
        cast(case when has_its_own then value_rank else 8 end as bigint) as player,
        case when has_its_own then cut_value else 'other' end as player_value,
        cast(paths as bigint) as paths,
        cast(converted_paths as bigint) as converted_paths,
        cast(case when not has_its_own then 128
            {%- for number in range(1, 9) %}
            when value_rank = {{ number }} then {{ 2 ** (number - 1) }}
            {%- endfor %}
        end as bigint) as bit
    from placed

)

select * from final
