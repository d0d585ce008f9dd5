{#- The column of `conversations` that says when a conversation became this kind. -#}
{% macro kind_at(kind) -%}
    {{ return({
        'attempt': 'started_at',
        'reached': 'reached_at',
        'two_way': 'two_way_at',
        'sales_handled': 'sales_handled_at',
        'intent_qualified': 'qualified_at',
    }[kind]) }}
{%- endmacro %}
