{#-
    How many standard errors intervals of so many independent estimates must reach so that all of them hold together
    with the variable `confidence`: the quantile for confidence^(1/n).
    Arguments:
        estimates (SQL): how many, a whole number. Numbers between two of the list are treated as the next one, which is
            a little wider, and beyond the last one they are treated as the last.
    Returns: an SQL expression, a double.
    Source: Šidák.
-#}
{% macro simultaneous_z(estimates) -%}
    {%- set confidence = setting_confidence() | trim | float -%}
    {%- set sizes = [1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 30, 50, 100, 200, 500, 1000, 10000] -%}
    case
        {%- for size in sizes[:-1] %}
        when {{ estimates }} <= {{ size }} then {{ normal_quantile((1 + confidence ** (1 / size)) / 2) | trim }}
        {%- endfor %}
        else {{ normal_quantile((1 + confidence ** (1 / (sizes | last))) / 2) | trim }}
    end
{%- endmacro %}
