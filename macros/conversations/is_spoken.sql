{#-
    Whether a message counts as said: an attempt, and no system's. Reads is_attempt and sender_type of a relation with
    the columns of stg_messages.
    Arguments: none.
    Returns: an SQL condition, never null.
-#}
{% macro is_spoken() -%}
is_attempt and sender_type is distinct from 'system'
{%- endmacro %}
