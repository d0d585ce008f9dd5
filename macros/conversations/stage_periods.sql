{#-
    The stage of an entity as periods [entered_at, left_at) that do not overlap: the join `entered_at <= t and (left_at
    is null or t < left_at)` finds one stage at most.
    Arguments:
        relation (relation): the name of a relation with the entity's column, stage and entered_at.
        entity_column (text): the column of the entity's id; rows where it is null are left out.
    Returns: a query of entity_id, stage, entered_at and left_at (null of the last period). Of stages entered at one
        instant the greatest name is the one.
-#}
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
