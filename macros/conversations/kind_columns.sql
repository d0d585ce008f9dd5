{#-
    Every kind of conversations, and the column of `conversations` that says when one became it.
    Arguments: none.
    Returns through return(): a mapping of kind to column.
    Mind: convsql/definitions has the same for Python, and a test holds the two together.
-#}
{% macro kind_columns() -%}
    {{ return({
        'attempt': 'started_at',
        'reached': 'reached_at',
        'two_way': 'two_way_at',
        'sales_handled': 'sales_handled_at',
        'intent_qualified': 'qualified_at',
    }) }}
{%- endmacro %}
