{#-
    The grains that a definition asks for, each once and in its order, with `all` at the end. `where` says whose they are, for errors; `given`
    is a list of names, or none for months. Returns a list; a name that is no grain is a compile error.
-#}
{% macro chosen_grains(where, given) -%}
    {%- set out = namespace(grains=[]) -%}
    {%- for grain in given or ['month'] -%}
        {%- set grain = metric_choice(where, 'grain', grain, none, known_grains() + ['all']) -%}
        {%- if grain not in out.grains and grain != 'all' -%}
            {%- set out.grains = out.grains + [grain] -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(out.grains + ['all']) }}
{%- endmacro %}
