-- Grain: one row per recorded category, and one for all of them (category `all`).
-- Mind: a fixed number of each category is read, so that rare ones are read as closely as common ones: the row of all weighs each
-- by its conversations, over the categories of which any was read (`coverage`).

with

sample as (

    select * from {{ ref('disposition_sample') }}

),

categories as (

    select
        disposition_category as category,
        max(category_count) as recorded,
        sum(case when is_drawn then 1 else 0 end) as drawn,
        count(reviewed_category) as reviewed,
        sum(case when reviewed_category <> disposition_category then 1 else 0 end) as wrong
    from sample
    group by disposition_category

),

weighed as (

    select
        *,
        sum(recorded) over () as all_recorded,
        sum(case when reviewed > 0 then recorded end) over () as covered
    from categories

),

pooled as (

    select
        sum(recorded) as recorded,
        sum(drawn) as drawn,
        sum(reviewed) as reviewed,
        sum(wrong) as wrong,
        max(covered) / cast(max(all_recorded) as double) as coverage,
        cast(sum(cast(
            recorded / cast(covered as double) * (wrong / cast(nullif(reviewed, 0) as double)) as decimal(38, 18)
        )) as double) as error_rate
        {%- for side in ['low', 'high'] %},
        sqrt(cast(sum({{ score_distance(
            'recorded / cast(covered as double)', 'wrong', 'nullif(reviewed, 0)', side
        ) | indent(8) }}) as double)) as {{ side }}_distance
        {%- endfor %}
    from weighed

),

-- what the share of each category would be by the reviewers, with every recorded category weighed by its size
shares as (

    select
        sample.reviewed_category as category,
        cast(sum(cast(
            weighed.recorded / cast(weighed.covered as double) / weighed.reviewed as decimal(38, 18)
        )) as double) as reviewed_share
    from sample
    inner join weighed
        on sample.disposition_category = weighed.category
    where sample.reviewed_category is not null
    group by sample.reviewed_category

),

by_chance as (

    select
        cast(sum(cast(
            shares.reviewed_share * (weighed.recorded / cast(weighed.covered as double)) as decimal(38, 18)
        )) as double) as chance_agreement
    from shares
    inner join weighed
        on
            shares.category = weighed.category
            and weighed.reviewed > 0

),

rows_of_both as (

    select
        category,
        recorded,
        drawn,
        reviewed,
        wrong,
        case when reviewed > 0 then 1e0 else 0e0 end as coverage,
        wrong / cast(nullif(reviewed, 0) as double) as error_rate,
        {{ wilson_low('wrong', 'reviewed') | indent(8) }} as error_low,
        {{ wilson_high('wrong', 'reviewed') | indent(8) }} as error_high,
        cast(null as double) as kappa
    from categories

    union all

    select
        'all' as category,
        pooled.recorded,
        pooled.drawn,
        pooled.reviewed,
        pooled.wrong,
        coalesce(pooled.coverage, 0e0) as coverage,
        pooled.error_rate,
        pooled.error_rate - pooled.low_distance as error_low,
        pooled.error_rate + pooled.high_distance as error_high,
        case
            when coalesce(by_chance.chance_agreement, 0e0) < 1
                then (1 - pooled.error_rate - coalesce(by_chance.chance_agreement, 0e0))
                    / (1 - coalesce(by_chance.chance_agreement, 0e0))
        end as kappa
    from pooled
    cross join by_chance
    where pooled.recorded > 0

),

final as (

    select
        category,
        'misrecorded_dispositions' as numerator_id,
        'reviewed_dispositions' as denominator_id,
        cast(recorded as bigint) as recorded,
        cast(drawn as bigint) as drawn,
        cast(reviewed as bigint) as reviewed,
        cast(wrong as bigint) as wrong,
        error_rate,
        case when error_low < 0 then 0e0 else error_low end as error_low,
        case when error_high > 1 then 1e0 else error_high end as error_high,
        kappa,
        coverage,
        {{ is_few('reviewed') }} as is_small,
        true as uses_late_facts
    from rows_of_both

)

select * from final
