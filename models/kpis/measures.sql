-- Grain: one row per measure that can be the numerator or the denominator of a rate.
-- Mind: this is the registry: rows of rates name their two measures by id, and no other list of denominators exists.

{%- set measures = declared_measures() %}

with

final as (

    {% call(measure, number) union_of(measures) -%}
    select
        {{ string_literal(measure.id) }} as measure_id,
        {{ string_literal(measure.counts) }} as counts,
        {{ string_literal(measure.definition) }} as definition
    {%- endcall %}

)

select * from final
