{#-
    Who had written by a moment.
    Arguments:
        first_human_at (SQL): when a person first wrote; null where none did.
        first_bot_at (SQL): when a bot first wrote; null where none did.
        at (SQL, default none): the moment; without it, by the end.
    Returns: an SQL expression, a text and never null: human, bot, mixed or none.
-#}
{% macro handled_by_at(first_human_at, first_bot_at, at=none) -%}
    {%- set human = first_human_at ~ (' <= ' ~ at if at else ' is not null') -%}
    {%- set bot = first_bot_at ~ (' <= ' ~ at if at else ' is not null') -%}
    case
        when {{ human }} and {{ bot }} then 'mixed'
        when {{ human }} then 'human'
        when {{ bot }} then 'bot'
        else 'none'
    end
{%- endmacro %}
