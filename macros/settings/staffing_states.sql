{#-
    The states of reps in which somebody is there to answer, for staffing_signal: the variable `staffing_states`
    (default available; an empty list for no rows).
    Arguments: none.
    Returns through return(): a list of texts in lower case, each once.
-#}
{% macro staffing_states() %}
    {%- set given = var('staffing_states', none) -%}
    {{ return((['available'] if given is none else given) | map('trim') | map('lower') | unique | list) }}
{% endmacro %}
