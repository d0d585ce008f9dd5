{#-
    How many hours of silence end a conversation in a channel whose mapping says nothing else, in a thread or out of
    one.
    Arguments: none.
    Returns: an SQL literal, a number of hours.
-#}
{% macro default_gap_hours() -%}
24.0
{%- endmacro %}
