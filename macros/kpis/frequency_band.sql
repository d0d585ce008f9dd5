{#-
    How often somebody was written to in the 30 days before.
    Arguments:
        messages_before (SQL): how many messages, a whole number and never null.
    Returns: an SQL expression, a text: none, 1_to_3, 4_to_9 or 10_plus.
-#}
{% macro frequency_band(messages_before) -%}
case
    when {{ messages_before }} = 0 then 'none'
    when {{ messages_before }} < 4 then '1_to_3'
    when {{ messages_before }} < 10 then '4_to_9'
    else '10_plus'
end
{%- endmacro %}
