{#-
    Business time up to an instant, from the piece of business_calendar that holds it: the difference of two such values
    is the business time between them.
    Arguments:
        piece (text): what qualifies the columns of business_calendar.
        instant (SQL): a timestamp in the piece.
    Returns: an SQL expression, whole microseconds; null where there is no piece.
-#}
{% macro business_micros_at(piece, instant) -%}
    (
        {{ piece }}.business_micros_before
        + case
            when {{ piece }}.is_open
                then {{ epoch_micros(instant) }} - {{ epoch_micros(piece ~ '.starts_at') }}
            else 0
        end
    )
{%- endmacro %}
