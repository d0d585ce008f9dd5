{#-
    The ids that a tool's table has, and of which no row is current: records that were deleted.
    Arguments:
        relation (relation): the table; none where it is not there, which has no rows.
        column (text): the column of its key.
    Returns: a query of one column, `id`, a text.
-#}
{%- macro gone_ids(relation, column) -%}
select {{ as_id('versions.' ~ column) }} as id
    from {{ raw_rows(relation, [column], loader_flags()) }} as versions
    group by {{ as_id('versions.' ~ column) }}
    having max(case when {{ is_current('versions') }} then 1 else 0 end) = 0
{%- endmacro -%}
