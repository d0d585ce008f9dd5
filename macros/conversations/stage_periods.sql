{#- The stage of an entity as periods [entered_at, left_at) that do not overlap: the join
    `entered_at <= t and (left_at is null or t < left_at)` finds one stage at most. Of stages entered at
    one instant the greatest name is the one. -#}
{% macro stage_periods(relation, entity_column) -%}
select
    entered.entity_id,
    entered.stage,
    entered.entered_at,
    lead(entered.entered_at) over (
        partition by entered.entity_id
        order by entered.entered_at
    ) as left_at
from (
    select
        {{ entity_column }} as entity_id,
        entered_at,
        max(stage) as stage
    from {{ relation }}
    where {{ entity_column }} is not null
    group by
        {{ entity_column }},
        entered_at
) as entered
{%- endmacro %}
