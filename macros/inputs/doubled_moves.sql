{#-
    The CTEs `moved_1`, … of contacts that move on, each of twice the moves of the one before.
    Arguments:
        relation (relation): the name of a relation with contact_id, reached_id (where it gets) and least_id (the least
            id on the way, without where it gets), one row per contact that moves at all.
        doublings (number): how many CTEs, at least 1.
        name (text): what the last one is called.
    Returns: CTEs with the columns of `relation`, without a comma after the last.
    Mind: few doublings at a time, and each lot in a model of its own: an engine that writes every CTE out where it is
        read would write the first one out 2^doublings times.
-#}
{% macro doubled_moves(relation, doublings, name) -%}
{%- for step in range(doublings) -%}
{%- set moves = 'moved_' ~ step if step else relation -%}
{{ name if loop.last else 'moved_' ~ (step + 1) }} as (
    select
        moves.contact_id,
        coalesce(further.reached_id, moves.reached_id) as reached_id,
        case when further.least_id < moves.least_id then further.least_id else moves.least_id end as least_id
    from {{ moves }} as moves
    left join {{ moves }} as further
        on moves.reached_id = further.contact_id
){{ ',\n\n' if not loop.last }}
{%- endfor -%}
{%- endmacro %}
