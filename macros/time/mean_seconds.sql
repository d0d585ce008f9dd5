{#-
    The mean of lengths in whole microseconds, in seconds, from their sum and count: one division, so the same bits on
    every engine and in any order.
    Arguments:
        micros_sum (SQL): the sum of the lengths in microseconds.
        row_count (SQL): how many there are.
    Returns: an SQL expression, a double; null where there are none.
-#}
{% macro mean_seconds(micros_sum, row_count) -%}
case
    when {{ row_count }} > 0
        then cast({{ micros_sum }} as double) / cast({{ row_count }} * 1000000 as double)
end
{%- endmacro %}
