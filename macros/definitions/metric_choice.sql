{#- One of the allowed values of a metric's field, or a compile error that names them. -#}
{% macro metric_choice(where, field, value, default, allowed) %}
    {%- set value = default if value is none else value | string -%}
    {%- if value not in allowed -%}
        {{ exceptions.raise_compiler_error(where ~ ': ' ~ field ~ ' `' ~ value ~ '` is none of ' ~ allowed | join(', ')) }}
    {%- endif -%}
    {{ return(value) }}
{% endmacro %}
