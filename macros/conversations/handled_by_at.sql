{#- Who had written by `at`: human, bot, mixed or none. Without `at`: by the end. -#}
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
