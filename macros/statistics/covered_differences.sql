{#-
    Differences like for like, of the part of the mix that both sides have, weighed to one: what is expected of the own
    side, and the difference with its limits. Null unless `state` is `compared`.
    Arguments: none.
    Returns: SQL select items, expected_rate, difference, difference_low and difference_high, over the columns state,
        coverage, own_rate, other_rate, low_distance and high_distance.
-#}
{% macro covered_differences() -%}
case when state = 'compared' then other_rate / coverage end as expected_rate,
case when state = 'compared' then (own_rate - other_rate) / coverage end as difference,
case when state = 'compared' then (own_rate - other_rate - low_distance) / coverage end as difference_low,
case when state = 'compared' then (own_rate - other_rate + high_distance) / coverage end as difference_high
{%- endmacro %}
