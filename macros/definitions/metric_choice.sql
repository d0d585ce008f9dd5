{#-
    One of the allowed values of a definition's field, or a compile error that names them.
    Arguments:
        where (text): whose field it is, for errors.
        field (text): its name, for errors.
        value (value): what is given, or none.
        default (text): what none stands for; none where the field must be given.
        allowed (list): texts.
    Returns through return(): a text, one of those allowed.
-#}
{% macro metric_choice(where, field, value, default, allowed) %}
    {%- set value = default if value is none else value | string -%}
    {%- if value not in allowed -%}
        {{ exceptions.raise_compiler_error(where ~ ': ' ~ field ~ ' `' ~ value ~ '` is none of ' ~ allowed | join(', ')) }}
    {%- endif -%}
    {{ return(value) }}
{% endmacro %}
