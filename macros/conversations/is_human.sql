{#-
    Whether one of our people took part in a message: wrote it, or was in the live call, whoever called. Reads sender
    (by sender_of), is_live (by is_live) and rep_id.
    Arguments: none.
    Returns: an SQL condition, with an `or` and no parentheses around it.
-#}
{% macro is_human() -%}
sender = 'rep' or (is_live and rep_id is not null)
{%- endmacro %}
