{#-
    What reminder_effect takes for a reminder, and how long it follows: the variable `reminder_effect`, a mapping of
    kinds (of campaigns, a list, default reminder; an empty list for no rows), topic (of the seed topics, default
    reminder), landmark_days (default 3) and window_days (default 30). A number of days not above 0 is a compile error.
    Arguments: none.
    Returns through return(): a mapping of kinds (a list of texts in lower case), topic (an SQL literal),
        landmark_us and window_us (whole microseconds).
-#}
{% macro reminder_settings() %}
    {%- set given = var('reminder_effect', none) or {} -%}
    {%- set out = namespace(lengths=[]) -%}
    {%- for name, default in [('landmark_days', 3), ('window_days', 30)] -%}
        {%- set days = given.get(name) if given.get(name) is not none else default -%}
        {%- if days | float <= 0 -%}
            {{ exceptions.raise_compiler_error('reminder_effect, ' ~ name ~ ': `' ~ days ~ '` is no number of days above 0') }}
        {%- endif -%}
        {%- set out.lengths = out.lengths + [(days | float * 86400000000) | round | int] -%}
    {%- endfor -%}
    {{ return({
        'kinds': (['reminder'] if given.get('kinds') is none else given.get('kinds')) | map('trim') | map('lower') | unique | list,
        'topic': string_literal((given.get('topic') or 'reminder') | trim | lower),
        'landmark_us': out.lengths[0],
        'window_us': out.lengths[1],
    }) }}
{% endmacro %}
