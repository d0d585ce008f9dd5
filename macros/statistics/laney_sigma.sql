{#-
    Laney's sigma_z: how much wider than binomial the points of a p-chart scatter: their mean moving range over 2 /
    sqrt(pi), that of a normal one.
    Arguments:
        moving_range (SQL): |z - the z before|, z = (p - centre) / sqrt(centre (1 - centre) / n); null for the first
            point.
    Returns: an SQL aggregate, a double. 1: as binomial; null of fewer than two points or of a centre of 0 or 1. Summed
        as decimals of 15 places, so that no order of rows shows.
    Source: Laney, Improved control charts for attributes, Quality Engineering 14, 2002.
-#}
{% macro laney_sigma(moving_range) -%}
    cast(sum(cast({{ moving_range }} as decimal(38, 15))) as double) / nullif(count({{ moving_range }}), 0) / 1.1283791670955126e0
{%- endmacro %}
