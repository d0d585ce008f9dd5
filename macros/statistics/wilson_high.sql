{#- Upper limit of the Wilson interval of `hits` among `trials` at the variable `confidence`: see wilson_limit. -#}
{% macro wilson_high(hits, trials) -%}
    {{ wilson_limit(hits, trials, 'high') }}
{%- endmacro %}
