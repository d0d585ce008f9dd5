{#-
    Of the versions of each record that a loader keeps, the latest, where the record was not deleted. Which version is
    active a loader says in history mode only; without that, the last change decides.
    Arguments:
        relation (relation): the table; none where it is not there, which has no rows.
        required (list): names of columns.
        optional (list): names of columns that the table may lack.
        key (list): the required columns of which one row is kept each.
        changed (list): names of columns that say when a version was made, which the table may lack; the first is asked
            first.
    Returns: a query of the required columns and then the optional ones, each as text.
    Mind: versions of one time are told apart by all their columns, so that it is the same one whatever the order of
        the rows.
-#}
{%- macro latest_rows(relation, required, optional, key, changed) -%}
{%- set further = changed | reject('in', required + optional) | list -%}
select
        {%- for column in required + optional %}
        {{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    from (
        select
            versions.*,
            row_number() over (
                partition by {% for column in key %}versions.{{ column }}{{ ', ' if not loop.last }}{% endfor %}
                order by
                    {%- for column in changed %}
                    versions.{{ column }} desc nulls last,
                    {%- endfor %}
                    {%- for column in required + optional if column not in changed %}
                    versions.{{ column }} desc nulls last{{ ',' if not loop.last }}
                    {%- endfor %}
            ) as version_number
        from (
            select
            {%- for column in required + optional + further %}
                cast(texts.{{ column }} as varchar) as {{ column }}{{ ',' if not loop.last }}
            {%- endfor %}
            from {{ current_rows(relation, required, optional + further) }} as texts
        ) as versions
    ) as numbered
    where version_number = 1
{%- endmacro -%}
