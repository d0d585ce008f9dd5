{#-
    How many conversations of each rep coaching_conversations shows at most: the variable `coaching_conversations`
    (default 5; 0 for no rows, of coaching_agents either). One that is no whole number from 0 to 100 is a compile error.
    Arguments: none.
    Returns through return(): a whole number.
-#}
{% macro coaching_conversations() %}
    {%- set given = var('coaching_conversations', none) -%}
    {%- set most = (5 if given is none else given) | int(-1) -%}
    {%- if most < 0 or most > 100 -%}
        {{ exceptions.raise_compiler_error('coaching_conversations: `' ~ given ~ '` is no whole number from 0 to 100') }}
    {%- endif -%}
    {{ return(most) }}
{% endmacro %}
