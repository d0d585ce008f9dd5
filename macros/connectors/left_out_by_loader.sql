{#-
    The rows of a tool's tables that are not used because the record was deleted or they are earlier versions of it.
    Arguments:
        tool (text): a connector's name.
        tables (list): names of its tables that are read by current_rows; those that are not there have no rows.
        histories (list, default []): those whose earlier versions are used too.
        people (list, default []): those whose deleted records are used too.
    Returns: a query of table_name and reason (deleted, earlier_version), one row per row that is not used.
-#}
{%- macro left_out_by_loader(tool, tables, histories=[], people=[]) -%}
    {% call(table, number) union_of(tables) -%}
    {%- set relation = source(tool, table) if table and has_table(tool, table) else none -%}
    select
        '{{ table }}' as table_name,
        {%- if table in people %}
        'earlier_version' as reason
        {%- elif table in histories %}
        'deleted' as reason
        {%- else %}
        case when {{ is_current('rows_read', any_version=true) }} then 'earlier_version' else 'deleted' end as reason
        {%- endif %}
    from {{ raw_rows(relation, [], loader_flags()) }} as rows_read
    where
        not {{ is_current('rows_read', any_version=table in histories) }}
        {{- ' and ' ~ is_current('rows_read', any_version=true) if table in people }}
    {%- endcall %}
{%- endmacro -%}
