{#-
    Whether a flag is true.
    Arguments:
        column (SQL): a flag of any type, or its text.
    Returns: an SQL condition, never null: a null flag is not true.
-#}
{%- macro is_true(column) -%}
coalesce({{ as_code(column) }}, 'false') in ('true', 't', '1', 'yes', 'y')
{%- endmacro -%}
