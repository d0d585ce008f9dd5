-- Grain: one row per tool, table and reason for which rows of the tool's tables are not used.
-- Mind: a row is counted once, under the first reason that applies. A table whose rows are all used has no row. The rules are in the models
-- <tool>_left_out.
{{ config(enabled=((var('connectors', none) or []) | length > 0)) }}
with

counts as (

    {% call(tool, number) union_of((var('connectors', none) or []) | reject('equalto', 'raw') | list) -%}
    select
        {{ "'" ~ tool ~ "'" if tool else 'cast(null as varchar)' }} as tool,
        left_out.table_name,
        left_out.reason,
        left_out.row_count
    from {% if tool %}{{ ref(tool ~ '_left_out') }}{% else %}(
        select
            cast(null as varchar) as table_name,
            cast(null as varchar) as reason,
            cast(null as bigint) as row_count
        where 1 = 0
    ){% endif %} as left_out
    {%- endcall %}

),

final as (

    select * from counts

)

select * from final
