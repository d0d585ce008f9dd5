{#-
    Whether a message counts as said: delivered, and no system's. Reads is_delivered and sender_type of a relation with
    the columns of stg_messages.
    Arguments: none.
    Returns: an SQL condition, never null.
-#}
{% macro is_spoken() -%}
is_delivered and sender_type is distinct from 'system'
{%- endmacro %}
