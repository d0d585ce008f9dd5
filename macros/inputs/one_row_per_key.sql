{#-
    Of the rows with the same key, the one with the latest loaded_at (nulls lowest), then the greatest row, column by
    column in the order given (nulls lowest; text by its UTF-8 bytes, which is the engine's default order). Rows that
    are the same in every column are one.
    Arguments:
        relation (relation): read three times: a CTE, or a subquery's text where the rows are too many to keep.
        key (list): names of columns; one may be null and is then a value like any other.
        columns (list): names of all columns to keep, the key's too.
        earliest (text, default none): the column of a time whose least value goes before all that, or none.
    Returns: a query of the columns, with CTEs of its own.
    Mind: only the rows of keys that repeat are ranked, never all the wide rows.
-#}
{%- macro one_row_per_key(relation, key, columns, earliest=none) -%}
with repeated_keys as (
        select
        {%- for column in key %}
            {{ column }},
        {%- endfor %}
            count(*) as row_count
        from {{ relation }} as all_keys
        group by {{ key | join(', ') }}
        having count(*) > 1
    ),

    ranked as (
        select
        {%- for column in columns %}
            repeats.{{ column }},
        {%- endfor %}
            row_number() over (
                partition by {% for column in key %}repeats.{{ column }}{{ ', ' if not loop.last }}{% endfor %}
                order by
                {%- if earliest is not none %}
                    repeats.{{ earliest }} asc nulls last,
                {%- endif %}
                    repeats.loaded_at desc nulls last
                {%- for column in columns if column not in key and column != 'loaded_at' -%}
                    ,
                    repeats.{{ column }} desc nulls last
                {%- endfor %}
            ) as row_rank
        from {{ relation }} as repeats
        inner join repeated_keys
            on {% for column in key %}repeats.{{ column }} is not distinct from repeated_keys.{{ column }}
            {{- '\n            and ' if not loop.last }}{% endfor %}
    )

    select
    {%- for column in columns %}
        singles.{{ column }}{{ ',' if not loop.last }}
    {%- endfor %}
    from {{ relation }} as singles
    left join repeated_keys
        on {% for column in key %}singles.{{ column }} is not distinct from repeated_keys.{{ column }}
        {{- '\n        and ' if not loop.last }}{% endfor %}
    where repeated_keys.row_count is null

    union all

    select
    {%- for column in columns %}
        ranked.{{ column }}{{ ',' if not loop.last }}
    {%- endfor %}
    from ranked
    where ranked.row_rank = 1
{%- endmacro -%}
