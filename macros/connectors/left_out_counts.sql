{#-
    The end of a tool's left_out model: how many rows are not used, by table and reason.
    Arguments:
        rows (list): names of CTEs of table_name and reason, one row per row; a null reason is of a row that is used.
        rests (list, default []): names of CTEs of table_name, reason and row_count.
    Returns: a query of table_name, reason and row_count, one row per table and reason of which there is a row.
-#}
{%- macro left_out_counts(rows, rests=[]) -%}
select
        counts.table_name,
        counts.reason,
        cast(sum(counts.row_count) as bigint) as row_count
    from (
        {%- for name in rows %}
        select
            table_name,
            reason,
            count(*) as row_count
        from {{ name }}
        where reason is not null
        group by
            table_name,
            reason
        {{- '\n\n        union all\n' if not loop.last or rests }}
        {%- endfor %}
        {%- for name in rests %}
        select
            table_name,
            reason,
            row_count
        from {{ name }}
        {{- '\n\n        union all\n' if not loop.last }}
        {%- endfor %}
    ) as counts
    group by
        counts.table_name,
        counts.reason
    having sum(counts.row_count) > 0
{%- endmacro -%}
