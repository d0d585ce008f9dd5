{#-
    How many of a table's rows are not used, by what is left of them.
    Arguments:
        table (text): the name of the table.
        reason (text): why the others are not used, where it is one reason.
        given (relation): its rows, without those that are counted under another reason.
        used (list): relations, each of which has one row per row that is used.
    Returns: a query of table_name, reason and row_count, one row.
-#}
{%- macro left_out_rest(table, reason, given, used) -%}
select
        '{{ table }}' as table_name,
        '{{ reason }}' as reason,
        cast(sum(counts.row_count) as bigint) as row_count
    from (
        select count(*) as row_count from {{ given }} as given
        {%- for relation in used %}
        union all
        select -count(*) as row_count from {{ relation }} as used
        {%- endfor %}
    ) as counts
{%- endmacro -%}
