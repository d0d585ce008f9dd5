{#- Lower limit of the Wilson interval of `hits` among `trials` at the variable `confidence`: see wilson_limit. -#}
{% macro wilson_low(hits, trials) -%}
    {{ wilson_limit(hits, trials, 'low') }}
{%- endmacro %}
