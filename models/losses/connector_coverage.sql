-- Grain: one row per tool that is switched on, input and column that its connector can fill.
-- Mind: a column that the tool's tables lack is null in every row, like one that nobody fills: filled_count is 0 for either.
{{ config(enabled=((var('connectors', none) or []) | length > 0)) }}
with

counts as (

    {%- for tool, input, columns in connector_columns() if has_connector(tool) %}
    {%- for column in columns %}
    select
        '{{ tool }}' as tool,
        '{{ input }}' as input,
        '{{ column }}' as column_name,
        count(*) as row_count,
        count({{ column }}) as filled_count
    from {{ ref(tool ~ '_' ~ input) }}

    union all
    {% endfor %}
    {%- endfor %}
    select
        cast(null as varchar) as tool,
        cast(null as varchar) as input,
        cast(null as varchar) as column_name,
        cast(0 as bigint) as row_count,
        cast(0 as bigint) as filled_count
    where 1 = 0

),

final as (

    select * from counts

)

select * from final
