{#-
    Whether a flag is true.
    Arguments:
        column (SQL): a flag of any type, or its text.
    Returns: an SQL condition, never null: a null flag is not true.
-#}
{%- macro is_true(column) -%}
coalesce(lower(cast({{ column }} as varchar)), 'false') in ('true', 't', '1')
{%- endmacro -%}
