{#-
    Seconds since midnight of a time of day.
    Arguments:
        column (SQL): a text, HH:MM or HH:MM:SS, up to 24:00.
    Returns: an SQL expression, a whole number; null where the text is not one.
-#}
{% macro clock_seconds(column) -%}
case
    when regexp_matches({{ column }}, '^(([01]?[0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?|24:00(:00)?)$')
        then
            cast(split_part({{ column }}, ':', 1) as bigint) * 3600
            + cast(split_part({{ column }}, ':', 2) as bigint) * 60
            + cast(coalesce(nullif(split_part({{ column }}, ':', 3), ''), '0') as bigint)
end
{%- endmacro %}
