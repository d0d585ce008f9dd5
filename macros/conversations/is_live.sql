{#-
    Whether a message is a call that both sides were in: of a live channel and answered, or without a status but with
    talk time. Reads is_live_channel, is_answered, status and talk_seconds of a relation with the columns of
    stg_messages.
    Arguments: none.
    Returns: an SQL condition.
-#}
{% macro is_live() -%}
is_live_channel and (is_answered or (status is null and coalesce(talk_seconds, 0) > 0))
{%- endmacro %}
