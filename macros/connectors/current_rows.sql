{#-
    The columns of a tool's table by name, as raw_rows, without the rows of deleted records and, where the loader keeps
    every version of a record, without those but the latest.
    Arguments:
        relation (relation): the table; none where it is not there, which has no rows.
        required (list): names of columns.
        optional (list): names of columns that the table may lack.
        any_version (boolean, default false): whether earlier versions are taken too: where the history itself is read.
        ids (list, default []): those of the columns that are ids, which are read by as_id.
    Returns: a relation for a from clause, in parentheses: the required columns and then the optional ones.
-#}
{%- macro current_rows(relation, required, optional, any_version=false, ids=[]) -%}
(
        select
        {%- for column in required + optional %}
            {{ as_id('versions.' ~ column) ~ ' as ' ~ column if column in ids else 'versions.' ~ column }}{{ ',' if not loop.last }}
        {%- endfor %}
        from {{ raw_rows(relation, required, optional + loader_flags()) }} as versions
        where {{ is_current('versions', any_version) }}
    )
{%- endmacro -%}
